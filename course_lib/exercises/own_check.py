"""The reader's model beside the course's: does it give the same, and how much slower is it?"""

import time
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
_FINE = time.get_clock_info("process_time").resolution < 1e-4
_clock = time.process_time if _FINE else time.perf_counter
"""Time that this process was given: another program on the same machine makes nothing slower."""

SLOWER = 1.5
"""A step that takes so many times as long as the course's is called slow."""


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


@dataclass(frozen=True)
class Pace:
    """How long a step of a training takes.

    Attributes
    ----------
    task : str
    steps : int
        Of the whole training.
    reference, own : float
        Seconds for a step with the course's functions, and with the reader's.
    slow : dict of str to float
        The reader's functions that cost most, and how many seconds a step each adds by itself.
    parts : OwnModel or mapping
    """

    task: str
    steps: int
    reference: float
    own: float
    slow: dict[str, float]
    parts: Mapping[str, Function]

    def __str__(self) -> str:
        if not self.parts:
            return f"{self.task}: nothing in this model is yours yet, so there is nothing to time"
        if not self.slow:
            return f"{self.task}: a step takes about as long as with the course's functions"
        text = (
            f"{self.task}: a step takes {_time(self.own)} with your functions and "
            f"{_time(self.reference)} with the course's; {self.steps} steps take about "
            f"{_time(self.own * self.steps)}. What takes the time: "
            + ", ".join(f"{name} (+{_time(seconds)})" for name, seconds in self.slow.items())
            + ". Right but slow is right: loops over single numbers are what NumPy does faster."
        )
        return wrap(text, "")

    __repr__ = __str__

    def within(self, minutes: float = 2.0) -> dict[str, Function]:
        """Return the parts without the slowest ones, as many as it takes; says which."""
        kept, left_out = dict(self.parts), []
        expected = self.own * self.steps
        for name, seconds in self.slow.items():
            if expected <= 60 * minutes:
                break
            del kept[name]
            left_out.append(name)
            expected -= seconds * self.steps
        if left_out:
            verb = "trains" if len(left_out) == 1 else "train"
            advice = (
                f"To finish within about {number(minutes)} minutes the course's own "
                f"{listed(left_out)} {verb} in place of yours. Allow more minutes, and all of it "
                "is yours."
            )
            print(f"{self}\n{wrap(advice, '')}")
        return kept


def pace(own: Mapping[str, Function], task: Any, recipe: Any = None) -> Pace:
    """Time one step of a training with the course's functions and with the reader's.

    Where the reader's are slow, each is also timed alone, to say which takes the time.

    Parameters
    ----------
    own : mapping of str to callable
        What `mine()` returns.
    task : Task or str
    recipe : Recipe, optional
        The task's own by default.
    """
    task = tasks.load_task(task) if isinstance(task, str) else task
    recipe = recipe or task.recipe
    if not own:
        return Pace(task.name, recipe.steps, 0.0, 0.0, {}, own)
    batch = task.batch(np.random.default_rng(0), recipe.batch_size)
    params = init_params(task.config, np.random.default_rng(0))

    def seconds(functions: Mapping[str, Function]) -> float:
        """The fastest of up to seven steps; of fewer where one takes long."""
        with using(**functions):
            optimizer = recipe.start_optimizer(params)
            best, spent = np.inf, 0.0
            for _ in range(7):
                start = _clock()
                result = objective.loss_and_grads(batch, params, task.config)
                optimizer.step(result.grads, 0.0)
                took = _clock() - start
                best, spent = min(best, took), spent + took
                if spent > 1.0:
                    break
        return float(best)

    reference, theirs = seconds({}), seconds(own)
    slow: dict[str, float] = {}
    if theirs > SLOWER * reference:
        added = {name: seconds({name: function}) - reference for name, function in own.items()}
        worst = sorted(added, key=lambda name: -added[name])
        slow = {name: added[name] for name in worst if added[name] > 0.1 * (theirs - reference)}
    return Pace(task.name, recipe.steps, reference, theirs, slow, own)


def _time(seconds: float) -> str:
    if seconds >= 90:
        return f"{seconds / 60:.0f} minutes"
    if seconds >= 1:
        return f"{seconds:.0f} seconds" if seconds >= 9.5 else f"{seconds:.1f} seconds"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.0095 else f"{1000 * seconds:.1f} ms"
