"""Forms of a program in which two that differ in one way only, which plays no part, are equal."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from classroom.exercises.search.edits import function_name, number_of


class Commuted(ast.NodeTransformer):
    """Sort the terms of sums and products, and the sides of == and of what is symmetric."""

    SYMMETRIC = ("maximum", "minimum", "logaddexp", "array_equal", "max", "min")

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        op = type(node.op)
        if op not in (ast.Add, ast.Mult, ast.BitAnd):
            return self.generic_visit(node)
        parts = [self.visit(part) for part in _parts(node, op)]
        parts.sort(key=ast.unparse)
        made = parts[0]
        for part in parts[1:]:
            made = ast.BinOp(made, op(), part)
        return made

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = sorted((node.left, node.comparators[0]), key=ast.unparse)
            return ast.Compare(sides[0], node.ops, [sides[1]])
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if function_name(node) in self.SYMMETRIC and len(node.args) == 2:
            node.args.sort(key=ast.unparse)
        return node


def _parts(node: ast.expr, op: type[ast.operator]) -> Iterator[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, op):
        yield from _parts(node.left, op)
        yield from _parts(node.right, op)
    else:
        yield node


class TwoAxes(ast.NodeTransformer):
    """The order in which swapaxes is told its two axes."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if function_name(node) == "swapaxes":
            node.args.sort(key=ast.unparse)
        return node


class Once(ast.NodeTransformer):
    """f(f(x)) where f does nothing to what it has returned."""

    NAMES = ("max", "min", "sum", "mean", "astype", "list", "float", "int", "abs", "maximum")
    NAMES += ("minimum", "array", "reshape", "vectorize", "copy", "sorted", "dict", "any", "all")
    NAMES += ("pad_sequences", "relu_backward", "keep_top_k", "flatten", "full_like")

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        own = function_name(node)
        if own not in self.NAMES:
            return node
        method = isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call)
        inner: Any = node.func.value if method else node.args[0] if node.args else None  # type: ignore[union-attr]
        if not isinstance(inner, ast.Call) or function_name(inner) != own:
            return node
        arguments = node.args if method else node.args[1:]
        others = inner.args if method else inner.args[1:]
        alike = [ast.dump(a) for a in [*arguments, *node.keywords]] == [
            ast.dump(a) for a in [*others, *inner.keywords]
        ]
        kept = any(keyword.arg == "keepdims" for keyword in node.keywords)
        whole = not arguments and not node.keywords
        return inner if alike and (kept or whole or own not in ("sum", "mean")) else node


class FromStart(ast.NodeTransformer):
    """A slice that begins at 0, with or without the 0."""

    def visit_Slice(self, node: ast.Slice) -> ast.AST:
        self.generic_visit(node)
        if node.lower is not None and number_of(node.lower) == 0:
            node.lower = None
        return node


class Unsigned(ast.NodeTransformer):
    """A minus under what does not see it: len, cos, abs, a square, a size that reshape works out.

    reshape takes any negative number for "what is left", and so the sign of one size for it.
    """

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if function_name(node) in ("len", "cos", "abs", "norm", "square", "zeros_like"):
            node.args = [_bare(argument) for argument in node.args]
        if function_name(node) == "reshape":
            node.args = [_negated_inside(argument) for argument in node.args]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.op, ast.Pow) and number_of(node.right) == 2:
            node.left = _bare(node.left)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr in ("shape", "size", "dtype", "ndim"):
            node.value = _bare(node.value)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if number_of(node.comparators[0]) == 0 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            node.left = _bare(node.left)
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        nothing = ("zeros", "empty", "zeros_like", "empty_like")
        if isinstance(node.op, ast.USub) and function_name(node.operand) in nothing:
            return node.operand
        return node


def _bare(node: Any) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
        sides = sorted((node.left, node.right), key=ast.unparse)
        return ast.BinOp(sides[0], ast.Sub(), sides[1])
    return node


def _negated_inside(node: Any) -> Any:
    """A size in which one factor is negative, without its minus."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return node.operand if number_of(node) is None else ast.Constant(-1)
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mult, ast.FloorDiv)):
        return ast.BinOp(_negated_inside(node.left), node.op, _negated_inside(node.right))
    return node


class NeverNegative(ast.NodeTransformer):
    """The absolute value, or the positive part, of what is never negative."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        positive = function_name(node) in ("maximum", "max") and len(node.args) == 2
        bound = number_of(node.args[1]) if positive else 0
        if (positive and bound is not None and bound <= 0) or function_name(node) == "abs":
            return node.args[0] if _never_negative(node.args[0]) else node
        return node


_POSITIVE_CALLS = {"exp", "sqrt", "abs", "len", "arange", "argmax", "argsort", "range", "norm"}
_POSITIVE_CALLS |= {"softmax", "one_hot", "count_nonzero", "var", "std", "astype"}
#: Variables of the solutions that hold shares, counts, probabilities or variances.
_POSITIVE_NAMES = {"powers", "variance", "probabilities", "p", "weights", "eps", "base", "counts"}
_POSITIVE_NAMES |= {"phi", "share", "power", "inverse_std", "inverse_rms", "omega", "kept", "d"}


#: What lies between 0 and 1, and so does 1 minus it.
_SHARES = {"p", "phi", "momentum", "beta1", "beta2", "label_smoothing", "weights"}


def _never_negative(node: Any) -> bool:
    if isinstance(node, ast.Call):
        name = function_name(node)
        inner = [getattr(node.func, "value", None), *node.args]
        if name in ("sum", "mean", "max", "maximum", "get"):
            return any(map(_never_negative, inner))
        return name in _POSITIVE_CALLS
    if isinstance(node, ast.BinOp):
        if isinstance(node.op, ast.Pow):
            even = number_of(node.right) in (2, 4)
            return even or _never_negative(node.left)
        if isinstance(node.op, ast.Mult) and ast.dump(node.left) == ast.dump(node.right):
            return True
        if isinstance(node.op, ast.Sub) and number_of(node.left) == 1:
            right = node.right.left if isinstance(node.right, ast.BinOp) else node.right
            return isinstance(right, ast.Name) and right.id in _SHARES
        if isinstance(node.op, (ast.Add, ast.Mult, ast.Div, ast.FloorDiv)):
            return _never_negative(node.left) and _never_negative(node.right)
        return False
    if isinstance(node, ast.Subscript):
        return _never_negative(node.value)
    if isinstance(node, ast.Name):
        return node.id in _POSITIVE_NAMES
    value = number_of(node)
    return value is not None and value >= 0


class AnyDtype(ast.NodeTransformer):
    """The dtype that another array has: either passes, float32 or float64."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if function_name(node) == "astype" and isinstance(node.func, ast.Attribute):
            return node.func.value
        node.args = [argument for argument in node.args if not self._copies(argument)]
        node.keywords = [
            keyword
            for keyword in node.keywords
            if keyword.arg not in ("otypes", "dtype") and not self._copies(keyword.value)
        ]
        return node

    @staticmethod
    def _copies(node: ast.expr) -> bool:
        return (isinstance(node, ast.Attribute) and node.attr == "dtype") or (
            isinstance(node, ast.Constant) and node.value is None
        )


class Numbers(ast.NodeTransformer):
    """int(...) and float(...) of a number that NumPy returned."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id in ("int", "float") and node.args:
            return node.args[0]
        return node


class Vectors(ast.NodeTransformer):
    """.T of an array with one axis: a bias, gamma, beta."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr == "T":
            text = ast.unparse(node.value)
            if "'b_" in text or "'b'" in text or text in ("gamma", "beta", "targets"):
                return node.value
        return node


class AnyOrder(ast.NodeTransformer):
    """The order of what is counted, or of which the largest is taken, or that fills an array."""

    CALLS = ("max", "min", "sum", "any", "all", "set", "len")

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        for argument in node.args:
            if function_name(node) in self.CALLS and isinstance(argument, ast.GeneratorExp):
                for loop in argument.generators:
                    loop.iter = _forwards(loop.iter)
        return node

    def visit_DictComp(self, node: ast.DictComp) -> ast.AST:
        self.generic_visit(node)
        for loop in node.generators:
            loop.iter = _forwards(loop.iter)
        return node

    def visit_For(self, node: ast.For) -> ast.AST:
        self.generic_visit(node)
        variables = {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
        if _fills(node, variables):
            node.iter = _forwards(node.iter)
        return node


def _forwards(node: Any) -> Any:
    """`items` for `list(items)[::-1]`."""
    backwards = (
        isinstance(node, ast.Subscript)
        and isinstance(node.slice, ast.Slice)
        and node.slice.step is not None
        and number_of(node.slice.step) == -1
        and isinstance(node.value, ast.Call)
        and function_name(node.value) == "list"
    )
    return node.value.args[0] if backwards else node


def _fills(loop: ast.For, variables: set[str]) -> bool:
    """Whether each round writes to its own place only, and reads what no other round writes."""
    if any(isinstance(node, (ast.Break, ast.Return)) for node in ast.walk(loop)):
        return False
    written: set[str] = set()
    for node in ast.walk(loop):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            inside = {n.id for n in ast.walk(node.slice) if isinstance(n, ast.Name)}
            if not inside & variables:
                return False
            written.add(ast.unparse(node.value))
        if isinstance(node, ast.AugAssign) and not isinstance(node.target, ast.Name):
            continue
        if isinstance(node, ast.Call) and function_name(node) in ("append", "add", "extend"):
            return function_name(node) == "add" or False
    return bool(written)


class LastAxis(ast.NodeTransformer):
    """axis=-1 where that is the default."""

    NAMES = ("argsort", "sort", "take_along_axis", "softmax", "put_along_axis")

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if function_name(node) in self.NAMES:
            node.keywords = [
                keyword
                for keyword in node.keywords
                if not (keyword.arg == "axis" and number_of(keyword.value) == -1)
            ]
        return node


class Renamed(ast.NodeTransformer):
    """Variables by number: what is assigned in a straight line has a number of its own."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if any(isinstance(part, ast.FunctionDef) for part in node.body):
            return node
        current: dict[str, str] = {}
        count = 0
        for statement in node.body:
            straight = isinstance(statement, (ast.Assign, ast.AugAssign, ast.Expr, ast.Return))
            names = [part for part in ast.walk(statement) if isinstance(part, ast.Name)]
            stored = [part for part in names if isinstance(part.ctx, ast.Store)]
            for part in names if straight else ():
                if isinstance(part.ctx, ast.Load):
                    part.id = current.get(part.id, part.id)
            for part in stored:
                # In a branch or a loop a variable stays the one that it was before.
                if straight or part.id not in current:
                    current[part.id], count = f"_{count}", count + 1
                part.id = current[part.id]
            for part in () if straight else names:
                if isinstance(part.ctx, ast.Load):
                    part.id = current.get(part.id, part.id)
        return node


class InPlace(ast.NodeTransformer):
    """`i = i + 1` for `i += 1`, where i is a number."""

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        if isinstance(node.target, ast.Name):
            left = ast.Name(node.target.id, ast.Load())
            return ast.Assign([node.target], ast.BinOp(left, node.op, node.value))
        return node
