"""Right answers to relu_backward, in other styles."""

import numpy as np
from right_answers import each_is_right


def relu_backward_by_where(dout, cache):
    (x,) = cache
    return np.where(x > 0, dout, 0.0)


def relu_backward_with_slope_1_at_0(dout, cache):
    return dout * (cache[0] >= 0)


def relu_backward_by_assignment(dout, cache):
    dx = dout.copy()
    dx[cache[0] <= 0] = 0
    return dx


ANSWERS = [relu_backward_by_where, relu_backward_with_slope_1_at_0, relu_backward_by_assignment]

test_is_right = each_is_right("relu_backward", ANSWERS)
