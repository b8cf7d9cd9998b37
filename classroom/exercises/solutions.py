"""The solutions, which stand once: in the texts of the lessons, between two markers.

Everything that needs the source of a solution reads it here: `solution(...)`, the catalogue of
mistakes, the tests, and the tool that makes the notebooks.
"""

import difflib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

CLASSROOM = Path(__file__).resolve().parents[1]
Part = int | str
"""A lesson by its number, an afterword by its letter."""

NOTEBOOKS: dict[Part, str] = {
    1: "01_embeddings",
    2: "02_attention",
    3: "03_residual_norm_ffn",
    4: "04_blocks",
    5: "05_output_projection",
    6: "06_softmax_and_loss",
    7: "07_backpropagation",
    8: "08_training_loop",
    9: "09_training_dynamics",
    "A": "A_inside_a_trained_model",
    "B": "B_real_models",
}
BEGIN = "### BEGIN SOLUTION"
END = "### END SOLUTION"
STUB = "### STUB:"


class UnknownName(LookupError):
    """A name that no exercise has. Its text lists those that come close."""


def folder_of(lesson: Part) -> str:
    """Return the name of the folder of a lesson or an afterword.

    >>> folder_of(9), folder_of("A")
    ('lesson_09', 'afterword_a')
    """
    return f"lesson_{lesson:02d}" if isinstance(lesson, int) else f"afterword_{lesson.lower()}"


def name_of(lesson: Part) -> str:
    """Return what a lesson or an afterword is called within a sentence.

    >>> name_of(9), name_of("A")
    ('lesson 9', 'afterword A')
    """
    return f"lesson {lesson}" if isinstance(lesson, int) else f"afterword {lesson}"


def text_of(lesson: Part) -> Path:
    """Return the file with the text of a lesson or an afterword."""
    return CLASSROOM / folder_of(lesson) / "text.py"


@cache
def solutions_of(lesson: Part) -> dict[str, str]:
    """Return the solved source of each exercise of a lesson, by name, in the order of the cells."""
    return {name: source for name, (source, _) in _exercise_cells(lesson).items()}


def own_lines(name: str) -> frozenset[int]:
    """Return which lines of a solution the reader writes, those between the markers; from 1."""
    return _exercise_cells(lesson_of(name))[name][1]


@cache
def _exercise_cells(lesson: Part) -> dict[str, tuple[str, frozenset[int]]]:
    cells = re.split(r"^# %%", text_of(lesson).read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {}
    for cell in cells:
        header, _, source = cell.partition("\n")
        if re.search(r'tags=\[[^]]*"exercise"', header):
            solved, own = _without_markers(source.strip("\n"))
            name = re.search(r"^def (\w+)", solved, flags=re.MULTILINE)
            if name is None:
                raise ValueError(f"{text_of(lesson)}: an exercise defines no function:{header}")
            found[name.group(1)] = solved, own
    return found


def _without_markers(cell: str) -> tuple[str, frozenset[int]]:
    """Return the source of a cell without its markers, and which of its lines stood in them."""
    lines: list[str] = []
    own: set[int] = set()
    inside = False
    for line in cell.splitlines():
        mark = line.strip()
        if mark.startswith("###"):
            inside = mark == BEGIN or (inside and mark != END)
            continue
        lines.append(line)
        if inside:
            own.add(len(lines))
    return "\n".join(lines) + "\n", frozenset(own)


@cache
def lessons_by_exercise() -> dict[str, Part]:
    """Return the lesson of every exercise, in the order of the course.

    An exercise is a module in the folder `exercises` of its lesson; their order is that of the
    cells in the lesson's text.
    """
    return {name: lesson for lesson in NOTEBOOKS for name in solutions_of(lesson)}


def lesson_of(name: str) -> Part:
    """Return the lesson to which an exercise belongs, without reading any lesson's text.

    Raises
    ------
    UnknownName
        If there is no such exercise; its text lists those that come close.
    """
    for lesson in NOTEBOOKS:
        if name.isidentifier() and (text_of(lesson).parent / "exercises" / f"{name}.py").exists():
            return lesson
    raise UnknownName(unknown_sentence(name, lessons_by_exercise(), "exercise"))


def unknown_sentence(name: str, known: Iterable[str], what: str) -> str:
    """Say that `name` is none of the known names, and which come close."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    close += [other for other in names if name and name in other and other not in close][:3]
    if close:
        return f"There is no {what} called {name!r}. Did you mean {' or '.join(close)}?"
    if 0 < len(names) <= 8:
        return f"There is no {what} called {name!r}. There are: {', '.join(names)}."
    return f"There is no {what} called {name!r}."
