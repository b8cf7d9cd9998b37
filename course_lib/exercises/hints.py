"""Hints, one after the other, and the solution."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import course_lib

from . import registry
from .wording import wrap

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
    """Show the course's own function, beside a link to the solved notebook."""
    exercise = _find(name)
    if exercise is None:
        return
    shown = exercise.shown or exercise.reference
    source = short_source(shown).replace(f"def {shown.__name__}(", f"def {exercise.name}(", 1)
    notebook = f"{registry.NOTEBOOKS.get(exercise.lesson, '')}.ipynb"
    file = _place(exercise.reference)
    head = f"One way to write {exercise.name}:"
    if exercise.shown is None:
        head = f"{exercise.name} as the course has it, in {file}:"
    tail = f"The lesson with all answers: solutions/{notebook}"
    text = f"{head}\n\n{textwrap.indent(source, '    ')}\n{tail}"
    if _in_notebook():
        from IPython.display import display

        link = f"The lesson with all answers: [solutions/{notebook}](../solutions/{notebook})"
        markdown = f"{head}\n\n```python\n{source}```\n\n{link}"
        display({"text/plain": text, "text/markdown": markdown}, raw=True)
    else:
        print(text)


def _place(function: Callable[..., Any]) -> str:
    """The file of one of the course's own functions, from the top of the repository."""
    file = Path(inspect.getsourcefile(function) or "")
    top = Path(course_lib.__file__).parents[1]
    return (file.relative_to(top) if file.is_relative_to(top) else Path(file.name)).as_posix()


def short_source(function: Callable[..., Any]) -> str:
    """The source of a function, its docstring cut to the first line."""
    source = textwrap.dedent(inspect.getsource(function))
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
        return registry.find(key)
    except registry.UnknownName as unknown:
        print(unknown)
        return None


def _in_notebook() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return get_ipython() is not None
