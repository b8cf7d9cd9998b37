"""Exercise: linear_backward."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def linear_backward_cases(rng):
    def case(*front, label, bias=True):
        x, W = rng.normal(size=(*front, 5)), rng.normal(size=(5, 7))
        out, cache = layers.linear(x, W, rng.normal(size=7) if bias else None)
        return Case((rng.normal(size=out.shape), cache), label=label)

    x, W = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 3.0]])
    dout = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    return [
        Case(
            (dout, (x, W, np.zeros(3))),
            label="two rows, worked by hand",
            expected=([[1, 0], [2, 3]], [[1, 0, 3], [2, 0, 4]], [1, 0, 1]),
        ),
        case(3, label="a matrix of 3 rows"),
        case(2, 3, label="a batch of 2 sequences"),
        case(2, 3, 11, label="four axes"),
        case(2, 3, label="no bias", bias=False),
    ]


def _rows(array):
    return array.reshape(-1, array.shape[-1])


def _plain(dout, cache):
    x, W, b = cache
    dout_rows, x_rows = dout.reshape(-1, W.shape[1]), x.reshape(-1, W.shape[0])
    dx = dout @ W.T
    dW = x_rows.T @ dout_rows
    db = None if b is None else dout_rows.sum(axis=0)
    return dx, dW, db


def _einsum(dout, cache):
    x, W, b = cache
    dW = np.einsum("ni,nj->ij", _rows(x), _rows(dout))
    db = None if b is None else np.einsum("nj->j", _rows(dout))
    return np.einsum("...j,ij->...i", dout, W), dW, db


def _row_by_row(dout, cache):
    x, W, b = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[1])
    for index in np.ndindex(x.shape[:-1]):
        dx[index] = W @ dout[index]
        dW += np.outer(x[index], dout[index])
        db += dout[index]
    return dx, dW, None if b is None else db


def _with(dx=None, dW=None, db=None):
    """The right gradients with some of them replaced."""

    def answer(dout, cache):
        x, W, b = cache
        grads = list(_plain(dout, cache))
        for place, change in enumerate((dx, dW, db)):
            if change is not None and (place < 2 or b is not None):
                grads[place] = change(dout, x, W)
        return tuple(grads)

    return answer


def _bias_needed(dout, cache):
    dx, dW, _ = _plain(dout, cache)
    return dx, dW, _rows(dout).sum(axis=0)


def _rows_of(array):
    return int(np.prod(array.shape[:-1]))


register(
    Exercise(
        name="linear_backward",
        lesson=7,
        reference=layers.linear_backward,
        shown=_plain,
        cases=linear_backward_cases,
        mistakes=(
            Mistake(
                "dx_not_transposed",
                _with(dx=lambda dout, x, W: dout @ W),
                "dout @ W does not fit: dout has d_out features and W is (d_in, d_out). Going "
                "back, each input collects from all outputs, along a row of W: dx = dout @ W.T.",
            ),
            Mistake(
                "dW_transposed",
                _with(dW=lambda dout, x, W: _rows(dout).T @ _rows(x)),
                lambda case, got, want: (
                    f"dW is transposed: it is {np.shape(want[1])[::-1]}, and W is "
                    f"{np.shape(want[1])}. An entry of dW belongs to one input i and one output j, "
                    "in this order: x.T @ dout, summed over all rows."
                ),
            ),
            Mistake(
                "batch_kept",
                _with(dW=lambda dout, x, W: x.swapaxes(-1, -2) @ dout),
                lambda case, got, want: (
                    "dW is not summed over the axes in front: you have one for each sequence. All "
                    f"{_rows_of(case.args[0])} rows went through the same W, so their shares add "
                    "up. Bring x and dout to two axes with reshape(-1, ...) first."
                ),
            ),
            Mistake(
                "all_axes_turned",
                _with(dW=lambda dout, x, W: x.T @ dout),
                "x.T turns the order of all axes round; only for a matrix is that the transpose. "
                "Lay all rows below each other first: x.reshape(-1, d_in).T @ dout.reshape(-1, "
                "d_out).",
            ),
            Mistake(
                "first_sequence",
                _with(
                    dW=lambda dout, x, W: (
                        _rows(x[0] if x.ndim > 2 else x).T @ _rows(dout[0] if x.ndim > 2 else dout)
                    )
                ),
                "dW is that of the first sequence alone. Every sequence of the batch used W, so "
                "all of them have a share.",
            ),
            Mistake(
                "dW_mean",
                _with(dW=lambda dout, x, W: _rows(x).T @ _rows(dout) / _rows_of(x)),
                lambda case, got, want: (
                    f"dW is divided by the number of rows, {_rows_of(case.args[0])}. The loss may "
                    "be a mean, but then dout has that factor already: here it is a plain sum."
                ),
            ),
            Mistake(
                "db_over_first_axis",
                _with(db=lambda dout, x, W: dout.sum(axis=0)),
                lambda case, got, want: (
                    "db is summed over the first axis only. b was added at every position of "
                    f"every sequence, {_rows_of(case.args[0])} times in all: sum over all axes but "
                    "the last."
                ),
            ),
            Mistake(
                "db_not_summed",
                _with(db=lambda dout, x, W: dout),
                "db is dout itself. b was added to every row, by broadcasting, so its gradient is "
                "the sum of dout over all rows, with the shape of b.",
            ),
            Mistake(
                "db_mean",
                _with(db=lambda dout, x, W: _rows(dout).mean(axis=0)),
                "db is a mean over the rows. Where a value is used several times, its gradient is "
                "the sum of what comes back.",
            ),
            Mistake(
                "db_one_number",
                _with(db=lambda dout, x, W: dout.sum()),
                "db is one number, the sum over everything. Each of the d_out entries of b has a "
                "gradient of its own: leave the last axis alone.",
            ),
            Mistake(
                "bias_always",
                _bias_needed,
                "Where the cache holds b = None there was no bias, and it has no gradient: return "
                "None for db then.",
            ),
        ),
        correct=(_plain, _einsum, _row_by_row),
        hints=(
            "Look at the shapes: dx has that of x, dW that of W, db that of b. There are few ways "
            "to get them from dout, x and W.",
            "One input x_i reaches the loss through every output j, with the factor W_ij: "
            "dx_i = Σ_j dout_j W_ij. In arrays: dout @ W.T.",
            "W and b serve every row, so their gradients are sums over all rows. "
            "dout.reshape(-1, d_out) lays all rows below each other, whatever axes stand in front.",
            "dx = dout @ W.T; dW = x.reshape(-1, d_in).T @ dout.reshape(-1, d_out); db = "
            "dout.reshape(-1, d_out).sum(axis=0), or None if b is None",
        ),
    )
)
