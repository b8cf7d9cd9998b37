"""Forty seeds of the same short run, under five settings: how much of a difference is luck?"""

from typing import Any

import numpy as np

from classroom.lesson_09.record.grid_values import values
from classroom.lesson_09.short_runs import short_run

#: What each setting changes in a run of `STEPS` steps; the others are those of `short_run`.
SETTINGS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "warm-up of 10 steps": {"warmup": 10},
    "batches of 15": {"batch_size": 15},
    "no clipping": {"clip": None},
    "constant rate": {"schedule": "constant"},
}

STEPS, LONG = 100, 800
LONGER = ("as it is", "constant rate")


def held_out_loss(setting, seed, steps=STEPS):
    """Return the held-out loss of one run, in nats per character."""
    return short_run(steps=steps, seed=seed, **SETTINGS[setting]).held_out


def record(seeds=40, steps=STEPS, long_seeds=5, long_steps=LONG, processes=2):
    """Train every setting with every seed, and two of them for longer with a few seeds.

    Returns
    -------
    arrays : dict
        held_out (len(SETTINGS), seeds): nats per character, a row for each setting;
        long (2, long_seeds): the same of long runs as it is, and with a constant rate.
    metadata : dict
        settings: their names; changes: what each changes; steps, long_steps.
    """
    short = {"setting": list(SETTINGS), "seed": range(seeds), "steps": [steps]}
    long = {"setting": LONGER, "seed": range(long_seeds), "steps": [long_steps]}
    arrays = {
        "held_out": _losses(short, processes).reshape(len(SETTINGS), seeds),
        "long": _losses(long, processes).reshape(len(LONGER), long_seeds),
    }
    changes = [repr(change) for change in SETTINGS.values()]
    metadata = {"settings": list(SETTINGS), "changes": changes}
    return arrays, metadata | {"steps": steps, "long_steps": long_steps}


def _losses(grid, processes):
    return np.array(values(held_out_loss, grid, processes), np.float32)
