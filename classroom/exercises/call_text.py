"""The call of a case, as a reader could write it: "softmax(x, axis=1) with x of shape (3, 5)"."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from classroom.exercises.exercise import Case
from classroom.exercises.formatting import SMALL, kind_of, listed, number, numbers
from classroom.exercises.tree import is_number


def call_text(reference: Callable[..., Any], name: str, case: Case) -> str:
    """A call in words: "softmax(x, axis=1) with x of shape (3, 5)", "softmax([1, 2, 3])"."""
    shown: list[str] = []
    shapes: list[str] = []
    parameters = list(inspect.signature(reference).parameters)
    for parameter, value in zip(parameters, case.args, strict=False):
        shown.append(_argument(parameter, value, shapes))
    for keyword, value in case.kwargs.items():
        text = _argument(keyword, value, shapes)
        shown.append(keyword if text == keyword else f"{keyword}={text}")
    call = f"{name}({', '.join(shown)})"
    return f"{call} with {listed(shapes)}" if shapes else call


def _argument(name: str, value: Any, shapes: list[str]) -> str:
    if is_number(value):
        return number(value)
    if value is None or _is_short(value):
        return repr(value)
    if isinstance(value, np.ndarray):
        if value.size <= SMALL and value.ndim <= 2:
            return numbers(value)
        shapes.append(f"{name} of shape {value.shape}")
    if isinstance(value, dict):
        shapes.append(f"{name} {kind_of(value)}")
    return name


def _is_short(value: Any) -> bool:
    """Strings, and nested lists of strings and whole numbers, that have room in a call."""
    return len(repr(value)) <= 40 and _is_plain(value)


def _is_plain(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (str, int))
