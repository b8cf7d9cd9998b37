"""The figure of trainings with the norm at one place or the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from classroom.lesson_03.norm_runs import NormRun
from classroom.plots import mpl
from classroom.plots.curves import lines
from classroom.plots.labels import decimals, number

MEAN_OF = 10


def norm_curves(runs: Mapping[str, Sequence[NormRun]], entropy: float) -> mpl.Figure:
    """Draw the mean loss of the runs of each name, beside the entropy of the characters."""
    mean = {name: np.mean([run.losses for run in some], axis=0) for name, some in runs.items()}
    steps = next(iter(mean.values())).size
    smooth = {name: losses.reshape(-1, MEAN_OF).mean(axis=1) for name, losses in mean.items()}
    ends = {name: losses[-1] for name, losses in smooth.items()}
    best, worst = min(ends, key=ends.__getitem__), max(ends, key=ends.__getitem__)
    varies = {name: float(np.mean([run.dependence for run in some])) for name, some in runs.items()}
    others = min(v for name, v in varies.items() if name != worst)
    figure = lines(
        MEAN_OF * (np.arange(steps // MEAN_OF) + 0.5),
        smooth | {"frequencies alone": np.full(steps // MEAN_OF, entropy)},
        title=f"Lowest: {best}, {decimals(ends[best])} nats. Highest: {worst}, "
        f"{decimals(ends[worst])} (frequencies alone: {decimals(entropy)}); its logits vary over "
        f"texts by {number(varies[worst], 1)}, those of the others by {number(others, 1)} or more",
        x_label="step",
        y_label="loss (nats)",
        height=4.0,
    )
    listed = ", ".join(f"{name} at {decimals(end)}" for name, end in ends.items())
    figure.alt += f" They end: {listed}."
    return figure
