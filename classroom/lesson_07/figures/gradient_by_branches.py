"""The figure of a gradient's parts, by the number of branches that they have passed."""

from __future__ import annotations

import numpy as np

from classroom.plots import bars, mpl


def gradient_by_branches(share: np.ndarray, at_most: int, drawn: int = 13) -> mpl.Figure:
    """Draw the share of the gradient that has passed 0, 1, 2, … branches.

    Parameters
    ----------
    share : ndarray, shape (sublayers + 1,)
        In all 1.
    at_most : int
        The title says how much has passed that many branches or fewer.
    drawn : int
        How many of the shares are drawn.
    """
    return bars(
        range(drawn),
        np.round(share[:drawn], 3),
        title=f"{share[: at_most + 1].sum():.0%} of the gradient has passed {at_most} branches of "
        f"{len(share) - 1} or fewer",
        x_label="number of branches passed",
        y_label="share of the gradient",
        height=3.2,
    )
