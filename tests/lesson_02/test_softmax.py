"""Right answers to softmax, in other styles."""

import numpy as np
from right_answers import each_is_right


def softmax_in_loops(x, axis=-1):
    moved = np.moveaxis(x, axis, -1)
    out = np.empty_like(moved)
    for place in np.ndindex(moved.shape[:-1]):
        row = moved[place]
        powers = [float(np.exp(score - max(row))) for score in row]
        out[place] = [power / sum(powers) for power in powers]
    out = np.moveaxis(out, -1, axis)
    return out, (out, axis)


def softmax_by_logarithm(x, axis=-1):
    largest = np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    out = np.exp(x - total)
    return out, (out, axis)


def softmax_in_float32(x, axis=-1):
    exps = np.exp((x - np.max(x, axis, keepdims=True)).astype(np.float32))
    out = exps * (1 / exps.sum(axis, keepdims=True))
    return out, (out, axis)


ANSWERS = [softmax_in_loops, softmax_by_logarithm, softmax_in_float32]

test_is_right = each_is_right("softmax", ANSWERS)
