"""What a reader calls in a notebook: `check`, `hint`, `solution`."""

import ast
import difflib
import textwrap
from collections.abc import Callable
from typing import Any

from classroom.exercises import messages, own_answer, page, solutions
from classroom.exercises.exercise import find
from classroom.exercises.formatting import kind_of, wrap
from classroom.exercises.grade import grade
from classroom.exercises.page import say
from classroom.exercises.saved import keep
from classroom.plots.display import in_notebook, publish


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
        say(wrap(f"{unknown}{_second_argument(function, key)}", ""))
        return function
    if function is exercise.reference:
        say(messages.course_own(exercise))
        return function
    found = grade(key, function)
    if found.outcome != "not started":
        own_answer.remember(exercise, function)
    if found.outcome != "right":
        say(found.message)
        return exercise.reference
    note = keep(exercise, function)
    say(f"{found.message}\n{note}" if note else found.message)
    return function


def _second_argument(function: Callable[..., Any], key: str) -> str:
    """Say how a function is checked that is not called as its exercise is."""
    if key == "<lambda>":
        return " Give it a name with `def`."
    names = solutions.lessons_by_exercise()
    inside = sorted((name for name in names if name in key), key=len)
    close = [*difflib.get_close_matches(key, names, 1), *inside]
    own = getattr(function, "__name__", "mine")
    if not close:
        return f' The exercise may be the second argument, such as `check({own}, "softmax")`.'
    return f' `check({own}, "{close[-1]}")` checks it as {close[-1]}.'


def _not_a_function(value: Any, name: str | None) -> Any:
    """Say so; return the reference where it is clear which one is meant."""
    key = value if isinstance(value, str) else name
    shown = key or "softmax"
    call = f"{shown} = check({shown})"
    say(wrap(f"check takes the function itself, as in `{call}`. This is {kind_of(value)}.", ""))
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
    lines = [f"{exercise.name}, hint {index + 1} of {count}:", wrap(exercise.hints[index])]
    if index == count - 1:
        last = f'That was the last one. solution("{exercise.name}") shows how the course does it.'
        lines.append(wrap(last))
    say("\n".join(lines))


def solution(name: str | Callable[..., Any]) -> None:
    """Show one way to solve an exercise beside the reader's own, and where the solved notebook is.

    The lines that differ are marked. The reader's own is the last that was given to `check`, else
    the one that was saved when it was right.
    """
    exercise = _find(name)
    if exercise is None:
        return
    source = short_source(exercise.solution)
    notebook = f"{solutions.NOTEBOOKS.get(exercise.lesson, '')}.ipynb"
    head = f"One way to write {exercise.name}:"
    tail = "The lesson with all answers: "
    own = own_answer.own_answer(exercise)
    if own is not None:
        shown = _side_by_side(exercise.name, short_source(own), source)
        link = f'<a href="../solutions/{notebook}">solutions/{notebook}</a>'
        text = f"{shown['text/plain']}\n\n{tail}solutions/{notebook}"
        data = {"text/plain": text, "text/html": f"{shown['text/html']}<p>{tail}{link}</p>"}
    else:
        text = f"{head}\n\n{textwrap.indent(source, '    ')}\n{tail}solutions/{notebook}"
        link = f"[solutions/{notebook}](../solutions/{notebook})"
        markdown = f"{head}\n\n```python\n{source}```\n\n{tail}{link}"
        data = {"text/plain": text, "text/markdown": markdown}
    if in_notebook():
        publish(data)
    else:
        print(text)


def _side_by_side(name: str, own: str, course: str) -> dict[str, str]:
    """Lay the reader's answer beside the course's, with the lines marked that differ."""
    ours, theirs = own_answer.differing_lines(own, course)
    head = f"{name}: your answer and the course's."
    head += " The lines that differ are marked." if ours or theirs else " They are the same."
    columns = [("Your answer", own, ours), ("The course's", course, theirs)]
    return {
        "text/plain": "\n\n".join([head, *(page.column_text(*column) for column in columns)]),
        "text/html": f"<p>{head}</p>{page.columns_html(*columns)}",
    }


def short_source(source: str) -> str:
    """Cut the docstring of a function's source to its first line, where it is a function's."""
    try:
        node = ast.parse(source).body[0]
    except (SyntaxError, IndexError):
        return source
    if not isinstance(node, ast.FunctionDef):
        return source
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
        say(wrap(str(unknown), ""))
        return None
