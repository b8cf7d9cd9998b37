"""The figure of the softmax's Jacobian: how every weight answers to every score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.bar_charts import as_scores, lay_rows
from classroom.plots.blitting import Stage
from classroom.plots.cells import color_bar
from classroom.plots.labels import begin, decimals, number, token_labels
from classroom.plots.style import (
    COLORS,
    DIVERGING,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    widest,
)
from course_lib import layers

REACH = 0.25
"""Both ends of the color scale: the steepest slope that there is at temperature 1, w (1 − w)."""


class Jacobian(Stage):
    """The weights that a softmax makes of some scores, and the slope of each in each score.

    The slopes in the raised score are written out; writing all would take most of the time.

    Parameters
    ----------
    scores : array_like, shape (T_k,)
    labels : sequence of str, optional
        The keys that the scores belong to.

    Raises
    ------
    ValueError
        If the scores have another shape, or there is not one label for each.
    """

    def __init__(self, scores: Any, labels: Sequence[Any] | None = None) -> None:
        self.scores = as_scores(scores, "Jacobian: scores")
        count = len(self.scores)
        self.labels = token_labels(labels, count, "labels")
        super().__init__(blank(WIDTH, 4.3), scores, labels)
        left, tall = 0.25 + widest(self.labels, TICK_SIZE), 2.7
        rows = range(count)
        bars = place(self.picture, left, 0.9, 1.9, tall)
        self.bars = bars.barh(rows, np.zeros(count), 0.72, color=COLORS[0])
        self.texts = [bars.text(0, row, "", size=SMALL_SIZE, va="center") for row in rows]
        bars.set_yticks(rows)
        bars.set_yticklabels(self.labels, size=TICK_SIZE, parse_math=False, color=INK)
        bars.set_xlim(0, 1.25)
        bars.set_xticks([0, 0.5, 1])
        bars.set_xlabel("weight", size=LABEL_SIZE)
        lay_rows(bars, count)
        wide = min(tall * 1.35, WIDTH - left - 2.5)
        ax = place(self.picture, left + 2.25, 0.9, wide, tall)
        self.image = ax.imshow(np.zeros((count, count)), cmap=DIVERGING, aspect="auto", vmin=-REACH,
                               vmax=REACH)  # fmt: skip
        self.column = [ax.text(0, i, "", size=SMALL_SIZE, ha="center", va="center") for i in rows]
        ax.set_xticks(rows)
        ax.set_xticklabels(self.labels, size=TICK_SIZE, parse_math=False, rotation=20)
        ax.set_yticks([])
        ax.tick_params(length=0)
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.set_xlabel("raised score", size=LABEL_SIZE)
        self.frame_of_column = mpl.Rectangle((0, -0.5), 1, count, fill=False, edgecolor=INK,
                                         linewidth=1.8)  # fmt: skip
        ax.add_patch(self.frame_of_column)
        color_bar(ax, self.image, "slope")
        ax.set_title("slope of each weight (row) in each score (column)", size=LABEL_SIZE,
                     loc="left", color=INK)  # fmt: skip
        self.animate(self.bars, self.texts, self.image, self.column, self.frame_of_column)

    def update(self, temperature: float, raised: int = 0) -> None:  # type: ignore[override]
        """Divide the scores by a temperature; point at the column of one raised score."""
        w, _ = layers.softmax(self.scores / temperature)
        slopes = (np.diag(w) - np.outer(w, w)) / temperature
        for bar, text, weight in zip(self.bars, self.texts, w, strict=True):
            bar.set_width(weight)
            text.set_x(weight + 0.02)
            text.set_text(f"{weight:.2f}")
        self.image.set_data(slopes)
        for text, slope in zip(self.column, slopes[:, raised], strict=True):
            text.set_x(raised)
            text.set_text(decimals(slope, 3))
            text.set_color("white" if abs(slope) > 0.6 * REACH else INK)
        self.frame_of_column.set_x(raised - 0.5)
        others = slopes[:, raised].copy()
        others[raised] = 0.0
        most = int(others.argmin())
        title = (
            f"Temperature {number(temperature)}: with its score the weight of "
            f"'{self.labels[raised]}' rises by {number(slopes[raised, raised])} for each unit, "
            f"taken from all others, most from '{self.labels[most]}'"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Heatmap')} of the slopes of {len(w)} weights (rows) in {len(w)} "
            f"scores (columns), from {number(slopes.min())} to {number(slopes.max())}; positive on "
            "the diagonal, negative elsewhere, every column sums to 0. Beside it the weights: "
            + ", ".join(f"'{n}' {number(x)}" for n, x in zip(self.labels, w, strict=True))
            + "."
        )
