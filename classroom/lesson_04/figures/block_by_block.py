"""The figure of a stack of blocks: one row for each height in it, one of several cases shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.style import COLORS, LABEL_SIZE, SEQUENTIAL, TICK_SIZE, WIDTH, blank, place
from classroom.plots.style import widest as widest_label


class LayerMap(Stage):
    """A heatmap of what is found after the embedding (bottom row) and after each block above it.

    Parameters
    ----------
    maps : mapping of str to ndarray, shape (N, n_layers + 1, columns)
        For each kind, N cases to choose from. Values from 0 to 1.
    columns : sequence of str
        Names of the columns.
    titles : callable (kind, case, matrix) -> str
        The finding of the matrix that is shown, (n_layers + 1, columns).
    marked : mapping of str to int ndarray, shape (N,)
        The column to mark with a frame, for each kind and case.
    x_label, label : str
        What the columns and the colors are.

    Raises
    ------
    ValueError
        If the maps of two kinds have different shapes, or the labels another number.
    """

    def __init__(
        self,
        maps: Mapping[str, Any],
        columns: Sequence[Any],
        titles: Callable[[str, int, np.ndarray], str],
        marked: Mapping[str, Any],
        x_label: str,
        label: str,
    ) -> None:
        self.maps = {kind: np.asarray(array, dtype=float) for kind, array in maps.items()}
        shapes = {array.shape for array in self.maps.values()}
        if len(shapes) != 1 or len(next(iter(shapes))) != 3:
            raise ValueError(
                f"LayerMap: every kind needs one array of shape (N, n_layers + 1, columns), and "
                f"all the same; these have {sorted(shapes)}."
            )
        _, depth, count = next(iter(shapes))
        self.columns = token_labels(columns, count, "columns")
        self.titles, self.marked, self.label = titles, dict(marked), label
        self.rows = ["after the embedding", *(f"after block {i}" for i in range(1, depth))]
        left = 0.2 + widest_label(self.rows, TICK_SIZE)
        wide = min(WIDTH - left - cells.bar_width(None, label) - 0.15, 0.8 * count)
        tall = 0.5 * depth
        below = cells.column_room(self.columns, wide) + 0.5
        height = below + tall + 0.68
        super().__init__(blank(WIDTH, height), maps, columns, titles, marked, x_label, label)
        ax = place(self.picture, left, below, wide, tall)
        everything = np.ones((depth, count), dtype=bool)
        self.image = cells.paint(ax, np.zeros((depth, count)), SEQUENTIAL, 0, 1, everything)
        ax.set_ylim(-0.5, depth - 0.5)
        cells.row_labels(ax, self.rows, tall)
        cells.column_labels(ax, self.columns, wide)
        cells.color_bar(ax, self.image, label)
        self.picture.text((left + wide / 2) / WIDTH, 0.1 / height, x_label, ha="center",
                          va="bottom", size=LABEL_SIZE)  # fmt: skip
        self.frame_of_mark = mpl.Rectangle(
            (0, -0.5), 1, depth, fill=False, edgecolor=COLORS[1], linewidth=2
        )
        ax.add_patch(self.frame_of_mark)
        self.animate(self.image, self.frame_of_mark)

    def update(self, case: int, kind: str | None = None) -> None:  # type: ignore[override]
        """Show one case of one kind."""
        kind = next(iter(self.maps)) if kind is None else kind
        matrix = self.maps[kind][case]
        self.image.set_data(matrix)
        mark = int(self.marked[kind][case])
        self.frame_of_mark.set_x(mark - 0.5)
        title = self.titles(kind, case, matrix)
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Heatmap')}, one row for each height in the stack, the bottom one "
            f"after the embedding; column '{self.columns[mark]}' is marked. Largest {self.label}: "
            + "; ".join(
                f"{row}, '{self.columns[best]}' with {number(line[best])}"
                for row, line in zip(self.rows, matrix, strict=True)
                for best in [int(np.round(line, 9).argmax())]
            )
            + "."
        )
