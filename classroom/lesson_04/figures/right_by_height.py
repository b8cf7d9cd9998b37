"""The figure of what a model would get right if it ended after each of its blocks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.curves import lines


def right_by_height(shares: Mapping[str, Any]) -> mpl.Figure:
    """Draw the share of right answers after the embedding and after each block.

    Parameters
    ----------
    shares : mapping of str to array_like, shape (n_layers + 1,)
        For each kind of question. The title names the kind that is lowest before the last block.

    Returns
    -------
    Picture
    """
    depth = len(next(iter(shares.values())))
    last = min(shares, key=lambda kind: shares[kind][depth - 2])
    picture = lines(
        np.arange(depth),
        shares,
        title=f"{last} comes last: {shares[last][depth - 2]:.2f} of its questions are right after "
        f"block {depth - 2}, {shares[last][depth - 1]:.2f} after block {depth - 1}",
        x_label="blocks",
        y_label="share of right answers",
        markers=True,
        y_limits=(0, 1.03),
        height=3.4,
    )
    picture.axes[0].set_xticks(range(depth))
    return picture
