"""The figure of the loss in the valley, with momentum and without."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classroom.plots import lines, mpl


def momentum_gain(losses: Mapping[str, np.ndarray]) -> mpl.Figure:
    """Draw the loss at each step, without momentum (first) and with it.

    Parameters
    ----------
    losses : mapping of str to array (steps + 1,)
        Two of them, with 20 steps at least.
    """
    without, with_momentum = losses.values()
    lower = without[20] / with_momentum[20]
    return lines(
        range(len(without)),
        losses,
        title=f"After 20 steps at the same rate the loss is {lower:.0f} times lower with momentum",
        x_label="step",
        y_label="loss",
        log_y=True,
        height=3.0,
    )
