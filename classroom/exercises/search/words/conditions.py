"""Edits of comparisons, branches and limits, in words."""

from __future__ import annotations

import ast

from classroom.exercises.search.edits import Edit
from classroom.exercises.search.words.naming import (
    OPERATIONS,
    QUOTED,
    Namer,
    Template,
    about,
    value_text,
)


def _branch(edit: Edit, namer: Namer) -> str:
    how = "always" if edit.op == "always" else "never"
    test = namer.code(edit.after, QUOTED)
    branch = (
        f"what belongs under the condition {test}" if test else "what belongs under a condition"
    )
    return f"{branch} is done {how}"


def _comparison(edit: Edit, namer: Namer) -> str:
    old, new = edit.before, edit.after
    assert isinstance(old, ast.Compare)
    assert isinstance(new, ast.Compare)
    sides = [namer.words(side) for side in (old.left, old.comparators[0])]
    if isinstance(old.ops[0], (ast.Is, ast.IsNot, ast.In, ast.NotIn)):
        test = namer.code(old, QUOTED)
        return f"the question {test} is taken the other way round" if test else ""
    asked, wanted = OPERATIONS[type(new.ops[0])], OPERATIONS[type(old.ops[0])]
    between = f" between {sides[0]} and {sides[1]}" if all(sides) else ""
    return f"`{asked}` is asked{between}, not `{wanted}`"


def _infinity(edit: Edit, namer: Namer) -> str:
    if isinstance(edit.after, ast.UnaryOp):
        return "infinity has the other sign"
    return f"a finite number ({value_text(edit.after)}) stands where infinity belongs"


def _safe_log(edit: Edit, namer: Namer) -> str:
    return f"a small number such as {value_text(edit.after)} is added before the logarithm is taken"


TEMPLATES: dict[str, Template] = {
    "always": _branch,
    "never": _branch,
    "comparison": _comparison,
    "truth": about("{} is not asked for None but for its truth: 0 then counts as not given"),
    "infinity": _infinity,
    "safe log": _safe_log,
}
