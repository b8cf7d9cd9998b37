"""Edits of lines and loops."""

import ast
from collections.abc import Iterator
from typing import Any

from classroom.exercises.search.edits import (
    Change,
    Edit,
    Program,
    Site,
    binary,
    called,
    constant,
    copied,
    located,
    name,
    number,
    number_of,
)


def _statements(program: Program) -> Iterator[Site]:
    for site in program.sites:
        if isinstance(site.node, ast.stmt) and site.node is not program.function:
            yield site


def lines(program: Program) -> Iterator[Edit]:
    """A line that is missing. What would have no value without it (a cache) is None."""
    for site in _statements(program):
        if isinstance(site.node, ast.FunctionDef):
            continue
        unset = _set_here_first(program, site.node)
        rest: list[ast.stmt] = [
            ast.Assign([ast.Name(text, ast.Store())], constant(None)) for text in unset
        ]
        yield program.edit("line", site, [])
        if rest:
            yield program.edit("line", site, rest, site.node)


def _set_here_first(program: Program, statement: ast.stmt) -> list[str]:
    """Names that a statement gives a value to, and no line before it."""
    names = _stored(statement)
    before = {
        text
        for node in ast.walk(program.function)
        if isinstance(node, ast.stmt) and node.lineno < statement.lineno
        for text in (_stored(node) if isinstance(node, (ast.Assign, ast.AugAssign)) else [])
    }
    return [text for text in names if text not in before and text not in program.parameters]


def _stored(node: ast.AST) -> list[str]:
    return list(
        dict.fromkeys(
            part.id
            for part in ast.walk(node)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store) and part.id != "_"
        )
    )


def swapped_lines(program: Program) -> Iterator[Edit]:
    for site in program.sites:
        for field in ("body", "orelse"):
            block = getattr(site.node, field, None)
            if not isinstance(block, list):
                continue
            for index in range(len(block) - 1):
                one, other = block[index], block[index + 1]
                if _is_text(one) or isinstance(one, ast.FunctionDef):
                    continue
                swapped = [*block[:index], other, one, *block[index + 2 :]]
                new = located(copied(site.node, **{field: swapped}), site.node)
                change = Change(site.path, new)
                yield Edit("lines swapped", (change,), one, other, one.lineno, program)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def lines_again(program: Program) -> Iterator[Edit]:
    """A line that stands twice: what it changes is changed twice, what it calls is called twice."""
    for site in _statements(program):
        node = site.node
        changes = isinstance(node, (ast.AugAssign, ast.Expr)) and "put_along" not in ast.unparse(
            node
        )
        if changes or (isinstance(node, ast.Assign) and calls_given(program, node)):
            yield program.edit("line again", site, [node, node], node)


def calls_given(program: Program, node: ast.AST) -> bool:
    """Whether a statement calls a function, or a method, that the caller has handed over."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            inner = part.func.value if isinstance(part.func, ast.Attribute) else part.func
            if isinstance(inner, ast.Name) and inner.id in program.parameters:
                return not isinstance(part.func, ast.Attribute) or inner.id in _WITH_STATE
            if any(isinstance(a, ast.Name) and a.id in _WITH_STATE for a in part.args):
                return True
    return False


#: Parameters that remember how often they were called.
_WITH_STATE = {"rng", "next_logits", "optimizer", "model"}


def loops(program: Program) -> Iterator[Edit]:
    for site in program.sites:
        node = site.node
        if isinstance(node, ast.For):
            for kind, items in _less(node.iter, node):
                if _unused(node.target) and kind in ("loop reversed", "loop same"):
                    continue
                yield program.edit(kind, site, copied(node, iter=items), node.iter)
            after = located(ast.Break(), node)
            yield program.edit("loop once", site, copied(node, body=[*node.body, after]), node.iter)
        for index, loop in enumerate(getattr(node, "generators", [])):
            for kind, items in _less(loop.iter, node):
                every = list(node.generators)
                every[index] = copied(loop, iter=items)
                yield program.edit(kind, site, copied(node, generators=every), loop.iter)


def _unused(target: ast.expr) -> bool:
    return isinstance(target, ast.Name) and target.id == "_"


def _less(items: ast.expr, old: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    def part(start: int | None, end: int | None, step: int | None = None) -> ast.expr:
        values = [None if value is None else number(value) for value in (start, end, step)]
        listed = called("list", items)
        return located(ast.Subscript(listed, ast.Slice(*values), ast.Load()), old)

    yield "loop first", part(1, None)
    yield "loop last", part(None, -1)
    yield "loop reversed", part(None, None, -1)
    first = binary(part(None, 1), ast.Mult, called("len", called("list", items)))
    yield "loop same", located(first, old)


def results(program: Program) -> Iterator[Edit]:
    """What is computed is not kept: its name goes on standing for what it stood for."""
    for site in _statements(program):
        node = site.node
        if not isinstance(node, ast.Assign) or len(node.targets) != 1:
            continue
        target = node.targets[0]
        if isinstance(target, ast.Tuple):
            for index, part in enumerate(target.elts):
                if isinstance(part, ast.Name) and part.id != "_":
                    rest = list(target.elts)
                    rest[index] = ast.Name("_", ast.Store())
                    new = copied(node, targets=[located(copied(target, elts=rest), node)])
                    yield program.edit("result", site, new, part)


def accumulations(program: Program) -> Iterator[Edit]:
    """The last alone, where all are to be added up; and the other way round."""
    for site in _statements(program):
        node: Any = site.node
        if isinstance(node, ast.AugAssign):
            new = located(ast.Assign([node.target], node.value), node)
            yield program.edit("last", site, new, node.target)
            for op in (ast.Add, ast.Sub, ast.Mult, ast.Div):
                if type(node.op) is not op:
                    yield program.edit("operator", site, copied(node, op=op()))
            yield program.edit("again", site, [node, node], node.value)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            if isinstance(target, ast.Subscript):
                new = located(ast.AugAssign(target, ast.Add(), node.value), node)
                yield program.edit("added", site, new, target)
        elif _adds_at(node):
            array, where, value = node.value.args
            target = ast.Subscript(array, where, ast.Store())
            yield program.edit("last", site, ast.Assign([target], value), array)


def _adds_at(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func) == "np.add.at"
    )


def in_place(program: Program) -> Iterator[Edit]:
    """`x = x + y` for `x += y`, which leaves the caller's array as it is."""
    for site in _statements(program):
        node = site.node
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            value = binary(name(node.target.id), type(node.op), node.value)
            new = ast.Assign([node.target], value)
            yield program.edit("new array", site, new, node.target)


def bounds(program: Program) -> Iterator[Edit]:
    """Slices and ranges that begin or end one too early or too late."""
    for site in program.sites:
        node = site.node
        if isinstance(node, ast.Subscript):
            yield from _slices(program, site)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "range"
        ) or (isinstance(node, ast.Call) and ast.unparse(node.func) == "np.arange"):
            yield from _ranges(program, site)


def _ranges(program: Program, site: Site) -> Iterator[Edit]:
    node = site.node
    end = 0 if len(node.args) == 1 else 1
    for op in (ast.Sub, ast.Add):
        args = list(node.args)
        args[end] = binary(args[end], op, constant(1))
        yield program.edit("bound", site, copied(node, args=args), args[end])
    if len(node.args) == 1:
        yield program.edit("bound", site, copied(node, args=[constant(1), *node.args]), constant(1))
        if not (isinstance(site.parent, ast.For) and _unused(site.parent.target)):
            more = binary(node.args[0], ast.Add, constant(1))
            yield program.edit("bound", site, copied(node, args=[constant(1), more]), constant(1))
    else:
        for op in (ast.Sub, ast.Add):
            args = list(node.args)
            args[0] = binary(args[0], op, constant(1))
            yield program.edit("bound", site, copied(node, args=args), args[0])


def _slices(program: Program, site: Site) -> Iterator[Edit]:
    index = site.node.slice
    many = isinstance(index, ast.Tuple)
    for place, part in enumerate(index.elts if many else [index]):
        if not isinstance(part, ast.Slice):
            continue
        for new in _other_slices(part):
            whole = new
            if many:
                parts = list(index.elts)
                parts[place] = located(new, site.node)
                whole = copied(index, elts=parts)
            located(whole, site.node)
            made = copied(site.node, slice=whole)
            yield program.edit("bound", site, made, made)


def _other_slices(part: ast.Slice) -> Iterator[ast.Slice]:
    if part.lower is not None:
        yield copied(part, lower=None)
        if number_of(part.lower) is None:
            yield copied(part, lower=binary(part.lower, ast.Add, constant(1)))
            yield copied(part, lower=binary(part.lower, ast.Sub, constant(1)))
    elif part.step is None or number_of(part.step) != -1:
        yield copied(part, lower=constant(1))
    if part.upper is not None:
        yield copied(part, upper=None)
        if number_of(part.upper) is None:
            yield copied(part, upper=binary(part.upper, ast.Add, constant(1)))
            yield copied(part, upper=binary(part.upper, ast.Sub, constant(1)))
    elif part.lower is None and part.step is None:
        yield copied(part, upper=number(-1))
    if part.lower is None and part.upper is not None and part.step is None:
        yield copied(part, lower=minus_of(part.upper), upper=None)
    if part.step is not None:
        yield copied(part, step=None)


def minus_of(node: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.USub(), node)
