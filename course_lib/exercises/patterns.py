"""How wrong numbers are wrong: a factor, an offset, a sign, swapped axes, masked rows, ….

They are tried in the order of `PATTERNS`; the first that fits speaks.
"""

import itertools
from collections.abc import Iterator

import numpy as np

from .known import Known, Pattern
from .sandbox import LITTER
from .scales import factor, function_of, offset, row_factor, row_offset
from .values import close, largest
from .wording import listed, number, plural


def not_finite(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if got.dtype.kind != "f":
        return None
    bad = ~np.isfinite(got) & ~close(got, want, known.rtol)
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
        if np.all(close(got, want, known.rtol) | bad) and not bad.all()
        else ""
    )
    reason = {
        "nan": "nan comes from 0/0, inf − inf, inf/inf or the logarithm of a negative number: "
        "print what is divided, subtracted or taken the logarithm of.",
        "inf": "inf comes from a division by 0, log(0) or an exp that is too large (above "
        "exp(709)).",
    }[names[0]]
    return f"{known.path} holds {what}.{rest} {reason}"


def unfilled(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    left = int(np.sum(got == LITTER)) if got.dtype.kind == "f" else 0
    if not left:
        return None
    return (
        f"{plural(left, 'place')} of {known.path} {'was' if left == 1 else 'were'} never filled: "
        f"{number(LITTER)} is what np.empty found in memory. Fill every place, or begin with "
        "np.zeros."
    )


def inverted(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.dtype.kind == "b" and np.array_equal(got, ~want):
        if want.size == 1:
            return f"{known.path} is {bool(got)}, and it should be {bool(want)}."
        return f"In {known.path}, True and False have changed places."
    return None


def zeros(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if got.size > 1 and got.dtype.kind != "b" and not got.any():
        return (
            f"{known.path} is 0 everywhere. It may have been created with np.zeros and not filled."
        )
    return None


def unchanged(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    for name, array in known.arrays():
        if array.ndim and array.dtype.kind == got.dtype.kind and known.same(got, array):
            return f"{known.path} is {name} itself, unchanged."
    return None


def swapped_axes(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    for order in permutations(want.ndim):
        if known.same(np.transpose(got, order), want):
            return f"The numbers of {known.path} are right, but {axes_text(order)}."
    return None


def one_of_batch(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.ndim < 2 or len(want) < 2:
        return None
    if not any(array.ndim > 1 and len(array) == len(want) for _, array in known.arrays()):
        return None  # the first axis is no batch
    right = [known.same(got[i], want[i]) for i in range(len(want))]
    if right[0] and not any(right[1:]):
        return (
            f"Only {known.path}[0], the first along axis 0, is right. Does your code use the "
            "first of the batch for all, or return inside a loop?"
        )
    if right[-1] and not any(right[:-1]):
        return (
            f"Only {known.path}[{len(want) - 1}], the last along axis 0, is right. Does a loop "
            "write over what it has made before?"
        )
    return None


def masked_rows(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    wrong = ~close(got, want, known.rtol)
    for name, mask in known.arrays():
        if mask.dtype != bool or mask.ndim == 0 or mask.all():
            continue
        full = _broadcast(mask, want.shape)
        if full is not None and full.any() and not wrong[full].any():
            return (
                f"{known.path} is right wherever {name} is True and wrong only where it is False: "
                f"{_masked_values(got[wrong], want[wrong])}"
            )
        free = _broadcast(np.asarray(mask.all(axis=-1)), want.shape[:-1])
        if free is not None and free.any() and want.ndim > 1 and not np.any(wrong[free]):
            return (
                f"The rows of {known.path} for which {name} is True throughout are right; those "
                "with a masked entry are wrong. Look at what happens to the masked entries, and "
                "when: a mask must act before the softmax, so that the weights that remain sum "
                "to 1."
            )
    return None


def other_places(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.size < 4 or want.dtype.kind == "b":
        return None
    if not known.same(np.sort(got, axis=None), np.sort(want, axis=None)):
        return None
    for axis in range(want.ndim):
        if known.same(np.flip(got, axis), want):
            return f"{known.path} is reversed along axis {axis}."
    return (
        f"Every number of {known.path} is there, but not in its place. reshape keeps the numbers "
        "in their order in memory and only cuts it anew; to exchange axes use transpose or "
        "swapaxes."
    )


def nearly(got: np.ndarray, want: np.ndarray, known: Known) -> str | None:
    if want.dtype.kind != "f" or not (np.isfinite(got).all() and np.isfinite(want).all()):
        return None
    gap = largest(got - want)
    if gap <= 2e-2 * largest(want):
        return (
            f"{known.path} is close, but not equal: the largest difference is {number(gap)}. A "
            "constant (such as eps), an approximation or rounding may be the reason."
        )
    return None


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
