"""How fast a model made of the reader's functions trains, and which of them takes the time."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.exercises import swap
from classroom.exercises.formatting import listed, number, plural, wrap
from classroom.exercises.swap import using
from course_lib import tasks
from course_lib.params import init_params
from course_lib.training import step

Function = Callable[..., Any]

_FINE = time.get_clock_info("process_time").resolution < 1e-4
_clock = time.process_time if _FINE else time.perf_counter
"""Time that this process was given: another program on the same machine makes nothing slower."""

SLOWER = 1.5
"""A step that takes so many times as long as the course's is called slow."""

PATIENCE = 0.5
"""Seconds: where a step of few examples takes as long, that of all examples is estimated."""


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
    estimated_from : int
        Examples of the batch that were run, where all of them would have taken long; 0 if all were.
    """

    task: str
    steps: int
    reference: float
    own: float
    slow: dict[str, float]
    parts: Mapping[str, Function]
    estimated_from: int = 0

    def __str__(self) -> str:
        if not self.parts:
            return f"{self.task}: nothing in this model is yours yet, so there is nothing to time"
        if self.own <= SLOWER * self.reference:
            return f"{self.task}: a step takes about as long as with the course's functions"
        text = (
            f"{self.task}: a step takes {_time(self.own)} with your functions and "
            f"{_time(self.reference)} with the course's; {self.steps} steps take about "
            f"{_time(self.own * self.steps)}."
        )
        if self.estimated_from:
            text += f" (Estimated from {plural(self.estimated_from, 'example')} of a batch.)"
        if self.slow:
            named = ", ".join(f"{name} (+{_time(added)})" for name, added in self.slow.items())
            text += (
                f" What takes the time: {named}. That is no mistake; a loop over single numbers is "
                "slow in Python, and NumPy does it faster."
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


def pace(own: Mapping[str, Function], task: Any, recipe: Any = None, minutes: float = 0.0) -> Pace:
    """Time one step of a training with the course's functions and with the reader's.

    It says what it does before it begins. The reader's step is timed with one example, with two,
    with four, up to the whole batch; where that takes long the rest is estimated. Where the
    reader's functions are slow, a step tells which of them takes the time.

    Parameters
    ----------
    own : mapping of str to callable
        What `mine()` returns.
    task : Task or str
    recipe : Recipe, optional
        The task's own by default.
    minutes : float
        A training that is done within so many is not looked into.
    """
    task = tasks.load_task(task) if isinstance(task, str) else task
    recipe = recipe or task.recipe
    if not own:
        return Pace(task.name, recipe.steps, 0.0, 0.0, {}, own)
    print(f"{task.name}: a step with your functions is timed, before it trains.", flush=True)
    batch = task.batch(np.random.default_rng(0), recipe.batch_size)
    params = init_params(task.config, np.random.default_rng(0))

    def seconds(functions: Mapping[str, Function], examples: int, times: int = 7) -> float:
        """The fastest of some steps with so many examples; of fewer where one takes long."""
        part = batch.take(slice(examples))
        with using(**functions):
            optimizer = recipe.start_optimizer(params)
            best, spent = math.inf, 0.0
            for _ in range(times):
                start = _clock()
                step.train_step(part, params, task.config, optimizer, 0.0, recipe.clip or math.inf)
                took = _clock() - start
                best, spent = min(best, took), spent + took
                if spent > PATIENCE:
                    break
        return best

    def timed(functions: Mapping[str, Function]) -> tuple[float, dict[str, float]]:
        def once() -> tuple[float, dict[str, float]]:
            return _time_by_function(functions, lambda noted: seconds(noted, examples, times=1))

        first = once()
        if PATIENCE / 2 <= first[0] < 2 * PATIENCE:  # was it the function, or a pause of Python?
            return min(first, once(), key=lambda found: found[0])
        return first

    examples, whole = 1, len(batch)
    took, own_times = timed(own)
    while took < PATIENCE / 2 and examples < whole:
        examples = min(2 * examples, whole)
        took, own_times = timed(own)
    reference = seconds({}, whole)
    more = whole / examples
    theirs = seconds(own, whole) if took < PATIENCE / 2 else more * took
    slow: dict[str, float] = {}
    if theirs > SLOWER * reference and theirs * recipe.steps > 60 * minutes:
        _, course_times = timed({name: swap.reference(name) for name in own_times})
        added = {name: more * (own_times[name] - course_times.get(name, 0.0)) for name in own_times}
        worst = sorted(added, key=lambda name: -added[name])
        slow = {name: added[name] for name in worst if added[name] > 0.2 * (theirs - reference)}
    estimated_from = examples if examples < whole else 0
    return Pace(task.name, recipe.steps, reference, theirs, slow, own, estimated_from)


def _time_by_function(
    functions: Mapping[str, Function], run: Callable[[Mapping[str, Function]], float]
) -> tuple[float, dict[str, float]]:
    """Return what `run` measures, and the seconds that each of the functions took by itself.

    What a function calls of the others is counted there.
    """
    spent: dict[str, float] = {}
    inner = [0.0]  # for each call that is going on: seconds in those that it makes

    def timed(name: str, function: Function) -> Function:
        def call(*args: Any, **kwargs: Any) -> Any:
            inner.append(0.0)
            start = _clock()
            try:
                return function(*args, **kwargs)
            finally:
                took = _clock() - start
                spent[name] = spent.get(name, 0.0) + took - inner.pop()
                inner[-1] += took

        return call

    return run({name: timed(name, function) for name, function in functions.items()}), spent


def _time(seconds: float) -> str:
    if seconds >= 90:
        return f"{seconds / 60:.0f} minutes"
    if seconds >= 1:
        return f"{seconds:.0f} seconds" if seconds >= 9.5 else f"{seconds:.1f} seconds"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.0095 else f"{1000 * seconds:.1f} ms"
