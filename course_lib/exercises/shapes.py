"""Arrays of the wrong shape: transposed, an axis too many or too few, a step that is missing."""

import itertools

import numpy as np

from .known import Known
from .patterns import axes_text, permutations
from .values import is_number


def wrong_shape(got: np.ndarray, want: np.ndarray, known: Known) -> tuple[str, str]:
    """Return the kind and the text of two arrays of different shapes."""
    path = known.path
    shapes = f"{path} has shape {got.shape}; it should be {want.shape}."
    if got.ndim == want.ndim:
        for order in permutations(want.ndim):
            moved = np.transpose(got, order)
            if known.same(moved, want):
                what = "this is the transpose" if want.ndim == 2 else axes_text(order)
                return "transposed", f"{shapes} The numbers are right: {what}."
    for hint in (_extra_axes, _not_summed, _reduced, _reshaped):
        text = hint(got, want, known)
        if text:
            return "shape", f"{shapes} {text}"
    if sorted(got.shape) == sorted(want.shape):
        return "shape", f"{shapes} The lengths are right, but in another order."
    if is_number(got[()]) and want.ndim:
        return "shape", f"{shapes} A sum or mean without `axis` makes one number of an array."
    return "shape", shapes


def _extra_axes(got: np.ndarray, want: np.ndarray, known: Known) -> str:
    longer, shorter = (got, want) if got.ndim > want.ndim else (want, got)
    ones = tuple(axis for axis, length in enumerate(longer.shape) if length == 1)
    if len(ones) < longer.ndim - shorter.ndim or got.ndim == want.ndim or not ones:
        return ""
    for axes in itertools.combinations(ones, longer.ndim - shorter.ndim):
        squeezed = np.squeeze(longer, axes)
        if known.same(*((squeezed, want) if longer is got else (got, squeezed))):
            if longer is got:
                return f"The numbers are right: there is an axis of length 1 too many ({axes[0]})."
            return (
                f"The numbers are right: axis {axes[0]}, of length 1, is missing (keepdims=True)."
            )
    return ""


def _not_summed(got: np.ndarray, want: np.ndarray, known: Known) -> str:
    if got.ndim <= want.ndim:
        return ""
    for axes in itertools.combinations(range(got.ndim), got.ndim - want.ndim):
        for name, reduce in (("sum", np.sum), ("mean", np.mean)):
            if known.same(np.asarray(reduce(got, axis=axes)), want):
                over = axes[0] if len(axes) == 1 else axes
                return f"It lacks the last step, the {name} over axis {over}."
    return ""


def _reduced(got: np.ndarray, want: np.ndarray, known: Known) -> str:
    for axis in range(want.ndim):
        for name, reduce in (("sum", np.sum), ("mean", np.mean), ("maximum", np.max)):
            for keep in (False, True):
                if known.same(got, np.asarray(reduce(want, axis=axis, keepdims=keep))):
                    return f"Yours is the {name} of the right answer over axis {axis}."
    return ""


def _reshaped(got: np.ndarray, want: np.ndarray, known: Known) -> str:
    if got.size == want.size and known.same(got.reshape(want.shape), want):
        return "The numbers are right and in the right order: a reshape is missing."
    return ""
