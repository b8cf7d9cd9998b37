"""The reader's own answer, for `solution`: the last that was checked, else the last saved."""

import ast
import difflib
from collections.abc import Callable
from typing import Any

from classroom.exercises import saved
from classroom.exercises.exercise import Exercise

_checked: dict[str, str] = {}


def remember(exercise: Exercise, function: Callable[..., Any]) -> None:
    """Keep the source of an answer that was given to `check`, right or not."""
    source = saved.source_of(function)
    if source is not None:
        _checked[exercise.name] = source


def own_answer(exercise: Exercise) -> str | None:
    """Return the source of the reader's last answer, None if there is none."""
    if exercise.name in _checked:
        return _checked[exercise.name]
    if not saved.saving():  # a solved notebook, which says the same to everybody
        return None
    try:
        text = saved.path_of(exercise.name).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    imports = saved.HEADER.partition("\n")[2]
    return text.partition(imports)[2] or text


def differing_lines(ours: str, theirs: str) -> tuple[set[int], set[int]]:
    """Return the numbers of the lines, from 0, in which two sources differ.

    Docstrings, comments, empty lines and blanks at a line's end do not count.

    >>> differing_lines("a = 1  # one\\nb = 2", "# first\\na = 1  # one\\nb = 3")
    ({1}, {2})
    """
    left, right = _counted(ours), _counted(theirs)
    matcher = difflib.SequenceMatcher(
        None, [line for _, line in left], [line for _, line in right], autojunk=False
    )
    marked: tuple[set[int], set[int]] = set(), set()
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            marked[0].update(number for number, _ in left[a:b])
            marked[1].update(number for number, _ in right[c:d])
    return marked


def _counted(source: str) -> list[tuple[int, str]]:
    left_out = _docstring(source)
    lines = [(number, line.rstrip()) for number, line in enumerate(source.splitlines())]
    return [
        (number, line)
        for number, line in lines
        if line and not line.lstrip().startswith("#") and number not in left_out
    ]


def _docstring(source: str) -> range:
    """Return the lines of the first function's docstring."""
    try:
        node = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return range(0)
    if not isinstance(node, ast.FunctionDef) or ast.get_docstring(node) is None:
        return range(0)
    text = node.body[0]
    return range(text.lineno - 1, text.end_lineno or text.lineno)
