"""The explorers about what decides whether a model trains: its learning rate, and its start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from course_lib.explore.controls import Choice, Slider
from course_lib.explore.explorer_box import Explorer, explorer
from course_lib.plots.rates import Rates, rate_label
from course_lib.plots.start import NORMS, Start


def explore_rates(runs: Sequence[Any]) -> Explorer:
    """Slide through the learning rates of some runs: where each ended, and how it came there."""
    rates = [(rate_label(run.settings["lr"]), run.settings["lr"]) for run in runs]
    return explorer(
        Rates(runs),
        lr=Choice(rates, rates[len(rates) // 2][1], label="learning rate", slider=True),
    )


def explore_start() -> Explorer:
    """Choose the size of the random matrices and the norm: see the model before its first step."""
    return explorer(
        Start(),
        scale=Slider(0.01, 10.0, 1.0, log=True, label="matrices times"),
        norm=Choice(
            [("pre-norm", NORMS[0]), ("post-norm", NORMS[1]), ("no norm", NORMS[2])], label="norm"
        ),
    )
