"""Right answers to gelu_backward, in other styles."""

import math

import numpy as np
from right_answers import each_is_right

from course_lib import layers


def gelu_backward_by_tanh(dout, cache):
    x, phi, approximate = cache
    if approximate == "none":
        return dout * phi + dout * x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
    C = math.sqrt(2 / math.pi)
    t = np.tanh(C * (x + 0.044715 * x * x * x))
    inner = C * (1 + 0.134145 * x * x)
    return dout * (0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner)


def gelu_backward_by_differences(dout, cache):
    x, _, approximate = cache
    above, _ = layers.gelu(x + 1e-5, approximate)
    below, _ = layers.gelu(x - 1e-5, approximate)
    return dout * (above - below) / 2e-5


ANSWERS = [gelu_backward_by_tanh, gelu_backward_by_differences]

test_is_right = each_is_right("gelu_backward", ANSWERS)
