"""The frequencies of an embedding of numbers on a clock, and what they make of the logits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots.curves import lines
from classroom.plots.heatmaps import heatmap


def picture_of_frequencies(spectra: Any, steps: Any) -> Any:
    """Draw how the power moves into some frequencies.

    Parameters
    ----------
    spectra : array (steps, frequencies)
    steps : array (steps,)
    """
    after = spectra[-1]
    strong = after > 0.1
    return heatmap(
        spectra.T,
        [str(k) for k in range(1, spectra.shape[1] + 1)],
        [str(int(step)) for step in steps],
        title=f"From evenly spread to {strong.sum()} frequencies with {after[strong].sum():.0%} "
        "of the power, and it begins long before the held-out sums are right",
        x_label="step",
        y_label="frequency",
        label="share of the power",
        vmin=0,
        height=3.2,
    )


def picture_of_logits(strong: Sequence[int], measured: Any) -> Any:
    """Draw one wave, the mean of several, and the mean logits beside them.

    Parameters
    ----------
    strong : sequence of int
        The frequencies.
    measured : array (p,)
        The mean logit of the answers that are 0, 1, … above the right one.
    """
    p = len(measured)
    place = np.arange(p) - p // 2
    waves = [np.cos(2 * np.pi * k * place / p) for k in strong]
    of_model = measured[place % p] / measured.max()
    names = {1: "one", 2: "two", 3: "three", 4: "four"}
    return lines(
        place,
        {
            f"cosine {strong[0]}": waves[0],
            f"mean of {names.get(len(strong), 'all')}": np.mean(waves, axis=0),
            "the model": of_model,
        },
        title=f"One wave comes back to {np.sort(waves[0])[-2]:.2f} at a wrong answer; the model's "
        f"logits, like several waves together, reach {np.sort(of_model)[-2]:.2f} at most",
        x_label="c − (a + b)",
        y_label="height (1 at the right answer)",
        height=3.2,
    )
