"""Right answers to log_softmax, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def log_softmax_by_logaddexp(x):
    out = x - np.logaddexp.reduce(x, axis=-1, keepdims=True)
    return out, (out,)


def log_softmax_in_a_loop(x):
    out = np.empty_like(x)
    for place in np.ndindex(x.shape[:-1]):
        row = x[place]
        top = max(row)
        total = top + math.log(sum(math.exp(value - top) for value in row))
        out[place] = [value - total for value in row]
    return out, (out,)


ANSWERS = [log_softmax_by_logaddexp, log_softmax_in_a_loop]

test_is_right = each_is_right("log_softmax", ANSWERS)
