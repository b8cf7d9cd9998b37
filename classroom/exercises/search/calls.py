"""Edits of calls: what is called, and with which arguments."""

import ast
import itertools
from collections.abc import Iterator

from classroom.exercises.search.edits import (
    Change,
    Edit,
    Program,
    Site,
    called,
    constant,
    copied,
    dotted,
    function_name,
    located,
    name,
    number,
    number_of,
    without,
)

#: What people take for one another.
_FUNCTIONS: dict[str, tuple[str, ...]] = {
    "sum": ("mean", "max"),
    "mean": ("sum", "max"),
    "max": ("min", "sum", "mean"),
    "min": ("max",),
    "var": ("std",),
    "std": ("var",),
    "log": ("log2", "log10", "log1p"),
    "log2": ("log",),
    "exp": ("exp2", "expm1"),
    "sqrt": ("square", "cbrt"),
    "sin": ("cos",),
    "cos": ("sin",),
    "tanh": ("sin", "tan"),
    "argmax": ("argmin",),
    "argmin": ("argmax",),
    "argsort": ("sort",),
    "cumsum": ("cumprod",),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "ones": ("zeros",),
    "zeros": ("ones",),
    "zeros_like": ("ones_like",),
    "any": ("all",),
    "all": ("any",),
    "abs": ("square",),
    "floor": ("ceil",),
    "combinations": ("permutations", "combinations_with_replacement"),
    "permutation": ("arange",),
    "count_nonzero": ("sum", "size"),
    "fftfreq": ("rfftfreq",),
    "relu": ("gelu",),
    "gelu": ("relu",),
    "softmax": ("log_softmax",),
    "log_softmax": ("softmax",),
    "layer_norm": ("rms_norm",),
    "relu_backward": ("gelu_backward",),
    "gelu_backward": ("relu_backward",),
    "keep_top_k": ("keep_top_p",),
    "keep_top_p": ("keep_top_k",),
    "logaddexp": ("maximum",),
    "split_heads": ("merge_heads",),
    "merge_heads": ("split_heads",),
    "append": ("extend",),
}
_WITH_AXES = {"sum", "mean", "max", "min", "argmax", "argmin", "all", "any", "var", "std", "cumsum"}
_AXES = (-1, 0, 1, -2, 2)
#: What they return is of another kind than what they take: nobody applies them twice.
_OTHER_KIND = {"where", "stack", "array", "zeros_like", "ones_like", "len", "range", "arange"}
_OTHER_KIND |= {"count_nonzero", "int", "float", "argsort", "argmax", "enumerate", "list", "zip"}


def _calls(program: Program) -> Iterator[Site]:
    for site in program.expressions:
        if isinstance(site.node, ast.Call):
            yield site


def calls(program: Program) -> Iterator[Edit]:
    """A call is left out, and what it was given stands alone."""
    for site in _calls(program):
        node = site.node
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
            yield program.edit("call", site, node.func.value)
        for argument in node.args:
            if not isinstance(argument, (ast.Starred, ast.Constant, ast.GeneratorExp)):
                yield program.edit("call", site, argument)
    for site in _calls(program):
        parent = site.parent
        if isinstance(parent, ast.Assign) and isinstance(parent.targets[0], ast.Tuple):
            caches = [constant(None) for _ in parent.targets[0].elts[1:]]
            for argument in site.node.args:
                if not isinstance(argument, (ast.Starred, ast.Constant)):
                    parts = ast.Tuple([argument, *caches], ast.Load())
                    yield program.edit("call", site, parts, argument)
    for site in program.expressions:
        if isinstance(site.node, ast.Attribute) and site.node.attr == "T":
            yield program.edit("call", site, site.node.value)


def _is_module(node: ast.expr) -> bool:
    """Whether it is the `np` of np.exp, the `np.linalg` of np.linalg.norm."""
    names = {"np", "math", "itertools", "layers", "attention", "blocks", "model"}
    return (isinstance(node, ast.Name) and node.id in names) or (
        isinstance(node, ast.Attribute) and (_is_module(node.value))
    )


def axes(program: Program) -> Iterator[Edit]:
    """Another axis, or all of them, at one place and throughout."""
    places = list(_axis_places(program))
    for other in (*_AXES, None):
        changes = [
            (site, Change(path, located(_axis(other), node)))
            for site, path, node in places
            if other is None or number_of(node) != other
        ]
        for site, change in changes:
            told = change.new if isinstance(change.new, ast.AST) else None
            yield Edit("axis", (change,), site.node, told, site.node.lineno, program)
        if len(changes) > 1:
            site, first = changes[0]
            told = first.new if isinstance(first.new, ast.AST) else None
            every = tuple(change for _, change in changes)
            yield Edit("axis", every, site.node, told, site.node.lineno, program)


def _axis(value: int | None) -> ast.expr:
    return constant(None) if value is None else number(value)


def _axis_places(program: Program) -> Iterator[tuple[Site, tuple, ast.expr]]:
    for site in _calls(program):
        for index, keyword in enumerate(site.node.keywords):
            if keyword.arg == "axis":
                yield site, (*site.path, ("keywords", index), ("value", None)), keyword.value


def keepdims(program: Program) -> Iterator[Edit]:
    changes = []
    for site in _calls(program):
        for index, keyword in enumerate(site.node.keywords):
            if keyword.arg == "keepdims":
                change = Change((*site.path, ("keywords", index)), None)
                changes.append(change)
                yield Edit("keepdims", (change,), site.node, None, site.node.lineno, program)
    if len(changes) > 1:
        yield Edit("keepdims", tuple(changes), site.node, None, site.node.lineno, program)


def functions(program: Program) -> Iterator[Edit]:
    """Another function: the mean for the sum; at one place, and throughout."""
    found: dict[tuple[str, str], list[tuple[Site, Change]]] = {}
    for site in _calls(program):
        own = function_name(site.node)
        for other in _FUNCTIONS.get(own, ()):
            new = located(copied(site.node, func=_renamed(site.node.func, other)), site.node)
            found.setdefault((own, other), []).append((site, Change(site.path, new)))
            yield Edit(
                "function", (Change(site.path, new),), site.node, new, site.node.lineno, program
            )
    for places in found.values():
        nested = any(
            one is not other and other[1].path[: len(one[1].path)] == one[1].path
            for one, other in itertools.permutations(places, 2)
        )
        if len(places) > 1 and not nested:
            site, first = places[0]
            every = tuple(change for _, change in places)
            told = first.new if isinstance(first.new, ast.AST) else None
            yield Edit("function", every, site.node, told, site.node.lineno, program)


def _renamed(function: ast.expr, other: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        if isinstance(function.value, ast.Name) and function.value.id == "math":
            return dotted(f"np.{other}")
        return copied(function, attr=other)
    if other in ("mean", "square", "sort"):
        return dotted(f"np.{other}")
    return name(other)


def deviations(program: Program) -> Iterator[Edit]:
    """The variance of a sample: divided by n - 1."""
    for site in _calls(program):
        if function_name(site.node) in ("var", "std"):
            more = [*site.node.keywords, ast.keyword("ddof", constant(1))]
            yield program.edit("n - 1", site, copied(site.node, keywords=more))


def arguments(program: Program) -> Iterator[Edit]:
    """An argument is left out."""
    for site in _calls(program):
        node = site.node
        for index, keyword in enumerate(node.keywords):
            if keyword.arg != "keepdims":
                less = copied(node, keywords=without(node.keywords, index))
                yield program.edit("argument", site, less, keyword.value)
        for index, argument in enumerate(node.args):
            if len(node.args) > 1 or isinstance(node.func, ast.Attribute):
                less = copied(node, args=without(node.args, index))
                yield program.edit("argument", site, less, argument)


def twice(program: Program) -> Iterator[Edit]:
    """A function is applied to what it has returned."""
    for site in _calls(program):
        node = site.node
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
            new = copied(node, func=copied(node.func, value=node))
            yield program.edit("twice", site, new)
        elif node.args and _takes_what_it_returns(node):
            new = copied(node, args=[node, *node.args[1:]])
            yield program.edit("twice", site, new)


def _takes_what_it_returns(node: ast.Call) -> bool:
    if function_name(node) in _OTHER_KIND:
        return False
    return not isinstance(node.args[0], (ast.Starred, ast.GeneratorExp))


def orders(program: Program) -> Iterator[Edit]:
    """Parts of a tuple or a list in another order."""
    for site in program.expressions:
        node = site.node
        if isinstance(node, (ast.Tuple, ast.List)) and 1 < len(node.elts) <= 5:
            for one, other in itertools.combinations(range(len(node.elts)), 2):
                yield program.edit(
                    "order", site, copied(node, elts=_swapped(node.elts, one, other))
                )
            if len(node.elts) > 2:
                yield program.edit("order", site, copied(node, elts=node.elts[::-1]))


def swapped_arguments(program: Program) -> Iterator[Edit]:
    for site in _calls(program):
        node = site.node
        for one, other in itertools.combinations(range(len(node.args)), 2):
            if not any(isinstance(argument, ast.Starred) for argument in node.args):
                new = copied(node, args=_swapped(node.args, one, other))
                yield program.edit("swapped", site, new)


def _swapped(items: list, one: int, other: int) -> list:
    items = list(items)
    items[one], items[other] = items[other], items[one]
    return items


def outer_calls(program: Program) -> Iterator[Edit]:
    """A function that is handed on is called at once, without what was to be around it."""
    own = {
        node.name
        for node in ast.walk(program.function)
        if isinstance(node, ast.FunctionDef) and node is not program.function
    }
    inner = own | set(program.parameters)
    for site in _calls(program):
        node = site.node
        for index, argument in enumerate(node.args):
            if index and isinstance(argument, ast.Name) and argument.id in inner:
                yield program.edit("outer call", site, called(argument, node.args[0]), argument)


def layouts(program: Program) -> Iterator[Edit]:
    """A reshape where axes are exchanged, or all axes exchanged where two are."""
    for site in _calls(program):
        node = site.node
        if function_name(node) in ("transpose", "swapaxes") and isinstance(
            node.func, ast.Attribute
        ):
            shape = ast.Attribute(node, "shape", ast.Load())
            yield program.edit("reshape", site, called("np.reshape", node.func.value, shape))
            every = ast.Attribute(node.func.value, "T", ast.Load())
            yield program.edit("all axes", site, every)
            if function_name(node) == "swapaxes":
                for pair in ((0, 1), (-1, -3), (-2, -3)):
                    new = copied(node, args=[number(axis) for axis in pair])
                    yield program.edit("axis", site, new)
    for site in program.expressions:
        if isinstance(site.node, ast.Attribute) and site.node.attr == "T":
            shape = ast.Attribute(site.node, "shape", ast.Load())
            yield program.edit("reshape", site, called("np.reshape", site.node.value, shape))


def ranks(program: Program) -> Iterator[Edit]:
    """The rank of each entry where the order is wanted, or the other way round."""
    for site in _calls(program):
        if function_name(site.node) == "argsort":
            axis = [k for k in site.node.keywords if k.arg == "axis"]
            new = called("np.argsort", site.node)
            new.keywords = list(axis)
            yield program.edit("rank", site, new)


def transposes(program: Program) -> Iterator[Edit]:
    """A matrix is transposed, in a product or where it is handed on."""
    for site in program.expressions:
        node, parent = site.node, site.parent
        product = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.MatMult)
        argument = isinstance(parent, ast.Call) and node in parent.args and _is_matrix(node)
        if isinstance(node, (ast.Name, ast.Subscript)) and (product or argument):
            yield program.edit("transposed", site, ast.Attribute(node, "T", ast.Load()))
            if product:
                swap = ast.Attribute(node, "swapaxes", ast.Load())
                yield program.edit("transposed", site, called(swap, number(-1), number(-2)))


def _is_matrix(node: ast.expr) -> bool:
    """Whether it is called W, or W_O, or is what lies under such a key."""
    if isinstance(node, ast.Subscript):
        node = node.slice
    text = node.id if isinstance(node, ast.Name) else getattr(node, "value", "")
    return isinstance(text, str) and text.startswith("W")
