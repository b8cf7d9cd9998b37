"""The figure of trainings with the scale of attention and without it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classroom.plots import mpl
from classroom.plots.curves import lines
from classroom.plots.labels import decimals

MEAN_OF = 15


def loss_without_scale(runs: Mapping[tuple[bool, int], np.ndarray]) -> mpl.Figure:
    """Draw the loss of each run, by (scale, seed), in means of `MEAN_OF` steps."""
    smooth = {key: run.reshape(-1, MEAN_OF).mean(axis=1) for key, run in runs.items()}
    ends = {
        scale: " and ".join(decimals(run[-1]) for (with_it, _), run in smooth.items()
                            if with_it == scale)
        for scale in (True, False)
    }  # fmt: skip
    steps = MEAN_OF * (np.arange(len(next(iter(smooth.values())))) + 0.5)
    return lines(
        steps,
        {
            f"{'1/√d_k' if scale else 'no scale'}, seed {seed}": run
            for (scale, seed), run in smooth.items()
        },
        title=f"With the scale the loss ends at {ends[True]}, without it at {ends[False]}",
        x_label="step",
        y_label="loss (nats)",
        height=3.2,
    )
