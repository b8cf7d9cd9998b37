"""Where in the reader's own code an exception came from, and what to do about it."""

import builtins
import difflib
import linecache
import re
import site
import sys
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import numpy as np

import course_lib

_COURSE = str(Path(course_lib.__file__).parent)
_CLASSROOM = str(Path(__file__).parents[1])
_LIBRARIES = tuple(
    {
        sysconfig.get_paths()["stdlib"],
        sysconfig.get_paths()["purelib"],
        sysconfig.get_paths()["platlib"],
        *site.getsitepackages(),
        _COURSE,
        _CLASSROOM,
    }
)


def where(error: BaseException, function: Callable[..., Any]) -> str:
    """Return the line of the reader's code in which the error arose, or "" if none is known.

    The innermost line that is not in a library is the reader's: in the function itself or in a
    helper that it calls.
    """
    found = _innermost(error, function)
    if found is None:
        return ""
    inner, line = found
    text = linecache.getline(inner.co_filename, line).strip()
    place = f"in line {line - inner.co_firstlineno + 1} of {inner.co_name}"
    return f"{place}:\n    {text}" if text else place


def on_purpose(error: BaseException) -> bool:
    """Whether a `raise` of the reader's, or of an exercise's, raised it, in words of its own."""
    frames = [(frame.f_code, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    if not frames:
        return False
    code, line = frames[-1]
    ours = code.co_filename.startswith(_CLASSROOM) or not in_library(code)
    return ours and bool(re.search(r"\braise\b", linecache.getline(code.co_filename, line)))


def _innermost(error: BaseException, function: Callable[..., Any]) -> tuple[CodeType, int] | None:
    """The function of the reader's in which the error arose, and its line."""
    code = getattr(function, "__code__", None)
    found = None
    for frame, line in traceback.walk_tb(error.__traceback__):
        inner = frame.f_code
        if inner is code or not in_library(inner):
            nested = found is not None and _holds(found[0], inner)
            found = (found[0] if found is not None and nested else inner), line
    return found


def _holds(outer: CodeType, inner: CodeType) -> bool:
    """Whether `inner` is a comprehension or a lambda that stands within a function."""
    return inner in outer.co_consts and inner.co_name.startswith("<")


def in_library(code: CodeType) -> bool:
    """Whether code is Python's, a library's or the course's own, and not the reader's."""
    name = code.co_filename
    of_dataclass = name == "<string>" and code.co_name.startswith("__")
    return of_dataclass or name.startswith("<frozen") or name.startswith(_LIBRARIES)


def advice(error: BaseException, function: Callable[..., Any]) -> str:
    """What to do about an exception; "" where its own text says enough."""
    text = str(error)
    if isinstance(error, UnboundLocalError):
        return (
            "The variable gets its value only further down, or only in a branch that was not taken."
        )
    if isinstance(error, NameError):
        return _name_advice(error.name or "", function)
    if isinstance(error, RecursionError):
        return "The function calls itself without end."
    if isinstance(error, MemoryError):
        return "It asks for more memory than there is: look at the shapes of what it makes."
    if isinstance(error, (SystemExit, KeyboardInterrupt)):
        return "Leave the function with `return`."
    if "could not be broadcast" in text:
        rule = (
            "NumPy lines shapes up from the last axis; two lengths fit if they are equal or one "
            "is 1."
        )
        found = _innermost(error, function)
        names = found[0].co_names if found else ()
        keep = " After a sum, mean or max, keepdims=True keeps the axis with length 1."
        return rule + keep * bool({"sum", "mean", "max", "min", "std", "var"} & set(names))
    if "matmul" in text or "not aligned" in text:
        return "In a @ b the last axis of a meets the last but one of b: their lengths must agree."
    if "einstein sum" in text and "ellipsis" in text:
        return "einsum sums over letters, not over `...`: make one axis of those with reshape."
    if isinstance(error, np.exceptions.AxisError):
        return "The array has fewer axes than that. Print its .shape before this line."
    if isinstance(error, TypeError) and "'float' object cannot be interpreted as an int" in text:
        return "A size must be a whole number: / always gives a float, // an integer."
    if isinstance(error, TypeError) and "ellipsis" in text:
        return "A blank `...` is still to be filled in."
    return ""


def _name_advice(name: str, function: Callable[..., Any]) -> str:
    code = getattr(function, "__code__", None)
    known = {*(code.co_varnames if code else ()), *dir(builtins)}
    known |= {other for other in getattr(function, "__globals__", {}) if not other.startswith("_")}
    close = [
        other
        for other in difflib.get_close_matches(name, sorted(known), n=2, cutoff=0.75)
        if other != name
    ]
    if close:
        return f"Is it a slip for {' or '.join(close)}? If not, run the cell that defines {name}."
    if name in {"np", "numpy"}:
        return f"Run the first cell of the notebook: it imports {name}."
    if name in sys.modules:
        return f"If the module {name} is meant, put `import {name}` inside the function."
    return (
        f"If another cell defines {name}, run that cell. If not, {name} needs a value before this "
        "line."
    )
