"""How wrong numbers are wrong: a factor, an offset, a sign, swapped axes, masked rows, ….

They are tried in the order of `PATTERNS`; the first that fits speaks.
"""

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.exercises.messages import listed, number, plural
from classroom.exercises.sandbox import LITTER
from classroom.exercises.tree import close, is_number, largest, leaves


@dataclass(frozen=True)
class Context:
    """The arguments by name, the name of the part looked at, the tolerance."""

    arguments: dict[str, Any]
    path: str
    rtol: float

    def same(self, got: np.ndarray, want: np.ndarray) -> bool:
        return got.shape == want.shape and bool(np.all(close(got, want, self.rtol)))

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        for name, value in self.arguments.items():
            for path, leaf in leaves(value, name):
                if isinstance(leaf, np.ndarray):
                    yield path, leaf


# Takes the reader's array, the right one of the same shape and what is known of the call;
# returns a sentence, or None where the pattern does not fit.
Pattern = Callable[[np.ndarray, np.ndarray, Context], str | None]


def not_finite(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if got.dtype.kind != "f":
        return None
    bad = ~np.isfinite(got) & ~close(got, want, context.rtol)
    if not bad.any():
        return None
    names = [
        name
        for name, found in (("nan", np.isnan(got)), ("inf", np.isinf(got)))
        if (found & bad).any()
    ]
    what = f"{listed(names)} in {plural(int(bad.sum()), 'place')} of {got.size}"
    rest = (
        " The rest is right."
        if np.all(close(got, want, context.rtol) | bad) and not bad.all()
        else ""
    )
    reason = {
        "nan": "nan comes from 0/0, inf − inf, inf/inf or the logarithm of a negative number: "
        "print what is divided, subtracted or taken the logarithm of.",
        "inf": "inf comes from a division by 0, log(0) or an exp that is too large (above "
        "exp(709)).",
    }[names[0]]
    return f"{context.path} holds {what}.{rest} {reason}"


def unfilled(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    left = int(np.sum(got == LITTER)) if got.dtype.kind == "f" else 0
    if not left:
        return None
    return (
        f"{plural(left, 'place')} of {context.path} {'was' if left == 1 else 'were'} never filled: "
        f"{number(LITTER)} is what np.empty found in memory. Fill every place, or begin with "
        "np.zeros."
    )


def inverted(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if want.dtype.kind == "b" and np.array_equal(got, ~want):
        if want.size == 1:
            return f"{context.path} is {bool(got)}, and it should be {bool(want)}."
        return f"In {context.path}, True and False have changed places."
    return None


def zeros(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if got.size > 1 and got.dtype.kind != "b" and not got.any():
        return (
            f"{context.path} is 0 everywhere. It may have been created with np.zeros and not "
            "filled."
        )
    return None


def unchanged(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    for name, array in context.arrays():
        if array.ndim and array.dtype.kind == got.dtype.kind and context.same(got, array):
            return f"{context.path} is {name} itself, unchanged."
    return None


def swapped_axes(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    for order in permutations(want.ndim):
        if context.same(np.transpose(got, order), want):
            return f"The numbers of {context.path} are right, but {axes_text(order)}."
    return None


def one_of_batch(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if want.ndim < 2 or len(want) < 2:
        return None
    if not any(array.ndim > 1 and len(array) == len(want) for _, array in context.arrays()):
        return None  # the first axis is no batch
    right = [context.same(got[i], want[i]) for i in range(len(want))]
    if right[0] and not any(right[1:]):
        return (
            f"Only {context.path}[0], the first along axis 0, is right. Does your code use the "
            "first of the batch for all, or return inside a loop?"
        )
    if right[-1] and not any(right[:-1]):
        return (
            f"Only {context.path}[{len(want) - 1}], the last along axis 0, is right. Does a loop "
            "write over what it has made before?"
        )
    return None


def masked_rows(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    wrong = ~close(got, want, context.rtol)
    for name, mask in context.arrays():
        if mask.dtype != bool or mask.ndim == 0 or mask.all():
            continue
        full = _broadcast(mask, want.shape)
        if full is not None and full.any() and not wrong[full].any():
            return (
                f"{context.path} is right wherever {name} is True and wrong only where it is "
                f"False: {_masked_values(got[wrong], want[wrong])}"
            )
        free = _broadcast(np.asarray(mask.all(axis=-1)), want.shape[:-1])
        if free is not None and free.any() and want.ndim > 1 and not np.any(wrong[free]):
            return (
                f"The rows of {context.path} for which {name} is True throughout are right; those "
                "with a masked entry are wrong. Look at what happens to the masked entries, and "
                "when: a mask must act before the softmax, so that the weights that remain sum "
                "to 1."
            )
    return None


def other_places(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if want.size < 4 or want.dtype.kind == "b":
        return None
    if not context.same(np.sort(got, axis=None), np.sort(want, axis=None)):
        return None
    for axis in range(want.ndim):
        if context.same(np.flip(got, axis), want):
            return f"{context.path} is reversed along axis {axis}."
    return (
        f"Every number of {context.path} is there, but not in its place. reshape keeps the numbers "
        "in their order in memory and only cuts it anew; to exchange axes use transpose or "
        "swapaxes."
    )


def nearly(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if want.dtype.kind != "f" or not (np.isfinite(got).all() and np.isfinite(want).all()):
        return None
    gap = largest(got - want)
    if gap <= 2e-2 * largest(want):
        return (
            f"{context.path} is close, but not equal: the largest difference is {number(gap)}. A "
            "constant (such as eps), an approximation or rounding may be the reason."
        )
    return None


def permutations(ndim: int) -> Iterator[tuple[int, ...]]:
    """All orders of the axes but the one that changes nothing, exchanges of two axes first."""
    if ndim > 4:
        return
    orders = [order for order in itertools.permutations(range(ndim)) if order != tuple(range(ndim))]
    yield from sorted(orders, key=lambda order: sum(a != b for a, b in enumerate(order)))


def axes_text(order: tuple[int, ...]) -> str:
    moved = [axis for axis, other in enumerate(order) if axis != other]
    if len(moved) == 2:
        return f"axes {moved[0]} and {moved[1]} have changed places"
    return f"the axes stand in another order: np.transpose(yours, {order}) would be right"


def _broadcast(mask: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    try:
        return np.broadcast_to(mask, shape)
    except ValueError:
        return None


def _masked_values(got: np.ndarray, want: np.ndarray) -> str:
    if (want == want[0]).all():
        return f"there it should be {number(want[0])}, and yours is {number(got[0])} at first."
    return "look at what is put there."


def factor(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if want.dtype.kind == "b" or want.size < 2:
        return None
    ratio = _constant(got, want, context, lambda got, want: got / want)
    if ratio is None or abs(ratio) < 1e-9:
        return None
    if abs(ratio + 1) < 1e-3:
        return f"{context.path} has the wrong sign everywhere; otherwise it is right."
    size = abs(ratio) if abs(ratio) > 1 else 1 / abs(ratio)
    way = "large" if abs(ratio) > 1 else "small"
    sign = " and has the wrong sign" if ratio < 0 else ""
    return (
        f"{context.path} is {number(size)} times too {way} everywhere{sign}; otherwise it is "
        f"right.{_where_from(size, context)}"
    )


def offset(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    if want.dtype.kind == "b" or want.size < 2:
        return None
    shift = _constant(got, want, context, lambda got, want: got - want)
    if shift is None:
        return None
    way = "large" if shift > 0 else "small"
    return (
        f"{context.path} is too {way} by {number(abs(shift))} everywhere; otherwise it is right. "
        "Something is added, or not added, to every number alike."
    )


def function_of(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
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
        if np.isfinite(expected).all() and context.same(got, expected):
            return f"{context.path} is {name} of the right answer."
    return None


def row_factor(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    return _by_rows(got, want, context, np.divide, "a factor of its own", "divides")


def row_offset(got: np.ndarray, want: np.ndarray, context: Context) -> str | None:
    return _by_rows(got, want, context, np.subtract, "an offset of its own", "subtracts")


def _constant(got: Any, want: Any, context: Context, relation: Callable[..., Any]) -> float | None:
    """The one number that relates all entries of got and want, if there is one."""
    got, want = got.astype(np.float64), want.astype(np.float64)
    use = np.isfinite(got) & np.isfinite(want) & (np.abs(want) > 1e-3 * largest(want))
    if not use.any():
        return None
    with np.errstate(all="ignore"):
        value = float(np.median(relation(got[use], want[use])))
        restored = value * want if relation(6.0, 2.0) == 3.0 else value + want
    return value if context.same(got, restored) else None


def _by_rows(
    got: np.ndarray, want: np.ndarray, context: Context, relation: Any, what: str, verb: str
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
        if meaning and np.isfinite(value).all() and context.same(got, restored):
            return (
                f"Along axis {axis}, {context.path} is right up to {what} for each row "
                f"({number(value.flat[0])} for the first). A step that {verb} something taken "
                f"along axis {axis} is missing, or works along another axis."
            )
    return None


def _where_from(size: float, context: Context) -> str:
    """Say which length a factor is, or is the root of: with a prime for each axis, only one."""
    for power, text in ((1, "{n}"), (2, "√{n}"), (0.5, "{n}²")):
        length = size**power
        if length < 1.5 or not math.isclose(length, round(length), rel_tol=1e-3):
            continue
        for name, array in context.arrays():
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


def wrong_shape(got: np.ndarray, want: np.ndarray, context: Context) -> tuple[str, str]:
    """Return the kind and the text of two arrays of different shapes."""
    path = context.path
    shapes = f"{path} has shape {got.shape}; it should be {want.shape}."
    if got.ndim == want.ndim:
        for order in permutations(want.ndim):
            moved = np.transpose(got, order)
            if context.same(moved, want):
                what = "this is the transpose" if want.ndim == 2 else axes_text(order)
                return "transposed", f"{shapes} The numbers are right: {what}."
    for hint in (_extra_axes, _not_summed, _reduced, _reshaped):
        text = hint(got, want, context)
        if text:
            return "shape", f"{shapes} {text}"
    if sorted(got.shape) == sorted(want.shape):
        return "shape", f"{shapes} The lengths are right, but in another order."
    if is_number(got[()]) and want.ndim:
        return "shape", f"{shapes} A sum or mean without `axis` makes one number of an array."
    return "shape", shapes


def _extra_axes(got: np.ndarray, want: np.ndarray, context: Context) -> str:
    longer, shorter = (got, want) if got.ndim > want.ndim else (want, got)
    ones = tuple(axis for axis, length in enumerate(longer.shape) if length == 1)
    if len(ones) < longer.ndim - shorter.ndim or got.ndim == want.ndim or not ones:
        return ""
    for axes in itertools.combinations(ones, longer.ndim - shorter.ndim):
        squeezed = np.squeeze(longer, axes)
        if context.same(*((squeezed, want) if longer is got else (got, squeezed))):
            if longer is got:
                return f"The numbers are right: there is an axis of length 1 too many ({axes[0]})."
            return (
                f"The numbers are right: axis {axes[0]}, of length 1, is missing (keepdims=True)."
            )
    return ""


def _not_summed(got: np.ndarray, want: np.ndarray, context: Context) -> str:
    if got.ndim <= want.ndim:
        return ""
    for axes in itertools.combinations(range(got.ndim), got.ndim - want.ndim):
        for name, reduce in (("sum", np.sum), ("mean", np.mean)):
            if context.same(np.asarray(reduce(got, axis=axes)), want):
                over = axes[0] if len(axes) == 1 else axes
                return f"It lacks the last step, the {name} over axis {over}."
    return ""


def _reduced(got: np.ndarray, want: np.ndarray, context: Context) -> str:
    for axis in range(want.ndim):
        for name, reduce in (("sum", np.sum), ("mean", np.mean), ("maximum", np.max)):
            for keep in (False, True):
                if context.same(got, np.asarray(reduce(want, axis=axis, keepdims=keep))):
                    return f"Yours is the {name} of the right answer over axis {axis}."
    return ""


def _reshaped(got: np.ndarray, want: np.ndarray, context: Context) -> str:
    if got.size == want.size and context.same(got.reshape(want.shape), want):
        return "The numbers are right and in the right order: a reshape is missing."
    return ""


PATTERNS: tuple[tuple[str, Pattern], ...] = (
    ("unfilled", unfilled),
    ("nan", not_finite),
    ("inverted", inverted),
    ("zeros", zeros),
    ("unchanged", unchanged),
    ("factor", factor),
    ("offset", offset),
    ("swapped axes", swapped_axes),
    ("function of", function_of),
    ("one of the batch", one_of_batch),
    ("masked rows", masked_rows),
    ("other places", other_places),
    ("row factor", row_factor),
    ("row offset", row_offset),
    ("nearly", nearly),
)
