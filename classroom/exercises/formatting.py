"""Numbers, values and text as a message shows them."""

import re
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.exercises.tree import is_number

WIDTH = 88
_KEPT = "\0"  # a blank at which no line is broken
KEPT_TOGETHER = r"(?:`[^`\n]{1,60}`|\(\d[\d, ]*\))"
"""Short code, or a shape."""
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
    text = re.sub(KEPT_TOGETHER, lambda code: code[0].replace(" ", _KEPT), text)
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
