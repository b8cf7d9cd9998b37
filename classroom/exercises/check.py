"""What a reader calls in a notebook: `check`, `hint`, `solution`."""

import ast
import textwrap
from collections.abc import Callable
from typing import Any

from classroom.exercises import messages, solutions
from classroom.exercises.exercise import find
from classroom.exercises.grade import grade
from classroom.exercises.messages import kind_of, wrap
from classroom.exercises.saved import keep
from classroom.plots.display import in_notebook


def check(function: Any, name: str | None = None) -> Any:
    """Say whether a function solves the exercise of its name, and if not, which mistake it makes.

    Parameters
    ----------
    function : callable
    name : str, optional
        The exercise, where the function is called otherwise.

    Returns
    -------
    callable
        The function itself once it is right, the course's own until then; so `softmax =
        check(softmax)` leaves a working softmax behind at any stage.
    """
    if not callable(function):
        return _not_a_function(function, name)
    key = name or str(getattr(function, "__name__", type(function).__name__))
    try:
        exercise = find(key)
    except solutions.UnknownName as unknown:
        advice = " Give it a name with `def`." if key == "<lambda>" else ""
        print(f"{unknown}{advice}")
        return function
    if function is exercise.reference:
        print(messages.course_own(exercise))
        return function
    found = grade(key, function)
    print(found.message)
    if found.outcome != "right":
        return exercise.reference
    note = keep(exercise, function)
    if note:
        print(note)
    return function


def _not_a_function(value: Any, name: str | None) -> Any:
    """Say so; return the reference where it is clear which one is meant."""
    key = value if isinstance(value, str) else name
    shown = key or "softmax"
    print(
        f"check takes the function itself, as in {shown} = check({shown}). This is "
        f"{kind_of(value)}."
    )
    try:
        return find(key).reference if key else value
    except solutions.UnknownName:
        return value


_shown: dict[str, int] = {}


def hint(name: str | Callable[..., Any]) -> None:
    """Print the next hint, from a nudge to nearly there; after the last, the last one again."""
    exercise = _find(name)
    if exercise is None:
        return
    count = len(exercise.hints)
    index = _shown.get(exercise.name, 0)
    _shown[exercise.name] = min(index + 1, count)
    index = min(index, count - 1)
    print(f"{exercise.name}, hint {index + 1} of {count}:")
    print(wrap(exercise.hints[index]))
    if index == count - 1:
        print(
            wrap(
                f'That was the last one. solution("{exercise.name}") shows how the course does it.'
            )
        )


def solution(name: str | Callable[..., Any]) -> None:
    """Show one way to solve an exercise, beside a link to the solved notebook."""
    exercise = _find(name)
    if exercise is None:
        return
    source = short_source(exercise.solution)
    notebook = f"{solutions.NOTEBOOKS.get(exercise.lesson, '')}.ipynb"
    head = f"One way to write {exercise.name}:"
    tail = f"The lesson with all answers: solutions/{notebook}"
    text = f"{head}\n\n{textwrap.indent(source, '    ')}\n{tail}"
    if in_notebook():
        from IPython.display import display

        link = f"The lesson with all answers: [solutions/{notebook}](../solutions/{notebook})"
        markdown = f"{head}\n\n```python\n{source}```\n\n{link}"
        display({"text/plain": text, "text/markdown": markdown}, raw=True)
    else:
        print(text)


def short_source(source: str) -> str:
    """Cut the docstring of a function's source to its first line."""
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    first = node.body[0]
    lines = source.splitlines(keepends=True)
    text = ast.get_docstring(node)
    if text and "\n" in text and first.end_lineno is not None:
        summary = f'    """{text.splitlines()[0]}"""\n'
        lines[first.lineno - 1 : first.end_lineno] = [summary]
    return "".join(lines)


def _find(name: str | Callable[..., Any]) -> Any:
    key = name if isinstance(name, str) else getattr(name, "__name__", repr(name))
    try:
        return find(key)
    except solutions.UnknownName as unknown:
        print(unknown)
        return None
