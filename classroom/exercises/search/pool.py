"""The candidates of an exercise: its edits and its callees' mistakes, made once and kept.

Functions and the marks of what they return live as long as the kernel. The next wrong answer to
the same exercise costs the comparison only.
"""

import ast
import inspect
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.exercises import swap, tree
from classroom.exercises.answer import first
from classroom.exercises.exercise import Case, Exercise, Mistake, find
from classroom.exercises.sandbox import call, run_limited
from classroom.exercises.search import build
from classroom.exercises.search.edits import Edit
from classroom.exercises.search.operators import edits_of

Function = Callable[..., Any]
CHUNK = 12  # functions that are run in one thread, one after the other
PATIENCE = 0.1  # seconds for a chunk; one that takes longer holds a loop without end
CLOSE = 0.01  # marks of equal outputs differ by less than this share


@dataclass(frozen=True)
class Candidate:
    """A wrong function, and where it comes from: an edit, or a mistake of what is called."""

    function: Function
    edit: Edit | None = None
    callee: str = ""
    mistake: Mistake | None = None


@dataclass(frozen=True)
class Mark:
    """What an output looks like from far: its layout, and two sums over its numbers."""

    layout: tuple[Any, ...]
    size: float
    weighted: float

    def near(self, other: "Mark") -> bool:
        room = CLOSE * max(self.size, other.size) + 1e-12
        return (
            self.layout == other.layout
            and abs(self.size - other.size) <= room
            and abs(self.weighted - other.weighted) <= room
        )


def mark_of(value: Any) -> Mark:
    """Return the mark of an output, nested or not."""
    layout: list[Any] = []
    size = weighted = 0.0
    for path, leaf in tree.leaves(value, ""):
        if not tree.is_numeric(leaf):
            layout.append((path, repr(leaf) if isinstance(leaf, str) else type(leaf).__name__))
            continue
        array = np.asarray(leaf)
        layout.append((path, array.shape))
        numbers = np.nan_to_num(array.astype(complex).ravel().real, posinf=0.0, neginf=0.0)
        size += float(np.abs(numbers).sum())
        weighted += float(numbers @ _weights(numbers.size))
    return Mark(tuple(layout), size, weighted)


def _weights(size: int) -> np.ndarray:
    return np.cos(1.7 * np.arange(size))


class Pool:
    """All candidates of an exercise, those of the highest rank first, made when they are needed."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise = exercise
        self.candidates: list[Candidate] = []
        self.marks: dict[int, list[Mark | None]] = {}
        self._source = self._make()

    def candidate(self, position: int) -> Candidate | None:
        """Return the candidate at a position; None where there are no more."""
        while len(self.candidates) <= position:
            following = next(self._source, None)
            if following is None:
                return None
            self.candidates.append(following)
        return self.candidates[position]

    def _make(self) -> Iterator[Candidate]:
        yield from _of_callees(self.exercise)
        program = build.program_of(self.exercise)
        place = build.place_of(self.exercise)
        seen = set()
        for edit in edits_of(program):
            function = build.function_of(edit, place)
            if function is None:
                continue
            key = _program_text(function)
            if key not in seen:
                seen.add(key)
                yield Candidate(function, edit)

    def run(self, case: Case, index: int, seconds: float) -> int:
        """Run candidates on the case of that index, and keep the marks of `out`.

        Returns the number of those that have a mark. Where time runs out the next call goes on from
        there. `seconds` are those of the processor: on a busy machine it may take twice as long.
        """
        marks = self.marks.setdefault(index, [])
        end, latest = time.process_time() + seconds, time.perf_counter() + 2 * seconds
        while time.process_time() < end and time.perf_counter() < latest:
            chunk: list[Candidate] = []
            for position in range(len(marks), len(marks) + CHUNK):
                candidate = self.candidate(position)
                if candidate is None:
                    break
                chunk.append(candidate)
            if not chunk:
                break
            done = self._marks_of(chunk, case)
            marks += done
            if len(done) < len(chunk):
                marks.append(None)  # it did not come to an end
        return len(marks)

    def _marks_of(self, chunk: Sequence[Candidate], case: Case) -> list[Mark | None]:
        done: list[Mark | None] = []

        def job() -> None:
            for candidate in chunk:
                run = call(candidate.function, case)
                done.append(None if run.error is not None else mark_of(first(self.exercise, run)))

        run_limited(job, PATIENCE)
        return list(done)


def _program_text(function: Function) -> tuple[Any, ...]:
    """What two functions have in common that are the same program, wherever its lines stand."""
    code = function.__code__

    def text(code: Any) -> tuple[Any, ...]:
        constants = tuple(
            text(c) if hasattr(c, "co_code") else (type(c).__name__, repr(c))
            for c in code.co_consts
        )
        return code.co_code, code.co_names, code.co_varnames, constants

    return text(code)


def _of_callees(exercise: Exercise) -> Iterator[Candidate]:
    """The solution with each function that it calls replaced by each of its catalogued mistakes."""
    called = [name for name in swap.uses(exercise.solution) if name != exercise.name]
    called += [name for name in _methods(exercise.solution) if name not in called]
    for name in called:
        try:
            callee = find(name)
        except LookupError:
            continue
        for mistake in callee.mistakes:
            for wrong in itertools.islice(callee.wrong_answers(mistake), 1):
                yield Candidate(_calling(exercise, name, wrong), None, name, mistake)


def _methods(source: str) -> list[str]:
    """Names behind a dot: attention.split_heads."""
    return [n.attr for n in ast.walk(ast.parse(source)) if isinstance(n, ast.Attribute)]


def _calling(exercise: Exercise, name: str, wrong: Function) -> Function:
    """The reference, while another function stands under a name."""
    solved = build.made(exercise.name, build.compile_tree(build.program_of(exercise).tree, ""))

    def function(*args: Any, **kwargs: Any) -> Any:
        with swap.using(**{name: wrong}):
            return solved(*args, **kwargs)

    function.__signature__ = inspect.signature(exercise.reference)  # type: ignore[attr-defined]
    return function


_pools: dict[str, Pool] = {}


def pool_of(exercise: Exercise) -> Pool:
    """Return the pool of an exercise, which is kept."""
    kept = _pools.get(exercise.name)
    if kept is None or kept.exercise is not exercise:
        kept = _pools[exercise.name] = Pool(exercise)
    return kept
