"""Eight trainings with one mistake each, planted for real, and a healthy one beside them.

Who has which mistake stands in `BUGS`: diagnose the patients before you read on.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.lesson_09.broken_runs import CONTROL, PATIENTS
from classroom.lesson_09.record.broken_training import Bug, train_patient
from course_lib import blocks
from course_lib.tasks import load_task
from course_lib.training.objective import Batch

STEPS, EVERY = 480, 12


def half_softmax(x: np.ndarray, axis: int = -1) -> tuple:
    """A softmax in half precision, whose author forgot to subtract the maximum."""
    exps = np.exp(x.astype(np.float16))  # inf beyond a score of 11.09
    exps = exps.astype(np.float32)
    out = exps / exps.sum(axis=axis, keepdims=True)
    return out, (out, axis)


def mask_of_true(T_q: int, T_k: int | None = None) -> np.ndarray:
    """A mask that hides nothing."""
    return np.ones((T_q, T_q if T_k is None else T_k), bool)


def sublayer_alone(
    x: np.ndarray, sublayer: Any, norm_params: Any, config: Any, rng: Any = None
) -> tuple:
    """A residual connection without its x."""
    out, cache = sublayer(x)
    return out, blocks.ResidualCache(None, cache, None, "none")


def sublayer_alone_backward(dout: np.ndarray, cache: Any, sublayer_backward: Any) -> tuple:
    """Return (dx, dnorm, *rest), as blocks.residual_backward."""
    dx, *rest = sublayer_backward(dout, cache.sublayer)
    return dx, {}, *rest


def unshifted(batch: Batch) -> Batch:
    """Ask for what the model reads in place of what comes next."""
    return Batch(batch.inputs, batch.inputs[0])


BUGS = {
    CONTROL: Bug(),
    "Annabel": Bug(functions={"causal_mask": mask_of_true}),
    "Berenice": Bug(
        norm="none",
        functions={"residual": sublayer_alone, "residual_backward": sublayer_alone_backward},
    ),
    "Eleonora": Bug(examined_on="train"),
    "Lenore": Bug(functions={"softmax": half_softmax}),
    "Ligeia": Bug(lr=0.3),
    "Morella": Bug(bias=-6.0),
    "Prospero": Bug(asked=unshifted),
    "Roderick": Bug(zeroed=False),
}


def record(
    steps: int = STEPS, every: int = EVERY, first_seed: int = 0, **settings: Any
) -> tuple[dict, dict]:
    """Train all of them. Return (arrays, metadata); array names begin with the patient's."""
    arrays: dict[str, np.ndarray] = {}
    samples = {}
    for seed, patient in enumerate((CONTROL, *PATIENTS), first_seed):
        found, samples[patient] = train_patient(BUGS[patient], steps, every, seed, **settings)
        arrays |= {f"{patient}/{name}": array for name, array in found.items()}
    vocab_size = len(load_task("raven").vocabulary)
    about = {"samples": samples, "steps": steps, "vocab_size": vocab_size}
    about["not_finite"] = [name for name, array in arrays.items() if not np.isfinite(array).all()]
    return arrays, about
