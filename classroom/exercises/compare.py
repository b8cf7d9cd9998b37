"""The general comparison: what is wrong with a returned value when no catalogued mistake fits."""

import inspect
import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.exercises import messages
from classroom.exercises.messages import Finding, kind_of, plural
from classroom.exercises.patterns import PATTERNS, Context, wrong_shape
from classroom.exercises.tree import close, equal, is_numeric, kinds_fit, split

LONG = 60  # characters that are shown of a value


def difference(
    got: Any, want: Any, names: Sequence[str], arguments: dict[str, Any], rtol: float
) -> Finding:
    """Say how a returned value differs from the right one.

    Parameters
    ----------
    got, want : nested tuples and dicts of arrays
    names : sequence of str
        Names of the returned parts.
    arguments : dict
        The arguments of the call, by name.
    rtol : float

    Returns
    -------
    Finding
    """
    if got is None:
        return Finding(
            "none",
            "Your function returned None. Is the `return` line missing, or not reached?",
        )
    if inspect.isgenerator(got):
        return Finding(
            "generator",
            "Your function returned a generator: it holds `yield`, or a `for` in round brackets. "
            "Return the result with `return`, a list in square brackets.",
        )
    parts = split(want, names)
    counted = _count(got, parts, rtol)
    if counted is not None:
        return counted
    got_parts = [got] if len(parts) == 1 else list(got)
    swapped = _order(got_parts, parts, rtol)
    if swapped is not None:
        return swapped
    right: list[str] = []
    for (name, part), yours in zip(parts, got_parts, strict=True):
        finding = _part(yours, part, Context(arguments, name, rtol))
        if finding is None:
            right.append(name)
        elif right:
            verb = "is" if len(right) == 1 else "are"
            text = f"{messages.listed(right)} {verb} right. {finding.text}"
            return Finding(finding.kind, text, finding.table)
        else:
            return finding
    raise AssertionError("the two values are equal")


def _count(got: Any, parts: list[tuple[str, Any]], rtol: float) -> Finding | None:
    names = [name for name, _ in parts]
    first = parts[0][1]
    several = isinstance(got, (tuple, list)) and not hasattr(got, "_fields")
    if len(parts) == 1:
        if several and isinstance(got, tuple) and not isinstance(first, (tuple, list)):
            inside = f" Return {names[0]} alone." if names[0] != "the result" else ""
            return Finding(
                "count",
                f"Your function returned a tuple of {len(got)}; one value is wanted.{inside}",
            )
        return None
    wanted = f"`return {', '.join(names)}`"
    if several and len(got) == len(parts):
        return None
    if not several or len(got) == 1:
        value = got[0] if several else got
        if equal(value, first, rtol):
            if names[1] == "cache":
                return Finding(
                    "cache",
                    f"{names[0]} is right, but the cache is missing: end with {wanted}. The "
                    "backward pass needs the cache.",
                )
            return Finding(
                "count",
                f"{names[0]} is right, but it is returned alone: end with {wanted}.",
            )
        return Finding(
            "count",
            f"Your function returned {messages.kind_of(value)}. {len(parts)} values are wanted: "
            f"{wanted}.",
        )
    return Finding(
        "count",
        f"Your function returned {len(got)} values. {len(parts)} are wanted: {wanted}.",
    )


def _order(got: list[Any], parts: list[tuple[str, Any]], rtol: float) -> Finding | None:
    if not 2 <= len(parts) <= 5 or equal(got, [part for _, part in parts], rtol):
        return None
    for order in itertools.permutations(range(len(parts))):
        if all(equal(got[i], parts[j][1], rtol) for i, j in enumerate(order)):
            names = [parts[j][0] for j in order]
            if all(equal(got[i], part, rtol) for i, (_, part) in enumerate(parts)):
                return None
            return Finding(
                "order",
                f"Every value is right, but they are returned in the order {', '.join(names)}: "
                f"end with `return {', '.join(name for name, _ in parts)}`.",
            )
    return None


def _part(got: Any, want: Any, context: Context) -> Finding | None:
    """Compare one part, and what is nested in it."""
    path = context.path
    if equal(got, want, context.rtol):
        return None
    if is_plain(want):
        return Finding("value", plain_difference(got, want, path))
    if isinstance(want, dict):
        return _dict(got, want, context)
    if isinstance(want, (tuple, list)):
        return _tuple(got, want, context)
    if got is None:
        return Finding("none", f"{path} is None; it should be {messages.kind_of(want)}.")
    if not is_numeric(want):
        wanted, yours = messages.kind_of(want), messages.kind_of(got)
        return Finding("value", f"{path} should be {wanted}, and yours is {yours}.")
    return _array(got, want, context)


def _dict(got: Any, want: dict[Any, Any], context: Context) -> Finding | None:
    path = context.path
    if not isinstance(got, dict):
        return Finding("type", f"{path} should be a dict, and yours is {messages.kind_of(got)}.")
    missing = [repr(key) for key in want if key not in got]
    extra = [repr(key) for key in got if key not in want]
    if missing or extra:
        texts = [f"lacks {messages.listed(missing)}"] * bool(missing)
        texts += [f"holds {messages.listed(extra)}, which does not belong"] * bool(extra)
        return Finding("keys", f"The dict {path} {' and '.join(texts)}.")
    return _nested([(f"{path}[{key!r}]", got[key], want[key]) for key in want], context)


def _tuple(got: Any, want: Any, context: Context) -> Finding | None:
    path, fields = context.path, getattr(want, "_fields", None)
    if not isinstance(got, (tuple, list)):
        return Finding(
            "type",
            f"{path} should be {messages.kind_of(want)}, and yours is {messages.kind_of(got)}.",
        )
    if fields is not None and not hasattr(got, "_fields"):
        call = f"{type(want).__name__}({', '.join(fields)})"
        return Finding("type", f"{path} should be a named tuple: {call}. Yours is a plain tuple.")
    if len(got) != len(want):
        return Finding(
            "count",
            f"{path} should hold {messages.plural(len(want), 'value')}, yours holds {len(got)}.",
        )
    names = (
        [f"{path}.{field}" for field in fields]
        if fields
        else [f"{path}[{i}]" for i in range(len(want))]
    )
    return _nested(list(zip(names, got, want, strict=True)), context)


def _nested(items: list[tuple[str, Any, Any]], context: Context) -> Finding | None:
    for name, got, want in items:
        finding = _part(got, want, Context(context.arguments, name, context.rtol))
        if finding is not None:
            return finding
    return None


def _array(got: Any, want: Any, context: Context) -> Finding:
    path = context.path
    if isinstance(got, (list, tuple)):
        return Finding(
            "list",
            f"{path} is {messages.kind_of(got)}; an array is wanted. np.array(...) makes one of "
            "it.",
        )
    if isinstance(got, np.matrix):
        return Finding(
            "matrix", f"{path} is an np.matrix; use np.array, whose * works elementwise."
        )
    if not is_numeric(got):
        if isinstance(got, np.ndarray):
            return Finding("type", _no_numbers(got, want, path))
        kinds = messages.kind_of(got), messages.kind_of(want)
        return Finding("type", f"{path} is {kinds[0]}; it should be {kinds[1]}.")
    if np.shape(got) != np.shape(want):
        return Finding(*wrong_shape(np.asarray(got), np.asarray(want), context))
    if not kinds_fit(got, want):
        wanted = {"f": "floats", "b": "True and False"}.get(np.asarray(want).dtype.kind, "integers")
        return Finding(
            "dtype",
            f"{path} has dtype {np.asarray(got).dtype}; it should hold {wanted} (dtype "
            f"{np.asarray(want).dtype}).",
        )
    yours, right = np.asarray(got), np.asarray(want)
    table = messages.table(path, yours, right, context.rtol)
    for kind, pattern in PATTERNS:
        text = pattern(yours, right, context)
        if text is not None:
            return Finding(kind, text, table)
    if right.ndim == 0:
        shown = f"{messages.number(right[()])}, and yours is {messages.number(yours[()])}"
        return Finding("values", f"{path} should be {shown}.")
    return Finding(
        "values", f"{path} has the right shape, but {_how_many(yours, right, context)}", table
    )


def _no_numbers(got: np.ndarray, want: Any, path: str) -> str:
    """Say what an array holds that holds no numbers."""
    what = "an array of strings" if got.dtype.kind in "US" else "an array of objects"
    odd = [
        None if item is None else str(item)
        for item in got.flat
        if item is None or (isinstance(item, str) and not item.lstrip("-").isdigit())
    ]
    among = f", among them {odd[0]!r}" if odd else ""
    return f"{path} is {what}{among}; it should be {messages.kind_of(want)} that holds numbers."


def _how_many(got: np.ndarray, want: np.ndarray, context: Context) -> str:
    wrong = ~close(got, want, context.rtol)
    if wrong.all():
        return "none of its values is right."
    rows = [axis for axis in range(want.ndim) if wrong.any(axis=axis).ndim and want.ndim > 1]
    for axis in rows:
        others = tuple(other for other in range(want.ndim) if other != axis)
        bad = wrong.any(axis=others)
        if bad.sum() == 1 and bad.size > 1:
            index = ", ".join(
                [":"] * axis + [str(int(bad.argmax()))] + [":"] * (want.ndim - axis - 1)
            )
            return (
                f"not all of its values are right. The wrong ones lie in {context.path}[{index}]."
            )
    return f"only {int((~wrong).sum())} of its {want.size} values are right."


def is_plain(value: Any) -> bool:
    """A string, a list, tuple or set of strings (and whole numbers among them), an empty set."""
    if isinstance(value, (str, bytes)) or (isinstance(value, (set, frozenset)) and not value):
        return True
    return (
        isinstance(value, (list, tuple, set, frozenset))
        and not hasattr(value, "_fields")
        and bool(value)
        and all(isinstance(item, (str, bytes, int)) for item in value)
        and any(isinstance(item, (str, bytes)) for item in value)
    )


def plain_difference(got: Any, want: Any, path: str) -> str:
    """Say how the value `got` differs from the plain value `want`."""
    if not isinstance(got, type(want)):
        return f"{path} should be {_what(want)}, and yours is {_what(got)}."
    both = f"{path} should be {short(want)}, and yours is {short(got)}."
    if isinstance(want, (set, frozenset)):
        return f"{both} {_members(got, want)}"
    if len(repr(want)) <= LONG and len(repr(got)) <= LONG:
        return both
    unit = "character" if isinstance(want, (str, bytes)) else "item"
    place = next(
        (i for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b),
        min(len(got), len(want)),
    )
    if place == len(got):
        return f"{path} ends too early, after {plural(place, unit)} of {len(want)}."
    if place == len(want):
        return f"{path} is too long: {plural(len(got), unit)} in place of {len(want)}."
    start = max(place - 15, 0)
    there, yours = short(want[start : place + 15]), short(got[start : place + 15])
    return (
        f"{path} differs first at {unit} {place}: around it stands {yours}, it should be {there}."
    )


def short(value: Any) -> str:
    """A value as Python writes it, cut after 60 characters; sets in order."""
    text = repr(value)
    if isinstance(value, (set, frozenset)) and value:
        text = "{" + ", ".join(sorted(map(repr, value))) + "}"
    return text if len(text) <= LONG else f"{text[: LONG - 2]} …"


def _members(got: Any, want: Any) -> str:
    missing, extra = want - got, got - want
    texts = [f"Missing: {short(missing)}."] * bool(missing)
    texts += [f"Too many: {short(extra)}."] * bool(extra)
    return " ".join(texts)


def _what(value: Any) -> str:
    return short(value) if is_plain(value) else kind_of(value)
