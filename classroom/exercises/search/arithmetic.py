"""Edits of sums, products and numbers."""

import ast
from collections.abc import Iterator

from classroom.exercises.search.edits import (
    Edit,
    Program,
    Site,
    binary,
    called,
    constant,
    copied,
    is_whole,
    minus,
    number,
    number_of,
    same,
)

_DIVISIONS = (ast.Div, ast.FloorDiv)
_PRODUCTS = (ast.Mult, ast.MatMult)
#: Sums of numbers, of lists, of dicts (`|`) and of masks.
_SUMS = (ast.Add, ast.BitOr, ast.BitAnd)
#: Names of one letter that stand for a count, in all exercises.
_COUNTS = {"B", "T", "n", "T_q", "T_k"}
_OTHERS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Div, ast.Add, ast.MatMult),
    ast.Div: (ast.Mult, ast.Sub, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}


def _binaries(program: Program, *ops: type[ast.operator]) -> Iterator[Site]:
    for site in program.expressions:
        if isinstance(site.node, ast.BinOp) and isinstance(site.node.op, ops):
            yield site


def divisors(program: Program) -> Iterator[Edit]:
    for site in _binaries(program, *_DIVISIONS):
        yield program.edit("divisor", site, site.node.left)
    for site in program.sites:
        if isinstance(site.node, ast.AugAssign) and isinstance(site.node.op, _DIVISIONS):
            yield program.edit("divisor", site, [])


def terms(program: Program) -> Iterator[Edit]:
    for site in _binaries(program, *_SUMS, ast.Sub):
        yield program.edit("term", site, site.node.left)
        yield program.edit("term", site, site.node.right)
        if isinstance(site.node.op, ast.Sub):
            yield program.edit("term", site, minus(site.node.right))
    for site in program.expressions:
        if isinstance(site.node, ast.BoolOp):
            for index in range(len(site.node.values)):
                rest = [value for i, value in enumerate(site.node.values) if i != index]
                new = rest[0] if len(rest) == 1 else copied(site.node, values=rest)
                yield program.edit("condition", site, new)


def factors(program: Program) -> Iterator[Edit]:
    for site in _binaries(program, *_PRODUCTS):
        yield program.edit("factor", site, site.node.left)
        yield program.edit("factor", site, site.node.right)
    for site in _binaries(program, *_DIVISIONS):
        yield program.edit("dividend", site, binary(constant(1), ast.Div, site.node.right))


def powers(program: Program) -> Iterator[Edit]:
    for site in _binaries(program, ast.Pow):
        yield program.edit("power", site, site.node.left)


def operators(program: Program) -> Iterator[Edit]:
    for site in program.expressions:
        if isinstance(site.node, ast.BinOp):
            for other in _OTHERS.get(type(site.node.op), ()):
                yield program.edit("operator", site, copied(site.node, op=other()))
    for site in _binaries(program, ast.Sub, *_DIVISIONS, ast.MatMult, ast.Pow):
        node = site.node
        yield program.edit("turned", site, copied(node, left=node.right, right=node.left))


def constants(program: Program) -> Iterator[Edit]:
    for site in program.expressions:
        value = number_of(site.node)
        inside = isinstance(site.parent, ast.UnaryOp) and number_of(site.parent) is not None
        if value is None or inside:
            continue
        for other in _near(value):
            yield program.edit("constant", site, number(other))
    for site in program.expressions:
        if isinstance(site.node, ast.Constant) and type(site.node.value) is bool:
            yield program.edit("constant", site, constant(not site.node.value))


def _near(value: float) -> list[float]:
    """The numbers that people write in place of one."""
    if type(value) is int:
        near: list[float] = [value + 1, value - 1, 0, 1, 2, -value, 2 * value]
    else:
        near = [
            0.0,
            1.0,
            -value,
            10 * value,
            value / 10,
            2 * value,
            value / 2,
            value + 1,
            value - 1,
        ]
    return [other for other in dict.fromkeys(near) if other != value]


def again(program: Program) -> Iterator[Edit]:
    """What is added or subtracted once is added once more; a factor is applied twice."""
    for site in _binaries(program, ast.Add, ast.Sub, ast.Mult, ast.Div):
        node = site.node
        yield program.edit("again", site, binary(node, type(node.op), node.right), node.right)
        if isinstance(node.op, (ast.Add, ast.Mult)) and not same(node.left, node.right):
            yield program.edit("again", site, binary(node, type(node.op), node.left), node.left)


def lower_bounds(program: Program) -> Iterator[Edit]:
    """`maximum(a, eps)` for `a + eps`."""
    for site in _binaries(program, ast.Add):
        for bound, rest in (
            (site.node.right, site.node.left),
            (site.node.left, site.node.right),
        ):
            small = isinstance(bound, ast.Name) and "eps" in bound.id
            if small or isinstance(bound, ast.Constant):
                yield program.edit("maximum", site, called("np.maximum", rest, bound), bound)


def by_one(program: Program) -> Iterator[Edit]:
    """A count that is one too small or too large: n - 1 where n belongs."""
    for site in program.expressions:
        if not _is_count(site.node):
            continue
        for op in (ast.Sub, ast.Add):
            yield program.edit("by one", site, binary(site.node, op, constant(1)))


def _is_count(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "len"
    if isinstance(node, ast.Attribute):
        return node.attr == "size"
    if isinstance(node, ast.Subscript):
        return isinstance(node.value, ast.Attribute) and node.value.attr == "shape"
    return isinstance(node, ast.Name) and (node.id[:2] in ("n_", "d_") or node.id in _COUNTS)


def complements(program: Program) -> Iterator[Edit]:
    """`1 - x` for `x`."""
    for site in program.expressions:
        factor = isinstance(site.parent, ast.BinOp) and isinstance(site.parent.op, ast.Mult)
        plain = isinstance(site.node, (ast.Name, ast.Call)) and not is_whole(program, site.node)
        if factor and plain:
            yield program.edit("complement", site, binary(constant(1), ast.Sub, site.node))


def magnitudes(program: Program) -> Iterator[Edit]:
    """The absolute value, the square, the root or the positive part of a value."""
    for site in program.expressions:
        node, parent = site.node, site.parent
        difference = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub)
        divisor = (
            isinstance(parent, ast.BinOp)
            and isinstance(parent.op, _DIVISIONS)
            and parent.right is node
        )
        whole = isinstance(parent, (ast.Assign, ast.Return)) and isinstance(node, ast.BinOp)
        if difference and not is_whole(program, node):
            yield program.edit("absolute", site, called("np.abs", node))
            yield program.edit("positive", site, called("np.maximum", node, constant(0)))
        if difference or whole or divisor:
            yield program.edit("square", site, binary(node, ast.Pow, constant(2)))
        if divisor or whole:
            yield program.edit("root", site, called("np.sqrt", node))


def signs(program: Program) -> Iterator[Edit]:
    for site in program.expressions:
        node, parent = site.node, site.parent
        if isinstance(node, ast.UnaryOp):
            if number_of(node) is None and not isinstance(node.op, ast.UAdd):
                yield program.edit("sign", site, node.operand)
        elif isinstance(node, (ast.BinOp, ast.Name, ast.Call)) and _may_be_negated(node, parent):
            yield program.edit("sign", site, minus(node))


def _may_be_negated(node: ast.expr, parent: ast.AST) -> bool:
    if isinstance(parent, ast.UnaryOp) or (isinstance(parent, ast.Call) and parent.func is node):
        return False
    return not isinstance(parent, (ast.Attribute, ast.Expr, ast.For, ast.If, ast.IfExp))


def inversions(program: Program) -> Iterator[Edit]:
    """A mask with True and False exchanged."""
    for site in program.expressions:
        node, parent = site.node, site.parent
        mask = isinstance(node, ast.Name) and any(
            part in node.id for part in ("mask", "counted", "kept", "done", "ends", "wanted")
        )
        if mask and not isinstance(parent, (ast.Attribute, ast.Compare, ast.UnaryOp)):
            yield program.edit("inverted", site, ast.UnaryOp(ast.Invert(), node))
