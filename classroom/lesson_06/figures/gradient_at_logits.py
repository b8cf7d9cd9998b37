"""The figure of the gradient at the logits: probabilities, what is wanted, and the difference."""

from __future__ import annotations

from collections.abc import Sequence
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
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
    widest,
)
from course_lib import layers, loss

UP, DOWN = COLORS[0], COLORS[1]


class Push(Stage):
    """Logits under the reader's hand: p beside the wanted distribution, and p minus wanted.

    Parameters
    ----------
    logits : array_like, shape (V,)
        As a model gave them.
    labels : sequence of str
        The tokens they belong to; these few are taken for the whole vocabulary.

    Raises
    ------
    ValueError
        If the logits have another shape, or there is not one label for each.
    """

    def __init__(self, logits: Any, labels: Sequence[Any]) -> None:
        self.logits = as_scores(logits, "Push: logits")
        self.labels = token_labels(labels, len(self.logits), "labels")
        count = len(self.labels)
        tall = max(1.8, 0.34 * count)
        super().__init__(blank(WIDTH, tall + 1.55), logits, labels)
        left = 0.3 + widest([f"'{label}'" for label in self.labels], TICK_SIZE)
        rows = range(count)
        middle = left + 3.45
        shares = place(self.picture, left, 0.58, 2.95, tall)
        self.bars = shares.barh(rows, np.zeros(count), 0.7, color="#9a9a9a")
        self.marks = [
            shares.plot([0, 0], [row - 0.42, row + 0.42], color=COLORS[2], linewidth=2.4)[0]
            for row in rows
        ]
        self.values = [
            shares.text(0, row, "", size=SMALL_SIZE, va="center", color=INK) for row in rows
        ]
        shares.set_xlim(-0.01, 1.18)
        shares.set_xticks([0, 0.25, 0.5, 0.75, 1])
        shares.set_yticks(rows)
        shares.set_yticklabels([f"'{label}'" for label in self.labels], size=TICK_SIZE,
                               parse_math=False, color=INK)  # fmt: skip
        shares.set_xlabel("probability", size=LABEL_SIZE)
        shares.text(0, 1.02, "p", transform=shares.transAxes, size=TICK_SIZE, color=SOFT,
                    weight="bold", va="bottom")  # fmt: skip
        shares.text(0.07, 1.02, "wanted", transform=shares.transAxes, size=TICK_SIZE,
                    color=ink_of(COLORS[2]), weight="bold", va="bottom")  # fmt: skip
        pushes = place(self.picture, middle, 0.58, WIDTH - middle - 0.3, tall)
        self.arrows = pushes.barh(rows, np.zeros(count), 0.7, color=DOWN)
        self.pushes = [
            pushes.text(0, row, "", size=SMALL_SIZE, va="center", color=INK) for row in rows
        ]
        pushes.axvline(0, color=INK, linewidth=0.8)
        pushes.set_xlim(-1.25, 1.25)
        pushes.set_xticks([-1, -0.5, 0, 0.5, 1])
        pushes.set_yticks([])
        pushes.set_xlabel("gradient at the logit: p − wanted", size=LABEL_SIZE)
        pushes.text(0, 1.02, "the logit must rise", transform=pushes.transAxes, size=TICK_SIZE,
                    color=ink_of(UP), va="bottom")  # fmt: skip
        pushes.text(1, 1.02, "it must fall", transform=pushes.transAxes, size=TICK_SIZE,
                    color=ink_of(DOWN), va="bottom", ha="right")  # fmt: skip
        for ax in (shares, pushes):
            lay_rows(ax, count, 0.1)
        self.animate(self.bars, self.marks, self.values, self.arrows, self.pushes)

    def update(self, target: int, added: float = 0.0, smoothing: float = 0.0) -> None:  # type: ignore[override]
        """Take token `target` for the right one, and add a number to its logit."""
        logits = self.logits.copy()
        logits[target] += added
        value, cache = loss.cross_entropy(logits[None], np.array([target]), None, smoothing)
        gradient = loss.cross_entropy_backward(1.0, cache)[0]
        p, _ = layers.softmax(logits)
        wanted = p - gradient
        for row in range(len(p)):
            self.bars[row].set_width(p[row])
            self.marks[row].set_xdata([wanted[row]] * 2)
            self.values[row].set_text(f"{p[row]:.2f}")
            # Beside the bar; beside the mark, where the mark would run through the number.
            hidden = p[row] < wanted[row] < p[row] + 0.17
            self.values[row].set_x((wanted[row] if hidden else p[row]) + 0.03)
            down = gradient[row] > 0
            self.arrows[row].set_width(gradient[row])
            self.arrows[row].set_color(DOWN if down else UP)
            self.pushes[row].set_text(f"{gradient[row]:+.2f}".replace("-", "−"))
            self.pushes[row].set_x(gradient[row] + (0.03 if down else -0.03))
            self.pushes[row].set_horizontalalignment("left" if down else "right")
        loudness = f"loss {value:.2f}" if smoothing else f"surprise {value:.2f}"
        title = (
            f"'{self.labels[target]}' is right and has p = {number(p[target], 3)}: {loudness} "
            "nats, gradient at its logit " + f"{gradient[target]:+.3f}".replace("-", "−")
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Bars')} of the probabilities: "
            + ", ".join(f"'{n}' {number(w)}" for n, w in zip(self.labels, p, strict=True))
            + ". Beside them the gradient, p minus wanted: "
            + ", ".join(f"'{n}' {number(g)}" for n, g in zip(self.labels, gradient, strict=True))
            + "."
        )
