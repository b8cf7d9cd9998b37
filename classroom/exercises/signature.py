"""What can be seen of an answer before it is run: is it still the stub, can it be called?"""

import ast
import dis
import functools
import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classroom.exercises.formatting import listed, plural

Function = Callable[..., Any]
Parameters = Sequence[inspect.Parameter]
_STARRED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
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


def with_new_names(function: Function, renamed: Mapping[str, str]) -> Function:
    """Return a function that takes parameters by new names, where it has them by earlier ones.

    Parameters
    ----------
    function : callable
    renamed : dict of str to str
        Earlier names, and what they are now.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return function
    own = signature.parameters
    earlier = {new: old for old, new in renamed.items() if old in own and new not in own}
    if not earlier:
        return function

    @functools.wraps(function)
    def renaming(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **{earlier.get(name, name): kwargs[name] for name in kwargs})

    parameters = [p.replace(name=renamed.get(p.name, p.name)) for p in own.values()]
    renaming.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return renaming


def mismatch(name: str, function: Function, reference: Function) -> str:
    """Return what is wrong with a function's parameters, or "".

    Parameters without a default are counted, whatever they are called; those with a default must
    keep their name and their value, for callers rely on both.
    """
    try:
        yours = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return ""  # a builtin or a ufunc: found out by calling it
    wanted = list(inspect.signature(reference).parameters.values())
    return _defaults(yours, wanted, name, reference) or _count(yours, wanted, name, reference)


def _defaults(yours: Parameters, wanted: Parameters, name: str, reference: Function) -> str:
    own = {p.name: p for p in yours if p.kind in _NAMED}
    takes_names = any(p.kind == p.VAR_KEYWORD for p in yours)
    for parameter in wanted:
        if parameter.default is parameter.empty or parameter.kind not in _NAMED:
            continue
        mine = own.get(parameter.name)
        contract = f"The contract is `{contract_of(name, reference)}`."
        if mine is None and not takes_names:
            return f"Your function lacks the parameter `{parameter}`. {contract}"
        if mine is not None and repr(mine.default) != repr(parameter.default):
            said = "none" if mine.default is mine.empty else repr(mine.default)
            return (
                f"The default of {parameter.name} should be {parameter.default!r}, and yours is "
                f"{said}. {contract}"
            )
    return ""


def _count(yours: Parameters, wanted: Parameters, name: str, reference: Function) -> str:
    contract = f"The contract is `{contract_of(name, reference)}`."
    required = [p.name for p in wanted if p.default is p.empty]
    own = [p.name for p in yours if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    own_required = [p.name for p in yours if p.kind not in _STARRED and p.default is p.empty]
    takes_all = any(p.kind == p.VAR_POSITIONAL for p in yours)
    if len(own_required) > len(required):
        extra = [other for other in own_required if other not in required]
        extra = extra[-(len(own_required) - len(required)) :]
        verb, it = ("does", "it") if len(extra) == 1 else ("do", "them")
        return (
            f"Your function asks for {listed(extra)}, which {verb} not belong to the contract: "
            f"nobody who calls it will pass {it}. {contract}"
        )
    if len(own) < len(required) and not takes_all:
        missing = [other for other in required if other not in own]
        missing = missing[-(len(required) - len(own)) :]
        verb = "is" if len(missing) == 1 else "are"
        return (
            f"Your function takes {plural(len(own), 'argument')} and is called with "
            f"{len(required)}: {listed(missing)} {verb} missing. {contract}"
        )
    return ""


def contract_of(name: str, reference: Function) -> str:
    """The first line of a definition: "softmax(x, axis=-1)"."""
    return f"{name}{inspect.signature(reference)}"
