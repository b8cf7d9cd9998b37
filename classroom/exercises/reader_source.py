"""What the reader's code contains, so that a message speaks of a loop only where there is one."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from classroom.exercises import tracebacks

Function = Callable[..., Any]
_LOOPS = (ast.For, ast.While)
_REDUCTIONS = {"sum", "mean", "max", "min", "amax", "amin", "std", "var", "prod", "argmax"}


@dataclass(frozen=True)
class ReaderSource:
    """What is known of an answer and of the helpers that it calls.

    Attributes
    ----------
    names : frozenset of str
        Names, attributes, parameters and keywords that occur in the code.
    loops : bool
        Whether there is a loop or a comprehension.
    returns_in_loop : bool
        Whether a `return` stands inside a loop. False where no source is at hand.
    reduces_all : bool
        Whether a sum, a mean or the like is taken without `axis`. False where no source is at hand.
    """

    names: frozenset[str] = frozenset()
    loops: bool = False
    returns_in_loop: bool = False
    reduces_all: bool = False

    def uses(self, *names: str) -> bool:
        return not self.names.isdisjoint(names)

    @property
    def reduces(self) -> bool:
        return self.uses(*_REDUCTIONS)


#: Nothing is known: a message then says less.
UNKNOWN = ReaderSource()


def read_source(function: Function) -> ReaderSource:
    """Look through a function and the helpers beside it; library functions are not looked into."""
    names: set[str] = set()
    loops = returns = reduces = False
    for inner in _with_helpers(inspect.unwrap(function)):
        for code in _codes(inner.__code__):
            names |= {*code.co_names, *_keywords(code), *code.co_varnames[: code.co_argcount]}
            loops = loops or _jumps_back(code)
        tree = _tree(inner)
        if tree is not None:
            returns = returns or _returns_in_loop(tree)
            reduces = reduces or any(_reduces_all(node) for node in ast.walk(tree))
    return ReaderSource(frozenset(names), loops, returns, reduces)


def _with_helpers(function: Any) -> Iterator[FunctionType]:
    found: list[FunctionType] = []
    waiting = [function]
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner, FunctionType) or inner in found:
            continue
        if found and tracebacks.in_library(inner.__code__):
            continue
        found.append(inner)
        called = [name for code in _codes(inner.__code__) for name in code.co_names]
        waiting += [inner.__globals__.get(name) for name in called]
        waiting += [_contents(cell) for cell in inner.__closure__ or ()]
    yield from found


def _contents(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _keywords(code: CodeType) -> set[str]:
    """Names of arguments such as `axis`, which stand in tuples among the constants."""
    tuples = [constant for constant in code.co_consts if isinstance(constant, tuple)]
    return {item for names in tuples for item in names if isinstance(item, str)}


def _jumps_back(code: CodeType) -> bool:
    return any(
        step.opname == "FOR_ITER" or "JUMP_BACKWARD" in step.opname
        for step in dis.get_instructions(code)
    )


def _tree(function: FunctionType) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return None


def _returns_in_loop(tree: ast.AST) -> bool:
    inside = (node for loop in ast.walk(tree) if isinstance(loop, _LOOPS) for node in _own(loop))
    return any(isinstance(node, ast.Return) for node in inside)


def _own(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what stands inside a node, without the bodies of functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, (ast.FunctionDef, ast.Lambda)):
            yield child
            yield from _own(child)


def _reduces_all(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr not in _REDUCTIONS:
        return False
    of_numpy = isinstance(node.func.value, ast.Name) and node.func.value.id in {"np", "numpy"}
    named = any(keyword.arg == "axis" for keyword in node.keywords)
    return not named and len(node.args) <= of_numpy
