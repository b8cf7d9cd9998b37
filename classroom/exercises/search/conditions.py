"""Edits of comparisons, branches and limits."""

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
    dotted,
    function_name,
    is_whole,
    minus,
    number,
    number_of,
)

_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.NotEq, ast.Eq),
    ast.LtE: (ast.Lt, ast.GtE, ast.Eq),
    ast.Gt: (ast.GtE, ast.Lt, ast.NotEq, ast.Eq),
    ast.GtE: (ast.Gt, ast.LtE, ast.Eq),
    ast.Eq: (ast.NotEq, ast.LtE, ast.GtE),
    ast.NotEq: (ast.Eq, ast.Lt, ast.Gt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_ORDERED = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def _comparisons(program: Program) -> Iterator[Site]:
    for site in program.expressions:
        if isinstance(site.node, ast.Compare) and len(site.node.ops) == 1:
            yield site


def branches(program: Program) -> Iterator[Edit]:
    """A branch that is taken always, or never."""
    for site in program.sites:
        node = site.node
        if isinstance(node, ast.If):
            yield program.edit("always", site, list(node.body), node.test)
            yield program.edit("never", site, list(node.orelse), node.test)
        elif isinstance(node, ast.IfExp):
            yield program.edit("always", site, node.body, node.test)
            yield program.edit("never", site, node.orelse, node.test)
    for site in program.sites:
        for index, loop in enumerate(getattr(site.node, "generators", [])):
            for number_, test in enumerate(loop.ifs):
                rest = [other for i, other in enumerate(loop.ifs) if i != number_]
                loops = list(site.node.generators)
                loops[index] = copied(loop, ifs=rest)
                yield program.edit("always", site, copied(site.node, generators=loops), test)


def comparisons(program: Program) -> Iterator[Edit]:
    for site in _comparisons(program):
        words = any(
            isinstance(part, ast.Constant) and isinstance(part.value, str)
            for part in (site.node.left, site.node.comparators[0])
        )
        for other in _COMPARISONS[type(site.node.ops[0])]:
            if words and other in _ORDERED:
                continue
            yield program.edit("comparison", site, copied(site.node, ops=[other()]))


def truths(program: Program) -> Iterator[Edit]:
    """`not x` for `x is None`: 0 and what is empty then count as not given."""
    for site in _comparisons(program):
        node = site.node
        right = node.comparators[0]
        if not (isinstance(right, ast.Constant) and right.value is None):
            continue
        if isinstance(node.ops[0], ast.Is):
            yield program.edit("truth", site, ast.UnaryOp(ast.Not(), node.left))
        elif isinstance(node.ops[0], ast.IsNot):
            yield program.edit("truth", site, node.left)


def margins(program: Program) -> Iterator[Edit]:
    """A comparison with a margin: a < b - 0.001, and a little to the other side."""
    for site in _comparisons(program):
        node = site.node
        if not isinstance(node.ops[0], _ORDERED):
            continue
        right = node.comparators[0]
        whole = is_whole(program, node.left) and is_whole(program, right)
        for op in (ast.Add, ast.Sub):
            for size in (1,) if whole else (1e-3, 1.0):
                bound = binary(right, op, constant(size))
                yield program.edit("margin", site, copied(node, comparators=[bound]))


def infinities(program: Program) -> Iterator[Edit]:
    """A large number where infinity belongs."""
    for site in program.expressions:
        node = site.node
        if isinstance(node, ast.Attribute) and node.attr == "inf":
            for size in (1e9, 1e4, 100.0):
                yield program.edit("infinity", site, constant(size))
            yield program.edit("infinity", site, constant(0.0))
            yield program.edit("infinity", site, minus(dotted("np.inf")))


def clips(program: Program) -> Iterator[Edit]:
    """What is large is cut off: as in ReLU6, or before exp."""
    for site in program.expressions:
        name = function_name(site.node)
        if not isinstance(site.node, ast.Call):
            continue
        if name == "exp" and site.node.args:
            cut = called("np.minimum", site.node.args[0], number(50))
            yield program.edit("clipped", site, copied(site.node, args=[cut]))
        elif name == "maximum":
            yield program.edit("clipped", site, called("np.minimum", site.node, number(50)))


def safe_logarithms(program: Program) -> Iterator[Edit]:
    """`log(p + 1e-9)`, against the logarithm of 0."""
    for site in program.expressions:
        if isinstance(site.node, ast.Call) and function_name(site.node) == "log":
            if number_of(site.node.args[0]) is not None:
                continue
            more = binary(site.node.args[0], ast.Add, constant(1e-9))
            yield program.edit("safe log", site, copied(site.node, args=[more]), constant(1e-9))
