"""The curves of runs on little text, with and without dropout and weight decay."""

from typing import Any

import numpy as np

from classroom.lesson_09.record.grid_values import values
from classroom.lesson_09.short_runs import short_run

#: Characters of the poem to learn from.
SIZES = (500, 1000, 2000, 3000, 4000, 5600)

#: What is done against overfitting, as arguments of `short_run`.
REMEDIES: dict[str, dict[str, Any]] = {
    "none": {},
    "dropout 0.3": {"dropout": 0.3},
    "weight decay 1": {"optimizer": "adamw", "weight_decay": 1.0},
}

STEPS, EVERY = 400, 10


def curves(size, remedy, seed, steps=STEPS, every=EVERY):
    """Return the two curves of a run, (2, n): loss on the batches, and on the held-out text.

    Both stand at the steps 0, `every`, 2 `every`, …. That of the batches is the mean over the
    `every` steps before; at 0 it is the loss of the first batch.
    """
    run = short_run(
        steps=steps, n_train=size, evaluate_every=every, seed=seed, **REMEDIES[remedy]
    )  # fmt: skip
    batches = np.append(run.losses[0], run.losses.reshape(-1, every).mean(axis=1))
    return np.array([batches, run.evaluations[:, 1]])


def record(seeds=5, steps=STEPS, every=EVERY, sizes=SIZES, processes=2):
    """Train on each size, with each remedy, with each seed.

    Returns
    -------
    arrays : dict
        curves (len(sizes), len(REMEDIES), seeds, 2, n): see `curves`; steps (n,); sizes.
    metadata : dict
        remedies: their names.
    """
    grid = {
        "size": sizes, "remedy": list(REMEDIES), "seed": range(seeds),
        "steps": [steps], "every": [every],
    }  # fmt: skip
    found = np.array(values(curves, grid, processes))
    arrays = {
        "curves": found.reshape(len(sizes), len(REMEDIES), seeds, *found.shape[1:]).astype(
            np.float16
        ),
        "steps": np.arange(0, steps + 1, every),
        "sizes": np.array(sizes),
    }
    return arrays, {"remedies": list(REMEDIES)}
