"""The ratio of update to weight in the trainings of the ward, each trained once more for it."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.lesson_09.broken_runs import CONTROL, PATIENTS
from classroom.lesson_09.record.broken_runs import BUGS, EVERY, STEPS
from classroom.lesson_09.record.broken_training import train_patient
from classroom.lesson_09.update_ratio import UpdateRatio


def record(steps: int = STEPS, every: int = EVERY, **settings: Any) -> tuple[dict, dict]:
    """Train all of them. Return (arrays, metadata): for each run a ratio for each step (steps,).

    nan from the step on at which the loss is none.
    """
    arrays = {}
    for seed, patient in enumerate((CONTROL, *PATIENTS)):
        watch = UpdateRatio()
        train_patient(BUGS[patient], steps, every, seed, watch=watch, **settings)
        ratios = np.full(steps, np.nan, np.float32)
        ratios[: len(watch.ratios)] = watch.ratios
        arrays[patient] = ratios
    not_finite = [name for name, array in arrays.items() if not np.isfinite(array).all()]
    return arrays, {"steps": steps, "not_finite": not_finite}
