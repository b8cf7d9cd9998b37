"""Edits of lines and loops, in words."""

from __future__ import annotations

import ast
from typing import Any

from classroom.exercises.search.edits import Edit
from classroom.exercises.search.words.naming import (
    QUOTED,
    Namer,
    Template,
)


def _line(edit: Edit, namer: Namer) -> str:
    step = namer.step(edit.before)
    return f"{step} is missing" if step else ""


def _loop(edit: Edit, namer: Namer) -> str:
    items = namer.words(edit.after)
    over = f" over {items}" if items else ""
    return {
        "loop first": f"the loop{over} leaves out the first round",
        "loop last": f"the loop{over} leaves out the last round",
        "loop reversed": f"the loop{over} runs from the last to the first",
        "loop same": f"every round of the loop{over} works on the first item",
        "loop once": f"the loop{over} ends after its first round",
    }[edit.op]


def _result(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after)
    return f"what is computed as {what} is not kept, and {what} stays as it was" if what else ""


def _last(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after) or "the sum"
    return f"each round, or each index that comes again, replaces {what} and adds nothing to it"


def _added(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after) or "an array"
    return f"a value is added to what stands in {what}, and does not replace it"


def _bound(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    if isinstance(node, ast.Call):
        one, other = node.args, edit.after
        end = one[0 if len(one) == 1 else 1]
        later = isinstance(other, ast.BinOp) and isinstance(other.op, ast.Add)
        if isinstance(other, ast.Constant):
            return f"{namer.function(node)} begins at 1"
        if isinstance(other, ast.BinOp) and other.left is end:
            return f"{namer.function(node)} ends one {'later' if later else 'earlier'}"
        return f"{namer.function(node)} begins one {'later' if later else 'earlier'}"
    what = namer.words(node.value) or "an array"
    part = namer.code(edit.after, QUOTED)
    return f"another part of {what} is taken{f', {part}' if part else ''}"


def _lines_swapped(edit: Edit, namer: Namer) -> str:
    first, second = namer.step(edit.before), namer.step(edit.after)
    return f"{second} comes before {first}" if first and second else ""


TEMPLATES: dict[str, Template] = {
    "line": _line,
    "lines swapped": _lines_swapped,
    "loop first": _loop,
    "loop last": _loop,
    "loop reversed": _loop,
    "loop same": _loop,
    "loop once": _loop,
    "result": _result,
    "last": _last,
    "added": _added,
    "bound": _bound,
}
