"""The figure of how the residual stream grows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classroom.plots import mpl
from classroom.plots.curves import lines
from classroom.plots.labels import number


def stream_growth(spreads: Mapping[str, np.ndarray]) -> mpl.Figure:
    """Draw the standard deviation of the stream after each sublayer, a line for each place."""
    count = len(next(iter(spreads.values())))
    ends = ", ".join(f"{name} {number(spread[-1])}" for name, spread in spreads.items())
    return lines(
        np.arange(count),
        dict(spreads) | {"√(1 + sublayers)": np.sqrt(1 + np.arange(count))},
        title=f"The stream after {count - 1} sublayers: {ends}",
        x_label="sublayers",
        y_label="standard deviation of the stream",
        log_y=True,
    )
