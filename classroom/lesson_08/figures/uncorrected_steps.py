"""The figure of Adam's steps without the correction of its averages."""

from __future__ import annotations

import numpy as np

from classroom.plots import lines, mpl


def uncorrected_steps(lengths: np.ndarray) -> mpl.Figure:
    """Draw how long steps 1, 2, … are without the correction, as multiples of the learning rate."""
    last = int(np.flatnonzero(lengths > 2)[-1]) + 1
    return lines(
        range(1, len(lengths) + 1),
        {"without correction": lengths, "with": np.ones(len(lengths))},
        title=f"Without correction {last} steps are more than twice too long, the worst "
        f"{lengths.max():.1f} times",
        x_label="step",
        y_label="step / learning rate",
        log_x=True,
        height=3.0,
    )
