"""The figure of what a layer of attention costs as the text gets longer."""

from __future__ import annotations

import numpy as np

from classroom.plots import mpl
from classroom.plots.curves import lines


def cost_by_length(
    lengths: np.ndarray, projections: np.ndarray, mixing: np.ndarray, crossing: int
) -> mpl.Figure:
    """Draw the multiplications of both parts over the length, with the place where they cross."""
    shown = np.unique(np.geomspace(64, len(lengths), 25).astype(int)) - 1
    return lines(
        lengths[shown],
        {"projections": projections[shown] / 1e9, "compare and mix": mixing[shown] / 1e9},
        title=f"From {crossing:,} tokens on, comparing and mixing cost more",
        x_label="T (tokens)",
        y_label="multiplications (billions)",
        log_x=True,
        log_y=True,
        marks={f"T = {crossing:,}": crossing},
        height=3.4,
    )
