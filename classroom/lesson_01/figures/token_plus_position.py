"""The figure of the sum of token and position: which of the two can still be read from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import cells
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.style import (
    COLORS,
    DIVERGING,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
    widest,
)


def read_back(scale: float, ids: np.ndarray, W: np.ndarray, table: np.ndarray) -> tuple[float, ...]:
    """Read token and position back from `scale * W[ids] + table` by the largest dot product.

    Parameters
    ----------
    scale : float
    ids : int array (T,)
    W : array (vocab_size, d_model)
    table : array (T, d_model)

    Returns
    -------
    tokens, positions : float
        The shares, 0 to 1, of the T vectors whose token and whose position are found.
    """
    x = scale * W[ids] + table
    tokens = (x @ W.T).argmax(axis=1) == ids
    positions = (x @ table.T).argmax(axis=1) == np.arange(len(ids))
    return float(tokens.mean()), float(positions.mean())


class Balance(Stage):
    """Token vectors, multiplied by a scale, plus position vectors: how alike, how readable.

    Parameters
    ----------
    ids : array_like of int, shape (T,)
    W : array_like, shape (vocab_size, d_model)
        Token vectors.
    table : array_like, shape (T, d_model)
        Position vectors.
    labels : sequence of str
        The tokens to compare with each other.
    first : int
        Where in the text these tokens begin.
    ends : (float, float)
        Smallest and largest scale.
    """

    def __init__(
        self,
        ids: Any,
        W: Any,
        table: Any,
        labels: Sequence[Any],
        first: int = 0,
        ends: tuple[float, float] = (0.25, 32.0),
    ) -> None:
        self.ids, self.W = np.asarray(ids), np.asarray(W, dtype=float)
        self.table = np.asarray(table, dtype=float)
        if self.table.shape != (len(self.ids), self.W.shape[1]):
            raise ValueError(
                f"Balance: table has shape {self.table.shape}; {len(self.ids)} ids and rows of W "
                f"with {self.W.shape[1]} features need {(len(self.ids), self.W.shape[1])}."
            )
        self.labels = token_labels(labels, len(labels), "labels")
        left, side = 0.2 + widest(self.labels, TICK_SIZE), 2.55
        self.shown = slice(first, first + len(self.labels))
        below = 0.15 + widest(self.labels, TICK_SIZE)
        super().__init__(blank(WIDTH, side + below + 0.55), ids, W, table, labels, first, ends)
        square = place(self.picture, left, below, side, side)
        size = len(self.labels)
        self.image = cells.paint(
            square, np.zeros((size, size)), DIVERGING, -1, 1, np.ones((size, size), dtype=bool)
        )
        cells.row_labels(square, self.labels, side)
        cells.column_labels(square, self.labels, side)
        bar = place(self.picture, left + side + 0.1, below, 0.12, side)
        self.picture.colorbar(self.image, cax=bar, ticks=[-1, 1]).outline.set_visible(False)
        bar.tick_params(labelsize=SMALL_SIZE, length=2, colors=INK)
        bar.set_ylabel("cosine", size=LABEL_SIZE, labelpad=-8)

        at = left + side + 1.25
        curve = place(self.picture, at, below, WIDTH - at - 0.3, side)
        scales = np.geomspace(*ends, 43)
        shares = np.array([read_back(s, self.ids, self.W, self.table) for s in scales]).T
        curve.set_xscale("log", base=2)
        for share, color, name, end in zip(
            shares, COLORS[:2], ("token", "position"), (-1, 0), strict=True
        ):
            curve.plot(scales, share, color=color, linewidth=1.8)
            curve.text(scales[end], share[end] + 0.02, name, size=TICK_SIZE,
                       color=ink_of(color), va="bottom", ha="right" if end else "left")  # fmt: skip
        curve.set_xticks([0.25, 1, 4, 16], ["0.25", "1", "4", "16"])
        curve.set_xlim(ends[0] * 0.9, ends[1] * 1.1)
        curve.set_ylim(-0.05, 1.15)
        curve.set_xlabel("scale of the token vectors", size=LABEL_SIZE)
        curve.set_ylabel("share found", size=LABEL_SIZE)
        grid(curve)
        self.mark = curve.axvline(1, color=INK, linewidth=1.2, linestyle=(0, (3, 3)))
        self.dots = [curve.plot([], [], "o", color=c, markersize=7)[0] for c in COLORS[:2]]
        self.animate(self.image, self.mark, self.dots)

    def update(self, scale: float) -> None:  # type: ignore[override]
        """Multiply the token vectors by `scale` before the positions are added."""
        x = (scale * self.W[self.ids] + self.table)[self.shown]
        unit = x / np.linalg.norm(x, axis=1, keepdims=True)
        self.image.set_data(unit @ unit.T)
        shares = read_back(scale, self.ids, self.W, self.table)
        self.mark.set_xdata([scale, scale])
        for dot, share in zip(self.dots, shares, strict=True):
            dot.set_data([scale], [share])
        title = (
            f"At scale {number(scale)} a dot product finds {shares[0]:.0%} of the tokens "
            f"and {shares[1]:.0%} of the positions"
        )
        self.title(title)
        off = (unit @ unit.T)[~np.eye(len(unit), dtype=bool)]
        self.picture.alt = (
            f"{begin(title, 'On the left')}, how alike the vectors of {len(unit)} tokens are: "
            f"cosines from {number(off.min())} to {number(off.max())} off the diagonal. On the "
            "right, the share of tokens that are found rises with the scale, that of positions "
            "falls."
        )
