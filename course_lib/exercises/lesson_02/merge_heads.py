"""Exercise: merge_heads."""

import numpy as np

from course_lib import attention

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def merge_heads_cases(rng):
    return [
        Case(
            (np.array([[[[1.0, 2], [5, 6]], [[3, 4], [7, 8]]]]),),
            label="two heads, two tokens, two features",
            expected=[[[1, 2, 3, 4], [5, 6, 7, 8]]],
        ),
        Case((rng.normal(size=(2, 3, 5, 7)),), label="3 heads, 5 tokens, 7 features"),
        Case((rng.normal(size=(2, 3, 3, 5)),), label="as many tokens as heads"),
        Case((rng.normal(size=(2, 1, 5, 7)),), label="one head"),
    ]


def _reshape_only(x):
    B, n_heads, T, d_k = x.shape
    return x.reshape(B, T, n_heads * d_k)


def _interleaved(x):
    B, n_heads, T, d_k = x.shape
    return x.transpose(0, 2, 3, 1).reshape(B, T, n_heads * d_k)


def _not_merged(x):
    return x.transpose(0, 2, 1, 3)


def _summed(x):
    return x.sum(axis=1)


def _averaged(x):
    return x.mean(axis=1)


def _one_after_the_other(x):
    B, n_heads, T, d_k = x.shape
    return x.reshape(B, n_heads * T, d_k)


def _features_first(x):
    return attention.merge_heads(x).swapaxes(-1, -2)


def _axes_misread(x):
    B, T, n_heads, d_k = x.shape
    return x.swapaxes(1, 2).reshape(B, T, n_heads * d_k)


def _swapaxes(x):
    out = x.swapaxes(1, 2)
    return out.reshape(*out.shape[:2], -1)


def _concatenate(x):
    return np.concatenate([x[:, h] for h in range(x.shape[1])], axis=-1)


def _loops(x):
    B, n_heads, T, d_k = x.shape
    out = np.empty((B, T, n_heads * d_k))
    for b, h, t, f in np.ndindex(x.shape):
        out[b, t, h * d_k + f] = x[b, h, t, f]
    return out


register(
    Exercise(
        name="merge_heads",
        lesson=2,
        reference=attention.merge_heads,
        cases=merge_heads_cases,
        mistakes=(
            Mistake(
                "reshape_only",
                _reshape_only,
                lambda case, got, want: (
                    "The shape is right and the numbers are not: reshape leaves the order in "
                    "memory as it is, head after head, so that one row of yours holds several "
                    "tokens of one head. Exchange axes 1 and 2 first; then the heads of one token "
                    "lie side by side."
                ),
            ),
            Mistake(
                "interleaved",
                _interleaved,
                lambda case, got, want: (
                    "The heads are shuffled into each other feature by feature: yours begins with "
                    f"feature 0 of all {case.args[0].shape[1]} heads. The features of head 0 come "
                    "first, then those of head 1: transpose(0, 2, 1, 3) before the reshape."
                ),
            ),
            Mistake(
                "not_merged",
                _not_merged,
                lambda case, got, want: (
                    f"Exchanged rightly, (B, T, n_heads, d_k) = {np.shape(got)}, but not merged "
                    f"yet. Make one axis of the last two: reshape to {want.shape}."
                ),
            ),
            Mistake(
                "summed",
                _summed,
                lambda case, got, want: (
                    f"You add the heads up, which leaves {np.shape(got)[-1]} features of "
                    f"{want.shape[-1]}. What one head found is then mixed with what the others "
                    "found. They are laid side by side; the mixing is the work of W_O."
                ),
            ),
            Mistake(
                "averaged",
                _averaged,
                lambda case, got, want: (
                    f"You average over the heads, which leaves {np.shape(got)[-1]} features of "
                    f"{want.shape[-1]}. They are laid side by side, none is lost."
                ),
            ),
            Mistake(
                "one_after_the_other",
                _one_after_the_other,
                lambda case, got, want: (
                    f"The heads stand one below the other, {np.shape(got)}, as if there were "
                    f"{np.shape(got)[1]} tokens. They belong side by side, on the axis of the "
                    f"features: {want.shape}."
                ),
            ),
            Mistake(
                "axes_misread",
                _axes_misread,
                lambda case, got, want: (
                    f"There are {np.shape(got)[1]} rows, as many as heads. The axes of x are (B, "
                    "n_heads, T, d_k): take the sizes from x.shape in this order, and the reshape "
                    f"leads to {want.shape}."
                ),
            ),
            Mistake(
                "features_first",
                _features_first,
                "Tokens and features have changed places. The result is (B, T, n_heads·d_k): a row "
                "for each token.",
            ),
        ),
        correct=(_swapaxes, _concatenate, _loops),
        hints=(
            "It undoes split_heads: the same two steps, backwards and in the other order.",
            "First exchange axes 1 and 2, so that the heads of one token stand next to each other: "
            "(B, T, n_heads, d_k).",
            "Then reshape makes one axis of the last two: reshape(B, T, n_heads * d_k).",
            "return x.transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)",
        ),
    )
)
