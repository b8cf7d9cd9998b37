"""The figure of how alike learned vectors are: the cosine of every two."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.plots import heatmap, mpl


def likeness(cosines: Any, name: str) -> mpl.Figure:
    """Draw the cosines of vectors that have an order; the title compares near with far.

    Parameters
    ----------
    cosines : ndarray, shape (N, N)
    name : str
        What they belong to, such as "digit".

    Returns
    -------
    Picture
    """
    cosines = np.asarray(cosines)
    near, far = (np.diag(cosines, apart).mean() for apart in (1, 5))
    return heatmap(
        cosines,
        title=f"Cosine {near:.2f} between neighbors, {far:.2f} between those five apart".replace(
            "-", "−"
        ),
        x_label=name,
        y_label=name,
        diverging=True,
        vmin=-1,
        vmax=1,
        values=True,
        label="cosine",
        height=0.3 * len(cosines),
        width=6.4,
    )
