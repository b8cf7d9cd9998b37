"""The figure that shows why scores are divided by the square root of d_k."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import COLORS, INK, LABEL_SIZE, TICK_SIZE, WIDTH, blank, grid, place
from course_lib import layers

WIDTHS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
"""The values of d_k that the figure offers."""

SCALES = {"1/√d_k (the paper)": -0.5, "1 (no scale)": 0.0, "1/d_k (too small)": -1.0}
"""The scales that it offers, as the power of d_k that the dot products are multiplied with."""

_EDGES = np.linspace(-60, 60, 61)


class Measured(NamedTuple):
    """What was measured at one d_k.

    Fields
    ------
    counts : ndarray, shape (60,)
        How many scores fall into each bin from −60 to 60; the outer bins hold all beyond.
    spread : float
        Standard deviation of the scores.
    largest : float
        Mean of the largest weight of a query.
    gradient : float
        Mean norm of the gradient at the scores, in units of what it is where all weights are even.
    """

    counts: np.ndarray
    spread: float
    largest: float
    gradient: float


@lru_cache(maxsize=64)
def measure(d_k: int, power: float, n_queries: int = 256, n_keys: int = 16) -> Measured:
    """Measure scores of random queries and keys, both standard normal, and their softmax."""
    rng = np.random.default_rng(d_k)
    q = rng.standard_normal((n_queries, d_k))
    k = rng.standard_normal((n_queries, n_keys, d_k))
    scores = np.einsum("nd,nkd->nk", q, k) * float(d_k) ** power
    weights, cache = layers.softmax(scores)
    upstream = rng.standard_normal(scores.shape)
    upstream /= np.linalg.norm(upstream, axis=-1, keepdims=True)
    gradient = np.linalg.norm(layers.softmax_backward(upstream, cache), axis=-1).mean()
    _, even = layers.softmax(np.zeros_like(scores))
    most = np.linalg.norm(layers.softmax_backward(upstream, even), axis=-1).mean()
    counts, _ = np.histogram(np.clip(scores, -59.9, 59.9), _EDGES)
    return Measured(
        counts,
        float(scores.std()),
        float(weights.max(axis=-1).mean()),
        float(gradient / most),
    )


class Saturation(Stage):
    """How the spread of the scores grows with d_k, and what that does to weights and gradient."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 3.7))
        left = place(self.picture, 0.7, 0.58, 3.0, 2.45)
        self.hist = left.stairs(np.zeros(len(_EDGES) - 1), _EDGES, color=COLORS[0], fill=True)
        left.set_xlim(-60, 60)
        left.set_ylim(0, 1.05)
        left.set_yticks([])
        left.spines["left"].set_visible(False)
        left.set_xlabel("score", size=LABEL_SIZE)
        left.set_title("scores of 256 random queries", size=LABEL_SIZE, loc="left", color=INK)
        right = place(self.picture, 4.35, 0.58, 3.4, 2.45)
        right.set_xscale("log", base=2)
        right.set_xlim(0.85, WIDTHS[-1] * 1.2)
        right.set_ylim(0, 1.35)
        right.set_xticks(WIDTHS, [str(d_k) for d_k in WIDTHS], size=TICK_SIZE)
        right.minorticks_off()
        right.set_xlabel("d_k", size=LABEL_SIZE)
        grid(right)
        styles = (
            (COLORS[1], "largest weight"),
            (COLORS[2], "gradient (1 for even weights)"),
        )
        self.lines = [right.plot([], [], color=color, linewidth=1.8)[0] for color, _ in styles]
        self.dots = [right.plot([], [], "o", color=color, markersize=7)[0] for color, _ in styles]
        for i, (color, name) in enumerate(styles):
            right.text(0.36 * i, 1.03, name, color=color, size=TICK_SIZE, va="bottom",
                       transform=right.transAxes)  # fmt: skip
        self.animate(self.hist, self.lines, self.dots)

    def update(self, d_k: int, scale: str = next(iter(SCALES))) -> None:  # type: ignore[override]
        """Show one d_k of `WIDTHS` under one scale of `SCALES`."""
        power = SCALES[scale]
        here = measure(d_k, power)
        every = [measure(width, power) for width in WIDTHS]
        self.hist.set_data(here.counts / here.counts.max())
        for line, dot, name in zip(self.lines, self.dots, ("largest", "gradient"), strict=True):
            line.set_data(WIDTHS, [getattr(measured, name) for measured in every])
            dot.set_data([d_k], [getattr(here, name)])
        title = (
            f"d_k = {d_k}, scale {scale.split(' ')[0]}: scores spread by {number(here.spread)}, "
            f"largest weight {here.largest:.2f}, gradient {here.gradient:.2f}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'On the left')}, a histogram of the scores. On the right, over d_k "
            f"from 1 to {WIDTHS[-1]}: the mean largest weight goes from "
            f"{number(every[0].largest)} to {number(every[-1].largest)}, the gradient from "
            f"{number(every[0].gradient)} to {number(every[-1].gradient)}."
        )
