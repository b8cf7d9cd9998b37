"""merge_heads: the heads are laid side by side again."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    return [
        Case(
            (np.array([[[[1.0, 2], [5, 6]], [[3, 4], [7, 8]]]]),),
            label="two heads, two tokens, two features",
            expected=[[[1, 2, 3, 4], [5, 6, 7, 8]]],
        ),
        Case(
            (rng.normal(size=(2, 3, 5, 7)),),
            label="3 heads, 5 tokens, 7 features",
            proves="3 heads of 5 tokens",
        ),
        Case((rng.normal(size=(2, 3, 3, 5)),), label="as many tokens as heads"),
        Case((rng.normal(size=(2, 1, 5, 7)),), label="one head"),
    ]


mistakes = [
    Mistake(
        "reshape_only",
        {".transpose(0, 2, 1, 3)": ""},
        "The shape is right and the numbers are not: reshape leaves the order in memory as it is, "
        "head after head, so that one row of yours holds several tokens of one head. Exchange axes "
        "1 and 2 first; then the heads of one token lie side by side.",
    ),
    Mistake(
        "interleaved",
        {"0, 2, 1, 3": "0, 2, 3, 1"},
        lambda case, got, want: (
            "The heads are shuffled into each other feature by feature: yours begins with feature "
            f"0 of all {case.args[0].shape[1]} heads. The features of head 0 come first, then "
            "those of head 1: transpose(0, 2, 1, 3) before the reshape."
        ),
    ),
    Mistake(
        "not_merged",
        {".reshape(B, T, n_heads * d_k)": ""},
        lambda case, got, want: (
            f"Exchanged rightly, (B, T, n_heads, d_k) = {np.shape(got)}, but not merged yet. Make "
            f"one axis of the last two: reshape to {want.shape}."
        ),
    ),
    Mistake(
        "other_axes",
        [{"0, 2, 1, 3": order} for order in ("0, 3, 2, 1", "0, 1, 3, 2", "0, 3, 1, 2")],
        "The shape is right, but other axes than 1 and 2 have changed places before the reshape. "
        "Bring (B, n_heads, T, d_k) to (B, T, n_heads, d_k) first.",
    ),
    Mistake(
        "batch_exchanged",
        [{"0, 2, 1, 3": order} for order in ("2, 1, 0, 3", "2, 0, 1, 3", "1, 2, 0, 3")],
        "The batch has changed its place before the reshape, so that a row mixes sequences. Axis 0 "
        "stays where it is: only axes 1 and 2 are exchanged.",
    ),
    Mistake(
        "reversed",
        {"x.transpose": "x[:, ::-1].transpose"},
        "The heads stand in reversed order. The features of head 0 come first.",
    ),
    Mistake(
        "first_head_alone",
        {"x.transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)": "x[:, 0]"},
        lambda case, got, want: (
            f"Only head 0 is left, with {np.shape(got)[-1]} features of {want.shape[-1]}. All "
            "heads are laid side by side."
        ),
    ),
    Mistake(
        "merged_batch",
        {"(B, T, n_heads": "(B * T, n_heads"},
        lambda case, got, want: (
            f"Batch and tokens have become one axis: {np.shape(got)}. They stay apart, (B, T, "
            f"n_heads·d_k) = {want.shape}."
        ),
    ),
    Mistake(
        "tokens_side_by_side",
        {"T, n_heads * d_k)": "T * n_heads * d_k)"},
        lambda case, got, want: (
            f"All tokens of a sequence lie in one row: {np.shape(got)}. Each token has a row of "
            f"its own, {want.shape}."
        ),
    ),
    Mistake(
        "batch_side_by_side",
        lambda x: np.concatenate(list(x), axis=-1),
        lambda case, got, want: (
            "What lies side by side are the sequences of the batch, not the heads: a loop over x "
            f"goes along axis 0. Yours is {np.shape(got)}; the heads are axis 1."
        ),
    ),
    Mistake(
        "summed",
        {"transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)": "sum(axis=1)"},
        lambda case, got, want: (
            f"You add the heads up, which leaves {np.shape(got)[-1]} features of {want.shape[-1]}. "
            "What one head found is then mixed with what the others found. They are laid side by "
            "side; the mixing is the work of W_O."
        ),
    ),
    Mistake(
        "averaged",
        {"transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)": "mean(axis=1)"},
        lambda case, got, want: (
            f"You average over the heads, which leaves {np.shape(got)[-1]} features of "
            f"{want.shape[-1]}. They are laid side by side, none is lost."
        ),
    ),
    Mistake(
        "one_after_the_other",
        [
            {".transpose(0, 2, 1, 3)": "", "T, n_heads * d_k": "n_heads * T, d_k"},
            {"T, n_heads * d_k": "n_heads * T, d_k"},
        ],
        lambda case, got, want: (
            f"The heads stand one below the other, {np.shape(got)}, as if there were "
            f"{np.shape(got)[1]} tokens. They belong side by side, on the axis of the features: "
            f"{want.shape}."
        ),
    ),
    Mistake(
        "axes_misread",
        {"B, n_heads, T, d_k = x.shape": "B, T, n_heads, d_k = x.shape"},
        lambda case, got, want: (
            f"There are {np.shape(got)[1]} rows, as many as heads. The axes of x are (B, n_heads, "
            "T, d_k): take the sizes from x.shape in this order, and the reshape leads to "
            f"{want.shape}."
        ),
    ),
    Mistake(
        "features_first",
        {"n_heads * d_k)\n": "n_heads * d_k).swapaxes(-1, -2)\n"},
        "Tokens and features have changed places. The result is (B, T, n_heads·d_k): a row for "
        "each token.",
    ),
]

hints = [
    "It undoes split_heads: the same two steps, backwards and in the other order.",
    "First exchange axes 1 and 2, so that the heads of one token stand next to each other: (B, T, "
    "n_heads, d_k).",
    "Then reshape makes one axis of the last two: reshape(B, T, n_heads * d_k).",
    "return x.transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)",
]
