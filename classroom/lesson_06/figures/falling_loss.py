"""The figure of a loss that falls, between levels that it may come down to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from classroom.plots import lines, mpl


def loss_and_levels(losses: Sequence[float], levels: Mapping[str, float]) -> mpl.Figure:
    """Draw the loss of a model of one row at every step, among levels to compare with, in bits."""
    steps = np.arange(len(losses))
    nearest = min(levels, key=lambda name: abs(levels[name] - losses[-1]))
    return lines(
        steps,
        {
            "loss": np.array(losses),
            **{name: np.full(len(steps), level) for name, level in levels.items()},
        },
        title=f"A model of one row: its loss falls from {losses[0]:.2f} to {losses[-1]:.2f} bits; "
        f"the {nearest} is {levels[nearest]:.2f}",
        x_label="step",
        y_label="bits per character",
        height=3.2,
    )
