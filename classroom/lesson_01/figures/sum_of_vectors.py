"""The figure of a line's token vectors, of its position vectors, and of their sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.style import (
    DIVERGING,
    INK,
    LABEL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    title_height,
    widest,
    write_title,
)


def tokens_plus_positions(
    tokens: Any, positions: Any, total: Any, labels: Sequence[str]
) -> mpl.Figure:
    """Draw three matrices one below the other, all on the same color scale.

    Parameters
    ----------
    tokens, positions, total : ndarray, shape (T, d_model)
    labels : sequence of str, length T

    Returns
    -------
    Picture
    """
    panels = {
        name: np.asarray(matrix)
        for name, matrix in zip(
            ("token vectors", "position vectors", "their sum"),
            (tokens, positions, total),
            strict=True,
        )
    }
    rows, columns = panels["their sum"].shape
    names = token_labels(labels, rows, "labels")
    left, tall, gap = 0.15 + widest(names, TICK_SIZE), 1.75, 0.38
    wide = WIDTH - left - cells.bar_width(None, "value") - 0.1
    sizes = [float(np.abs(panels[name]).mean()) for name in ("position vectors", "token vectors")]
    larger = "positions" if sizes[0] > sizes[1] else "tokens"
    title = (
        f"Positions {number(sizes[0])} in mean size, tokens {number(sizes[1])}: "
        f"their sum looks like the {larger}"
    )
    height = 3 * (tall + gap) + 0.45 + title_height(title, WIDTH) - 0.12
    picture = blank(WIDTH, height)
    everything = np.ones((rows, columns), dtype=bool)
    for index, (name, matrix) in enumerate(panels.items()):
        ax = place(picture, left, 0.5 + (2 - index) * (tall + gap), wide, tall)
        image = cells.paint(ax, matrix, DIVERGING, -1, 1, everything)
        ax.set_title(name, size=LABEL_SIZE, loc="left", pad=4, color=INK)
        cells.row_labels(ax, names, tall)
        ax.set_xticks([])
        cells.color_bar(ax, image, "value")
    cells.column_labels(ax, [str(feature) for feature in range(columns)], wide)
    picture.text((left + wide / 2) / WIDTH, 0.08 / height, "feature", ha="center", va="bottom",
                 size=LABEL_SIZE)  # fmt: skip
    write_title(picture, title)
    spreads = "; ".join(
        f"{name} from {number(matrix.min())} to {number(matrix.max())}"
        for name, matrix in panels.items()
    )
    picture.alt = (
        f"{begin(title, 'Three heatmaps')} one below the other, {rows} tokens by {columns} "
        f"features, on one color scale from −1 to 1. Values: {spreads}."
    )
    return picture
