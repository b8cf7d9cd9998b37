"""embedding: each id becomes its row of W."""

import math

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    W = rng.normal(size=(7, 5))
    W_small = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    return [
        Case(
            (np.array([2, 0, 2]), W_small),
            label="ids [2, 0, 2] with three rows of two features",
            expected=([[5, 6], [1, 2], [5, 6]], None),
        ),
        Case((np.array([6, 1, 4]), W), label="three ids", proves="the rows of one sequence"),
        Case((rng.integers(0, 7, size=(2, 3)), W), label="a batch of 2 sequences of 3 ids"),
        Case(
            (rng.integers(0, 7, size=(2, 3, 5)), W),
            label="ids with three axes",
            proves="the lookup",
        ),
        Case((np.array([3, -1]), W), label="ids [3, -1]: -1 is no id"),
        Case((np.array([0, 7]), W), label="ids [0, 7] with 7 rows, 0 to 6"),
        Case((np.array([0, 11]), W), label="ids [0, 11] with 7 rows, 0 to 6"),
    ]


ALL_OUTSIDE = "np.all((ids < 0) | (ids >= len(W)))"
OUTSIDE = "ids.min() < 0 or ids.max() >= len(W)"

mistakes = [
    Mistake(
        "negative_wraps",
        [{OUTSIDE: "False"}, {OUTSIDE: ALL_OUTSIDE}],
        "The lookup is right. What is missing is the refusal of a single wrong id: W[-1] "
        "is the last row of W, so the id -1 passes for a real word and nobody notices. Before the "
        "lookup raise a ValueError if any id is below 0, or is len(W) or more.",
    ),
    Mistake(
        "only_too_large",
        {"ids.min() < 0 or ": ""},
        "Ids that are too large are refused, but -1 is not: W[-1] is the last row of W, so a wrong "
        "id passes for a real word. Refuse ids below 0 too.",
    ),
    Mistake(
        "off_by_one",
        {">= len(W)": "> len(W)"},
        lambda case, got, want: (
            f"The id {len(case.args[1])} is let through. W has {len(case.args[1])} rows, 0 to "
            f"{len(case.args[1]) - 1}: refuse ids that are equal to len(W) too (>=, not >)."
        ),
    ),
    Mistake(
        "only_negative",
        {" or ids.max() >= len(W)": ""},
        "Negative ids are refused. An id that is too large gets NumPy's IndexError, which speaks "
        "of axis 0 and not of the vocabulary: raise a ValueError for it as well.",
    ),
    Mistake(
        "one_hot_without_check",
        {OUTSIDE: "False", "W[ids]": "(ids[..., None] == np.arange(len(W))).astype(W.dtype) @ W"},
        "The product is right. An id outside the vocabulary equals no column, so its one-hot row "
        "is all 0 and so is its vector: it is dropped without a word. Raise a ValueError if any id "
        "is below 0, or is len(W) or more.",
    ),
    Mistake(
        "clipped",
        [
            {OUTSIDE: outside, "W[ids]": "np.take(W, ids, axis=0, mode='clip')"}
            for outside in ("False", ALL_OUTSIDE)
        ],
        "An id outside the vocabulary gets the row of the nearest id that there is, a wrong word "
        "that looks like a right one. Raise a ValueError if a single id lies outside.",
    ),
    Mistake(
        "refuses_zero",
        {"ids.min() < 0": "ids.min() <= 0"},
        "The id 0 is refused. It is the first row of W: refuse only what is below 0.",
    ),
    Mistake(
        "counts_features",
        {"ids.max() >= len(W)": "ids.max() >= W.shape[1]"},
        lambda case, got, want: (
            f"Ids from {case.args[1].shape[1]} on are refused, and that is the number of features. "
            f"W has {len(case.args[1])} rows, one for each token: compare with len(W)."
        ),
    ),
    Mistake(
        "flat_take",
        {"W[ids]": "np.take(W, ids)"},
        "np.take without an axis takes single numbers from W as if it were one long row. Give it "
        "axis=0, or index W with the ids: that takes whole rows.",
    ),
    Mistake(
        "padding_is_zero",
        {"W[ids]": "W[ids] * (ids != 0)[..., None]"},
        "The vectors of id 0 are set to 0. Here 0 is an id like others: out holds row 0 of W for "
        "it. What hides padding is a mask, in lesson 2.",
    ),
    Mistake(
        "columns",
        {OUTSIDE: "False", "W[ids]": "W[:, ids]"},
        "W[:, ids] picks columns. W has the shape (vocab_size, d_model): a token is a row, W[ids].",
    ),
    Mistake(
        "row_before",
        {"W[ids]": "W[ids - 1]"},
        "You look up the row before the one that is meant. Ids begin with 0, as rows do: id 2 is "
        "row 2.",
    ),
    Mistake(
        "scaled",
        {"W[ids]": "W[ids] * math.sqrt(W.shape[1])"},
        lambda case, got, want: (
            f"The rows are multiplied by √d_model = {math.sqrt(case.args[1].shape[1]):.4g}. The "
            "paper does that (Vaswani et al. 2017, Sec. 3.4), and this lesson comes to it later; "
            "it is not a part of the lookup."
        ),
    ),
    Mistake(
        "summed",
        [{"W[ids]": "W[ids].sum(axis=-2)"}, {"W[ids]": "W[ids].mean(axis=-2)"}],
        "The vectors of the sequence are added up, or averaged. Attention needs one vector for "
        "each token: out has the shape of ids with d_model at its end.",
    ),
    Mistake(
        "times_id",
        {"W[ids]": "ids[..., None] * W[0]"},
        "You multiply one row by the id. The id is a name, not an amount: it says which row of W "
        "to take.",
    ),
]

hints = [
    "The product with a one-hot row picks one row of W. Picking a row needs no product.",
    "NumPy takes a whole array of row numbers at once: W[ids] has the shape of ids with the length "
    "of a row at its end.",
    "NumPy counts negative indices from the end, so W[-1] is a row. Look at ids.min() and "
    "ids.max() before the lookup.",
    "if ids.min() < 0 or ids.max() >= len(W): raise ValueError(...). Then out = W[ids].",
]
