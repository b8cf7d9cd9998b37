"""Batches of several sizes, for the same work and for the same steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classroom.plots.curves import lines


def picture_of_batches(
    sizes: Sequence[int], same_work: Sequence[float], same_steps: Sequence[float]
) -> Any:
    """Draw the held-out losses of both comparisons.

    Parameters
    ----------
    sizes : sequence of int
    same_work, same_steps : sequence of float
        The loss after 3200 windows, and after 100 steps.
    """
    best = sizes[same_steps.index(min(same_steps))]
    return lines(
        sizes,
        {"3200 windows": same_work, "100 steps": same_steps},
        title=f"The same work: batches of {sizes[0]} end at {same_work[0]:.2f} nats, of "
        f"{sizes[-1]} at {same_work[-1]:.2f}. The same steps: {best} is best",
        x_label="B (windows in a batch)",
        y_label="held-out loss (nats)",
        log_x=True,
        markers=True,
        height=3.3,
    )
