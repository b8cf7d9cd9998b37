"""Grade an answer: run it, compare it, and find out which mistake it makes.

`grade` asks one question after the other. Each is a function that returns a report, or None where
the next question is to be asked.
"""

import inspect
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from classroom.exercises import messages, swap, tracebacks, tree
from classroom.exercises.compare import difference
from classroom.exercises.exercise import Case, Exercise, Mistake, Report, find
from classroom.exercises.messages import Finding
from classroom.exercises.sandbox import Run, Runs, call, call_all_guarded, call_guarded, isolated
from classroom.exercises.signature import (
    blank_lines,
    does_nothing,
    mismatch,
    with_new_names,
)

Function = Callable[..., Any]


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
    def mistakes(self) -> list[tuple[Mistake, list[Run]]]:
        """Every catalogued mistake, in each way it is written, with what it does in every case."""
        exercise = self.exercise
        ways = [
            (mistake, wrong)
            for mistake in exercise.mistakes
            for wrong in exercise.wrong_answers(mistake)
        ]
        cases = [run.case for run in self.truth]
        runs = call_all_guarded([wrong for _, wrong in ways], cases, exercise.seconds)
        pairs = zip(ways, runs, strict=True)
        return [(mistake, calls) for (mistake, _), calls in pairs if calls]

    def differs(self, look: Callable[[Exercise, Run], Any]) -> list[int]:
        """Return the cases in which what `look` sees is not what it should be."""
        return _differing(self.exercise, look, self.calls, self.truth)


def grade(name: str, function: Any, seconds: float | None = None) -> Report:
    """Find out whether a function solves an exercise, and if not, why not. Prints nothing.

    Parameters
    ----------
    name : str
        The exercise.
    function : callable
    seconds : float, optional
        Time for all cases together; that of the exercise by default.

    Returns
    -------
    Report
        `outcome` is "not started", "not yet" or "right"; `mistake` the key of a catalogued mistake
        or None; `message` the text for the reader.

    Raises
    ------
    LookupError
        If there is no such exercise.
    """
    exercise = find(name)
    for question in (_no_function, _untouched):
        report = question(exercise, function)
        if report is not None:
            return report
    with isolated() as printed:
        called = with_new_names(function, exercise.renamed)
        report = _signature(exercise, called)
        if report is not None:
            return report
        seconds = exercise.seconds if seconds is None else seconds
        answer = _run(exercise, function, called, seconds)
        for ask in (_time, _not_implemented, _right, _blanks, _known_mistake, _partly, _raised):
            report = ask(answer)
            if report is not None:
                break
        else:
            report = _comparison(answer)
        return messages.silenced(report) if printed() and report.outcome == "not yet" else report


def _run(exercise: Exercise, function: Function, called: Function, seconds: float) -> Answer:
    cases = exercise.make_cases()
    truth = [call(exercise.reference, case) for case in cases]
    with _by_itself(exercise, function):
        runs = call_guarded(called, cases, seconds)
    return Answer(exercise, function, seconds, runs, truth)


def _by_itself(exercise: Exercise, function: Function) -> AbstractContextManager[None]:
    """Nobody solves an exercise by calling the course's own function, but the catalogue may."""
    module = str(getattr(function, "__module__", ""))
    written_here = module.startswith(("course_lib.", "classroom."))
    return nullcontext() if written_here else swap.refusing(exercise.name)


# Before the answer is run.


def _no_function(exercise: Exercise, function: Any) -> Report | None:
    return None if callable(function) else messages.not_callable(exercise, function)


def _untouched(exercise: Exercise, function: Function) -> Report | None:
    return messages.not_started(exercise) if does_nothing(function) else None


def _signature(exercise: Exercise, called: Function) -> Report | None:
    text = mismatch(exercise.name, called, exercise.reference)
    return messages.not_yet(exercise, Finding("signature", text)) if text else None


# After it was run.


def _time(answer: Answer) -> Report | None:
    if answer.runs.ending == "done":
        return None
    return messages.out_of_time(answer.exercise, answer.runs, answer.seconds)


def _not_implemented(answer: Answer) -> Report | None:
    untouched = all(isinstance(run.error, NotImplementedError) for run in answer.calls)
    return messages.not_started(answer.exercise) if untouched else None


def _right(answer: Answer) -> Report | None:
    exercise = answer.exercise
    if _wrong(answer):
        return None
    return _harm(exercise, answer.calls) or messages.right(exercise, len(answer.calls))


def _blanks(answer: Answer) -> Report | None:
    blanks = blank_lines(answer.function)
    return messages.blanks_left(answer.exercise, blanks) if blanks else None


def _known_mistake(answer: Answer) -> Report | None:
    """The mistake that gives what the reader gave in every case."""
    exercise, truth = answer.exercise, answer.truth
    calls = [_settled(run, right) for run, right in zip(answer.calls, truth, strict=True)]
    for mistake, runs in answer.mistakes:
        theirs = [_settled(run, right) for run, right in zip(runs, truth, strict=True)]
        for look in (_first, result):  # what lies in the cache only is looked at in the cache
            shows = _differing(exercise, look, theirs, truth)
            if shows and not _differing(exercise, look, calls, theirs):
                run, right = calls[shows[0]], truth[shows[0]]
                return messages.mistaken(exercise, answer.function, mistake, run, right)
            if shows:
                break
    return None


def _partly(answer: Answer) -> Report | None:
    """Where two mistakes meet: the one that explains the first wrong case, and most others."""
    exercise, calls = answer.exercise, answer.calls
    wrong = answer.differs(_first)
    best, most = None, 1  # one case alone may be chance
    for mistake, runs in answer.mistakes if wrong else ():
        explained = [i for i in wrong if _alike(exercise, _first, calls[i], runs[i])]
        if wrong[0] in explained and len(explained) > most:
            best, most = mistake, len(explained)
    if best is None:
        return None
    run, right = calls[wrong[0]], answer.truth[wrong[0]]
    return messages.mistaken(exercise, answer.function, best, run, right, alone=False)


def _raised(answer: Answer) -> Report | None:
    for index in _wrong(answer):
        if answer.calls[index].error and not answer.truth[index].error:
            return messages.raised(answer.exercise, answer.function, answer.calls[index])
    return None


def _comparison(answer: Answer) -> Report:
    exercise = answer.exercise
    # A wrong cache matters once `out` is right everywhere.
    index = (answer.differs(_first) or _wrong(answer))[0]
    run, truth = answer.calls[index], answer.truth[index]
    if truth.error is not None:
        return messages.should_raise(exercise, run, truth.error)
    names = tree.part_names(exercise.reference, exercise.returns)
    got, want = run.value, truth.value
    if tree.equal(got, want, exercise.rtol):  # the difference lies in what was changed
        changed, right = result(exercise, run)[1], result(exercise, truth)[1]
        name = next(key for key in right if not tree.equal(changed[key], right[key], exercise.rtol))
        got, want, names = changed[name], right[name], (name,)
    finding = difference(got, want, names, bind(exercise, run.case), exercise.rtol)
    return messages.different(exercise, run, finding)


def _wrong(answer: Answer) -> list[int]:
    """Return the cases in which the answer is not right."""
    pairs = enumerate(zip(answer.calls, answer.truth, strict=True))
    return [index for index, (run, truth) in pairs if not _agrees(answer.exercise, run, truth)]


# What is compared.


def result(exercise: Exercise, run: Run) -> Any:
    """What a call produced: its value, with the arguments that it was meant to change in place."""
    if not exercise.may_change:
        return run.value
    arguments = bind(exercise, Case(run.args, run.kwargs))
    return run.value, {name: arguments[name] for name in exercise.may_change if name in arguments}


def _first(exercise: Exercise, run: Run) -> Any:
    """`out` of (out, cache), so that a mistake in `out` is known whatever the cache holds."""
    names = tree.part_names(exercise.reference, exercise.returns)
    value = run.value
    if names == ("out", "cache") and type(value) in (tuple, list) and len(value) == 2:
        value = value[0]
    return result(exercise, Run(run.case, value, run.error, run.args, run.kwargs))


def bind(exercise: Exercise, case: Case) -> dict[str, Any]:
    """The arguments of a case by name."""
    bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs)
    return dict(bound.arguments)


def _agrees(exercise: Exercise, run: Run, truth: Run) -> bool:
    if truth.error is not None:  # the exercise asks for an exception
        return type(run.error) is type(truth.error)
    if run.error is not None:
        return False
    return tree.equal(result(exercise, run), result(exercise, truth), exercise.rtol)


def _settled(run: Run, truth: Run) -> Run:
    """A refusal that the exercise asks for is the right one, in whatever words."""
    return truth if truth.error is not None and type(run.error) is type(truth.error) else run


def _differing(
    exercise: Exercise,
    look: Callable[[Exercise, Run], Any],
    ones: Sequence[Run],
    others: Sequence[Run],
) -> list[int]:
    pairs = enumerate(zip(ones, others, strict=True))
    return [index for index, (one, other) in pairs if not _alike(exercise, look, one, other)]


def _alike(exercise: Exercise, look: Callable[[Exercise, Run], Any], one: Run, other: Run) -> bool:
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


# An answer with the right values may still change its inputs, or promote float32.


def _harm(exercise: Exercise, calls: Sequence[Run]) -> Report | None:
    for run in calls:
        before, after = bind(exercise, run.case), bind(exercise, Case(run.args, run.kwargs))
        for name in before:
            paths = tree.changed(before[name], after[name], name)
            if paths and name not in (*exercise.may_change, *exercise.may_use_up):
                return messages.changed_input(exercise, run, paths[0])
        if exercise.same_dtype and run.error is None:
            path = _promoted(exercise, run)
            if path:
                return messages.promoted(exercise, run, path)
    return None


def _promoted(exercise: Exercise, run: Run) -> str:
    floats = [
        leaf.dtype
        for name, value in bind(exercise, run.case).items()
        for _, leaf in tree.leaves(value, name)
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"
    ]
    if not floats or any(dtype != np.float32 for dtype in floats):
        return ""
    names = tree.part_names(exercise.reference, exercise.returns)
    for name, part in tree.split(run.value, names):
        for path, leaf in tree.leaves(part, name):
            if isinstance(leaf, np.ndarray) and leaf.dtype == np.float64:
                return path
    return ""
