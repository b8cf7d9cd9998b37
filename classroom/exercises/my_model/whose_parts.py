"""Whose each part of the model is, and which parts run."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from classroom.exercises import solutions, swap
from classroom.exercises.exercise import exercises
from classroom.exercises.my_model.own_model import Function, OwnModel
from classroom.exercises.swap import using


def parts_by_lesson(own: OwnModel) -> dict[solutions.Part, dict[str, str]]:
    """For each lesson, whose each part of the model is: "yours", "reference" or "refused".

    Only what stands in course_lib is a part of the model; some exercises are there to learn from.
    """
    found: dict[solutions.Part, dict[str, str]] = {}
    for exercise in exercises():
        if exercise.name in swap.FUNCTIONS:
            whose = "refused" if exercise.name in own.refused else own.whose(exercise.name)
            found.setdefault(exercise.lesson, {})[exercise.name] = whose
    return found


@contextlib.contextmanager
def playing(own: Mapping[str, Function]) -> Iterator[dict[solutions.Part, dict[str, str]]]:
    """Put the reader's functions in, as `using` does, and note which parts of the model run.

    >>> with playing(own) as ran:
    ...     task.generate(...)
    >>> show(whose_parts(ran))

    Yields
    ------
    dict of lesson to dict of str to {"yours", "reference"}
        Filled at the end of the block: for each lesson, whose each of its parts is that was called.
    """
    called: set[str] = set()

    def noted(name: str, function: Function) -> Function:
        def call(*args: Any, **kwargs: Any) -> Any:
            called.add(name)
            return function(*args, **kwargs)

        return call

    parts = [exercise for exercise in exercises() if exercise.name in swap.FUNCTIONS]
    functions = {part.name: part.reference for part in parts} | dict(own)
    ran: dict[solutions.Part, dict[str, str]] = {}
    try:
        with using(**{name: noted(name, function) for name, function in functions.items()}):
            yield ran
    finally:
        for part in parts:
            if part.name in called:
                whose = "yours" if part.name in own else "reference"
                ran.setdefault(part.lesson, {})[part.name] = whose
