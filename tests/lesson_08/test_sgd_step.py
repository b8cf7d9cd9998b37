"""Right answers to sgd_step, in other styles."""

import numpy as np
from right_answers import each_is_right


def step_by_out(theta, g, lr):
    return np.subtract(theta, np.multiply(lr, g), out=theta)


def step_in_a_loop(theta, g, lr):
    for place in np.ndindex(theta.shape):
        theta[place] = theta[place] - lr * g[place]
    return theta


def step_by_slice(theta, g, lr):
    theta[...] = theta - lr * g
    return theta


ANSWERS = [step_by_out, step_in_a_loop, step_by_slice]

test_is_right = each_is_right("sgd_step", ANSWERS)
