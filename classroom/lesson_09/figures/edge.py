"""Gradient descent below, at and beyond the edge of stability."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from classroom.plots.curves import lines


def picture_of_edge(ways: Mapping[float, Any]) -> Any:
    """Draw the loss of each run, as far as it can be shown.

    Parameters
    ----------
    ways : mapping of float to array (steps,)
        By how many times the edge the rate is.
    """
    said = []
    for times, losses in ways.items():
        up = np.flatnonzero(np.diff(losses) > 0)
        name = {0.5: "half the edge", 2: "twice the edge"}.get(times, f"{times} times")
        if not np.isfinite(losses[-1]) or losses[-1] > 1e6:
            said.append(f"{name} is lost")
        elif times != 1.5:
            said.append(f"{name} jumps at step {up[0] + 1}" if len(up) else f"{name} only falls")
    title = ", ".join(said)
    return lines(
        range(len(next(iter(ways.values())))),
        {f"{times} × the edge": np.where(way < 50, way, np.nan) for times, way in ways.items()},
        title=title[0].upper() + title[1:],
        x_label="step",
        y_label="loss of the batch (nats)",
        y_limits=(1.5, 6),
        height=3.6,
    )
