"""The figure of how far dot products of random vectors spread."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.plots import mpl
from classroom.plots.curves import lines
from classroom.plots.labels import number


def spread_by_width(widths: Sequence[int], spreads: Sequence[float]) -> mpl.Figure:
    """Draw the measured standard deviation of q · k over d_k, beside √d_k."""
    roots = np.sqrt(widths)
    off = float(np.abs(np.asarray(spreads) / roots - 1).max())
    return lines(
        widths,
        {"measured": spreads, "√d_k": roots},
        title=f"The spread of the dot products follows √d_k, to {number(100 * off)} percent",
        x_label="d_k",
        y_label="standard deviation of q · k",
        log_x=True,
        log_y=True,
        markers=True,
        height=3.0,
    )
