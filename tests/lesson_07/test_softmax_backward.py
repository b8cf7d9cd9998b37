"""Right answers to softmax_backward, in other styles."""

import numpy as np
from right_answers import each_is_right


def softmax_backward_by_jacobians(dout, cache):
    out, axis = (np.moveaxis(cache[0], cache[1], -1), cache[1])
    upstream = np.moveaxis(dout, axis, -1)
    dx = np.empty_like(out)
    for place in np.ndindex(out.shape[:-1]):
        w = out[place]
        dx[place] = upstream[place] @ (np.diag(w) - np.outer(w, w))
    return np.moveaxis(dx, -1, axis)


def softmax_backward_in_two_terms(dout, cache):
    out, axis = cache
    along = dout * out
    return along - out * np.sum(along, axis, keepdims=True)


ANSWERS = [softmax_backward_by_jacobians, softmax_backward_in_two_terms]

test_is_right = each_is_right("softmax_backward", ANSWERS)
