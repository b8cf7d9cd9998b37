"""Small pieces of text: numbers, shapes, calls, tables of differences, wrapped lines."""

import inspect
import re
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from .exercise import Case
from .values import close, is_number

WIDTH = 88
_KEPT = "\0"  # a blank at which no line is broken
SMALL = 6  # arrays of so many numbers are shown whole


def number(value: Any) -> str:
    """A number in at most 4 significant digits; whole numbers and bools in full."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (complex, np.complexfloating)):
        return f"{complex(value):.4g}"
    return f"{float(value) + 0.0:.4g}"  # + 0.0 makes 0 of -0


def numbers(array: Any) -> str:
    """A small array as nested lists, such as "[0.5, 0.25]"."""
    array = np.asarray(array)
    if array.ndim == 0:
        return number(array[()])
    return "[" + ", ".join(numbers(item) for item in array) + "]"


def kind_of(value: Any) -> str:
    """What a value is: "an array of shape (3, 5)", "a tuple of 2", "None", …."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if is_number(value):
        return f"the number {number(value)}"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, dict):
        return f"a dict of {len(value)}"
    if callable(value) and hasattr(value, "__name__"):
        return f"the function {value.__name__}"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def listed(names: Sequence[str], last: str = "and") -> str:
    """ "a, b and c"."""
    names = list(names)
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def wrap(text: str, indent: str = "  ") -> str:
    """Wrap each line to WIDTH, but not within `code` or a shape such as (2, 3, 5).

    Lines that begin with a blank (longer code, tables) stay as they are.
    """
    text = re.sub(r"`[^`\n]{1,60}`|\(\d[\d, ]*\)", lambda code: code[0].replace(" ", _KEPT), text)
    lines = []
    for line in text.strip("\n").split("\n"):
        if line.startswith(" ") or not line:
            lines.append((indent + line).rstrip())
        else:
            lines.append(
                textwrap.fill(
                    line,
                    WIDTH,
                    initial_indent=indent,
                    subsequent_indent=indent,
                    break_long_words=False,
                    break_on_hyphens=False,
                )
            )
    return "\n".join(lines).replace(_KEPT, " ")


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


def table(path: str, got: Any, want: Any, rtol: float) -> str:
    """Where two arrays of one shape differ: the first three places, and how many there are."""
    got, want = np.asarray(got), np.asarray(want)
    wrong = ~close(got, want, rtol)
    if want.ndim == 0 or (want.ndim == 1 and want.size <= SMALL):
        rows = [(path, numbers(want), numbers(got))]
    else:
        places = [tuple(int(i) for i in place) for place in np.argwhere(wrong)[:3]]
        rows = [
            (f"{path}[{', '.join(map(str, place))}]", number(want[place]), number(got[place]))
            for place in places
        ]
    if not rows:  # equal numbers of another dtype
        return f"    {path} should have dtype {want.dtype}, and yours has {got.dtype}."
    left = max(len(row[0]) for row in rows)
    middle = max(len("expected"), *(len(row[1]) for row in rows))
    lines = [f"    {'':<{left}}   {'expected':<{middle}}   yours"]
    lines += [f"    {place:<{left}}   {right:<{middle}}   {yours}" for place, right, yours in rows]
    count = int(wrong.sum())
    if want.ndim and path != rows[0][0] and count > len(rows):
        lines.append(f"    {count} of {want.size} values differ.")
    if any(right == yours for _, right, yours in rows):
        gap = np.abs(got.astype(float) - want.astype(float))
        lines.append(f"    The largest difference is {number(gap[wrong].max())}.")
    return "\n".join(lines)
