"""Grade an answer: run it, compare it, and find out which mistake it makes.

`grade` asks one question after the other. Each is a function that returns a report, or None where
the next question is to be asked.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from classroom.exercises import messages, search, stages, swap, tree
from classroom.exercises.answer import (
    Answer,
    alike,
    bind,
    differing,
    first,
    result,
    settled,
    wrong_numbers,
)
from classroom.exercises.compare import Comparison, Wrong, difference
from classroom.exercises.evidence import FEW_CASES, MANY
from classroom.exercises.exercise import Case, Exercise, Mistake, Report, find
from classroom.exercises.messages import Finding
from classroom.exercises.sandbox import Run, call, call_guarded, isolated
from classroom.exercises.signature import (
    blank_lines,
    does_nothing,
    mismatch,
    with_new_names,
)

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
        report = next(report for ask in QUESTIONS if (report := ask(answer)) is not None)
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
    if answer.wrong:
        return None
    return _harm(answer) or messages.right(exercise, len(answer.calls))


def _blanks(answer: Answer) -> Report | None:
    blanks = blank_lines(answer.function)
    return messages.blanks_left(answer.exercise, blanks) if blanks else None


def _known_mistake(answer: Answer) -> Report | None:
    """The mistake that gives what the reader gave in every case; where there are two, both."""
    exercise, truth, calls = answer.exercise, answer.truth, answer.settled_calls
    found: dict[str, tuple[Mistake, int]] = {}
    for mistake, runs in answer.mistakes:
        theirs = [settled(run, right) for run, right in zip(runs, truth, strict=True)]
        for look in (first, result):  # what lies in the cache only is looked at in the cache
            shows = differing(exercise, look, theirs, truth)
            if shows and not differing(exercise, look, calls, theirs):
                found.setdefault(mistake.key, (mistake, shows[0]))
            if shows:
                break
    if not found:
        return None
    index = next(iter(found.values()))[1]
    mistakes = [mistake for mistake, _ in found.values()]
    return messages.mistaken(exercise, answer.function, mistakes, answer.calls[index], truth[index])


def _edited(answer: Answer) -> Report | None:
    """What a single edit of the solution gives in every case."""
    found = search.explain(answer) if answer.exercise.solution else None
    if found is None:
        return None
    return messages.different(answer.exercise, answer.calls[found.index], found.finding)


def _partly(answer: Answer) -> Report | None:
    """The mistake that explains the first wrong case and half of all; where there are two, both."""
    exercise, calls, truth = answer.exercise, answer.calls, answer.truth
    wrong = answer.differs(first)
    explained: dict[str, tuple[Mistake, list[int]]] = {}
    for mistake, runs in answer.mistakes if wrong else ():
        cases = [i for i in wrong if alike(exercise, first, calls[i], runs[i])]
        either = {*wrong, *differing(exercise, first, runs, truth)}
        better = len(cases) > len(explained.get(mistake.key, (mistake, []))[1])
        if better and wrong[0] in cases and 2 * len(cases) >= len(either):
            explained[mistake.key] = mistake, cases
    most = max((len(cases) for _, cases in explained.values()), default=0)
    best = [(mistake, cases) for mistake, cases in explained.values() if len(cases) == most]
    if len(best) not in (1, 2) or not _beyond_chance(answer, best[0][1], most == len(wrong)):
        return None
    mistakes, note = [mistake for mistake, _ in best], _unexplained(answer, wrong, best[0][1])
    run, right = calls[wrong[0]], truth[wrong[0]]
    return messages.mistaken(exercise, answer.function, mistakes, run, right, note)


def _unexplained(answer: Answer, wrong: Sequence[int], cases: Sequence[int]) -> str:
    """Say what a mistake does not explain that explains some cases."""
    others = [answer.calls[i].case.label for i in wrong if i not in cases]
    if not others:
        return (
            f"This explains all {len(wrong)} wrong cases, but it would make others wrong that are "
            "right."
        )
    return (
        f"This explains {len(cases)} of the {len(wrong)} wrong cases. In the case "
        f'"{others[0]}" it differs in another way, perhaps for the same reason.'
    )


def _beyond_chance(answer: Answer, cases: Sequence[int], contradicted: bool) -> bool:
    """Whether what is wrong in these cases holds so much that no mistake explains it by chance."""
    exercise = answer.exercise
    held = [
        wrong_numbers(
            first(exercise, answer.calls[i]), first(exercise, answer.truth[i]), exercise.rtol
        )
        for i in cases
        if answer.calls[i].error is None
    ]
    if len(cases) < 2:
        return False
    if max(map(len, held), default=0) >= MANY:
        return True
    return not contradicted and len(set().union(*held)) >= FEW_CASES


def _raised(answer: Answer) -> Report | None:
    index = answer.first_wrong
    run, truth = answer.calls[index], answer.truth[index]
    if run.error is None or truth.error is not None:
        return None
    before = _sentences(stages.right_already(answer), stages.where_wrong(answer))
    return messages.raised(answer.exercise, answer.function, run, before)


def _comparison(answer: Answer) -> Report:
    exercise, index = answer.exercise, answer.first_wrong
    run, truth = answer.calls[index], answer.truth[index]
    before = stages.right_already(answer)
    if truth.error is not None:
        return messages.should_raise(exercise, run, truth.error, before)
    finding = difference(_compared(answer, index))
    where = stages.where_wrong(answer, count=finding.kind in ("values", "shape"))
    behind = _sentences(where, stages.raised_later(answer))
    text = _sentences(before, finding.text, behind)
    return messages.different(exercise, run, Finding(finding.kind, text, finding.table))


def _compared(answer: Answer, index: int) -> Comparison:
    """What is returned in all wrong cases, the given one first; or what is changed in place."""
    exercise = answer.exercise
    runs = [(answer.calls[i], answer.truth[i]) for i in answer.wrong]
    values = [(run, truth) for run, truth in runs if run.error is None and truth.error is None]
    shown = answer.calls[index], answer.truth[index]
    values = [shown, *(pair for pair in values if pair[0] is not shown[0])]
    names: Sequence[str] = tree.part_names(exercise.reference, exercise.returns)
    pairs = [(run.value, truth.value) for run, truth in values]
    if tree.equal(*pairs[0], exercise.rtol):  # the difference lies in what was changed
        changes = [(result(exercise, run)[1], result(exercise, truth)[1]) for run, truth in values]
        changed, right = changes[0]
        name = next(key for key in right if not tree.equal(changed[key], right[key], exercise.rtol))
        names, pairs = (name,), [(own[name], wanted[name]) for own, wanted in changes]
    cases = [
        Wrong(got, want, bind(exercise, run.case))
        for (got, want), (run, _) in zip(pairs, values, strict=True)
    ]
    complete = len(values) == len(runs)
    return Comparison(cases, names, exercise.rtol, answer.source, complete)


def _sentences(*texts: str) -> str:
    return " ".join(text for text in texts if text)


QUESTIONS = (
    _time,
    _not_implemented,
    _right,
    _blanks,
    _known_mistake,
    _edited,
    _partly,
    _raised,
    _comparison,
)


# An answer with the right values may still change its inputs, promote float32, have another dtype
# than it was asked for, or return a tuple for a list.


def _harm(answer: Answer) -> Report | None:
    exercise = answer.exercise
    for run, truth in zip(answer.calls, answer.truth, strict=True):
        before, after = bind(exercise, run.case), bind(exercise, Case(run.args, run.kwargs))
        for name in before:
            paths = tree.changed(before[name], after[name], name)
            if paths and name not in (*exercise.may_change, *exercise.may_use_up):
                return messages.changed_input(exercise, run, paths[0])
        if run.error is not None:
            continue
        if exercise.same_dtype and (path := _promoted(exercise, run)):
            return messages.promoted(exercise, run, path)
        if _has_other_dtype(run, before.get("dtype")):
            return messages.other_dtype(exercise, run, before["dtype"])
        if _is_tuple_for_list(exercise, run, truth):
            return messages.tuple_for_list(exercise, run)
    return None


def _has_other_dtype(run: Run, asked: Any) -> bool:
    return asked is not None and isinstance(run.value, np.ndarray) and run.value.dtype != asked


def _is_tuple_for_list(exercise: Exercise, run: Run, truth: Run) -> bool:
    """Whether the one value that is returned should be a list; several may stand in either."""
    names = tree.part_names(exercise.reference, exercise.returns)
    return len(names) == 1 and type(truth.value) is list and isinstance(run.value, tuple)


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
