"""Edits that pass all cases of their exercise and change nothing that its contract promises.

`RULES` hold for every exercise; many bring both programs into a form of `equivalent_forms.py`, in
which they are equal. Single edits stand in `equivalent_known.py`, with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import equivalent_forms as forms
from equivalent_known import KNOWN

from classroom.exercises.exercise import find
from classroom.exercises.search.edits import Edit, Program, function_name, number_of
from classroom.exercises.search.statements import calls_given


def reason(edit: Edit) -> str:
    """Say why an edit is as right as the solution; "" if nobody has shown it."""
    lines = told(edit)
    for op, part, why in KNOWN.get(edit.program.name, ()):
        if op == edit.op and part in lines:
            return why
    for why, rule in RULES:
        if rule(edit):
            return why
    return ""


def told(edit: Edit) -> str:
    """Return the lines that an edit makes; those that it takes away if it makes none."""
    before, after = edit.lines()
    return " ; ".join(line.strip() for line in after or before)


Rule = Callable[[Edit], bool]


def _form(*transformers: type[ast.NodeTransformer]) -> Rule:
    """Whether the edit is the solution once both are brought into a form."""

    def rule(edit: Edit) -> bool:
        texts = []
        for tree in (edit.program.tree, edit.tree()):
            parsed: Any = ast.parse(ast.unparse(tree))
            for transformer in transformers:
                parsed = transformer().visit(parsed)
            texts.append(ast.unparse(ast.fix_missing_locations(parsed)))
        return texts[0] == texts[1]

    return rule


#: Exercises in which every array has as many axes as the contract says, and no more in front.
FIXED_AXES = {"sample", "generate", "beam_search", "pool", "attend_with_past", "split_heads"}
FIXED_AXES |= {"merge_heads", "read_out_after_blocks"}
#: And those that lay all vectors out as rows first, with reshape(-1, …), or select rows.
FIXED_AXES |= {"cross_entropy", "linear_backward", "layer_norm_backward", "rms_norm_backward"}
FIXED_AXES |= {"cross_entropy_backward", "dead_units"}


def _any_dtype(edit: Edit) -> bool:
    return not find(edit.program.name).same_dtype and _form(forms.AnyDtype)(edit)


def _same_axis(edit: Edit) -> bool:
    """Whether an axis is counted from the other end, where the number of axes is fixed."""
    if edit.program.name not in FIXED_AXES or edit.op not in ("axis", "constant"):
        return False
    signs = []
    for tree in (edit.program.tree, edit.tree()):
        signs.append([number_of(node) for node in ast.walk(tree) if number_of(node) is not None])
    old, new = (sum(value < 0 for value in values) for values in signs)
    return old != new


def _cancels(edit: Edit) -> bool:
    """Whether a sign is lost when what bears it is divided by its sum."""
    lines = edit.lines()[0]
    target = lines[0].strip().split(" = ")[0] if lines else ""
    return edit.op == "sign" and f"{target} / {target}.sum(" in ast.unparse(edit.program.tree)


def _new_number(edit: Edit) -> bool:
    name = edit.after.id if isinstance(edit.after, ast.Name) else ""
    numbers = edit.program.values.get(name, [])
    return edit.op == "new array" and any(
        number_of(value) is not None or isinstance(value, ast.BinOp) for value in numbers
    )


def _independent(edit: Edit) -> bool:
    """Whether two lines that changed places do not depend on each other."""
    if edit.op != "lines swapped":
        return False
    one, other = edit.before, edit.after
    if one is None or other is None:
        return False
    if _leaves(one) and _leaves(other):
        return False
    if (_leaves(one) or _leaves(other)) and (_acts(edit, one) or _acts(edit, other)):
        return False
    if _acts(edit, one) and _acts(edit, other):
        return False
    reads, writes = _read(one), _written(one)
    return not (writes & (_read(other) | _written(other))) and not (reads & _written(other))


def _leaves(node: ast.AST) -> bool:
    return any(isinstance(n, (ast.Return, ast.Break, ast.Continue)) for n in ast.walk(node))


def _acts(edit: Edit, node: ast.AST) -> bool:
    """Whether it calls what the caller handed over, or draws random numbers."""
    return calls_given(edit.program, node) if isinstance(edit.program, Program) else True


def _read(node: ast.AST) -> set[str]:
    if isinstance(node, ast.FunctionDef):  # what it reads is read when it is called
        return set()
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def _written(node: ast.AST) -> set[str]:
    found = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    } - {"_"}
    for part in ast.walk(node):
        target = None
        if isinstance(part, ast.Subscript) and isinstance(part.ctx, ast.Store):
            target = part.value
        if isinstance(part, ast.Call) and function_name(part) in ("append", "add", "at", "step"):
            target = part.args[0] if function_name(part) == "at" else part.func
        if isinstance(part, ast.Call) and function_name(part) == "put_along_axis":
            target = part.args[0]
        if target is not None:
            found |= {n.id for n in ast.walk(target) if isinstance(n, ast.Name)}
    return found


def _always_true(edit: Edit) -> bool:
    """Whether the truth is asked of what is true whenever it is given."""
    asked = edit.before
    name = asked.left if isinstance(asked, ast.Compare) else None
    return edit.op == "truth" and isinstance(name, ast.Name) and name.id == "rng"


def _as_good_as_infinite(edit: Edit) -> bool:
    return edit.op == "infinity" and number_of(edit.after) == 1e9


def _filled_apart(edit: Edit) -> bool:
    """Whether two lines that changed places write to other parts of the same array."""
    if edit.op != "lines swapped":
        return False
    slices = []
    for node in (edit.before, edit.after):
        if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript)):
            return False
        slices.append(node.targets[0])
    one, other = slices
    values = [node.value for node in (edit.before, edit.after)]  # type: ignore[union-attr]
    read = set().union(*map(_read, values))
    return (
        ast.dump(one.value) == ast.dump(other.value)
        and ast.dump(one.slice) != ast.dump(other.slice)
        and ast.unparse(one.value) not in read
    )


def _alias(edit: Edit) -> bool:
    """Whether one name stands for another that holds the same value there."""
    if edit.op != "name" or edit.throughout:
        return False
    names = {n.id for n in (edit.before, edit.after) if isinstance(n, ast.Name)}
    last: dict[str, int] = {}
    alias = 0
    for node in ast.walk(edit.program.function):
        if not isinstance(node, ast.Assign) or node.lineno >= edit.line:
            continue
        for target, value in _pairs(node):
            if isinstance(target, ast.Name) and target.id in names:
                last[target.id] = max(last.get(target.id, 0), node.lineno)
                if isinstance(value, ast.Name) and {target.id, value.id} == names:
                    alias = max(alias, node.lineno)
    return bool(alias) and all(line <= alias for line in last.values())


def _pairs(node: ast.Assign) -> Iterator[tuple[ast.expr, ast.expr | None]]:
    target, value = node.targets[0], node.value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        yield from zip(target.elts, value.elts, strict=False)
    elif isinstance(target, ast.Tuple):
        yield from ((part, None) for part in target.elts)
    else:
        yield target, value


RULES: tuple[tuple[str, Rule], ...] = (
    ("a + b is b + a, and so is what is symmetric", _form(forms.Commuted)),
    ("two axes that change places have no order", _form(forms.TwoAxes)),
    ("a second time it changes nothing", _form(forms.Once)),
    ("a number of NumPy's is a number", _form(forms.Numbers)),
    ("a slice begins at 0 anyway", _form(forms.FromStart)),
    ("nothing there sees the sign", _form(forms.Unsigned)),
    ("it is never negative", _form(forms.NeverNegative)),
    (".T of an array with one axis is that array", _form(forms.Vectors)),
    ("either dtype passes, float32 or float64", _any_dtype),
    ("the last axis is the default", _form(forms.LastAxis)),
    ("a generator is true whenever it is given", _always_true),
    ("no value comes near 1e9", _as_good_as_infinite),
    ("the same axis, counted from the other end", _same_axis),
    ("the sign is lost in the quotient", _cancels),
    ("the order of the rounds plays no part", _form(forms.AnyOrder)),
    ("only names of variables differ", _form(forms.Renamed)),
    ("the two lines do not depend on each other", _independent),
    ("the two lines fill other places of an array", _filled_apart),
    ("a number is never changed in place", _new_number),
    ("both names stand for the same value there", _alias),
)
