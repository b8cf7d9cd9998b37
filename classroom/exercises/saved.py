"""The reader's right answers: one file a function, outside the notebooks. They make up `mine()`."""

import inspect
import os
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from classroom.exercises import swap
from classroom.exercises.exercise import Exercise
from classroom.exercises.formatting import listed, wrap
from classroom.exercises.grade import grade
from classroom.exercises.solutions import Part, name_of
from course_lib.internals.files import atomic_write, work_folder

HEADER = """# {name}, {part}: saved by `check` when it was right.
import itertools
import math

import numpy as np


"""

_saving = True


def saving_off() -> None:
    """Save nothing from now on in this process. The first cell of a solved notebook calls it."""
    global _saving
    _saving = False


def saving_on() -> None:
    """Save right answers again."""
    global _saving
    _saving = True


def saving() -> bool:
    return _saving


def folder() -> Path:
    """The folder that the variable COURSE_WORK names, else `my_model` in `work_folder()`."""
    named = os.environ.get("COURSE_WORK")
    return Path(named).expanduser() if named else work_folder() / "my_model"


def path_of(name: str) -> Path:
    return folder() / f"{name}.py"


def save(name: str, lesson: Part, source: str) -> None:
    """Write an answer's source, in one step: after a crash there is the old file or the new one.

    Raises
    ------
    OSError
        If the folder cannot be written to.
    """
    text = HEADER.format(name=name, part=name_of(lesson)) + source
    path = path_of(name)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with atomic_write(path) as file:
        file.write(text.encode())


def keep(exercise: Exercise, function: Callable[..., Any]) -> str:
    """Save a right answer that works on its own. Returns what to tell the reader, or ""."""
    if not saving():
        return ""
    source = source_of(function)
    if source is None:
        return wrap(
            "It was not saved, for its source is not known here. Write it in a notebook cell or "
            "in a file to make it a part of your model."
        )
    try:
        missing = swap.needs(source)
        if missing:
            return wrap(_elsewhere(missing, function))
        alone = swap.build(exercise.name, source, f"<{exercise.name}>")
    except Exception as error:
        return wrap(
            f"It was not saved, for its source does not run on its own ({type(error).__name__}: "
            f"{error}). Write it as `def {exercise.name}(...):` in a cell of its own."
        )
    found = grade(exercise.name, alone)
    if found.outcome != "right":
        return wrap(_differs(exercise, function, source))
    try:
        save(exercise.name, exercise.lesson, source)
    except OSError as error:
        return wrap(f"It could not be saved in {folder()}: {error.strerror or error}.")
    return wrap(f"Saved. {exercise.name} is now a part of your own model.")


def _elsewhere(missing: list[str], function: Callable[..., Any]) -> str:
    known = getattr(function, "__globals__", {})
    modules = [name for name in missing if inspect.ismodule(known.get(name))]
    others = [name for name in missing if name not in modules]
    texts = []
    if others:
        names, it = listed([f"`{name}`" for name in others]), "it" if len(others) == 1 else "them"
        verb = "is" if len(others) == 1 else "are"
        texts.append(
            f"it uses {names}, which {verb} defined in another cell: move {it} inside the function"
        )
    if modules:
        imports = listed([f"`{_import(name, known[name].__name__)}`" for name in modules])
        texts.append(f"it needs an import: put {imports} inside the function")
    return f"It is not saved yet, for {', and '.join(texts)}, then check again."


def _import(name: str, module: str) -> str:
    return f"import {module}" if name == module else f"import {module} as {name}"


def _differs(exercise: Exercise, function: Callable[..., Any], source: str) -> str:
    known = getattr(function, "__globals__", {})
    used = [f"`{name}`" for name in swap.uses(source) if name in known and name != exercise.name]
    reason = (
        f" It uses {listed(used)}, which the notebook defines otherwise than the course does."
        if used
        else ""
    )
    return (
        f"It is not saved, for it is right in this notebook only.{reason} Make it depend on "
        "nothing but its arguments, then check again."
    )


def source_of(function: Callable[..., Any]) -> str | None:
    """The source of a function, from the left margin; None where it is not known."""
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError, IndentationError):
        return None
