"""Keep a right answer: it becomes a part of the reader's own model."""

import inspect
from collections.abc import Callable
from typing import Any

from . import standalone, store
from .exercise import Exercise
from .grading import grade
from .wording import listed, wrap


def keep(exercise: Exercise, function: Callable[..., Any]) -> str:
    """Save a right answer that works on its own. Returns what to tell the reader, or ""."""
    if not store.saving():
        return ""
    source = standalone.source_of(function)
    if source is None:
        return wrap(
            "It was not saved, for its source is not known here. Write it in a notebook cell or "
            "in a file to make it a part of your model."
        )
    try:
        missing = standalone.needs(source)
        if missing:
            return wrap(_elsewhere(missing, function))
        alone = standalone.build(exercise.name, source, f"<{exercise.name}>")
    except Exception as error:
        return wrap(
            f"It was not saved, for its source does not run on its own ({type(error).__name__}: "
            f"{error}). Write it as `def {exercise.name}(...):` in a cell of its own."
        )
    found = grade(exercise.name, alone)
    if found.outcome != "right":
        return wrap(_differs(exercise, function, source))
    try:
        store.save(exercise.name, exercise.lesson, source)
    except OSError as error:
        return wrap(f"It could not be saved in {store.folder()}: {error.strerror or error}.")
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
    used = [
        f"`{name}`" for name in standalone.uses(source) if name in known and name != exercise.name
    ]
    reason = (
        f" It uses {listed(used)}, which the notebook defines otherwise than the course does."
        if used
        else ""
    )
    return (
        f"It is not saved, for it is right in this notebook only.{reason} Make it depend on "
        "nothing but its arguments, then check again."
    )
