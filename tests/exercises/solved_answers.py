"""The answers of the solved lessons."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
import lesson_files as files

from classroom.exercises import swap
from classroom.exercises.solutions import lesson_of


def answers() -> list[tuple[str, int, str]]:
    """Name, lesson and source of every exercise, as the solved lessons answer it."""
    return [
        (files.exercise_name(found), lesson_of(files.exercise_name(found)), found.source)
        for name in sorted(files.TEXTS)
        for found in files.exercise_cells(files.made(name, "solutions"))
    ]


ANSWERS = answers()


def functions() -> dict[str, Callable]:
    """Every answer of the solved lessons, as functions of the reader's."""
    return {name: swap.build(name, source, f"<{name}>") for name, _, source in ANSWERS}
