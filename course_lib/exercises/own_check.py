"""The reader's model beside the course's: whose is each part, and does it give the same?"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib import objective, tasks
from course_lib.params import flatten, init_params

from . import registry, swap
from .own_model import OwnModel
from .swap import using
from .values import largest
from .wording import listed, number, plural, wrap

Function = Callable[..., Any]
TOLERANCE = 1e-4
"""Of the largest entry: an answer that computes in float32 is right too."""


def parts_by_lesson(own: OwnModel) -> dict[int, dict[str, str]]:
    """For each lesson, whose each part of the model is: "yours", "reference" or "refused".

    Only what stands in course_lib is a part of the model; some exercises are there to learn from.
    """
    found: dict[int, dict[str, str]] = {}
    for exercise in registry.exercises():
        if exercise.name in swap.FUNCTIONS:
            whose = "refused" if exercise.name in own.refused else own.whose(exercise.name)
            found.setdefault(exercise.lesson, {})[exercise.name] = whose
    return found


@dataclass(frozen=True)
class Comparison:
    """The same parameters and the same examples, through two models.

    Attributes
    ----------
    task : str
    logits : float
        Largest difference of the logits, as a share of the largest logit.
    gradients : dict of str to float
        For each parameter the largest difference of its gradient, as a share of its largest entry
        (or of a thousandth of the largest of all, where it is smaller: that of b_K is 0).
    loss : float
        Difference of the losses.
    """

    task: str
    logits: float
    gradients: dict[str, float]
    loss: float

    @property
    def same(self) -> bool:
        """Whether all of it agrees, up to what float32 leaves."""
        worst = max(self.logits, abs(self.loss), *self.gradients.values())
        return bool(worst <= TOLERANCE)

    def __str__(self) -> str:
        worst = sorted(self.gradients, key=lambda name: -self.gradients[name])
        apart = [name for name in worst if not self.gradients[name] <= TOLERANCE]
        total = len(self.gradients)
        logits = "the same logits" if self.logits <= TOLERANCE else (
            f"other logits (off by {number(self.logits)} times the largest)"
        )  # fmt: skip
        if apart:
            named = listed(apart[:3]) + (f" and {len(apart) - 3} more" if len(apart) > 3 else "")
            return wrap(
                f"{self.task}: {logits}, other gradients for {len(apart)} of "
                f"{plural(total, 'parameter array')}: {named}.",
                "",
            )
        return f"{self.task}: {logits}, the same gradients for all {total} parameter arrays"

    __repr__ = __str__


def compare(own: Mapping[str, Function], task: Any, examples: int = 7) -> Comparison:
    """Run the course's model and the reader's on the same parameters and the same examples.

    Parameters
    ----------
    own : mapping of str to callable
        What `mine()` returns.
    task : Task or str
    examples : int

    Returns
    -------
    Comparison
        In float64; dropout is off.
    """
    task = tasks.load_task(task) if isinstance(task, str) else task
    params = init_params(task.config, np.random.default_rng(0), np.float64)
    batch = task.batch(np.random.default_rng(1), examples)

    def run() -> tuple[np.ndarray, float, dict[str, np.ndarray]]:
        logits, _ = objective.forward(batch.inputs, params, task.config)
        result = objective.loss_and_grads(batch, params, task.config)
        return logits, result.loss, flatten(result.grads)

    logits, loss, grads = run()
    with using(**own):
        own_logits, own_loss, own_grads = run()
    floor = max(largest(g) for g in grads.values()) / 1000
    return Comparison(
        task.name,
        _off(own_logits, logits),
        {name: _off(own_grads.get(name), grads[name], floor) for name in grads},
        abs(own_loss - loss),
    )


def _off(got: Any, want: np.ndarray, floor: float = 1e-300) -> float:
    """Largest difference as a share of the largest entry; infinite where the shapes differ."""
    if got is None or np.shape(got) != want.shape or not np.isfinite(got).all():
        return float("inf")
    return largest(np.asarray(got) - want) / max(largest(want), floor)
