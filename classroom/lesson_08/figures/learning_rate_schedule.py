"""The figure of a learning rate over a run: warm-up, then a way down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import COLORS, LABEL_SIZE, WIDTH, blank, grid, place
from course_lib.training import optim

TOTAL = 1000
SHAPES = ("cosine", "1/√step", "constant")


class Schedule(Stage):
    """The learning rate at each of 1000 steps, as a share of its peak.

    Parameters
    ----------
    warmup_cosine : callable, optional
        The reader's own.
    """

    def __init__(self, warmup_cosine: Callable[..., Any] | None = None) -> None:
        super().__init__(blank(WIDTH, 3.0), warmup_cosine)
        self.warmup_cosine = warmup_cosine or optim.warmup_cosine
        ax = place(self.picture, 0.75, 0.56, WIDTH - 1.0, 1.75)
        ax.set_xlim(0, TOTAL)
        ax.set_ylim(0, 1.05)
        ax.set_xlabel("step", size=LABEL_SIZE)
        ax.set_ylabel("rate / peak", size=LABEL_SIZE)
        grid(ax)
        (self.line,) = ax.plot([], [], color=COLORS[0], linewidth=1.8)
        (self.peak,) = ax.plot([], [], "o", color=COLORS[1], markersize=7)
        self.animate(self.line, self.peak)

    def rates(self, shape: str, warmup: int, final: float) -> np.ndarray:
        """Return the rate at steps 1 to 1000, with a peak of 1."""
        steps = range(1, TOTAL + 1)
        if shape == "cosine":
            rates = [self.warmup_cosine(step, 1.0, warmup, TOTAL, final) for step in steps]
        elif shape == "constant":
            rates = [min(1.0, step / max(1, warmup)) for step in steps]
        else:  # Vaswani et al. (2017), Eq. 3, divided by its peak
            peak = optim.warmup_inverse_sqrt(max(1, warmup), 1, max(1, warmup))
            rates = [optim.warmup_inverse_sqrt(step, 1, max(1, warmup)) / peak for step in steps]
        return np.array(rates)

    def update(self, warmup: int, final: float = 0.0, shape: str = SHAPES[0]) -> None:  # type: ignore[override]
        """Show one of `SHAPES` after so many steps of warm-up; only the cosine ends at `final`."""
        rates = self.rates(shape, warmup, final)
        top = int(rates.argmax())
        self.line.set_data(np.arange(1, TOTAL + 1), rates)
        self.peak.set_data([top + 1], [rates[top]])
        title = (
            f"{shape[0].upper()}{shape[1:]}: the peak is at step {top + 1}; {rates[-1]:.0%} of it "
            f"at the end, {rates.mean():.0%} on average"
        )
        self.title(title)
        middle = TOTAL // 2
        self.picture.alt = (
            f"{begin(title, 'Line')} of the learning rate over {TOTAL} steps, as a share of its "
            f"peak: {number(rates[0])} at step 1, {number(rates[middle - 1])} at step {middle}, "
            f"{number(rates[-1])} at step {TOTAL}, with a warm-up of {warmup} steps."
        )
