"""Right answers to linear_backward, in other styles."""

import numpy as np
from right_answers import each_is_right


def rows(array):
    return array.reshape(-1, array.shape[-1])


def linear_backward_by_einsum(dout, cache):
    x, W, b = cache
    dW = np.einsum("ni,nj->ij", rows(x), rows(dout))
    db = None if b is None else np.einsum("nj->j", rows(dout))
    return np.einsum("...j,ij->...i", dout, W), dW, db


def linear_backward_row_by_row(dout, cache):
    x, W, b = cache
    dx, dW, db = np.zeros_like(x), np.zeros_like(W), np.zeros(W.shape[1])
    for index in np.ndindex(x.shape[:-1]):
        dx[index] = W @ dout[index]
        dW += np.outer(x[index], dout[index])
        db += dout[index]
    return dx, dW, None if b is None else db


def linear_backward_by_tensordot(dout, cache):
    x, W, b = cache
    front = list(range(dout.ndim - 1))
    db = None
    if b is not None:
        db = dout.sum(axis=tuple(front))
    return np.dot(dout, W.T), np.tensordot(x, dout, axes=(front, front)), db


ANSWERS = [linear_backward_by_einsum, linear_backward_row_by_row, linear_backward_by_tensordot]

test_is_right = each_is_right("linear_backward", ANSWERS)
