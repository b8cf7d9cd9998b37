"""What becomes of a run at each learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.lesson_09.figures.learning_rate_sweep import rate_label
from classroom.plots.curves import lines


def picture_of_rates(rates: Sequence[float], ended: Any, frequencies: float) -> Any:
    """Draw where each run ended.

    Parameters
    ----------
    rates : sequence of float
        Powers of ten and what lies between.
    ended : array (rates,)
        The held-out losses.
    frequencies : float
        The loss of who knows the frequencies alone.
    """
    best = int(np.argmin(ended))
    at = dict(zip(rates, ended, strict=True))
    lower, higher = rates[best] / 10, rates[best] * 10
    sides = [
        f"{words} at {at[near]:.2f}"
        for words, rate in (("a tenth of it", lower), ("ten times as much", higher))
        for near in [min(rates, key=lambda r: abs(np.log(r / rate)))]
    ]
    return lines(
        rates,
        {"held out": ended, "frequencies": np.full(len(rates), frequencies)},
        title=f"A valley: {rate_label(rates[best])} ends at {ended[best]:.2f} nats; "
        f"{', '.join(sides)}",
        x_label="learning rate",
        y_label="loss after the run (nats)",
        log_x=True,
        markers=True,
        height=3.3,
    )


def picture_of_updates(rates: Sequence[float], ratios: Sequence[Sequence[float]]) -> Any:
    """Draw the ratio of update to weight over the rates: of the first step, and of the middle one.

    Parameters
    ----------
    rates : sequence of float
    ratios : sequence of sequence of float
        For each rate the ratios of all steps.
    """
    first = [each[0] for each in ratios]
    middle = [float(np.median(each)) for each in ratios]
    return lines(
        rates,
        {"first step": first, "median": middle},
        title=f"At rate {rate_label(rates[0])} the first step changes the weights by "
        f"{first[0]:.3%}, at {rate_label(rates[-1])} it is {first[-1]:.0f} times as long as they",
        x_label="learning rate",
        y_label="update / weight",
        log_x=True,
        log_y=True,
        markers=True,
        height=3.2,
    )
