"""Words for a piece of the solution that a reader understands who has never seen it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from typing import Any

from classroom.exercises.exercise import Exercise
from classroom.exercises.formatting import listed
from classroom.exercises.search.edits import Edit, Program, function_name, number_of

OPERATIONS: dict[type, str] = {
    ast.Add: "+",
    ast.Sub: "−",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}
#: What a call gives, in words.
_RESULTS = {
    "sum": "the sum",
    "mean": "the mean",
    "max": "the maximum",
    "min": "the minimum",
    "var": "the variance",
    "std": "the standard deviation",
    "exp": "the exponential",
    "log": "the logarithm",
    "log2": "the logarithm to base 2",
    "log10": "the logarithm to base 10",
    "sqrt": "the square root",
    "abs": "the absolute value",
    "norm": "the norm",
    "argmax": "the place of the maximum",
    "argmin": "the place of the minimum",
    "cumsum": "the running sum",
    "square": "the square",
    "tanh": "tanh",
    "sin": "the sine",
    "cos": "the cosine",
    "astype": "the change of dtype",
    "swapaxes": "the exchange of two axes",
    "transpose": "the exchange of axes",
    "reshape": "the reshape",
    "range": "the range",
    "arange": "the range of positions",
    "len": "the length",
    "get": "the look-up",
}
SHORT = 24  # characters of a piece that is quoted
QUOTED = 40  # characters of a condition or an index that is quoted


def value_text(node: Any) -> str:
    """A constant as the reader knows it: 1e-05, "tanh", −inf; "" for everything else."""
    value = number_of(node)
    if value is not None:
        return f"{value:g}".replace("-", "−") if abs(value) >= 1e-3 or value == 0 else f"{value:g}"
    if isinstance(node, ast.Constant):
        return f'"{node.value}"' if isinstance(node.value, str) else repr(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = value_text(node.operand)
        return f"−{inner}" if inner else ""
    if isinstance(node, ast.Attribute) and node.attr == "inf":
        return "inf"
    return ""


class Namer:
    """Names pieces of a solution in words that the reader has.

    These are the reader's own variables, the parameters and what the contract speaks of; of an
    intermediate result that has another name, or none, it says what it is made of.
    """

    def __init__(self, program: Program, exercise: Exercise, source: str) -> None:
        self.program = program
        text = ast.get_docstring(program.function) or ""
        self.own = set(re.findall(r"[A-Za-z_]\w*", source)) if source else set()
        self.known = self.own | set(program.parameters) | set(re.findall(r"[A-Za-z_]\w*", text))
        self.known |= set(exercise.returns)
        self.inner = {
            node.name for node in ast.walk(program.function) if isinstance(node, ast.FunctionDef)
        }

    def words(self, node: Any, depth: int = 2) -> str:
        """Name a piece; "" if there are no words for it."""
        if node is None:
            return ""
        constant = value_text(node)
        if constant:
            return constant
        if isinstance(node, ast.Name):
            return self._variable(node.id, depth)
        key = _key(node)
        if key:
            return f"`{key}`"
        if isinstance(node, ast.Attribute):
            if node.attr == "T":
                inner = self.words(node.value, depth)
                return f"{inner} transposed" if inner else ""
            return f"`{node.attr}`" if node.attr in self.known else self.code(node)
        quoted = self.code(node)
        if quoted:
            return quoted
        if isinstance(node, ast.Subscript):
            inner = self.words(node.value, depth)
            return f"a part of {inner}" if inner else ""
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        return self._made_of(node)

    def code(self, node: Any, longest: int = SHORT) -> str:
        """The code of a short piece in which the reader knows every name; else ""."""
        if node is None:
            return ""
        text = ast.unparse(node)
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        known = names <= self.known | {"np", "math", "len", "range", "list"}
        return f"`{text}`" if known and len(text) <= longest else ""

    def function(self, node: Any) -> str:
        """What a call calls: "the sum", or `split_heads`."""
        name = function_name(node)
        return _RESULTS.get(name) or (f"`{name}`" if name else "a call")

    def step(self, node: Any) -> str:
        """What a statement does, as a thing: "the line that computes `mean`"."""
        if isinstance(node, (ast.Assign, ast.AugAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [self._target(part) for part in _flat(targets)]
            named = [name for name in names if name]
            if named:
                verb = "sets" if isinstance(node, ast.Assign) else "changes"
                return f"the line that {verb} {listed(named)}"
            what = self.words(node.value, 1)
            return f"the step that computes {what}" if what else ""
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            return f"the call of `{function_name(node.value)}`"
        if isinstance(node, ast.If):
            test = self.code(node.test, 40)
            return f"the part under the condition {test}" if test else ""
        if isinstance(node, ast.For):
            return "the loop"
        if isinstance(node, ast.Break):
            return "the `break`"
        if isinstance(node, ast.Return) and node.value is not None:
            return "a `return`"
        return ""

    def target_of_line(self, line: int) -> str:
        """The variables of the reader's that a line of the solution sets."""
        for node in ast.walk(self.program.function):
            if isinstance(node, (ast.Assign, ast.AugAssign)) and (
                node.lineno <= line <= (node.end_lineno or node.lineno)
            ):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [self._target(part) for part in _flat(targets)]
                if all(names) and self.own.issuperset(name.strip("`") for name in names):
                    return listed(names)
        return ""

    def _target(self, node: Any) -> str:
        if isinstance(node, ast.Subscript):
            key = node.slice
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                return f"`{key.value}`"
            inner = self._target(node.value)
            return f"entries of {inner}" if inner else ""
        if isinstance(node, ast.Name) and node.id in self.known and node.id != "_":
            return f"`{node.id}`"
        return ""

    def _variable(self, name: str, depth: int) -> str:
        if name in self.known:
            return f"`{name}`"
        if name in self.inner:
            return "an inner function"
        for value in self.program.values.get(name, []) if depth else []:
            words = self.words(value, depth - 1)
            if words:
                return words
        for node in ast.walk(self.program.function) if depth else []:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                parts = [part.id for part in _flat(node.targets) if isinstance(part, ast.Name)]
                if name in parts:
                    return f"what `{function_name(node.value)}` returns"
        return ""

    def _call(self, node: ast.Call, depth: int) -> str:
        name = function_name(node)
        if name in ("enumerate", "zip", "reversed", "list", "sorted") and node.args:
            return self.words(node.args[0], depth)
        if name not in _RESULTS:
            of = self.words(node.args[0], 0) if node.args else ""
            return f"what `{name}` returns{f' for {of}' if of else ''}" if name else ""
        target: Any = node.func
        method = isinstance(target, ast.Attribute) and not _is_library(target.value)
        inner = target.value if method else node.args[0] if node.args else None
        of = self.words(inner, depth - 1) if depth and inner is not None else ""
        if name in ("astype", "reshape"):
            return of
        return f"{_RESULTS[name]} of {of}" if of else _RESULTS[name]

    def _made_of(self, node: Any) -> str:
        names = dict.fromkeys(
            n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in self.known
        )
        named = [f"`{name}`" for name in names if name not in ("np", "math")]
        return f"what is made of {listed(named[:3])}" if named else ""


def _key(node: ast.expr) -> str:
    """The key of params["W_Q"], and of params.get("b_Q")."""
    key: Any = None
    if isinstance(node, ast.Subscript):
        key = node.slice
    elif isinstance(node, ast.Call) and function_name(node) == "get" and node.args:
        key = node.args[0]
    text = key.value if isinstance(key, ast.Constant) else None
    return text if isinstance(text, str) else ""


def _is_library(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "math", "itertools", "layers")


def _flat(targets: Sequence[ast.expr]) -> list[ast.expr]:
    found: list[ast.expr] = []
    for target in targets:
        found += _flat(target.elts) if isinstance(target, (ast.Tuple, ast.List)) else [target]
    return found


#: Says what an edit does, with the words of a `Namer`.
Template = Callable[[Edit, Namer], str]


def about(text: str) -> Template:
    """Return a template that puts what was edited in the place of `{}`."""

    def template(edit: Edit, namer: Namer) -> str:
        what = namer.words(edit.before)
        return text.format(what) if what else ""

    return template
