"""split_heads: the features are cut into heads."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
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


mistakes = [
    Mistake(
        "reshape_only",
        {"T, n_heads, d_model": "n_heads, T, d_model", ".transpose(0, 2, 1, 3)": ""},
        lambda case, got, want: (
            "The shape is right and the numbers are not. reshape cuts the array in the order in "
            "which it lies in memory, token after token, so that your head 0 holds all features of "
            "the first tokens. Cut the last axis first, to (B, T, n_heads, d_k) = "
            f"{(*case.args[0].shape[:2], *want.shape[1::2])}; then exchange axes 1 and 2."
        ),
    ),
    Mistake(
        "not_exchanged",
        {".transpose(0, 2, 1, 3)": ""},
        lambda case, got, want: (
            f"This is (B, T, n_heads, d_k) = {np.shape(got)}: cut rightly, but the heads must "
            "stand before the tokens, because @ works on the last two axes and each head needs a "
            "(T, d_k) of its own. Exchange axes 1 and 2."
        ),
    ),
    Mistake(
        "n_heads_as_width",
        {"n_heads, d_model // n_heads": "d_model // n_heads, n_heads"},
        lambda case, got, want: (
            f"d_k and n_heads have changed places: you made {np.shape(got)[1]} heads of "
            f"{np.shape(got)[-1]} features. There are n_heads = {case.args[1]} of d_k = "
            f"{want.shape[-1]}: reshape(B, T, n_heads, d_k)."
        ),
    ),
    Mistake(
        "interleaved",
        {"n_heads, d_model // n_heads": "d_model // n_heads, n_heads", "0, 2, 1, 3": "0, 3, 1, 2"},
        lambda case, got, want: (
            "The features are dealt out to the heads like cards: head 0 gets features 0, "
            f"{case.args[1]}, {2 * case.args[1]}, … Here a head is a block of d_k features that "
            "lie side by side. reshape to (B, T, n_heads, d_k), in this order."
        ),
    ),
    Mistake(
        "features_before_tokens",
        {"0, 2, 1, 3": "0, 2, 3, 1"},
        lambda case, got, want: (
            "Tokens and features have changed places: yours is (B, n_heads, d_k, T) = "
            f"{np.shape(got)}. Only axes 1 and 2 are exchanged: transpose(0, 2, 1, 3)."
        ),
    ),
    Mistake(
        "heads_first",
        {"0, 2, 1, 3": "2, 0, 1, 3"},
        lambda case, got, want: (
            f"The heads stand before the batch: {np.shape(got)}. The batch stays first: "
            "transpose(0, 2, 1, 3)."
        ),
    ),
    Mistake(
        "cut_across",
        {
            "T, n_heads, d_model": "n_heads, T, d_model",
            "x.reshape": "x.transpose(0, 2, 1).reshape",
            ".transpose(0, 2, 1, 3)": "",
        },
        "You exchange tokens and features first and cut then, so that what lies side by side is no "
        "longer one token. Cut first, exchange then.",
    ),
    Mistake(
        "merged_batch",
        {"0, 2, 1, 3)": "0, 2, 1, 3).reshape(B * n_heads, T, -1)"},
        lambda case, got, want: (
            f"Batch and heads have become one axis: {np.shape(got)}. Many programs do that; here "
            "they stay apart, so that a mask can broadcast over the heads."
        ),
    ),
]

hints = [
    "Head h gets the features h·d_k to (h+1)·d_k of every token. Which step cuts the last axis in "
    "two, and which then brings the heads to the front?",
    "reshape cuts an axis without moving a number: (B, T, d_model) to (B, T, n_heads, d_k), with "
    "d_k = d_model // n_heads.",
    "transpose(0, 2, 1, 3) exchanges axes 1 and 2, and moves the numbers with them.",
    "return x.reshape(B, T, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)",
]
