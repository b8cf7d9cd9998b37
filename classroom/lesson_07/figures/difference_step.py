"""The figure of the step of a numerical gradient: too long, too short, and what lies between."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from classroom.plots import lines, mpl
from course_lib import layers

STEPS = np.geomspace(1e-14, 1.0, 113)
"""The steps that the curves are drawn through."""


@lru_cache(maxsize=1024)
def relative_error(step: float, dtype: str, difference: str) -> float:
    """Measure how far numerical slopes of gelu are off, against the formula.

    Returns the length of the difference over the length of the right slopes, at 101 places from −2
    to 2. In float32 the function and the difference are computed in float32. `difference` is
    "central" or "one-sided".
    """
    x = np.linspace(-2, 2, 101)
    right = layers.gelu_backward(np.ones_like(x), layers.gelu(x)[1])
    x = x.astype(dtype)
    h = x.dtype.type(step)
    above, below = x + h, (x - h if difference == "central" else x)
    change = layers.gelu(above)[0] - layers.gelu(below)[0]
    slopes = change / (2 * h if difference == "central" else h)
    return float(np.linalg.norm(slopes - right) / np.linalg.norm(right))


def error_by_step() -> mpl.Figure:
    """Draw the error of a numerical gradient over its step, three ways to compute it."""
    ways = {
        "float32": ("float32", "central"),
        "one-sided": ("float64", "one-sided"),
        "float64": ("float64", "central"),
    }
    curves = {
        name: np.array([relative_error(float(step), *way) for step in STEPS])
        for name, way in ways.items()
    }
    digits = {name: int(-math.log10(curve.min())) for name, curve in curves.items()}
    return lines(
        STEPS,
        curves,
        title=f"Digits at the best step: {digits['float64']} in float64, {digits['float32']} in "
        f"float32, {digits['one-sided']} in float64 with a one-sided difference",
        x_label="step",
        y_label="relative error of the slope",
        log_x=True,
        log_y=True,
        height=3.4,
    )
