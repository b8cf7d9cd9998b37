"""Edits of calls, in words: what is called, and with which arguments."""

from __future__ import annotations

import ast
from typing import Any

from classroom.exercises.formatting import listed
from classroom.exercises.search.edits import Edit, function_name, number_of
from classroom.exercises.search.words.naming import (
    Namer,
    Template,
    about,
)


def _call(edit: Edit, namer: Namer) -> str:
    node = edit.before
    if isinstance(node, ast.Attribute):
        what = namer.words(node.value)
        return f"{what or 'a matrix'} is not transposed"
    what = namer.words(edit.after)
    call = namer.function(node)
    return f"{call} is left out, and {what} stands there itself" if what else f"{call} is left out"


def _axis(edit: Edit, namer: Namer) -> str:
    call: Any = edit.before
    if edit.after is None or isinstance(edit.after, ast.Call):
        return "other axes change places"
    old = next((k.value for k in call.keywords if k.arg == "axis"), None)
    value = None if isinstance(edit.after, ast.Constant) else edit.after
    new = "the whole array" if _is_none(edit.after) else f"axis {_signed(value or edit.after)}"
    wanted = "the last axis" if number_of(old) == -1 else f"axis {_signed(old)}"
    if old is not None and number_of(old) is None:
        wanted = f"the axis {namer.words(old) or 'that is asked for'}"
    what = "everything" if edit.throughout else namer.function(call)
    return f"{what} runs over {new}, not over {wanted}"


def _is_none(node: Any) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _signed(node: Any) -> str:
    value = number_of(node)
    return "?" if value is None else str(value).replace("-", "−")


def _keepdims(edit: Edit, namer: Namer) -> str:
    return f"keepdims=True is missing in {namer.function(edit.before)}"


def _function(edit: Edit, namer: Namer) -> str:
    return f"{namer.function(edit.after)} is taken, not {namer.function(edit.before)}"


def _argument(edit: Edit, namer: Namer) -> str:
    call: Any = edit.before
    keyword = next((k.arg for k in call.keywords if k.value is edit.after), None)
    what = f"`{keyword}`" if keyword else namer.words(edit.after)
    if not what:
        return ""
    if function_name(call) not in namer.known:
        return f"{what} is left out"
    return f"{namer.function(call)} is not given {what}"


def _order(edit: Edit, namer: Namer) -> str:
    old: Any = edit.before
    new: Any = edit.after
    pairs = zip(old.elts, new.elts, strict=True)
    moved = [namer.words(one) for one, other in pairs if one is not other]
    if all(moved) and len(moved) == 2:
        return f"{listed(moved)} have changed places"
    if all(moved):
        return f"{listed(moved)} stand in another order"
    return "some parts that stand in a row are in another order"


def _swapped(edit: Edit, namer: Namer) -> str:
    old: Any = edit.before
    new: Any = edit.after
    pairs = zip(old.args, new.args, strict=True)
    moved = [namer.words(one) for one, other in pairs if one is not other]
    if all(moved) and moved:
        return f"{listed(moved)} have changed places in {namer.function(old)}"
    return f"two arguments of {namer.function(old)} have changed places"


def _twice(edit: Edit, namer: Namer) -> str:
    return f"{namer.function(edit.before)} is applied twice"


def _outer_call(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after)
    around = namer.function(edit.before)
    return f"{what or 'the function'} stands alone, without {around} around it"


TEMPLATES: dict[str, Template] = {
    "call": _call,
    "axis": _axis,
    "keepdims": _keepdims,
    "function": _function,
    "n - 1": lambda edit, namer: "the variance is divided by n − 1, not by n",
    "argument": _argument,
    "twice": _twice,
    "order": _order,
    "swapped": _swapped,
    "outer call": _outer_call,
    "reshape": lambda edit, namer: "a reshape stands where axes change places",
    "all axes": lambda edit, namer: "all axes are reversed (.T) where two change places",
    "rank": lambda edit, namer: "argsort is applied to what argsort returned (ranks, not an order)",
    "transposed": about("{} is transposed"),
}
