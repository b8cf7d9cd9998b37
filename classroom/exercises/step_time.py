"""How fast a model made of the reader's functions trains, and which of them takes the time."""

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.exercises.messages import listed, number, wrap
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
        if self.own <= SLOWER * self.reference:
            return f"{self.task}: a step takes about as long as with the course's functions"
        text = (
            f"{self.task}: a step takes {_time(self.own)} with your functions and "
            f"{_time(self.reference)} with the course's; {self.steps} steps take about "
            f"{_time(self.own * self.steps)}."
        )
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

    Where the reader's are slow, each that is called is also timed alone, to say which takes the
    time.

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
    batch = task.batch(np.random.default_rng(0), recipe.batch_size)
    params = init_params(task.config, np.random.default_rng(0))
    max_norm = recipe.clip or math.inf

    def seconds(functions: Mapping[str, Function]) -> float:
        """The fastest of up to seven steps; of fewer where one takes long."""
        with using(**functions):
            optimizer = recipe.start_optimizer(params)
            best, spent = np.inf, 0.0
            for _ in range(7):
                start = _clock()
                step.train_step(batch, params, task.config, optimizer, 0.0, max_norm)
                took = _clock() - start
                best, spent = min(best, took), spent + took
                if spent > 1.0:
                    break
        return float(best)

    called: set[str] = set()

    def counted(name: str, function: Function) -> Function:
        def call(*args: Any, **kwargs: Any) -> Any:
            called.add(name)
            return function(*args, **kwargs)

        return call

    reference, theirs = seconds({}), seconds(own)
    slow: dict[str, float] = {}
    if theirs > SLOWER * reference and theirs * recipe.steps > 60 * minutes:
        seconds({name: counted(name, function) for name, function in own.items()})
        added = {name: seconds({name: own[name]}) - reference for name in sorted(called)}
        worst = sorted(added, key=lambda name: -added[name])
        slow = {name: added[name] for name in worst if added[name] > 0.2 * (theirs - reference)}
    return Pace(task.name, recipe.steps, reference, theirs, slow, own)


def _time(seconds: float) -> str:
    if seconds >= 90:
        return f"{seconds / 60:.0f} minutes"
    if seconds >= 1:
        return f"{seconds:.0f} seconds" if seconds >= 9.5 else f"{seconds:.1f} seconds"
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.0095 else f"{1000 * seconds:.1f} ms"
