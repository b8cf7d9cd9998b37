"""Figures of the loss and of its push, by how far the logit of the target is ahead."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classroom.plots import lines, mpl


def loss_by_lead(lead: np.ndarray, losses: Mapping[str, np.ndarray], best: float) -> mpl.Figure:
    """Draw the loss (nats) by the lead of the target, a curve for each smoothing.

    Parameters
    ----------
    lead : ndarray, shape (N,)
    losses : mapping of str to ndarray, shape (N,)
    best : float
        The lead to be marked: the best one, by a formula.
    """
    return lines(
        lead,
        losses,
        title="Without smoothing, further ahead is always better; with it there is a best place",
        x_label="logit of the target minus that of the others",
        y_label="loss (nats)",
        marks={f"{best:.2f}": best},
        height=3.2,
    )


def push_by_lead(lead: np.ndarray, pushes: Mapping[str, np.ndarray], behind: float) -> mpl.Figure:
    """Draw the push on the right logit by its lead, a curve for each loss.

    Parameters
    ----------
    lead : ndarray, shape (N,)
    pushes : mapping of str to ndarray, shape (N,)
        Of two losses; the title compares the first with the second.
    behind : float
        Where they are compared: that far behind.
    """
    at = int(np.abs(lead + behind).argmin())
    first, second = pushes
    times = pushes[first][at] / pushes[second][at]
    return lines(
        lead,
        pushes,
        title=f"Sure and wrong: {behind:.0f} behind, {first} pushes {times:.0f} times as hard",
        x_label="lead of the right logit",
        y_label="push on it",
        marks={f"{behind:.0f} behind": -behind, "even": 0.0},
        height=3.2,
    )
