"""A reader's function, what it did in every case, and when that agrees with what it should do."""

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from classroom.exercises import tracebacks, tree
from classroom.exercises.evidence import MANY
from classroom.exercises.exercise import Case, Exercise, Mistake
from classroom.exercises.formatting import number
from classroom.exercises.reader_source import ReaderSource, read_source
from classroom.exercises.sandbox import Run, Runs, call_all_guarded

Function = Callable[..., Any]
Look = Callable[[Exercise, Run], Any]


@dataclass(frozen=True)
class Answer:
    """A reader's function, what it did in every case, and what it should have done.

    Attributes
    ----------
    exercise : Exercise
    function : callable
    seconds : float
        Allowed for all cases together.
    runs : Runs
        Without the last cases, if time ran out.
    truth : list of Run
        The reference in every case.
    """

    exercise: Exercise
    function: Function
    seconds: float
    runs: Runs
    truth: Sequence[Run]

    @property
    def calls(self) -> Sequence[Run]:
        return self.runs.calls

    @cached_property
    def settled_calls(self) -> list[Run]:
        """The calls, those that refuse as they should taken for right in whatever words."""
        return [settled(run, right) for run, right in zip(self.calls, self.truth, strict=True)]

    @cached_property
    def wrong(self) -> list[int]:
        """The cases in which the answer is not right."""
        pairs = enumerate(zip(self.calls, self.truth, strict=True))
        return [index for index, (run, truth) in pairs if not agrees(self.exercise, run, truth)]

    @cached_property
    def first_wrong(self) -> int:
        """The first case in which `out` is wrong; the cache matters once it is right everywhere."""
        wrong = set(self.wrong)
        return ([i for i in self.differs(first) if i in wrong] or self.wrong)[0]

    @cached_property
    def source(self) -> ReaderSource:
        return read_source(self.function)

    @cached_property
    def mistakes(self) -> list[tuple[Mistake, list[Run]]]:
        """The catalogued mistakes that give `out` of the first wrong case, with all their cases.

        A mistake that is written in several ways may come several times.
        """
        exercise, index = self.exercise, self.first_wrong
        ways = [
            (mistake, wrong)
            for mistake in exercise.mistakes
            for wrong in exercise.wrong_answers(mistake)
        ]
        right = self.truth[index]
        mine = self.settled_calls[index]
        one = call_all_guarded([wrong for _, wrong in ways], [right.case], exercise.seconds)
        ways = [
            way
            for way, runs in zip(ways, one, strict=True)
            if runs and alike(exercise, first, mine, settled(runs[0], right))
        ]
        cases = [run.case for run in self.truth]
        every = call_all_guarded([wrong for _, wrong in ways], cases, exercise.seconds)
        pairs = zip(ways, every, strict=True)
        return [(mistake, calls) for (mistake, _), calls in pairs if calls]

    def differs(self, look: Look) -> list[int]:
        """Return the cases in which what `look` sees is not what it should be."""
        return differing(self.exercise, look, self.calls, self.truth)


def result(exercise: Exercise, run: Run) -> Any:
    """What a call produced: its value, with the arguments that it was meant to change in place."""
    if not exercise.may_change:
        return run.value
    arguments = bind(exercise, Case(run.args, run.kwargs))
    return run.value, {name: arguments[name] for name in exercise.may_change if name in arguments}


def first(exercise: Exercise, run: Run) -> Any:
    """`out` of (out, cache), so that a mistake in `out` is known whatever the cache holds."""
    names = tree.part_names(exercise.reference, exercise.returns)
    value = run.value
    if names == ("out", "cache") and type(value) in (tuple, list) and len(value) == 2:
        value = value[0]
    return result(exercise, Run(run.case, value, run.error, run.args, run.kwargs))


def wrong_numbers(got: Any, want: Any, rtol: float) -> set[str]:
    """Return the different finite numbers, and other things, of a result that are not right.

    In an array that is partly right, the places that are not count as much as numbers do.
    """
    right = dict(tree.leaves(want, ""))
    found: set[str] = set()
    for path, leaf in tree.leaves(got, ""):
        wanted = right.get(path)
        if isinstance(leaf, np.ndarray) and tree.is_numeric(leaf):
            wrong = np.isfinite(leaf)
            if isinstance(wanted, np.ndarray) and wanted.shape == leaf.shape:
                wrong &= ~tree.close(leaf, wanted, rtol)
                if min(wrong.sum(), np.isfinite(leaf).sum() - wrong.sum()) >= MANY:
                    found.update(f"place {place}" for place in np.flatnonzero(wrong))
            found.update(map(number, leaf[wrong]))
        elif tree.is_number(leaf):
            if np.isfinite(leaf) and not tree.equal(leaf, wanted, rtol):
                found.add(number(leaf))
        elif isinstance(leaf, (str, set, frozenset)) and leaf != wanted:
            found.update(map(str, leaf))
    return found


def bind(exercise: Exercise, case: Case) -> dict[str, Any]:
    """The arguments of a case by name."""
    bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs)
    return dict(bound.arguments)


def agrees(exercise: Exercise, run: Run, truth: Run) -> bool:
    """Whether a call did what it should, in all that it returns and changes."""
    if truth.error is not None:  # the exercise asks for an exception
        return type(run.error) is type(truth.error)
    if run.error is not None:
        return False
    return tree.equal(result(exercise, run), result(exercise, truth), exercise.rtol)


def settled(run: Run, truth: Run) -> Run:
    """A refusal that the exercise asks for is the right one, in whatever words."""
    return truth if truth.error is not None and type(run.error) is type(truth.error) else run


def differing(
    exercise: Exercise, look: Look, ones: Sequence[Run], others: Sequence[Run]
) -> list[int]:
    """Return the cases in which two functions do not give the same."""
    pairs = enumerate(zip(ones, others, strict=True))
    return [index for index, (one, other) in pairs if not alike(exercise, look, one, other)]


def alike(exercise: Exercise, look: Look, one: Run, other: Run) -> bool:
    """Whether two functions give the same in one case."""
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error) and _same_words(one.error, other.error)
    return tree.equal(look(exercise, one), look(exercise, other), exercise.rtol)


def _same_words(one: BaseException | None, other: BaseException | None) -> bool:
    """Whether two exceptions say the same; what is raised on purpose may say it in any words."""
    if one is None or other is None:
        return one is other
    if tracebacks.on_purpose(one) and tracebacks.on_purpose(other):
        return True
    # Python may name the module of a function: "__main__.layer_norm() argument after ** ..."
    words, others = (re.sub(r"^\S+\.(\w+\(\))", r"\1", str(error)) for error in (one, other))
    return words == others
