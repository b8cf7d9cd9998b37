"""Grade an answer: run it, compare it, and find out which mistake it makes."""

import inspect
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from . import origin, registry, report, swap, values
from .blanks import blank_lines, does_nothing
from .compare import Finding, difference
from .exercise import Case, Exercise, Mistake, Report
from .sandbox import Run, call, call_guarded, isolated
from .signature import mismatch

Function = Callable[..., Any]


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
    exercise = registry.find(name)
    if not callable(function):
        return report.not_callable(exercise, function)
    if does_nothing(function):
        return report.not_started(exercise)
    with isolated() as printed:
        cases = registry.cases_of(exercise)
        truth = [call(exercise.reference, case) for case in cases]
        text = mismatch(name, function, exercise.reference)
        if text:
            return report.not_yet(exercise, Finding("signature", text))
        allowed = exercise.seconds if seconds is None else seconds
        with _by_itself(exercise, function):
            runs = call_guarded(function, cases, allowed)
        if runs.ending != "done":
            return report.out_of_time(exercise, runs, allowed)
        found = _judge(exercise, function, runs.calls, truth)
        return report.silenced(found) if printed() and found.outcome == "not yet" else found


def _judge(
    exercise: Exercise, function: Function, calls: Sequence[Run], truth: Sequence[Run]
) -> Report:
    if all(isinstance(run.error, NotImplementedError) for run in calls):
        return report.not_started(exercise)
    wrong = [index for index, run in enumerate(calls) if not _agrees(exercise, run, truth[index])]
    if not wrong:
        return _harm(exercise, calls) or report.right(exercise, len(calls))
    blanks = blank_lines(function)
    if blanks:
        return report.blanks_left(exercise, blanks)
    mistake = _diagnose(exercise, calls, truth)
    if mistake is not None:
        found, index = mistake
        return report.mistaken(exercise, function, found, calls[index], truth[index])
    in_out = [i for i in wrong if not _alike(exercise, _first, calls[i], truth[i])]
    index = (in_out or wrong)[0]  # a wrong cache matters once `out` is right everywhere
    several = _partly(exercise, calls, truth, in_out)
    if several is not None:
        return report.mistaken(exercise, function, several, calls[index], truth[index], alone=False)
    raised = next((calls[i] for i in wrong if calls[i].error and not truth[i].error), None)
    if raised is not None:
        return report.raised(exercise, function, raised)
    return _compare(exercise, calls[index], truth[index])


def _by_itself(exercise: Exercise, function: Function) -> AbstractContextManager[None]:
    """Nobody solves an exercise by calling the course's own function, but the catalogue may."""
    written_here = str(getattr(function, "__module__", "")).startswith("course_lib.")
    return nullcontext() if written_here else swap.refusing(exercise.name)


def result(exercise: Exercise, run: Run) -> Any:
    """What a call produced: its value, with the arguments that it was meant to change in place."""
    if not exercise.may_change:
        return run.value
    arguments = bind(exercise, Case(run.args, run.kwargs))
    return run.value, {name: arguments[name] for name in exercise.may_change if name in arguments}


def bind(exercise: Exercise, case: Case) -> dict[str, Any]:
    """The arguments of a case by name."""
    bound = inspect.signature(exercise.reference).bind(*case.args, **case.kwargs)
    return dict(bound.arguments)


def _agrees(exercise: Exercise, run: Run, truth: Run) -> bool:
    if truth.error is not None:  # the exercise asks for an exception
        return type(run.error) is type(truth.error)
    if run.error is not None:
        return False
    return values.equal(result(exercise, run), result(exercise, truth), exercise.rtol)


def _diagnose(
    exercise: Exercise, calls: Sequence[Run], truth: Sequence[Run]
) -> tuple[Mistake, int] | None:
    """The mistake that gives what the reader gave in every case, and where it shows first."""
    calls = [_settled(run, right) for run, right in zip(calls, truth, strict=True)]
    for mistake in exercise.mistakes:
        theirs = [_settled(call(mistake.function, run.case), run) for run in truth]
        for look in (_first, result):
            shows = [
                index
                for index, run in enumerate(theirs)
                if not _alike(exercise, look, run, truth[index])
            ]
            if shows:
                if all(
                    _alike(exercise, look, mine, other)
                    for mine, other in zip(calls, theirs, strict=True)
                ):
                    return mistake, shows[0]
                break
    return None


def _settled(run: Run, truth: Run) -> Run:
    """A refusal that the exercise asks for is the right one, in whatever words."""
    return truth if truth.error is not None and type(run.error) is type(truth.error) else run


def _partly(
    exercise: Exercise, calls: Sequence[Run], truth: Sequence[Run], wrong: Sequence[int]
) -> Mistake | None:
    """Where two mistakes meet: the one that explains the first wrong case, and most others."""
    best, most = None, 1  # one case alone may be chance
    for mistake in exercise.mistakes:
        explained = []
        for index in wrong:
            theirs = call(mistake.function, truth[index].case)
            if _alike(exercise, _first, calls[index], theirs):
                explained.append(index)
            elif index == wrong[0]:
                break
        if len(explained) > most:
            best, most = mistake, len(explained)
    return best


def _first(exercise: Exercise, run: Run) -> Any:
    """`out` of (out, cache), so that a mistake in `out` is known whatever the cache holds."""
    names = values.part_names(exercise.reference, exercise.returns)
    value = run.value
    if names == ("out", "cache") and type(value) in (tuple, list) and len(value) == 2:
        value = value[0]
    return result(exercise, Run(run.case, value, run.error, run.args, run.kwargs))


def _alike(exercise: Exercise, look: Callable[[Exercise, Run], Any], one: Run, other: Run) -> bool:
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error) and _same_words(one.error, other.error)
    return values.equal(look(exercise, one), look(exercise, other), exercise.rtol)


def _same_words(one: BaseException | None, other: BaseException | None) -> bool:
    """Whether two exceptions say the same; what is raised on purpose may say it in any words."""
    if one is None or other is None:
        return one is other
    if origin.on_purpose(one) and origin.on_purpose(other):
        return True
    # Python may name the module of a function: "__main__.layer_norm() argument after ** ..."
    words, others = (re.sub(r"^\S+\.(\w+\(\))", r"\1", str(error)) for error in (one, other))
    return words == others


def _harm(exercise: Exercise, calls: Sequence[Run]) -> Report | None:
    """An answer with the right values may still change its inputs, or promote float32."""
    for run in calls:
        before, after = bind(exercise, run.case), bind(exercise, Case(run.args, run.kwargs))
        for name in before:
            paths = values.changed(before[name], after[name], name)
            if paths and name not in (*exercise.may_change, *exercise.may_use_up):
                return report.changed_input(exercise, run, paths[0])
        if exercise.same_dtype and run.error is None:
            path = _promoted(exercise, run)
            if path:
                return report.promoted(exercise, run, path)
    return None


def _promoted(exercise: Exercise, run: Run) -> str:
    floats = [
        leaf.dtype
        for name, value in bind(exercise, run.case).items()
        for _, leaf in values.leaves(value, name)
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"
    ]
    if not floats or any(dtype != np.float32 for dtype in floats):
        return ""
    for name, part in values.split(
        run.value, values.part_names(exercise.reference, exercise.returns)
    ):
        for path, leaf in values.leaves(part, name):
            if isinstance(leaf, np.ndarray) and leaf.dtype == np.float64:
                return path
    return ""


def _compare(exercise: Exercise, run: Run, truth: Run) -> Report:
    if truth.error is not None:
        return report.should_raise(exercise, run, truth.error)
    names = values.part_names(exercise.reference, exercise.returns)
    arguments = bind(exercise, run.case)
    if values.equal(
        run.value, truth.value, exercise.rtol
    ):  # the difference lies in what was changed
        changed, want = result(exercise, run)[1], result(exercise, truth)[1]
        name = next(key for key in want if not values.equal(changed[key], want[key], exercise.rtol))
        finding = difference(changed[name], want[name], (name,), arguments, exercise.rtol)
    else:
        finding = difference(run.value, truth.value, names, arguments, exercise.rtol)
    return report.different(exercise, run, finding)
