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
        Case(
            (rng.normal(size=(2, 5, 21)), 3),
            label="5 tokens of 21 features, 3 heads",
            proves="5 tokens in 3 heads",
        ),
        Case((rng.normal(size=(2, 3, 15)), 3), label="as many tokens as heads"),
        Case((rng.normal(size=(2, 5, 7)), 1), label="one head"),
    ]


def blocks_overlap(x, n_heads):
    d_k = x.shape[-1] // n_heads
    return np.stack([x[..., h : h + d_k] for h in range(n_heads)], axis=1)


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
        "list_of_heads",
        lambda x, n_heads: np.split(x, n_heads, axis=-1),
        lambda case, got, want: (
            "The heads are cut rightly, and stand in a list. Make one array of them, with the "
            f"heads as axis 1: {want.shape}. np.stack takes an axis."
        ),
    ),
    Mistake(
        "reversed",
        {"1, 3)": "1, 3)[:, ::-1]"},
        "The heads stand in reversed order: out[:, 0] holds the last d_k features. It is to hold "
        "the first ones.",
    ),
    Mistake(
        "whole_in_every_head",
        lambda x, n_heads: np.repeat(x[:, None], n_heads, axis=1),
        lambda case, got, want: (
            f"Every head gets all {case.args[0].shape[-1]} features. Head h gets d_k = "
            f"{want.shape[-1]} of them, from h·d_k on."
        ),
    ),
    Mistake(
        "blocks_overlap",
        blocks_overlap,
        lambda case, got, want: (
            "The blocks overlap: each head begins one feature after the one before. Head h begins "
            f"at feature h·d_k, and d_k is {want.shape[-1]}."
        ),
    ),
    Mistake(
        "first_block_in_every_head",
        lambda x, n_heads: np.stack([x[..., : x.shape[-1] // n_heads]] * n_heads, axis=1),
        lambda case, got, want: (
            f"Every head gets the first {want.shape[-1]} features. Head h begins at feature h·d_k."
        ),
    ),
    Mistake(
        "first_of_the_batch",
        {"1, 3)": "1, 3)[0]"},
        lambda case, got, want: (
            f"The axis of the batch is lost: {np.shape(got)}. It stays, also where it has the "
            f"length 1: out is (B, n_heads, T, d_k) = {want.shape}."
        ),
    ),
    Mistake(
        "axes_1_and_3",
        {".transpose(0, 2, 1, 3)": ".swapaxes(1, 3)"},
        lambda case, got, want: (
            f"Axes 1 and 3 are exchanged: yours is (B, d_k, n_heads, T) = {np.shape(got)}. After "
            "the cut, (B, T, n_heads, d_k), it is axes 1 and 2 that change places."
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
        [
            {"0, 2, 1, 3)": "0, 2, 1, 3).reshape(B * n_heads, T, -1)"},
            {"(B, T, n_heads, d": "(B * n_heads, T, d", ".transpose(0, 2, 1, 3)": ""},
        ],
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
