"""Edits of names, in words: of variables, of parameters, of keys."""

from __future__ import annotations

import ast
from typing import Any

from classroom.exercises.search.edits import Edit, number_of
from classroom.exercises.search.words.naming import (
    Namer,
    Template,
    value_text,
)


def _parameter(edit: Edit, namer: Namer) -> str:
    name = namer.words(edit.before)
    return f"{name} is ignored, as if it were always {value_text(edit.after)}"


def _zero(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.before)
    return f"0 stands where {what} belongs" if what else ""


def _none(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.before)
    return f"{what} is left out" if what else ""


def _index(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.value) or "the array"
    return f"the whole of {what} is taken, and no part of it"


def _index_first(edit: Edit, namer: Namer) -> str:
    node: Any = edit.before
    what = namer.words(node.value) or "the array"
    place = "first" if number_of(edit.after) == 0 else "last"
    return f"it is always the {place} entry of {what} that is taken"


def _taken_for(edit: Edit, namer: Namer) -> str:
    old, new = namer.words(edit.before), namer.words(edit.after)
    if not (old and new) or old == new:
        return ""
    return f"{new} is taken where {old} belongs"


def _exchanged(edit: Edit, namer: Namer) -> str:
    old, new = namer.words(edit.before), namer.words(edit.after)
    return f"{old} and {new} have changed places" if old and new and old != new else ""


def _returned(edit: Edit, namer: Namer) -> str:
    what = namer.words(edit.after)
    if isinstance(edit.after, ast.Return):
        what = namer.words(edit.after.value)
    return f"{what} is returned too early, before the last steps" if what else ""


TEMPLATES: dict[str, Template] = {
    "parameter": _parameter,
    "zero": _zero,
    "none": _none,
    "index": _index,
    "index first": _index_first,
    "name": _taken_for,
    "key": _taken_for,
    "exchanged": _exchanged,
    "returned": _returned,
}
