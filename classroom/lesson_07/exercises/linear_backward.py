"""linear_backward: the gradients of x, W and b, summed over all rows."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import layers


def cases(rng):
    def case(*front, label, bias=True, proves=""):
        x, W = rng.normal(size=(*front, 5)), rng.normal(size=(5, 7))
        out, cache = layers.linear(x, W, rng.normal(size=7) if bias else None)
        return Case((rng.normal(size=out.shape), cache), label=label, proves=proves)

    x, W = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    dout = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    return [
        Case(
            (dout, (x, W, np.zeros(3))),
            label="two rows, worked by hand",
            expected=([[1, 0], [2, 3]], [[1, 0, 3], [2, 0, 4]], [1, 0, 1]),
        ),
        case(3, label="a matrix of 3 rows", proves="the three gradients for a matrix of rows"),
        case(2, 3, label="a batch of 2 sequences", proves="the sums over a batch"),
        case(2, 3, 11, label="four axes"),
        # One row: dW is x in a column times dout in a row.
        Case(
            (dout[1], (x[0], W, np.zeros(3))),
            label="a single vector, worked by hand",
            expected=([2, 3], [[0, 0, 1], [0, 0, 2]], [0, 0, 1]),
            proves="any number of axes in front",
        ),
        case(2, 3, label="no bias", bias=False, proves="what is returned without a bias"),
    ]


def rows_of(array):
    return int(np.prod(array.shape[:-1]))


PRODUCT = "x.reshape(-1, d_in).T @ dout_rows"

mistakes = [
    Mistake(
        "dx_not_transposed",
        {"W.T": "W"},
        "dout @ W does not fit: dout has d_out features and W is (d_in, d_out). Going back, each "
        "input collects from all outputs, along a row of W: dx = dout @ W.T.",
    ),
    Mistake(
        "dW_transposed",
        {PRODUCT: "dout_rows.T @ x.reshape(-1, d_in)"},
        lambda case, got, want: (
            f"dW is transposed: it is {np.shape(want[1])[::-1]}, and W is {np.shape(want[1])}. An "
            "entry of dW belongs to one input i and one output j, in this order: x.T @ dout, "
            "summed over all rows."
        ),
    ),
    Mistake(
        "batch_kept",
        {PRODUCT: "x.swapaxes(-1, -2) @ dout"},
        lambda case, got, want: (
            "dW is not summed over the axes in front: you have one for each sequence. All "
            f"{rows_of(case.args[0])} rows went through the same W, so their shares add up. Bring "
            "x and dout to two axes with reshape(-1, ...) first."
        ),
    ),
    Mistake(
        "all_axes_turned",
        {PRODUCT: "x.T @ dout"},
        "x.T turns the order of all axes round; only for a matrix is that the transpose. Lay all "
        "rows below each other first: x.reshape(-1, d_in).T @ dout.reshape(-1, d_out).",
    ),
    Mistake(
        "reshape_for_transpose",
        [{"x.reshape(-1, d_in).T": "x.reshape(d_in, -1)"}, {"W.T": "W.reshape(d_out, d_in)"}],
        "The shape fits, but the numbers stand in other places. reshape keeps the numbers in their "
        "order and only cuts it anew; rows and columns are exchanged by .T alone.",
    ),
    Mistake(
        "one_row",
        [
            {PRODUCT: "np.outer(x.reshape(-1, d_in)[-1], dout_rows[-1])"},
            {
                PRODUCT: "x.reshape(-1, *x.shape[-2:])[-1].T @ dout.reshape(-1, *dout.shape[-2:])"
                f"[-1] if x.ndim > 1 else {PRODUCT}"
            },
        ],
        "dW holds the share of the last row or sequence alone. All of them went through W: in a "
        "loop each adds its share, with += on an array that begins with zeros.",
    ),
    Mistake(
        "first_sequence",
        {
            PRODUCT: f"{PRODUCT} if x.ndim < 3 else "
            "x[0].reshape(-1, d_in).T @ dout[0].reshape(-1, d_out)"
        },
        "dW is that of the first sequence alone. Every sequence of the batch used W, so all of "
        "them have a share.",
    ),
    Mistake(
        "dW_mean",
        [
            {PRODUCT: f"{PRODUCT} / len({rows})"} | also
            for rows in ("dout_rows", "x")
            for also in ({}, {"sum(axis=0)": "mean(axis=0)"})
        ],
        lambda case, got, want: (
            f"dW is divided by the number of rows, {rows_of(case.args[0])}. The loss may be a "
            "mean, but then dout has that factor already: here it is a plain sum."
        ),
    ),
    Mistake(
        "db_over_first_axis",
        {"dout_rows.sum": "dout.sum"},
        lambda case, got, want: (
            "db is summed over the first axis only. b was added at every position of every "
            f"sequence, {rows_of(case.args[0])} times in all: sum over all axes but the last."
        ),
    ),
    Mistake(
        "db_over_features",
        {"sum(axis=0)": "sum(axis=1)"},
        lambda case, got, want: (
            f"db is summed over the features: it has one number for each row. b has "
            f"{np.shape(want[2])[-1]} entries, one for each feature, and each served all rows: sum "
            "over the rows."
        ),
    ),
    Mistake(
        "db_not_summed",
        {"dout_rows.sum(axis=0)": "dout"},
        "db is dout itself. b was added to every row, by broadcasting, so its gradient is the sum "
        "of dout over all rows, with the shape of b.",
    ),
    Mistake(
        "db_mean",
        {"dout_rows.sum": "dout_rows.mean"},
        "db is a mean over the rows. Where a value is used several times, its gradient is the sum "
        "of what comes back.",
    ),
    Mistake(
        "db_one_number",
        {"sum(axis=0)": "sum()"},
        "db is one number, the sum over everything. Each of the d_out entries of b has a gradient "
        "of its own: leave the last axis alone.",
    ),
    Mistake(
        "bias_always",
        [{"None if b is None else ": ""}, {"None if b": "np.zeros(d_out) if b"}],
        "Where the cache holds b = None there was no bias, and it has no gradient: return None for "
        "db then.",
    ),
]

hints = [
    "Look at the shapes: dx has that of x, dW that of W, db that of b. There are few ways to get "
    "them from dout, x and W.",
    "One input x_i reaches the loss through every output j, with the factor W_ij: dx_i = Σ_j "
    "dout_j W_ij. In arrays: dout @ W.T.",
    "W and b serve every row, so their gradients are sums over all rows. dout.reshape(-1, d_out) "
    "lays all rows below each other, whatever axes stand in front.",
    "dx = dout @ W.T; dW = x.reshape(-1, d_in).T @ dout.reshape(-1, d_out); db = dout.reshape(-1, "
    "d_out).sum(axis=0), or None if b is None",
]
