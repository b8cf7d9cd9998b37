"""What can be said of an array of the wrong shape: a missing axis, a sum too many, a reshape."""

import itertools
from collections.abc import Sequence

import numpy as np

from classroom.exercises.evidence import Claims, Pair, claim
from classroom.exercises.places import exchanged_axes

_SUM_OR_MEAN = (("sum", np.sum), ("mean", np.mean))
_REDUCTIONS = (*_SUM_OR_MEAN, ("maximum", np.max))


def wrong_shape(pairs: Sequence[Pair], complete: bool) -> tuple[str, str]:
    """Return the kind and the text for an array of another shape than the right one.

    Parameters
    ----------
    pairs : sequence of Pair
        One part of the result in every case in which it is wrong; the first is shown.
    complete : bool
        Whether these are all wrong cases; only then is a cause claimed.
    """
    pair = pairs[0]
    got, want = pair.got, pair.want
    shapes = f"{pair.path} has shape {got.shape}; it should be {want.shape}."
    found = claim(pairs, PATTERNS) if complete else None
    if found is not None:
        kind, text = found
        return kind, f"{shapes} {text}"
    if got.ndim == want.ndim and sorted(got.shape) == sorted(want.shape):
        return "shape", f"{shapes} The lengths are right, but in another order."
    floats = got.dtype.kind == want.dtype.kind == "f"
    if got.ndim == 0 and floats and pair.source.reduces_all:
        why = "Is there a sum or mean without `axis`? It makes one number of an array."
        return "shape", f"{shapes} {why}"
    return "shape", shapes


def _extra_axes(pair: Pair) -> Claims:
    """Claim that the numbers are right, but for axes of length 1: by their place from the end."""
    got, want = pair.got, pair.want
    longer, shorter = (got, want) if got.ndim > want.ndim else (want, got)
    count = longer.ndim - shorter.ndim
    ones = [axis for axis, length in enumerate(longer.shape) if length == 1]
    claims: Claims = {}
    for axes in itertools.combinations(ones, count) if count else ():
        squeezed = np.squeeze(longer, axes)
        if not pair.same(*((squeezed, want) if longer is got else (got, squeezed))):
            continue
        if longer is got:
            text = f"The numbers are right: there is an axis of length 1 too many ({axes[0]})."
        else:
            keep = " (keepdims=True)" if pair.source.reduces else ""
            text = f"The numbers are right: axis {axes[0]}, of length 1, is missing{keep}."
        for key in (tuple(axis - longer.ndim for axis in axes), axes):
            claims.setdefault((longer is got, key), text)
    return claims


def _not_summed(pair: Pair) -> Claims:
    got, want = pair.got, pair.want
    claims: Claims = {}
    if got.ndim <= want.ndim or not _is_real(got):
        return claims
    for axes in itertools.combinations(range(got.ndim), got.ndim - want.ndim):
        if all(got.shape[axis] == 1 for axis in axes):
            continue
        for name, reduce in _SUM_OR_MEAN:
            if pair.same(np.asarray(reduce(got, axis=axes)), want):
                over = axes[0] if len(axes) == 1 else axes
                text = f"It lacks the last step, the {name} over axis {over}."
                for key in (tuple(axis - got.ndim for axis in axes), axes):
                    claims.setdefault((name, key), text)
    return claims


def _reduced(pair: Pair) -> Claims:
    want = pair.want
    claims: Claims = {}
    if not _is_real(want) or not want.size:
        return claims
    for axis in range(want.ndim):
        if want.shape[axis] == 1:
            continue
        for name, reduce in _REDUCTIONS:
            for keep in (False, True):
                if pair.same(pair.got, np.asarray(reduce(want, axis=axis, keepdims=keep))):
                    text = f"Yours is the {name} of the right answer over axis {axis}."
                    for place in (axis - want.ndim, axis):
                        claims.setdefault((name, keep, place), text)
    return claims


def _reshaped(pair: Pair) -> Claims:
    got, want = pair.got, pair.want
    if got.shape == want.shape or got.size != want.size:
        return {}
    if not pair.same(got.reshape(want.shape), want):
        return {}
    text = f"The numbers are right and in the right order: reshape them to {want.shape}."
    return {"reshaped": text}


def _is_real(array: np.ndarray) -> bool:
    return array.dtype.kind in "biuf"


PATTERNS = (
    ("transposed", exchanged_axes),
    ("shape", _extra_axes),
    ("shape", _not_summed),
    ("shape", _reduced),
    ("shape", _reshaped),
)
