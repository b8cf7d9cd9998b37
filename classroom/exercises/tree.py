"""What functions take and return: nested tuples, lists and dicts of arrays, part by part."""

import ast
import copy
import functools
import inspect
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

ATOL_OF_LARGEST = 1e-5  # a float32 answer is off by this much of the largest entry
#: And in a dict, such as that of all gradients, by this much of the largest entry of all its
#: arrays: a gradient that is 0, as that of b_K, is then what rounding leaves of the others.
ATOL_OF_DICT = 1e-6


def is_number(value: Any) -> bool:
    return isinstance(value, (bool, int, float, complex, np.generic))


def is_numeric(value: Any) -> bool:
    return is_number(value) or (isinstance(value, np.ndarray) and value.dtype.kind in "biufc")


def leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Walk through nested tuples and dicts. Yields (path, leaf), such as ("cache[0]", array)."""
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        for field, item in zip(value._fields, value, strict=True):
            yield from leaves(item, f"{path}.{field}")
    elif isinstance(value, (tuple, list)):
        for index, item in enumerate(value):
            yield from leaves(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}[{key!r}]")
    else:
        yield path, value


def snapshot(value: Any) -> Any:
    """Copy the arrays of a nested value, so that nothing that happens later changes it."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(snapshot, value))
    if type(value) in (tuple, list):
        return type(value)(map(snapshot, value))
    if type(value) is dict:
        return {key: snapshot(item) for key, item in value.items()}
    return value


def fresh(value: Any) -> Any:
    """Copy an argument with all that it holds, generators and their state included."""
    return copy.deepcopy(value)


def changed(before: Any, after: Any, name: str) -> list[str]:
    """Return the paths of those arrays in a nested value that are no longer what they were."""
    was = dict(leaves(before, name))
    now = dict(leaves(after, name))
    names = [path for path, leaf in was.items() if not _same(leaf, now.get(path))]
    return names + [path for path in now if path not in was]


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, np.ndarray):
        if not isinstance(after, np.ndarray) or before.dtype != after.dtype:
            return False
        return np.array_equal(before, after, equal_nan=before.dtype.kind in "fc")
    if is_number(before) or isinstance(before, str) or before is None:
        return bool(before is after or before == after or (before != before and after != after))
    return True


def equal(got: Any, want: Any, rtol: float, atol: float = 1e-8) -> bool:
    """Whether two values agree: same structure, same shapes, numbers within the tolerance."""
    if isinstance(want, (tuple, list)):
        if hasattr(want, "_fields") and not hasattr(got, "_fields"):
            return False
        return (
            isinstance(got, (tuple, list))
            and len(got) == len(want)
            and all(equal(g, w, rtol, atol) for g, w in zip(got, want, strict=True))
        )
    if isinstance(want, dict):
        atol = max(atol, ATOL_OF_DICT * max((largest(a) for a in _floats(want)), default=0.0))
        return (
            isinstance(got, dict)
            and got.keys() == want.keys()
            and all(equal(got[key], want[key], rtol, atol) for key in want)
        )
    if is_numeric(want):
        return (
            is_numeric(got)
            and not isinstance(got, np.matrix)
            and np.shape(got) == np.shape(want)
            and kinds_fit(got, want)
            and bool(np.all(close(got, want, rtol, atol)))
        )
    if isinstance(want, np.ndarray):  # of strings or objects
        return isinstance(got, np.ndarray) and np.array_equal(got, want)
    if want is None or isinstance(want, (str, bytes, set, frozenset)):
        return type(got) is type(want) and got == want
    return isinstance(got, type(want)) or callable(want)  # a generator, a function, …


def _floats(value: Any) -> Iterator[np.ndarray]:
    for _, leaf in leaves(value, ""):
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
            yield leaf


def kinds_fit(got: Any, want: Any) -> bool:
    """Floats for floats, whole numbers for whole numbers, bools for bools."""
    kinds = {"f": "f", "i": "iu", "u": "iu", "b": "b", "c": "c"}
    return np.asarray(got).dtype.kind in kinds[np.asarray(want).dtype.kind]


def close(got: Any, want: Any, rtol: float, atol: float = 1e-8) -> np.ndarray:
    """Where two arrays of one shape agree; nan agrees with nan, inf with inf of its sign.

    `atol` is added to what a float32 answer may be off by.
    """
    got, want = np.asarray(got), np.asarray(want)
    if want.dtype.kind == "b":
        return np.asarray(got == want)
    finite = np.abs(want[np.isfinite(want)])
    atol += ATOL_OF_LARGEST * float(finite.max()) if finite.size else 0.0
    with np.errstate(all="ignore"):
        return np.isclose(
            got.astype(np.result_type(got, np.float64)),
            want.astype(np.result_type(want, np.float64)),
            rtol=rtol,
            atol=atol,
            equal_nan=True,
        )


def part_names(reference: Callable[..., Any], given: Sequence[str]) -> tuple[str, ...]:
    """Names of what a function returns: as given, else read from its own last `return`."""
    return tuple(given) or _returned_names(reference)


@functools.cache
def _returned_names(reference: Callable[..., Any]) -> tuple[str, ...]:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(reference)))
    except (OSError, TypeError, SyntaxError):
        return ()
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    returned = [node.value for node in _own_returns(functions[0])] if functions else []
    if not returned or not isinstance(returned[-1], ast.Tuple):
        return ("out",)
    parts = returned[-1].elts
    if len(parts) == 2 and not isinstance(parts[1], ast.Name):
        return ("out", "cache")
    return tuple(
        part.id if isinstance(part, ast.Name) else f"part {number}"
        for number, part in enumerate(parts, 1)
    )


def _own_returns(node: ast.AST) -> Iterator[ast.Return]:
    """Yield the `return`s of a function from top to bottom, without those of functions in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield child
        elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield from _own_returns(child)


def split(value: Any, names: Sequence[str]) -> list[tuple[str, Any]]:
    """Return [(name, part), …] of a returned value; a NamedTuple counts as one part."""
    if len(names) > 1 and type(value) in (tuple, list) and len(value) == len(names):
        return list(zip(names, value, strict=True))
    if len(names) <= 1 and type(value) is tuple and len(value) > 1:
        return [(f"part {number}", part) for number, part in enumerate(value, 1)]
    return [(names[0] if len(names) == 1 else "the result", value)]


def largest(array: np.ndarray) -> float:
    """The largest finite magnitude, 0 if there is none."""
    finite = np.abs(np.asarray(array, dtype=np.float64)[np.isfinite(array)])
    return float(finite.max()) if finite.size else 0.0
