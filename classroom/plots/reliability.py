"""The reliability diagram: how often answers of a given confidence are right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    place,
)
from course_lib import layers, loss

BINS = 10
TEMPERATURES = np.geomspace(0.25, 4, 33)
"""Where the curves on the right are measured."""


class Judged(NamedTuple):
    """What predictions are worth at one temperature.

    Fields
    ------
    counts, confidence, accuracy : ndarray, shape (BINS,)
        Answers in each bin, their mean confidence and the share that is right; nan if empty.
    error : float
        Expected calibration error.
    loss : float
        Mean surprise in nats.
    """

    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    error: float
    loss: float

    def mean(self, parts: np.ndarray) -> float:
        """Return the mean of `parts` over all answers."""
        return float(np.nansum(parts * self.counts) / self.counts.sum())


def judge(logits: np.ndarray, targets: np.ndarray, temperature: float = 1.0) -> Judged:
    """Measure predictions (N, V) against what was right (N,)."""
    p, _ = layers.softmax(logits / temperature)
    confidence, right = p.max(axis=-1), p.argmax(axis=-1) == targets
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    some = np.where(counts > 0, counts, np.nan)
    sure = np.bincount(bins, confidence, BINS) / some
    hits = np.bincount(bins, right, BINS) / some
    error = float(np.nansum(counts * np.abs(sure - hits)) / len(targets))
    value, _ = loss.cross_entropy(logits / temperature, targets)
    return Judged(counts, sure, hits, error, float(value))


class Reliability(Stage):
    """A reliability diagram, and how loss and calibration error depend on the temperature.

    Parameters
    ----------
    predictions : mapping of str to (logits (N, V), targets (N,))
        Sets of predictions, by name.

    Raises
    ------
    ValueError
        If there is no set, or logits and targets do not belong together.
    """

    def __init__(self, predictions: Mapping[str, tuple[Any, Any]]) -> None:
        if not predictions:
            raise ValueError("Reliability: there are no predictions to judge.")
        self.sets = {
            name: (np.asarray(logits, dtype=float), np.asarray(targets))
            for name, (logits, targets) in predictions.items()
        }
        self.curves = {
            name: [judge(*self.sets[name], float(T)) for T in TEMPERATURES] for name in self.sets
        }
        self.shown = ""
        super().__init__(blank(WIDTH, 4.1), predictions)
        square = place(self.picture, 0.65, 0.58, 2.75, 2.75)
        middles = (np.arange(BINS) + 0.5) / BINS
        (diagonal,) = square.plot(
            [0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (3, 3)), zorder=2.5
        )
        self.bars = square.bar(middles, np.zeros(BINS), 0.092, color=COLORS[4], zorder=2)
        (self.dots,) = square.plot([], [], "o", color=INK, markersize=4, zorder=3, clip_on=False)
        self.texts = [
            square.text(x, 1.03, "", size=SMALL_SIZE, ha="center", color=SOFT) for x in middles
        ]
        square.set_xlim(0, 1)
        square.set_ylim(0, 1)
        square.set_xlabel("confidence", size=LABEL_SIZE)
        square.set_ylabel("share that is right", size=LABEL_SIZE)
        square.text(-0.02, 1.03, "N", size=SMALL_SIZE, ha="right", color=SOFT)
        grid(square)
        left, wide = 4.35, WIDTH - 4.35 - 0.3
        self.losses = place(self.picture, left, 2.1, wide, 1.23)
        self.errors = place(self.picture, left, 0.58, wide, 1.23)
        self.lines, self.marks = [], []
        panels = ((self.losses, "loss (nats)"), (self.errors, "calibr. error"))
        for color, (ax, name) in zip((COLORS[0], COLORS[1]), panels, strict=True):
            ax.set_xscale("log", base=2)
            ax.set_xlim(0.24, 4.2)
            ax.set_xticks([0.25, 0.5, 1, 2, 4], ["0.25", "0.5", "1", "2", "4"], size=TICK_SIZE)
            ax.minorticks_off()
            ax.set_ylabel(name, size=LABEL_SIZE)
            ax.locator_params(axis="y", nbins=4)
            grid(ax)
            self.lines.append(ax.plot([], [], color=color, linewidth=1.8)[0])
            self.marks.append(ax.plot([], [], "o", color=color, markersize=7)[0])
        self.errors.set_xlabel("temperature", size=LABEL_SIZE)
        self.animate(self.bars, diagonal, self.dots, self.texts, self.lines, self.marks)

    def _follow(self, which: str) -> None:
        """Draw the curves of another set, on axes that have room for them."""
        self.shown = which
        for ax, line, name in zip(
            (self.losses, self.errors), self.lines, ("loss", "error"), strict=True
        ):
            curve = np.array([getattr(judged, name) for judged in self.curves[which]])
            line.set_data(TEMPERATURES, curve)
            ax.set_ylim(0, 1.12 * curve.max())
        self.redraw_background()

    def update(self, which: str | None = None, temperature: float = 1.0) -> None:  # type: ignore[override]
        """Judge one set of predictions at one temperature."""
        which = next(iter(self.sets)) if which is None else which
        if which != self.shown:
            self._follow(which)
        here = judge(*self.sets[which], temperature)
        for bar, text, share, count in zip(
            self.bars, self.texts, here.accuracy, here.counts, strict=True
        ):
            bar.set_height(0.0 if np.isnan(share) else share)
            text.set_text(str(count) if count else "")
        self.dots.set_data(here.confidence, here.accuracy)
        for mark, value in zip(self.marks, (here.loss, here.error), strict=True):
            mark.set_data([temperature], [value])
        sure, right = here.mean(here.confidence), here.mean(here.accuracy)
        title = (
            f"{which}, temperature {number(temperature, 3)}: {sure:.1%} sure, {right:.1%} right; "
            f"calibration error {here.error:.3f}, loss {number(here.loss, 3)} nats"
        )
        self.title(title)
        filled = [b for b in range(BINS) if here.counts[b]]
        self.picture.alt = (
            f"{begin(title, 'Reliability diagram')} of {int(here.counts.sum())} answers in "
            f"{len(filled)} bins: "
            + ", ".join(
                f"{here.confidence[b]:.2f} sure and {here.accuracy[b]:.2f} right" for b in filled
            )
            + ". Beside it, loss and calibration error over the temperature."
        )
