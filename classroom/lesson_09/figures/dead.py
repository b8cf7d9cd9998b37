"""How many units die under a high learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots.bar_charts import bars


def picture_of_dead(shares: Mapping[float, Sequence[float]]) -> Any:
    """Draw the share of dead units after runs at several learning rates.

    Parameters
    ----------
    shares : mapping of float to sequence of float
        For each rate, in ascending order, the share of each seed.
    """
    rates = list(shares)
    low, high = shares[rates[0]], shares[rates[-1]]
    return bars(
        rates,
        [100 * np.mean(each) for each in shares.values()],
        title=f"At rate {rates[-1]:g} between {min(high):.0%} and {max(high):.0%} of the units "
        f"die, at {rates[0]:g} at most {max(low):.0%}",
        x_label="learning rate",
        y_label=f"dead units (%, mean of {len(high)} seeds)",
        height=2.2,
    )
