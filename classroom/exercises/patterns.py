"""How wrong numbers are wrong: nan, a factor, an offset, a sign, a function of the right ones."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from classroom.exercises.evidence import Claims, Pair, Pattern, floats
from classroom.exercises.formatting import listed, number, plural
from classroom.exercises.places import exchanged_axes, masked, one_of_batch, other_places
from classroom.exercises.sandbox import LITTER
from classroom.exercises.tree import largest

# Facts of one case: they need no other one.


def not_filled(pair: Pair) -> str | None:
    """What np.empty found in memory."""
    left = int(np.sum(pair.got == LITTER)) if pair.got.dtype.kind == "f" else 0
    if not left:
        return None
    was = "was" if left == 1 else "were"
    return (
        f"{plural(left, 'place')} of {pair.path} {was} never filled: {number(LITTER)} is what "
        "np.empty found in memory. Fill every place, or begin with np.zeros."
    )


def not_finite(pair: Pair) -> str | None:
    """Say how many nan and inf there are, and where they come from."""
    got = pair.got
    if got.dtype.kind != "f" or not pair.alike_in_shape:
        return None
    wrong = pair.wrong()
    bad = ~np.isfinite(got) & wrong
    if not bad.any():
        return None
    found = (("nan", np.isnan(got)), ("inf", np.isinf(got)))
    names = [name for name, places in found if (places & bad).any()]
    what = f"{listed(names)} in {plural(int(bad.sum()), 'place')} of {got.size}"
    rest = " The rest is right." if not (wrong & ~bad).any() and not bad.all() else ""
    return f"{pair.path} holds {what}.{rest}{_reason(names[0], pair)}"


def _reason(name: str, pair: Pair) -> str:
    if name == "nan":
        return (
            " nan comes from 0/0, inf − inf, inf/inf, 0·inf or the logarithm of a negative "
            "number: print what is divided, subtracted, multiplied or taken the logarithm of."
        )
    given = any(np.isinf(floats(array)).any() for _, array in pair.arrays())
    if given or pair.source.uses("inf"):
        return ""  # it may be the one that is there already
    return " inf comes from a division by 0, log(0) or an exp that is too large (above exp(709))."


# Claims, which must hold in every wrong case.


def inverted(pair: Pair) -> Claims:
    want = pair.want
    if want.dtype.kind != "b" or not np.array_equal(pair.got, ~want):
        return {}
    return {"inverted": f"In {pair.path}, True and False have changed places."}


def zeros(pair: Pair) -> Claims:
    if pair.got.dtype.kind == "b" or pair.got.any():
        return {}
    made = pair.source.uses("zeros", "zeros_like")
    why = " It may have been created with np.zeros and not filled." if made else ""
    return {"zeros": f"{pair.path} is 0 {_everywhere(pair)}.{why}"}


def unchanged(pair: Pair) -> Claims:
    return {
        name: f"{pair.path} is {name} itself, unchanged."
        for name, array in pair.arrays()
        if array.ndim and array.dtype.kind == pair.got.dtype.kind and pair.same(pair.got, array)
    }


def factor(pair: Pair) -> Claims:
    if pair.want.dtype.kind == "b":
        return {}
    ratio = _constant(pair, np.divide)
    if ratio is None or abs(ratio) < 1e-9:
        return {}
    if abs(ratio + 1) < 1e-3:
        return {-1: f"{pair.path} has the wrong sign {_everywhere(pair)}; otherwise it is right."}
    size = abs(ratio) if abs(ratio) > 1 else 1 / abs(ratio)
    if pair.want.dtype.kind in "iu" and size < 1.5:  # a count that lacks a part, or has one more
        return {}
    way = "large" if abs(ratio) > 1 else "small"
    sign = " and has the wrong sign" if ratio < 0 else ""
    where = _everywhere(pair)
    text = f"{pair.path} is {number(size)} times too {way} {where}{sign}; otherwise it is right."
    direction = (way, ratio < 0)
    claims: Claims = {
        ("length", (power, *direction), name, axis): text + why
        for power, name, axis, why in _lengths(size, pair)
    }
    if any(math.isclose(size, bits, rel_tol=1e-3) for bits in (math.log(2), 1 / math.log(2))):
        text += " That is ln 2, which lies between bits and nats."
    claims[("ratio", _rounded(ratio))] = text
    if pair.want.size > 1:
        claims["scaled"] = (
            f"In every wrong case {pair.path} is right up to one factor, and it is not always the "
            f"same. Here {pair.path} is {number(size)} times too {way}{sign}."
        )
    return claims


def _lengths(size: float, pair: Pair) -> Iterator[tuple[float, str, int, str]]:
    """Yield the axes whose length a factor is, or is the root or the square of."""
    for power, shown in ((1, "{n}"), (2, "√{n}"), (0.5, "{n}²")):
        length = size**power
        if length < 1.5 or not math.isclose(length, round(length), rel_tol=1e-3):
            continue
        for name, array in pair.arrays():
            for axis in range(-1, -array.ndim - 1, -1):
                if array.shape[axis] == round(length):
                    n = round(length)
                    root = "" if power == 1 else f" That is {shown.format(n=n)}:"
                    place = axis % array.ndim
                    why = f"{root} {n} is the length of axis {place} of {name}."
                    yield power, name, axis, why
                    yield power, name, place, why  # counted from the front


def offset(pair: Pair) -> Claims:
    if pair.want.dtype.kind == "b":
        return {}
    shift = _constant(pair, np.subtract)
    if shift is None:
        return {}
    way = "large" if shift > 0 else "small"
    return {
        _rounded(shift): f"{pair.path} is too {way} by {number(abs(shift))} {_everywhere(pair)}; "
        "otherwise it is right. Something is added, or not added, to every number alike."
    }


def function_of(pair: Pair) -> Claims:
    want = pair.want
    if want.dtype.kind != "f":
        return {}
    claims: Claims = {}
    for name, transform in (
        ("the logarithm", np.log),
        ("the exponential", np.exp),
        ("the square", np.square),
        ("the square root", np.sqrt),
        ("the reciprocal", np.reciprocal),
        ("the absolute value", np.abs),
    ):
        with np.errstate(all="ignore"):
            expected = transform(want)
        if np.isfinite(expected).all() and pair.same(pair.got, expected):
            claims[name] = f"{pair.path} is {name} of the right answer."
    return claims


def row_factor(pair: Pair) -> Claims:
    return _by_rows(pair, np.divide, "a factor of its own")


def row_offset(pair: Pair) -> Claims:
    return _by_rows(pair, np.subtract, "an offset of its own")


def nearly(pair: Pair) -> Claims:
    """Claim that every number is off by less than 1 %, as a constant or an approximation makes."""
    got, want = pair.got, pair.want
    if want.dtype.kind != "f" or not pair.alike_in_shape:
        return {}
    if not (np.isfinite(got).all() and np.isfinite(want).all()):
        return {}
    gap = np.abs(got - want)
    if not (gap <= 1e-2 * np.abs(want) + 1e-3 * largest(want)).all():
        return {}
    known = "eps" in pair.arguments or pair.source.uses("eps")
    constant = "A constant (such as eps)" if known else "A constant"
    return {
        "nearly": f"{pair.path} is close, but not equal: the largest difference is "
        f"{number(largest(gap))}. {constant}, an approximation or rounding may be the reason."
    }


def _everywhere(pair: Pair) -> str:
    return "everywhere" if pair.want.size > 1 else "in every wrong case"


def _rounded(value: float) -> str:
    return f"{value:.3g}"


def _constant(pair: Pair, relation: Any) -> float | None:
    """Return the one number that relates all entries of got and want, if there is one."""
    if not pair.alike_in_shape or not pair.want.size:
        return None
    got, want = floats(pair.got), floats(pair.want)
    if not got.size or not want.size:
        return None
    use = np.isfinite(got) & np.isfinite(want) & (np.abs(want) > 1e-3 * largest(want))
    if not use.any():
        return None
    with np.errstate(all="ignore"):
        value = float(np.median(relation(got[use], want[use])))
        restored = value * want if relation is np.divide else value + want
    return value if pair.same(got, restored) else None


def _by_rows(pair: Pair, relation: Any, what: str) -> Claims:
    got, want = pair.got, pair.want
    if want.dtype.kind != "f" or not pair.alike_in_shape or not np.isfinite(got).all():
        return {}
    claims: Claims = {}
    for axis in range(want.ndim - 1, -1, -1):
        if want.shape[axis] < 3:
            continue
        pivot = np.argmax(np.abs(want), axis=axis, keepdims=True)
        with np.errstate(all="ignore"):
            value = relation(
                np.take_along_axis(got, pivot, axis), np.take_along_axis(want, pivot, axis)
            )
            restored = want * value if relation is np.divide else want + value
        # A row of zeros is right up to the factor 0, which says nothing.
        meaning = relation is not np.divide or (value != 0).all()
        if meaning and np.isfinite(value).all() and pair.same(got, restored):
            shown = number(value.flat[0])
            claims[axis - want.ndim] = (
                f"Along axis {axis}, {pair.path} is right up to {what} for each row ({shown} for "
                "the first). Look at what is done to a whole row along that axis, with one number "
                "for all of it."
                if want.ndim > 1
                else f"Each row of {pair.path} is right up to {what}: here, where there is one "
                f"row, {shown}. Look at what is done to a whole row with one number."
            )
    return claims


#: Tried in this order on arrays of the right shape; the first that fits every case speaks.
FACTS: tuple[tuple[str, Callable[[Pair], str | None]], ...] = (
    ("unfilled", not_filled),
    ("nan", not_finite),
)
PATTERNS: tuple[tuple[str, Pattern], ...] = (
    ("inverted", inverted),
    ("zeros", zeros),
    ("unchanged", unchanged),
    ("factor", factor),
    ("offset", offset),
    ("swapped axes", exchanged_axes),
    ("function of", function_of),
    ("one of the batch", one_of_batch),
    ("masked rows", masked),
    ("other places", other_places),
    ("row factor", row_factor),
    ("row offset", row_offset),
    ("nearly", nearly),
)
