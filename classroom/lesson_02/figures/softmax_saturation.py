"""The figure that shows why scores are divided by the square root of d_k."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    DASHES,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
)
from course_lib import layers

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
"""The values of d_k that the figure offers."""

SCALES = {"1/√d_k (the paper)": -0.5, "1 (no scale)": 0.0, "1/d_k": -1.0}
"""The scales that it offers, as the power of d_k that the dot products are multiplied with."""

KEYS = 16
"""The keys of each query."""


class Measured(NamedTuple):
    """What was measured at one d_k.

    Fields
    ------
    weights : ndarray, shape (KEYS,)
        Mean of the weights of a query, the largest first.
    spread : float
        Standard deviation of the scores.
    gradient : float
        Mean norm of the gradient at the scores, in units of what it is where all weights are even.
    """

    weights: np.ndarray
    spread: float
    gradient: float


@lru_cache(maxsize=64)
def measure(d_k: int, power: float, n_queries: int = 256) -> Measured:
    """Measure scores of random queries and keys, both standard normal, and their softmax."""
    rng = np.random.default_rng(d_k)
    q = rng.standard_normal((n_queries, d_k))
    k = rng.standard_normal((n_queries, KEYS, d_k))
    scores = np.einsum("nd,nkd->nk", q, k) * float(d_k) ** power
    weights, cache = layers.softmax(scores)
    upstream = rng.standard_normal(scores.shape)
    upstream /= np.linalg.norm(upstream, axis=-1, keepdims=True)
    gradient = np.linalg.norm(layers.softmax_backward(upstream, cache), axis=-1).mean()
    _, even = layers.softmax(np.zeros_like(scores))
    most = np.linalg.norm(layers.softmax_backward(upstream, even), axis=-1).mean()
    ordered = np.sort(weights, axis=-1)[:, ::-1].mean(axis=0)
    return Measured(ordered, float(scores.std()), float(gradient / most))


class Saturation(Stage):
    """How the spread of the scores grows with d_k, and what that does to weights and gradient."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 3.7))
        left = place(self.picture, 0.7, 0.58, 3.0, 2.45)
        self.bars = left.bar(range(1, KEYS + 1), np.zeros(KEYS), 0.8, color=COLORS[0])
        left.axhline(1 / KEYS, color=SOFT, linewidth=0.9, linestyle=(0, (3, 3)))
        left.text(KEYS + 0.4, 1 / KEYS + 0.02, f"1/{KEYS}", size=SMALL_SIZE, color=SOFT, ha="right")
        left.set_xlim(0.3, KEYS + 0.7)
        left.set_ylim(0, 1.05)
        left.set_xticks([1, *range(4, KEYS + 1, 4)])
        left.set_xlabel("key, by its weight", size=LABEL_SIZE)
        left.set_title("weights of a query (mean of 256)", size=LABEL_SIZE, loc="left", color=INK)
        right = place(self.picture, 4.35, 0.58, 3.4, 2.45)
        right.set_xscale("log", base=2)
        right.set_xlim(0.85, WIDTHS[-1] * 1.2)
        right.set_ylim(0, 1.35)
        right.set_xticks(WIDTHS, [str(d_k) for d_k in WIDTHS], size=TICK_SIZE)
        right.minorticks_off()
        right.set_xlabel("d_k", size=LABEL_SIZE)
        grid(right)
        styles = (
            (COLORS[1], DASHES[0], "largest weight"),
            (COLORS[2], DASHES[1], "gradient (1 for even weights)"),
        )
        self.lines = [
            right.plot([], [], color=color, linewidth=1.8, linestyle=dashes)[0]
            for color, dashes, _ in styles
        ]
        self.dots = [right.plot([], [], "o", color=color, markersize=7)[0] for color, *_ in styles]
        for i, (color, _, name) in enumerate(styles):
            right.text(0.36 * i, 1.03, name, color=ink_of(color), size=TICK_SIZE, va="bottom",
                       transform=right.transAxes)  # fmt: skip
        self.animate(self.bars, self.lines, self.dots)

    def update(self, d_k: int, scale: str = next(iter(SCALES))) -> None:  # type: ignore[override]
        """Show one d_k of `WIDTHS` under one scale of `SCALES`."""
        power = SCALES[scale]
        here = measure(d_k, power)
        every = [measure(width, power) for width in WIDTHS]
        for bar, weight in zip(self.bars, here.weights, strict=True):
            bar.set_height(weight)
        largest = [measured.weights[0] for measured in every]
        gradients = [measured.gradient for measured in every]
        for line, dot, values in zip(self.lines, self.dots, (largest, gradients), strict=True):
            line.set_data(WIDTHS, values)
            dot.set_data([d_k], [values[WIDTHS.index(d_k)]])
        title = (
            f"d_k = {d_k}, scale {scale.split(' ')[0]}: scores spread by {number(here.spread)}, "
            f"largest weight {here.weights[0]:.2f}, gradient {here.gradient:.2f}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'On the left')}, the {KEYS} weights of a query, the largest "
            f"first: {number(here.weights[0])}, {number(here.weights[1])}, down to "
            f"{number(here.weights[-1])}. On the right, over d_k from 1 to {WIDTHS[-1]}: the "
            f"largest weight goes from {number(largest[0])} to {number(largest[-1])}, the gradient "
            f"from {number(gradients[0])} to {number(gradients[-1])}."
        )
