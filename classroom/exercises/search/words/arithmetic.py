"""Edits of sums, products and numbers, in words."""

from __future__ import annotations

import ast
from typing import Any

from classroom.exercises.search.edits import Edit
from classroom.exercises.search.words.naming import (
    OPERATIONS,
    Namer,
    Template,
    about,
    value_text,
)


def _divisor(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    right = node.value if isinstance(node, ast.AugAssign) else node.right
    left = node.target if isinstance(node, ast.AugAssign) else node.left
    what, by = namer.words(left) or "the result", namer.words(right)
    return f"{what} is not divided by {by}" if by else f"{what} is not divided"


def _term(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    gone = node.right if edit.after is node.left else node.left
    what = namer.words(gone)
    if isinstance(node.op, ast.Sub):
        if gone is node.right:
            return f"{what or 'one term'} is not subtracted"
        rest, whole = namer.words(node.right), namer.code(node)
        if rest and whole:
            return f"{rest} stands where {whole} belongs"
        return f"{what or 'one term'} is left out, and {rest or 'the other term'} stands alone"
    if isinstance(node.op, (ast.BitOr, ast.BitAnd)):
        return f"{what or 'one part'} is left out"
    return f"{what} is not added" if what else ""


def _factor(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    gone, rest = (node.right, node.left) if edit.after is node.left else (node.left, node.right)
    what, by = namer.words(rest) or "the result", namer.words(gone)
    return f"{what} is not multiplied by {by}" if by else ""


def _power(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.left) or "a value"
    return f"{what} is not raised to the power {value_text(node.right) or 'that it has'}"


def _dividend(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.left)
    return f"1 is divided, and not {what}" if what else ""


def _constant(edit: Edit, namer: Namer) -> str:
    return f"{value_text(edit.after)} stands where {value_text(edit.before)} belongs"


LONG = 50  # characters of two sides in words; longer, and only the operation is named
_VERBS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("added", "to"),
    ast.Sub: ("subtracted", "from"),
    ast.Mult: ("multiplied", "with"),
    ast.Div: ("divided", "by"),
    ast.FloorDiv: ("divided to a whole number", "by"),
    ast.MatMult: ("multiplied as a matrix", "with"),
}


def _operator(edit: Edit, namer: Namer) -> str:
    old, new = edit.before, edit.after
    one = OPERATIONS.get(type(getattr(new, "op", None)), "")
    other = OPERATIONS.get(type(getattr(old, "op", None)), "")
    left = getattr(old, "left", getattr(old, "target", None))
    right = getattr(old, "right", getattr(old, "value", None))
    sides = [namer.words(side) for side in (left, right)]
    short = all(sides) and len("".join(sides)) < LONG
    between = f" between {sides[0]} and {sides[1]}" if short else ""
    return f"`{one}` stands{between} where `{other}` belongs" if one and other else ""


def _turned(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    sides = [namer.words(node.left), namer.words(node.right)]
    if not all(sides) or len("".join(sides)) >= LONG:
        return f"the two sides of a `{OPERATIONS[type(node.op)]}` have changed places"
    return f"{sides[0]} and {sides[1]} have changed places around `{OPERATIONS[type(node.op)]}`"


def _again(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(edit.after) or "one part"
    verb = _VERBS.get(type(node.op), ("used", ""))[0]
    if isinstance(node.op, ast.Div):
        return f"the division by {what} is made twice"
    if isinstance(node.op, ast.Mult):
        return f"{what} is multiplied in twice"
    return f"{what} is {verb} twice"


def _by_one(edit: Edit, namer: Namer) -> str:
    node: Any = edit.after
    what = namer.words(edit.before)
    size = "large" if isinstance(node.op, ast.Add) else "small"
    return f"{what} is one too {size}" if what else ""


def _maximum(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after) or value_text(edit.after)
    return f"{what} is a lower bound, and is not added" if what else ""


def _complement(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.before)
    return f"1 minus {what} is taken where {what} belongs" if what else ""


TEMPLATES: dict[str, Template] = {
    "divisor": _divisor,
    "term": _term,
    "condition": lambda edit, namer: "of a condition with two parts only one is asked",
    "factor": _factor,
    "dividend": _dividend,
    "power": _power,
    "operator": _operator,
    "turned": _turned,
    "constant": _constant,
    "again": _again,
    "maximum": _maximum,
    "by one": _by_one,
    "complement": _complement,
    "absolute": about("the absolute value of {} is taken"),
    "positive": about("0 stands for negative values of {}"),
    "square": about("{} is squared"),
    "root": about("the square root of {} is taken"),
    "sign": about("{} has the other sign"),
    "inverted": about("{} is inverted, True for False"),
}
