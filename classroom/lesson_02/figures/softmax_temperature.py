"""The figure of the softmax at different temperatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from classroom.plots.bar_charts import as_scores, lay_rows
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.style import (
    COLORS,
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


class Temperature(Stage):
    """The same scores, and the weights that the softmax makes of them at some temperature.

    Parameters
    ----------
    scores : array_like, shape (T_k,)
    labels : sequence of str, optional
        The keys that the scores belong to.
    softmax : callable, optional
        Which softmax to use: a function that returns (out, cache), as the reader's does.

    Raises
    ------
    ValueError
        If the scores have another shape, or there is not one label for each.
    """

    def __init__(
        self,
        scores: Any,
        labels: Sequence[Any] | None = None,
        softmax: Callable[..., Any] | None = None,
    ) -> None:
        self.softmax = softmax
        self.scores = as_scores(scores, "Temperature: scores")
        self.labels = token_labels(labels, len(self.scores), "labels")
        tall = max(1.6, 0.34 * len(self.scores))
        super().__init__(blank(WIDTH, tall + 1.2), scores, labels, softmax)
        left = 0.25 + widest(self.labels, TICK_SIZE)
        rows = np.arange(len(self.scores))
        given = place(self.picture, left, 0.58, 2.4, tall)
        drawn = given.barh(rows, self.scores, 0.72, color="#9a9a9a")
        given.bar_label(drawn, [number(s) for s in self.scores], padding=3, size=SMALL_SIZE)
        given.axvline(0, color=INK, linewidth=0.8)
        given.margins(x=0.18)
        given.set_yticks(rows)
        given.set_yticklabels(self.labels, size=TICK_SIZE, parse_math=False, color=INK)
        given.set_xlabel("score", size=LABEL_SIZE)
        weighted = place(self.picture, left + 2.75, 0.58, WIDTH - left - 2.75 - 0.55, tall)
        self.bars = weighted.barh(rows, np.zeros(len(rows)), 0.72, color=COLORS[0])
        self.texts = [
            weighted.text(0, row, "", size=SMALL_SIZE, va="center", color=INK)
            for row in range(len(rows))
        ]
        weighted.set_yticks([])
        weighted.set_xlim(0, 1)
        weighted.set_xlabel("softmax(score / temperature)", size=LABEL_SIZE)
        for ax in (given, weighted):
            lay_rows(ax, len(rows), 0.1)
        self.animate(self.bars, self.texts)

    def update(self, temperature: float) -> None:  # type: ignore[override]
        """Divide the scores by a temperature above 0 before the softmax."""
        weights, _ = (self.softmax or layers.softmax)(self.scores / temperature)
        for bar, text, weight in zip(self.bars, self.texts, weights, strict=True):
            bar.set_width(weight)
            text.set_x(weight + 0.01)
            text.set_text(f"{weight:.2f}")
        shown = weights[weights > 0]
        entropy = float(-(shown * np.log(shown)).sum())
        top = int(np.round(weights, 9).argmax())
        title = (
            f"Temperature {number(temperature, 3)}: '{self.labels[top]}' takes {weights[top]:.2f} "
            f"of the weight, entropy {abs(entropy):.2f} of {np.log(len(weights)):.2f} nats"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Bars')} of the weights: "
            + ", ".join(f"'{n}' {number(w)}" for n, w in zip(self.labels, weights, strict=True))
            + ". Beside them the scores: "
            + ", ".join(number(score) for score in self.scores)
            + "."
        )
