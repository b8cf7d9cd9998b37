"""An answer on its own: its source, the names it needs, and the function made from it alone.

A saved answer must work without the notebook it was written in. It may use numpy, math, itertools,
all that is public in course_lib and the functions of all exercises; these names stand for whatever
`using` has put in at the moment, so that the reader's functions call each other.
"""

import __future__

import builtins
import dis
import functools
import inspect
import itertools
import math
import textwrap
from collections.abc import Callable, Iterator
from types import CodeType
from typing import Any

import numpy as np

import course_lib

from . import registry, swap

Function = Callable[..., Any]


def source_of(function: Function) -> str | None:
    """The source of a function, from the left margin; None where it is not known."""
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError, IndentationError):
        return None


def needs(source: str) -> list[str]:
    """Names that the source uses and that neither it, nor Python, nor the course provides."""
    used: list[str] = []
    own: set[str] = set()
    for step in _steps(_compile(source, "answer")):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME") and step.argval not in used:
            used.append(step.argval)
        elif step.opname in ("STORE_NAME", "STORE_GLOBAL"):
            own.add(step.argval)
    return [name for name in used if name not in {*own, *dir(builtins), *namespace()}]


def uses(source: str) -> list[str]:
    """Names of functions of the course or of exercises that the source uses."""
    used = {
        step.argval for step in _steps(_compile(source, "answer")) if step.opname == "LOAD_GLOBAL"
    }
    return sorted(used & set(_forwarded()))


def build(name: str, source: str, filename: str) -> Function:
    """Make the function from its source.

    Raises
    ------
    SyntaxError, NameError, …
        Whatever running the source raises; LookupError if it does not define the name.
    """
    names = namespace()
    exec(_compile(source, filename), names)  # the reader's own code, from the reader's own folder
    made = names[name]
    if isinstance(made, _Forward) or not callable(made):
        raise LookupError(f"the file defines no function {name}")
    return made


def namespace() -> dict[str, Any]:
    """What an answer can use without saying so."""
    names: dict[str, Any] = {"__name__": "my_model", "np": np, "numpy": np}
    names |= {"math": math, "itertools": itertools}
    names["course_lib"] = course_lib
    names.update(swap.MODULES)
    for module in swap.MODULES.values():
        for key, value in vars(module).items():
            if inspect.isclass(value) and value.__module__ == module.__name__ and key[0] != "_":
                names[key] = value
    names.update({name: _Forward(name) for name in _forwarded()})
    return names


class _Forward:
    """Calls the function that stands under a name at the time of the call."""

    def __init__(self, name: str) -> None:
        functools.update_wrapper(self, swap.FUNCTIONS.get(name) or registry.find(name).reference)
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return swap.active(self._name)(*args, **kwargs)


def _forwarded() -> list[str]:
    return [*swap.FUNCTIONS, *(exercise.name for exercise in registry.exercises())]


def _compile(source: str, filename: str) -> CodeType:
    # Annotations stay text, so that they need no imports.
    flags = __future__.annotations.compiler_flag
    return compile(source, filename, "exec", flags=flags, dont_inherit=True)


def _steps(code: CodeType) -> Iterator[dis.Instruction]:
    yield from dis.get_instructions(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _steps(constant)
