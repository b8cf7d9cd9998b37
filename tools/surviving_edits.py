"""Find edits of a solution that no case of its exercise tells from the solution.

    python tools/surviving_edits.py softmax causal_mask   # these exercises
    python tools/surviving_edits.py --lesson 2            # those of a lesson (or A, B)
    python tools/surviving_edits.py --all                 # all of them; some minutes
    python tools/surviving_edits.py --all --sample 20     # 20 edits of each
    python tools/surviving_edits.py softmax --filtered    # with those known to be equivalent

Each survivor is either a gap, which a case of the exercise must close, or an edit that changes
nothing that the contract promises. Those stand in `tools/equivalent_edits.py`, with the reason.
"""

from __future__ import annotations

import argparse
import ast
import random
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import equivalent_edits

from classroom.exercises import solutions
from classroom.exercises.answer import agrees
from classroom.exercises.exercise import Exercise, find
from classroom.exercises.grade import grade
from classroom.exercises.sandbox import Run, call, isolated, run_limited
from classroom.exercises.search import build
from classroom.exercises.search.edits import Edit
from classroom.exercises.search.operators import edits_of

MEMORY = 12 << 30  # bytes of address space; an edit may ask for more than there is


@dataclass
class Result:
    """What became of the edits of one exercise."""

    name: str
    tried: int = 0
    equivalent: list[tuple[Edit, str]] = field(default_factory=list)
    survivors: list[Edit] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def killed(self) -> int:
        return self.tried - len(self.equivalent) - len(self.survivors)


def try_edits(name: str, sample: int | None = None, seed: int = 0) -> Result:
    """Run the edits of one exercise on all of its cases.

    Parameters
    ----------
    name : str
    sample : int, optional
        How many edits to draw; all by default.
    seed : int
        Of the draw.
    """
    exercise = find(name)
    begin = time.process_time()
    result = Result(name)
    with isolated():
        timed = []
        for case in exercise.make_cases():
            start = time.perf_counter()
            run = call(exercise.reference, case)
            timed.append((time.perf_counter() - start, run))
        limit = 0.2 + 10 * sum(seconds for seconds, _ in timed)
        # The quickest case first: most edits fall in it.
        truth = [run for _, run in sorted(timed, key=lambda pair: pair[0])]
        edits = _distinct(exercise)
        if sample is not None and sample < len(edits):
            edits = random.Random(f"{seed} {name}").sample(edits, sample)
        for edit in edits:
            function = build.function_of(edit, build.place_of(exercise))
            result.tried += 1
            if function is None or not _passes(exercise, function, truth, limit):
                continue
            if grade(name, function).outcome != "right":
                continue
            reason = equivalent_edits.reason(edit)
            if reason:
                result.equivalent.append((edit, reason))
            else:
                result.survivors.append(edit)
    result.seconds = time.process_time() - begin
    return result


def _distinct(exercise: Exercise) -> list[Edit]:
    """All edits of a solution, without those that give the same program as an earlier one."""
    program = build.program_of(exercise)
    seen = {ast.unparse(program.tree)}
    found = []
    for edit in edits_of(program, rare=True):
        text = ast.unparse(edit.tree())
        if text not in seen:
            seen.add(text)
            found.append(edit)
    return found


def _passes(
    exercise: Exercise, function: build.Function, truth: Sequence[Run], limit: float
) -> bool:
    passed: list[int] = []

    def job() -> None:
        for index, right in enumerate(truth):
            if not agrees(exercise, call(function, right.case), right):
                return
            passed.append(index)

    run_limited(job, limit)
    return len(passed) == len(truth)


def report(result: Result, filtered: bool = False) -> str:
    """Say what became of the edits of one exercise."""
    lines = [
        f"{result.name}: {result.tried} edits, {result.killed} killed, "
        f"{len(result.equivalent)} equivalent, {len(result.survivors)} survive "
        f"({result.seconds:.1f} s)"
    ]
    for edit in result.survivors:
        lines += _shown(edit)
    for edit, reason in result.equivalent if filtered else ():
        lines += [*_shown(edit), f"      equivalent: {reason}"]
    return "\n".join(lines)


def _shown(edit: Edit) -> list[str]:
    before, after = edit.lines()
    return [
        f"  {edit.op}",
        *(f"    - {line.strip()}" for line in before),
        *(f"    + {line.strip()}" for line in after),
    ]


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _names(options: argparse.Namespace) -> list[str]:
    lessons = solutions.lessons_by_exercise()
    if options.all:
        return list(lessons)
    wanted = [name for name, lesson in lessons.items() if str(lesson) == options.lesson]
    return options.names or wanted


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="exercises")
    parser.add_argument("--lesson", help="all exercises of a lesson, such as 2 or A")
    parser.add_argument("--all", action="store_true", help="all exercises")
    parser.add_argument("--sample", type=int, metavar="N", help="N edits of each exercise")
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--filtered", action="store_true", help="show equivalent edits too")
    options = parser.parse_args(arguments)
    names = _names(options)
    if not names:
        parser.error("name an exercise, or say --lesson or --all")
    _limit_memory()
    results = []
    for name in names:
        results.append(try_edits(name, options.sample, options.seed))
        print(report(results[-1], options.filtered), flush=True)
    survivors = sum(len(result.survivors) for result in results)
    if len(results) > 1:
        tried, killed = sum(r.tried for r in results), sum(r.killed for r in results)
        equivalent = sum(len(r.equivalent) for r in results)
        print(
            f"\nAll: {tried} edits, {killed} killed, {equivalent} equivalent, {survivors} survive."
        )
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
