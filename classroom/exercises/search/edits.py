"""Single edits of a solution: what a person may have written in place of it.

An operator takes a `Program`, the parsed solution, and yields `Edit`s of it. The same edits serve
two purposes: `search` finds the one that gives what a reader's function gave, and
`tools/surviving_edits.py` finds those that no case tells from the solution.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Step = tuple[str, int | None]
Path = tuple[Step, ...]
#: What stands at a path instead: a node, statements in place of one, or None for a part left out.
New = ast.AST | list[ast.stmt] | None


@dataclass(frozen=True)
class Change:
    """One place of a tree, and what stands there instead."""

    path: Path
    new: New


@dataclass(frozen=True)
class Edit:
    """One edit of a solution.

    Attributes
    ----------
    op : str
        The operator that made it, such as "axis" or "term".
    changes : tuple of Change
        More than one where an edit is made throughout, or where two names change places.
    before, after : ast.AST or None
        What the edit takes away, and what it puts in its place; the words are made of them.
    line : int
        The line of the solution.
    program : Program
    """

    op: str
    changes: tuple[Change, ...]
    before: ast.AST | None
    after: ast.AST | None
    line: int
    program: Program

    def tree(self) -> ast.Module:
        """Return the edited solution. It shares with the solution what is the same in both."""
        edited: Any = self.program.tree
        for change in self.changes:
            edited = _replaced(edited, change.path, change.new)
        return edited

    def lines(self) -> tuple[list[str], list[str]]:
        """Return the lines that differ, before and after, as Python writes them."""
        old = ast.unparse(self.program.tree).splitlines()
        new = ast.unparse(self.tree()).splitlines()
        start, end = 0, 0
        while start < min(len(old), len(new)) and old[start] == new[start]:
            start += 1
        while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
            end += 1
        return old[start : len(old) - end], new[start : len(new) - end]

    @property
    def throughout(self) -> bool:
        return len(self.changes) > 1


@dataclass(frozen=True)
class Site:
    """A node of a solution, where it stands, and what stands around it."""

    path: Path
    node: Any
    parent: Any
    statement: ast.stmt
    function: ast.FunctionDef


class Program:
    """A solution, parsed."""

    def __init__(self, name: str, source: str) -> None:
        self.name = name
        self.source = source
        self.tree = ast.parse(source)
        self.lines = source.splitlines()

    @cached_property
    def function(self) -> ast.FunctionDef:
        found = [
            node
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and node.name == self.name
        ]
        return found[-1]

    @cached_property
    def sites(self) -> list[Site]:
        """Every node of the body that is an expression or a statement, from top to bottom."""
        found: list[Site] = []
        for index, node in enumerate(self.tree.body):
            if isinstance(node, ast.FunctionDef):
                _collect(node, (("body", index),), self.tree, node, node, found)
        return found

    @cached_property
    def expressions(self) -> list[Site]:
        """Every expression whose value is used."""
        return [
            site
            for site in self.sites
            if isinstance(site.node, ast.expr)
            and isinstance(getattr(site.node, "ctx", None) or ast.Load(), ast.Load)
            and not isinstance(site.node, (ast.Starred, ast.Slice))
        ]

    @cached_property
    def values(self) -> dict[str, list[ast.expr]]:
        """What each name is given, where it is given one value at a time."""
        found: dict[str, list[ast.expr]] = {}
        for node in ast.walk(self.function):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        found.setdefault(target.id, []).append(node.value)
        return found

    @cached_property
    def parameters(self) -> list[str]:
        arguments = self.function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        rest = [argument for argument in (arguments.vararg, arguments.kwarg) if argument]
        return [argument.arg for argument in [*every, *rest]]

    def edit(self, op: str, site: Site, new: New, after: ast.AST | None = None) -> Edit:
        """Return the edit that puts `new` in the place of a node."""
        located(new, site.node)
        told = after if after is not None else new if isinstance(new, ast.AST) else None
        return Edit(op, (Change(site.path, new),), site.node, told, site.node.lineno, self)


Operator = Callable[[Program], Iterator[Edit]]

_EXPRESSIONS_TO_SKIP = {"annotation", "returns", "decorator_list", "type_comment"}


def _collect(
    node: Any,
    path: Path,
    parent: Any,
    statement: ast.stmt,
    function: ast.FunctionDef,
    found: list[Site],
) -> None:
    if isinstance(node, (ast.expr, ast.stmt)):
        found.append(Site(path, node, parent, statement, function))
    if isinstance(node, (ast.Raise, ast.JoinedStr)):  # what an exception says is in any words
        return
    for field, value in ast.iter_fields(node):
        if field in _EXPRESSIONS_TO_SKIP or (isinstance(node, ast.FunctionDef) and field == "args"):
            continue
        children = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, child in children:
            if not isinstance(child, ast.AST) or _is_docstring(node, child):
                continue
            inside = child if isinstance(child, ast.stmt) else statement
            around = child if isinstance(child, ast.FunctionDef) else function
            _collect(child, (*path, (field, index)), node, inside, around, found)


def _is_docstring(node: Any, child: ast.AST) -> bool:
    return (
        isinstance(child, ast.Expr)
        and isinstance(child.value, ast.Constant)
        and isinstance(child.value.value, str)
        and getattr(node, "body", [None])[0] is child
    )


def _replaced(node: Any, path: Path, new: New) -> Any:
    """Return a tree in which `new` stands at the path; only the nodes on the path are copied."""
    (field, index), rest = path[0], path[1:]
    made = node.__class__.__new__(node.__class__)
    made.__dict__.update(node.__dict__)
    child = getattr(node, field)
    if index is None:
        setattr(made, field, _replaced(child, rest, new) if rest else new)
        return made
    items = list(child)
    if rest:
        items[index] = _replaced(child[index], rest, new)
    elif isinstance(new, list):
        items[index : index + 1] = new
    elif new is None:
        del items[index]
    else:
        items[index] = new
    if not items and field in ("body", "orelse") and isinstance(node, ast.stmt):
        items = [located(ast.Pass(), node)] if field == "body" else []
    setattr(made, field, items)
    return made


def located(new: Any, old: Any) -> Any:
    """Give new nodes the place of the old one; nodes that have a place keep it."""
    if isinstance(new, list):
        for item in new:
            located(item, old)
        return new
    if new is None:
        return None
    stack = [new]
    while stack:
        node = stack.pop()
        if "lineno" in node.__dict__:
            continue
        if isinstance(node, (ast.expr, ast.stmt, ast.keyword, ast.ExceptHandler, ast.arg)):
            node.lineno, node.col_offset = old.lineno, old.col_offset
            node.end_lineno, node.end_col_offset = old.end_lineno, old.end_col_offset
        stack += ast.iter_child_nodes(node)
    return new


# Small trees, made by hand: parsing a template takes longer than compiling what it is put into.


def constant(value: Any) -> ast.Constant:
    return ast.Constant(value)


def minus(node: ast.expr) -> ast.UnaryOp:
    return ast.UnaryOp(ast.USub(), node)


def number(value: float) -> ast.expr:
    """A number as Python would parse it: -1 is a minus and a 1."""
    return minus(constant(-value)) if value < 0 else constant(value)


def name(text: str) -> ast.Name:
    return ast.Name(text, ast.Load())


def binary(left: ast.expr, op: type[ast.operator], right: ast.expr) -> ast.BinOp:
    return ast.BinOp(left, op(), right)


def dotted(text: str) -> ast.expr:
    first, *rest = text.split(".")
    made: ast.expr = name(first)
    for attribute in rest:
        made = ast.Attribute(made, attribute, ast.Load())
    return made


def called(function: str | ast.expr, *args: ast.expr, **keywords: ast.expr) -> ast.Call:
    target = dotted(function) if isinstance(function, str) else function
    return ast.Call(
        target, list(args), [ast.keyword(key, value) for key, value in keywords.items()]
    )


def copied(node: Any, **fields: Any) -> Any:
    """Return a shallow copy of a node in which some fields differ, and which has no place yet."""
    made = node.__class__.__new__(node.__class__)
    made.__dict__.update(node.__dict__)
    for attribute in node._attributes:
        made.__dict__.pop(attribute, None)
    made.__dict__.update(fields)
    return made


def without(items: list[Any], index: int) -> list[Any]:
    return items[:index] + items[index + 1 :]


def number_of(node: Any) -> float | int | None:
    """The number that a node stands for, -1 among them; None for everything else."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number_of(node.operand)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return None if isinstance(node.value, bool) else node.value
    return None


def function_name(node: Any) -> str:
    """The last name of what a call calls: "sum" of both np.sum(x) and x.sum()."""
    target = node.func if isinstance(node, ast.Call) else node
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def same(one: Any, other: Any) -> bool:
    """Whether two nodes are the same code."""
    return type(one) is type(other) and ast.dump(one) == ast.dump(other)


_WHOLE_CALLS = {"len", "range", "arange", "argmax", "argmin", "argsort", "count_nonzero", "divmod"}


def is_whole(program: Program, node: Any, depth: int = 4) -> bool:
    """Whether an expression is known to hold whole numbers, or True and False."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int)
    if isinstance(node, ast.Call):
        inner = [*node.args, getattr(node.func, "value", None)]
        if function_name(node) in ("max", "min", "sum", "reshape"):
            return any(is_whole(program, part, depth) for part in inner)
        return function_name(node) in _WHOLE_CALLS
    if isinstance(node, ast.GeneratorExp):
        return is_whole(program, node.elt, depth)
    if isinstance(node, ast.Compare):
        return True
    if isinstance(node, ast.Attribute):
        return node.attr in ("size", "ndim", "shape", "vocab_size", "n_classes", "max_len")
    if isinstance(node, ast.Subscript):
        return is_whole(program, node.value, depth)
    if isinstance(node, ast.UnaryOp):
        return is_whole(program, node.operand, depth)
    if isinstance(node, ast.BinOp):
        sides = is_whole(program, node.left, depth) and is_whole(program, node.right, depth)
        return sides and not isinstance(node.op, ast.Div)
    if isinstance(node, ast.Name) and depth:
        if node.id[:2] in ("n_", "d_") or node.id in _WHOLE_NAMES:
            return True
        values = program.values.get(node.id, [])
        return bool(values) and all(is_whole(program, value, depth - 1) for value in values)
    return False


#: What stands for whole numbers wherever it is a parameter or runs through a loop.
_WHOLE_NAMES = {
    "T",
    "B",
    "T_q",
    "T_k",
    "i",
    "t",
    "b",
    "h",
    "s",
    "k",
    "n",
    "ids",
    "targets",
    "start",
}
_WHOLE_NAMES |= {"pad_id", "eos_id", "bos_id", "ignore_id", "length", "patience", "step"}
_WHOLE_NAMES |= {"warmup_steps", "total_steps", "batch_size", "max_new_tokens"}
