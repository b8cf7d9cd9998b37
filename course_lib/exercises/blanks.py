"""Whether a function is still the stub that the lesson gives."""

import ast
import dis
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

_SILENT = {"RESUME", "NOP", "RETURN_VALUE", "POP_TOP", "CACHE"}


def does_nothing(function: Callable[..., Any]) -> bool:
    """Whether the body is only `pass`, `...`, a docstring or a bare `return`."""
    code = getattr(function, "__code__", None)
    if code is None:
        return False
    steps = [step for step in dis.get_instructions(code) if step.opname not in _SILENT]
    return all(
        step.opname in ("LOAD_CONST", "RETURN_CONST") and step.argval in (None, ...)
        for step in steps
    )


def blank_lines(function: Callable[..., Any]) -> list[str]:
    """Lines of the source in which a blank `...` waits to be filled in; `x[..., None]` is none."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return []
    indices = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript)
        for inner in (node.slice, *getattr(node.slice, "elts", ()))
    }
    bodies = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    numbers = {
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value is ... and id(node) not in indices | bodies
    }
    lines = source.splitlines()
    return [lines[number - 1].strip() for number in sorted(numbers)]
