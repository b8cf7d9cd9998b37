"""Exercise: split_heads."""

import numpy as np

from course_lib import attention

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def split_heads_cases(rng):
    return [
        Case(
            (np.array([[[1.0, 2, 3, 4], [5, 6, 7, 8]]]), 2),
            label="two tokens of four features, two heads",
            expected=[[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]],
        ),
        Case((rng.normal(size=(2, 5, 21)), 3), label="5 tokens of 21 features, 3 heads"),
        Case((rng.normal(size=(2, 3, 15)), 3), label="as many tokens as heads"),
        Case((rng.normal(size=(2, 5, 7)), 1), label="one head"),
    ]


def _sizes(x, n_heads):
    B, T, d_model = x.shape
    return B, T, d_model // n_heads


def _reshape_only(x, n_heads):
    B, T, d_k = _sizes(x, n_heads)
    return x.reshape(B, n_heads, T, d_k)


def _not_exchanged(x, n_heads):
    B, T, d_k = _sizes(x, n_heads)
    return x.reshape(B, T, n_heads, d_k)


def _interleaved(x, n_heads):
    B, T, d_k = _sizes(x, n_heads)
    return x.reshape(B, T, d_k, n_heads).transpose(0, 3, 1, 2)


def _features_before_tokens(x, n_heads):
    return attention.split_heads(x, n_heads).swapaxes(-1, -2)


def _heads_first(x, n_heads):
    return attention.split_heads(x, n_heads).swapaxes(0, 1)


def _n_heads_as_width(x, n_heads):
    B, T, d_model = x.shape
    return x.reshape(B, T, d_model // n_heads, n_heads).transpose(0, 2, 1, 3)


def _tokens_cut(x, n_heads):
    B, T, d_k = _sizes(x, n_heads)
    return x.transpose(0, 2, 1).reshape(B, n_heads, T, d_k)


def _merged_batch(x, n_heads):
    B, T, d_k = _sizes(x, n_heads)
    return attention.split_heads(x, n_heads).reshape(B * n_heads, T, d_k)


def _swapaxes(x, n_heads):
    return x.reshape(*x.shape[:-1], n_heads, -1).swapaxes(1, 2)


def _stack(x, n_heads):
    return np.stack(np.split(x, n_heads, axis=-1), axis=1)


def _loops(x, n_heads):
    B, T, d_model = x.shape
    d_k = d_model // n_heads
    out = np.empty((B, n_heads, T, d_k))
    for h in range(n_heads):
        out[:, h] = x[:, :, h * d_k : (h + 1) * d_k]
    return out


register(
    Exercise(
        name="split_heads",
        lesson=2,
        reference=attention.split_heads,
        shown=_swapaxes,
        cases=split_heads_cases,
        mistakes=(
            Mistake(
                "reshape_only",
                _reshape_only,
                lambda case, got, want: (
                    "The shape is right and the numbers are not. reshape cuts the array in the "
                    "order in which it lies in memory, token after token, so that your head 0 "
                    f"holds all features of the first tokens. Cut the last axis first, to (B, T, "
                    f"n_heads, d_k) = {(*case.args[0].shape[:2], *want.shape[1::2])}; then exchange"
                    " axes 1 and 2."
                ),
            ),
            Mistake(
                "not_exchanged",
                _not_exchanged,
                lambda case, got, want: (
                    f"This is (B, T, n_heads, d_k) = {np.shape(got)}: cut rightly, but the heads "
                    "must stand before the tokens, because @ works on the last two axes and each "
                    "head needs a (T, d_k) of its own. Exchange axes 1 and 2."
                ),
            ),
            Mistake(
                "n_heads_as_width",
                _n_heads_as_width,
                lambda case, got, want: (
                    f"d_k and n_heads have changed places: you made {np.shape(got)[1]} heads of "
                    f"{np.shape(got)[-1]} features. There are n_heads = {case.args[1]} of d_k = "
                    f"{want.shape[-1]}: reshape(B, T, n_heads, d_k)."
                ),
            ),
            Mistake(
                "interleaved",
                _interleaved,
                lambda case, got, want: (
                    "The features are dealt out to the heads like cards: head 0 gets features 0, "
                    f"{case.args[1]}, {2 * case.args[1]}, … Here a head is a block of d_k features "
                    "that lie side by side. reshape to (B, T, n_heads, d_k), in this order."
                ),
            ),
            Mistake(
                "features_before_tokens",
                _features_before_tokens,
                lambda case, got, want: (
                    f"Tokens and features have changed places: yours is (B, n_heads, d_k, T) = "
                    f"{np.shape(got)}. Only axes 1 and 2 are exchanged: transpose(0, 2, 1, 3)."
                ),
            ),
            Mistake(
                "heads_first",
                _heads_first,
                lambda case, got, want: (
                    f"The heads stand before the batch: {np.shape(got)}. The batch stays first: "
                    "transpose(0, 2, 1, 3)."
                ),
            ),
            Mistake(
                "cut_across",
                _tokens_cut,
                "You exchange tokens and features first and cut then, so that what lies side by "
                "side is no longer one token. Cut first, exchange then.",
            ),
            Mistake(
                "merged_batch",
                _merged_batch,
                lambda case, got, want: (
                    f"Batch and heads have become one axis: {np.shape(got)}. Many programs do "
                    "that; here they stay apart, so that a mask can broadcast over the heads."
                ),
            ),
        ),
        correct=(_swapaxes, _stack, _loops),
        hints=(
            "Head h gets the features h·d_k to (h+1)·d_k of every token. Which step cuts the last "
            "axis in two, and which then brings the heads to the front?",
            "reshape cuts an axis without moving a number: (B, T, d_model) to (B, T, n_heads, "
            "d_k), with d_k = d_model // n_heads.",
            "transpose(0, 2, 1, 3) exchanges axes 1 and 2, and moves the numbers with them.",
            "return x.reshape(B, T, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)",
        ),
    )
)
