"""The figure of the step of a numerical gradient: too long, too short, and what lies between."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import COLORS, LABEL_SIZE, SOFT, TICK_SIZE, WIDTH, blank, grid, place
from course_lib import layers

DTYPES = ("float64", "float32")
DIFFERENCES = ("central", "one-sided")
STEPS = np.geomspace(1e-14, 1.0, 113)
"""The steps that the curve is drawn through."""


@lru_cache(maxsize=1024)
def relative_error(step: float, dtype: str, difference: str) -> float:
    """Measure how far numerical slopes of gelu are off, against the formula.

    Returns the length of the difference over the length of the right slopes, at 101 places from −2
    to 2. In float32 the function and the difference are computed in float32.
    """
    x = np.linspace(-2, 2, 101)
    right = layers.gelu_backward(np.ones_like(x), layers.gelu(x)[1])
    x = x.astype(dtype)
    h = x.dtype.type(step)
    above, below = x + h, (x - h if difference == "central" else x)
    change = layers.gelu(above)[0] - layers.gelu(below)[0]
    slopes = change / (2 * h if difference == "central" else h)
    return float(np.linalg.norm(slopes - right) / np.linalg.norm(right))


class StepSize(Stage):
    """The error of a numerical gradient over its step, in float32 or float64."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 4.0))
        ax = place(self.picture, 0.85, 0.58, WIDTH - 1.1, 2.75)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_xlim(STEPS[0], STEPS[-1])
        ax.set_ylim(1e-13, 30)
        ax.set_xlabel("step", size=LABEL_SIZE)
        ax.set_ylabel("relative error of the slope", size=LABEL_SIZE)
        grid(ax)
        ax.axhline(1e-5, color=SOFT, linewidth=0.9, linestyle=(0, (3, 3)))
        ax.text(3e-10, 1.6e-5, "a check that asks for 5 digits", size=TICK_SIZE, color=SOFT)
        self.others = [
            ax.plot(STEPS, [relative_error(float(step), dtype, kind) for step in STEPS],
                    color="#c9c9c9", linewidth=1.2)[0]
            for dtype in DTYPES
            for kind in DIFFERENCES
        ]  # fmt: skip
        (self.line,) = ax.plot([], [], color=COLORS[0], linewidth=1.9)
        (self.dot,) = ax.plot([], [], "o", color=COLORS[1], markersize=8)
        self.animate(self.line, self.dot)

    def update(  # type: ignore[override]
        self, step: float, dtype: str = "float64", difference: str = "central"
    ) -> None:
        """Show one step, dtype and kind of difference."""
        curve = [relative_error(float(other), dtype, difference) for other in STEPS]
        here = relative_error(float(step), dtype, difference)
        best = int(np.argmin(curve))
        self.line.set_data(STEPS, curve)
        self.dot.set_data([step], [min(max(here, 1.2e-13), 28)])
        if math.log10(step / STEPS[best]) > 0.3 and here > 2 * curve[best]:
            why = "the step is long and the curve bends"
        elif math.log10(step / STEPS[best]) < -0.3 and here > 2 * curve[best]:
            why = "the step is short and rounding takes over"
        else:
            why = "near the best step"
        title = f"Step {number(step)}, {dtype}, {difference}: relative error {number(here)}, {why}"
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Line chart')} of the relative error of a numerical slope of gelu over "
            f"the step, both logarithmic: it goes from {number(curve[0])} at {number(STEPS[0])} "
            f"down to {number(curve[best])} at {number(STEPS[best])} and up to {number(curve[-1])} "
            f"at 1. In grey the same for the other of {' and '.join(DTYPES)}, "
            f"{' and '.join(DIFFERENCES)} differences."
        )
