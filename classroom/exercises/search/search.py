"""Find the single edit of the solution that gives what a reader's function gave in every case."""

from __future__ import annotations

import ast
import inspect
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

import numpy as np

from classroom.exercises import solutions, tree
from classroom.exercises.answer import Answer, alike, first, settled
from classroom.exercises.evidence import FEW_CASES, MANY
from classroom.exercises.exercise import Exercise
from classroom.exercises.messages import Finding
from classroom.exercises.number_table import number_table
from classroom.exercises.sandbox import Run, call, run_limited
from classroom.exercises.search import words
from classroom.exercises.search.pool import Candidate, Pool, mark_of, pool_of

SECONDS = 0.3  # for all edits on one case; what is not reached by then is not said
LATE = ("sign", "complement", "inverted", "name", "exchanged", "returned", "key")


@dataclass(frozen=True)
class Explanation:
    """The case to show, and what was found.

    Attributes
    ----------
    index : int
        Of the first case in which the value is wrong.
    finding : Finding
    """

    index: int
    finding: Finding


def explain(answer: Answer) -> Explanation | None:
    """Say which single edit of the solution gives what the reader's function gave.

    Parameters
    ----------
    answer : Answer
        It has run on all cases, and is wrong.

    Returns
    -------
    Explanation or None
        None if no edit gives the same in every case, or where that would prove nothing.
    """
    exercise, truth, calls = answer.exercise, answer.truth, answer.settled_calls
    wrong = [index for index in answer.differs(first) if _is_value(calls[index], truth[index])]
    if not exercise.solution or not wrong or not _right_parts(exercise, calls, truth, wrong):
        return None
    probe = _case_that_tells(exercise, calls, wrong)
    if probe is None:
        return None
    pool, source = pool_of(exercise), _source(answer)
    used = set(re.findall(r"[A-Za-z_]\w*", source))
    near = _near(pool, calls, probe)
    fitting = _fitting(answer, calls, [c for c in near if _may_be(c, used)])
    if not fitting:
        return None
    chosen = _choose(exercise, fitting, used)
    text = words.sentence(exercise, chosen, source)
    if not text:
        return None
    run, right = calls[wrong[0]], truth[wrong[0]]
    table = number_table(exercise, run.value, right.value)
    kind = "callee" if chosen[0].callee else "edit"
    return Explanation(wrong[0], Finding(kind, text, table))


def _source(answer: Answer) -> str:
    """The reader's source with the names that its helpers use; names alone where it is unknown."""
    try:
        own = inspect.getsource(answer.function)
    except (OSError, TypeError):
        own = " ".join(_names_of(getattr(answer.function, "__code__", None)))
    return " ".join([own, *sorted(answer.source.names)])


def _names_of(code: Any) -> list[str]:
    if not isinstance(code, CodeType):
        return []
    inner = [name for constant in code.co_consts for name in _names_of(constant)]
    return [*code.co_names, *code.co_varnames, *inner]


def _is_value(run: Run, right: Run) -> bool:
    return run.error is None and right.error is None


def _right_parts(
    exercise: Exercise, calls: Sequence[Run], truth: Sequence[Run], wrong: Sequence[int]
) -> bool:
    """Whether what is wrong has the layout of what is right: else that is what to say."""
    names = tree.part_names(exercise.reference, exercise.returns)
    for index in wrong:
        got, want = calls[index].value, truth[index].value
        several = len(names) > 1 and type(want) is tuple
        if several and (type(got) not in (tuple, list) or len(got) != len(want)):
            return False
        if _layout(first(exercise, calls[index])) != _layout(first(exercise, truth[index])):
            return False
    return True


def _layout(value: Any) -> list[Any]:
    return [
        (path, np.shape(leaf) if tree.is_numeric(leaf) else type(leaf))
        for path, leaf in tree.leaves(value, "")
    ]


def _case_that_tells(exercise: Exercise, calls: Sequence[Run], wrong: Sequence[int]) -> int | None:
    """The first wrong case that holds enough numbers; None where an edit may fit by chance.

    Two cases must hold enough of them; or where a function returns one number, four cases one
    each, none of them a round one.
    """
    numbers = {index: _numbers(first(exercise, calls[index])) for index in wrong}
    rich = [index for index in wrong if len(numbers[index]) >= MANY]
    if len(rich) >= 2:
        return rich[0]
    telling = {number for index in wrong for number in numbers[index] if not _is_round(number)}
    cases = [index for index in wrong if any(not _is_round(n) for n in numbers[index])]
    if len(cases) >= FEW_CASES and len(telling) >= FEW_CASES:
        return max(cases, key=lambda index: (len(numbers[index]), -index))
    return None


def _numbers(value: Any) -> set[float]:
    """The distinct numbers of an output, to six digits."""
    found: set[float] = set()
    for _, leaf in tree.leaves(value, ""):
        if tree.is_numeric(leaf) and np.asarray(leaf).dtype.kind in "fiu":
            array = np.asarray(leaf, dtype=float).ravel()[:1000]
            found |= {float(f"{number:.6g}") for number in array if np.isfinite(number)}
    return found


def _is_round(number: float) -> bool:
    """Whether a number is one that many roads lead to, such as 0, 1, 12 or 0.25."""
    if number == int(number):
        return abs(number) < 1000
    return abs(number * 100 - round(number * 100)) < 1e-9


def _near(pool: Pool, calls: Sequence[Run], probe: int) -> list[Candidate]:
    """The candidates whose output on one case looks like the reader's."""
    own = mark_of(first(pool.exercise, calls[probe]))
    pool.run(calls[probe].case, probe, SECONDS)
    pairs = zip(pool.candidates, pool.marks[probe], strict=False)
    return [candidate for candidate, mark in pairs if mark is not None and mark.near(own)]


def _may_be(candidate: Candidate, used: set[str]) -> bool:
    """A mistake in what is called is one of the reader's only who does not call it."""
    if candidate.edit is not None:
        return not _is_other_order(candidate)
    return candidate.callee not in used


def _is_other_order(candidate: Candidate) -> bool:
    """Whether the parts that are returned change places: the general comparison says it better."""
    edit = candidate.edit
    if edit is None or edit.op != "order":
        return False
    return any(
        isinstance(node, ast.Return) and node.value is edit.before
        for node in ast.walk(edit.program.tree)
    )


@dataclass(frozen=True)
class Fit:
    """A candidate that gives what the reader's function gave, and what it gave."""

    candidate: Candidate
    runs: list[Run]


def _fitting(answer: Answer, calls: Sequence[Run], near: Sequence[Candidate]) -> list[Fit]:
    exercise, truth = answer.exercise, answer.truth
    found: list[Fit] = []
    end = time.perf_counter() + 2 * SECONDS
    for candidate in near:
        runs: list[Run] = []

        def job(candidate: Candidate = candidate, runs: list[Run] = runs) -> None:
            for run, right in zip(calls, truth, strict=True):
                theirs = settled(call(candidate.function, run.case), right)
                if not alike(exercise, first, run, theirs):
                    return
                runs.append(theirs)

        run_limited(job, exercise.seconds)
        if len(runs) == len(calls):
            found.append(Fit(candidate, runs))
        if time.perf_counter() > end:
            break
    return found


def _choose(exercise: Exercise, fitting: Sequence[Fit], used: set[str]) -> list[Candidate]:
    """The likeliest candidate; with it a second one, where that gives another output."""
    own = solutions.own_lines(exercise.name)
    ranked = sorted(fitting, key=lambda fit: _rank(fit.candidate, own, used))
    best = ranked[0]
    late = _is_late(best.candidate)
    for other in ranked[1:]:
        if _is_late(other.candidate) > late:
            break
        pairs = zip(best.runs, other.runs, strict=True)
        if any(not _exactly(first(exercise, a), first(exercise, b)) for a, b in pairs):
            return [best.candidate, other.candidate]
    return [best.candidate]


def _exactly(one: Any, other: Any) -> bool:
    leaves = dict(tree.leaves(other, ""))
    return all(
        not tree.is_numeric(leaf) or np.allclose(leaf, leaves[path], rtol=1e-7, equal_nan=True)
        for path, leaf in tree.leaves(one, "")
        if path in leaves and np.shape(leaf) == np.shape(leaves[path])
    )


def _rank(candidate: Candidate, own: frozenset[int], used: set[str]) -> tuple[int, ...]:
    """Small for what is likely: in the reader's part, in words of the reader's own source.

    Candidates of equal rank keep their order, which is that of the operators.
    """
    edit = candidate.edit
    if edit is None:
        return (0, 0, 0)
    given = set(edit.program.parameters)
    old, new = _words_of(edit.before) - given, _words_of(edit.after) - given
    against = len((old - new) & used) + len((new - old) - used)
    outside = int(bool(own) and edit.line not in own)
    return int(_is_late(candidate)), outside, against


def _is_late(candidate: Candidate) -> bool:
    return candidate.edit is not None and candidate.edit.op in LATE


def _words_of(node: ast.AST | None) -> set[str]:
    if node is None:
        return set()
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    return names | {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
