"""The general comparison: what is wrong with what is returned when no catalogued mistake fits."""

import inspect
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.exercises.evidence import Pair, claim
from classroom.exercises.formatting import kind_of, listed, number, plural
from classroom.exercises.messages import Finding
from classroom.exercises.number_table import table
from classroom.exercises.patterns import FACTS, PATTERNS
from classroom.exercises.plain import is_plain, plain_difference
from classroom.exercises.reader_source import UNKNOWN, ReaderSource
from classroom.exercises.shapes import wrong_shape
from classroom.exercises.tree import equal, is_numeric, kinds_fit, leaves, split

__all__ = ["Comparison", "Wrong", "difference", "is_plain"]


@dataclass(frozen=True)
class Wrong:
    """What a call returned in a case in which that is wrong, what it should have, its arguments."""

    got: Any
    want: Any
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Comparison:
    """All cases with a wrong value; the first is the one that is shown.

    Attributes
    ----------
    cases : sequence of Wrong
    names : sequence of str
        Names of the returned parts.
    rtol : float
    source : ReaderSource
        What the reader's code contains.
    complete : bool
        Whether these are all wrong cases: no other one raised. Only then is a cause claimed.
    """

    cases: Sequence[Wrong]
    names: Sequence[str]
    rtol: float
    source: ReaderSource = UNKNOWN
    complete: bool = True

    def pairs(self, path: str) -> list[Pair] | None:
        """Return one part in every case in which it is wrong; None where one has no such array."""
        found = []
        for case in self.cases:
            got, want = self._leaf(case.got, path), self._leaf(case.want, path)
            if not is_numeric(got) or not is_numeric(want):
                return None
            if not equal(got, want, self.rtol):
                found.append(self.pair(got, want, path, case))
        return found

    def pair(self, got: Any, want: Any, path: str, case: Wrong | None = None) -> Pair:
        arguments = (case or self.cases[0]).arguments
        return Pair(np.asarray(got), np.asarray(want), arguments, path, self.rtol, self.source)

    def is_right(self, name: str) -> bool:
        """Whether a part is right in all cases."""
        return self.complete and all(
            equal(dict(self._parts(case.got)).get(name), part, self.rtol)
            for case in self.cases
            for own, part in self._parts(case.want)
            if own == name
        )

    def _leaf(self, value: Any, path: str) -> Any:
        return next((leaf for own, leaf in self._leaves(value) if own == path), None)

    def _leaves(self, value: Any) -> list[tuple[str, Any]]:
        return [pair for name, part in self._parts(value) for pair in leaves(part, name)]

    def _parts(self, value: Any) -> list[tuple[str, Any]]:
        several = type(value) in (tuple, list) and len(value) == len(self.names)
        return split(tuple(value) if several and len(self.names) > 1 else value, self.names)


def difference(comparison: Comparison) -> Finding:
    """Say how what is returned differs from what it should be, in the first of the cases."""
    got, want = comparison.cases[0].got, comparison.cases[0].want
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
    parts = split(want, comparison.names)
    counted = _count(got, parts, comparison)
    if counted is not None:
        return counted
    got_parts = [got] if len(parts) == 1 else list(got)
    order = _order(comparison)
    if order is not None:
        return order
    right: list[str] = []
    for (name, part), yours in zip(parts, got_parts, strict=True):
        finding = _part(yours, part, name, comparison)
        if finding is None:
            right += [name] * comparison.is_right(name)
        elif right:
            verb = "is" if len(right) == 1 else "are"
            text = f"{listed(right)} {verb} right. {finding.text}"
            return Finding(finding.kind, text, finding.table)
        else:
            return finding
    raise AssertionError("the two values are equal")


def _count(got: Any, parts: list[tuple[str, Any]], comparison: Comparison) -> Finding | None:
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
        if all(_is_first(case, comparison.rtol) for case in comparison.cases):
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
            f"Your function returned {kind_of(got[0] if several else got)}. "
            f"{len(parts)} values are wanted: {wanted}.",
        )
    return Finding(
        "count",
        f"Your function returned {len(got)} values. {len(parts)} are wanted: {wanted}.",
    )


def _is_first(case: Wrong, rtol: float) -> bool:
    """Whether the first of the wanted values is returned, and nothing else."""
    alone = isinstance(case.got, (tuple, list)) and len(case.got) == 1
    return equal(case.got[0] if alone else case.got, case.want[0], rtol)


def _order(comparison: Comparison) -> Finding | None:
    """The one order in which the values are right in every case."""
    count = len(comparison.names)
    if not 2 <= count <= 5 or not comparison.complete:
        return None
    pairs = [(case.got, case.want) for case in comparison.cases]
    if any(type(value) not in (tuple, list) or len(value) != count for p in pairs for value in p):
        return None
    orders = [
        order
        for order in itertools.permutations(range(count))
        if all(equal([got[i] for i in order], list(want), comparison.rtol) for got, want in pairs)
    ]
    if not orders:
        return None
    placed = dict(zip(orders[0], comparison.names, strict=True))
    names = [placed[place] for place in range(count)]
    return Finding(
        "order",
        f"Every value is right, but they are returned in the order {', '.join(names)}: "
        f"end with `return {', '.join(comparison.names)}`.",
    )


def _part(got: Any, want: Any, path: str, comparison: Comparison) -> Finding | None:
    """Compare one part, and what is nested in it."""
    if equal(got, want, comparison.rtol):
        return None
    if is_plain(want):
        return Finding("value", plain_difference(got, want, path))
    if isinstance(want, dict):
        return _dict(got, want, path, comparison)
    if isinstance(want, (tuple, list)):
        return _tuple(got, want, path, comparison)
    if got is None:
        return Finding("none", f"{path} is None; it should be {kind_of(want)}.")
    if not is_numeric(want):
        wanted, yours = kind_of(want), kind_of(got)
        return Finding("value", f"{path} should be {wanted}, and yours is {yours}.")
    return _array(got, want, path, comparison)


def _dict(got: Any, want: dict[Any, Any], path: str, comparison: Comparison) -> Finding | None:
    if not isinstance(got, dict):
        return Finding("type", f"{path} should be a dict, and yours is {kind_of(got)}.")
    missing = [repr(key) for key in want if key not in got]
    extra = [repr(key) for key in got if key not in want]
    if missing or extra:
        texts = [f"lacks {listed(missing)}"] * bool(missing)
        texts += [f"holds {listed(extra)}, which does not belong"] * bool(extra)
        return Finding("keys", f"The dict {path} {' and '.join(texts)}.")
    return _nested([(f"{path}[{key!r}]", got[key], want[key]) for key in want], comparison)


def _tuple(got: Any, want: Any, path: str, comparison: Comparison) -> Finding | None:
    fields = getattr(want, "_fields", None)
    if not isinstance(got, (tuple, list)):
        return Finding(
            "type",
            f"{path} should be {kind_of(want)}, and yours is {kind_of(got)}.",
        )
    if fields is not None and not hasattr(got, "_fields"):
        call = f"{type(want).__name__}({', '.join(fields)})"
        return Finding("type", f"{path} should be a named tuple: {call}. Yours is a plain tuple.")
    if len(got) != len(want):
        return Finding(
            "count",
            f"{path} should hold {plural(len(want), 'value')}, yours holds {len(got)}.",
        )
    names = (
        [f"{path}.{field}" for field in fields]
        if fields
        else [f"{path}[{i}]" for i in range(len(want))]
    )
    return _nested(list(zip(names, got, want, strict=True)), comparison)


def _nested(items: list[tuple[str, Any, Any]], comparison: Comparison) -> Finding | None:
    for name, got, want in items:
        finding = _part(got, want, name, comparison)
        if finding is not None:
            return finding
    return None


def _array(got: Any, want: Any, path: str, comparison: Comparison) -> Finding:
    if isinstance(got, (list, tuple)):
        return Finding(
            "list",
            f"{path} is {kind_of(got)}; an array is wanted. np.array(...) makes one of it.",
        )
    if isinstance(got, np.matrix):
        return Finding(
            "matrix", f"{path} is an np.matrix; use np.array, whose * works elementwise."
        )
    if not is_numeric(got):
        if isinstance(got, np.ndarray):
            return Finding("type", _no_numbers(got, want, path))
        kinds = kind_of(got), kind_of(want)
        return Finding("type", f"{path} is {kinds[0]}; it should be {kinds[1]}.")
    if np.shape(got) == np.shape(want) and not kinds_fit(got, want):
        wanted = {"f": "floats", "b": "True and False"}.get(np.asarray(want).dtype.kind, "integers")
        return Finding(
            "dtype",
            f"{path} has dtype {np.asarray(got).dtype}; it should hold {wanted} (dtype "
            f"{np.asarray(want).dtype}).",
        )
    return _numbers(comparison.pair(got, want, path), comparison)


def _numbers(shown: Pair, comparison: Comparison) -> Finding:
    """Say how the numbers of an array are wrong, in all cases; else show those of this case."""
    pairs = comparison.pairs(shown.path) if comparison.complete else None
    if not shown.alike_in_shape:
        return Finding(*wrong_shape(pairs or [shown], complete=pairs is not None))
    numbers = table(shown.path, shown.got, shown.want, shown.rtol)
    for kind, fact in FACTS:
        text = fact(shown)
        if text is not None:
            return Finding(kind, text, numbers)
    claimed = claim(pairs, PATTERNS) if pairs else None
    if claimed is not None:
        return Finding(*claimed, numbers)
    return Finding("values", f"{_how_many(shown)} No known mistake gives these numbers.", numbers)


def _no_numbers(got: np.ndarray, want: Any, path: str) -> str:
    """Say what an array holds that holds no numbers."""
    what = "an array of strings" if got.dtype.kind in "US" else "an array of objects"
    odd = [
        None if item is None else str(item)
        for item in got.flat
        if item is None or (isinstance(item, str) and not item.lstrip("-").isdigit())
    ]
    among = f", among them {odd[0]!r}" if odd else ""
    return f"{path} is {what}{among}; it should be {kind_of(want)} that holds numbers."


def _how_many(pair: Pair) -> str:
    """Say how many of the numbers are right, and where the wrong ones lie."""
    path, want = pair.path, pair.want
    if want.ndim == 0:
        shown = f"{number(want[()])}, and yours is {number(pair.got[()])}"
        return f"{path} should be {shown}."
    begin, wrong = f"{path} has the right shape, but", pair.wrong()
    if wrong.all():
        return f"{begin} none of its values is right here."
    for axis in range(want.ndim) if want.ndim > 1 else ():
        bad = wrong.any(axis=tuple(other for other in range(want.ndim) if other != axis))
        if bad.sum() == 1 and bad.size > 1:
            front, behind = [":"] * axis, [":"] * (want.ndim - axis - 1)
            index = ", ".join([*front, str(int(bad.argmax())), *behind])
            return (
                f"{begin} not all of its values are right. The wrong ones lie in {path}[{index}]."
            )
    return f"{begin} only {int((~wrong).sum())} of its {want.size} values are right here."
