"""Where wrong numbers lie: axes that are exchanged, rows that are masked, one of a batch, …."""

import itertools

import numpy as np

from classroom.exercises.evidence import Claims, Pair
from classroom.exercises.formatting import number


def exchanged_axes(pair: Pair) -> Claims:
    """Claims that a transpose would mend: by the axes counted from the end, and from the front."""
    got, want = pair.got, pair.want
    if got.ndim != want.ndim or want.ndim > 4 or sorted(got.shape) != sorted(want.shape):
        return {}
    claims: Claims = {}
    for order in _orders(want.ndim):
        if pair.same(np.transpose(got, order), want):
            moved = [(axis, other) for axis, other in enumerate(order) if axis != other]
            text = f"The numbers of {pair.path} are right, but {_axes_text(order)}."
            for key in (
                tuple((axis - want.ndim, other - want.ndim) for axis, other in moved),
                tuple(moved),
            ):
                claims.setdefault(key, text)
    return claims


def one_of_batch(pair: Pair) -> Claims:
    want = pair.want
    if want.ndim < 2 or len(want) < 2 or not pair.alike_in_shape:
        return {}
    if not any(array.ndim > 1 and len(array) == len(want) for _, array in pair.arrays()):
        return {}  # the first axis is no batch
    right = [pair.same(pair.got[i], want[i]) for i in range(len(want))]
    source = pair.source
    if right[0] and not any(right[1:]):
        why = " Does the function return inside its loop?" if source.returns_in_loop else ""
        return {"first": f"Only {pair.path}[0], the first along axis 0, is right.{why}"}
    if right[-1] and not any(right[:-1]):
        why = " Does the loop write over what it has made before?" if source.loops else ""
        last = f"{pair.path}[{len(want) - 1}]"
        return {"last": f"Only {last}, the last along axis 0, is right.{why}"}
    return {}


def masked(pair: Pair) -> Claims:
    if not pair.alike_in_shape:
        return {}
    wrong = pair.wrong()
    claims: Claims = {}
    for name, mask in pair.arrays():
        if mask.dtype != bool or mask.ndim == 0 or mask.all():
            continue
        full = _broadcast(mask, pair.want.shape)
        if full is not None and full.any() and not wrong[full].any():
            claims[name, "places"] = (
                f"{pair.path} is right wherever {name} is True and wrong only where it is "
                f"False{_masked_values(pair.got[wrong], pair.want[wrong])}."
            )
        free = _broadcast(np.asarray(mask.all(axis=-1)), pair.want.shape[:-1])
        if free is not None and free.any() and pair.want.ndim > 1 and not np.any(wrong[free]):
            claims[name, "rows"] = (
                f"The rows of {pair.path} for which {name} is True throughout are right; those "
                "with a masked entry are wrong. Look at what happens to the masked entries, and "
                "when."
            )
    return claims


def other_places(pair: Pair) -> Claims:
    got, want = pair.got, pair.want
    if want.dtype.kind == "b" or not pair.alike_in_shape or not want.ndim:
        return {}
    if not pair.same(np.sort(got, axis=None), np.sort(want, axis=None)):
        return {}
    claims: Claims = {
        ("reversed", axis - want.ndim): f"{pair.path} is reversed along axis {axis}."
        for axis in range(want.ndim)
        if pair.same(np.flip(got, axis), want)
    }
    why = (
        " reshape keeps the numbers in their order in memory and only cuts it anew; to exchange "
        "axes use transpose or swapaxes."
        if pair.source.uses("reshape", "ravel", "flatten")
        else ""
    )
    text = f"Every number of {pair.path} is there, but not in its place.{why}"
    return {**claims, "elsewhere": text}


def _orders(ndim: int) -> list[tuple[int, ...]]:
    """All orders of the axes but the one that changes nothing, exchanges of two axes first."""
    orders = [order for order in itertools.permutations(range(ndim)) if order != tuple(range(ndim))]
    return sorted(orders, key=lambda order: sum(a != b for a, b in enumerate(order)))


def _axes_text(order: tuple[int, ...]) -> str:
    moved = [axis for axis, other in enumerate(order) if axis != other]
    if len(order) == 2:
        return "this is the transpose"
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
        return f": there it should be {number(want[0])}, and yours is {number(got[0])} at first"
    return ""
