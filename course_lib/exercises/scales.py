"""Wrong numbers that follow from the right ones: a factor, an offset, a function of them."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .known import Known
from .values import largest
from .wording import number


def factor(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.dtype.kind == "b" or want.size < 2:
        return None
    ratio = _constant(got, want, known, lambda got, want: got / want)
    if ratio is None or abs(ratio) < 1e-9:
        return None
    if abs(ratio + 1) < 1e-3:
        return f"{known.path} has the wrong sign everywhere; otherwise it is right."
    size = abs(ratio) if abs(ratio) > 1 else 1 / abs(ratio)
    way = "large" if abs(ratio) > 1 else "small"
    sign = " and has the wrong sign" if ratio < 0 else ""
    return (
        f"{known.path} is {number(size)} times too {way} everywhere{sign}; otherwise it is "
        f"right.{_where_from(size, known)}"
    )


def offset(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.dtype.kind == "b" or want.size < 2:
        return None
    shift = _constant(got, want, known, lambda got, want: got - want)
    if shift is None:
        return None
    way = "large" if shift > 0 else "small"
    return (
        f"{known.path} is too {way} by {number(abs(shift))} everywhere; otherwise it is right. "
        "Something is added, or not added, to every number alike."
    )


def function_of(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.dtype.kind != "f" or want.size < 2:
        return None
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
        if np.isfinite(expected).all() and known.same(got, expected):
            return f"{known.path} is {name} of the right answer."
    return None


def row_factor(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    return _by_rows(got, want, known, np.divide, "a factor of its own", "divides")


def row_offset(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    return _by_rows(got, want, known, np.subtract, "an offset of its own", "subtracts")


def _constant(got: Any, want: Any, known: Known, relation: Callable[..., Any]) -> float | None:
    """The one number that relates all entries of got and want, if there is one."""
    got, want = got.astype(np.float64), want.astype(np.float64)
    use = np.isfinite(got) & np.isfinite(want) & (np.abs(want) > 1e-3 * largest(want))
    if not use.any():
        return None
    with np.errstate(all="ignore"):
        value = float(np.median(relation(got[use], want[use])))
        restored = value * want if relation(6.0, 2.0) == 3.0 else value + want
    return value if known.same(got, restored) else None


def _by_rows(
    got: np.ndarray, want: np.ndarray, known: Known, relation: Any, what: str, verb: str
) -> str | None:
    if want.dtype.kind != "f" or want.ndim < 2 or not np.isfinite(got).all():
        return None
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
        if meaning and np.isfinite(value).all() and known.same(got, restored):
            return (
                f"Along axis {axis}, {known.path} is right up to {what} for each row "
                f"({number(value.flat[0])} for the first). A step that {verb} something taken "
                f"along axis {axis} is missing, or works along another axis."
            )
    return None


def _where_from(size: float, known: Known) -> str:
    """Say which length a factor is, or is the root of: with a prime for each axis, only one."""
    for power, text in ((1, "{n}"), (2, "√{n}"), (0.5, "{n}²")):
        length = size**power
        if length < 1.5 or not math.isclose(length, round(length), rel_tol=1e-3):
            continue
        for name, array in known.arrays():
            for axis, count in reversed(list(enumerate(array.shape))):
                if count == round(length):
                    shown = text.format(n=count)
                    root = "" if power == 1 else f" That is {shown}:"
                    return f"{root} {count} is the length of axis {axis} of {name}."
    if math.isclose(size, math.log(2), rel_tol=1e-3) or math.isclose(
        size, 1 / math.log(2), rel_tol=1e-3
    ):
        return " That is ln 2, which lies between bits and nats."
    return ""
