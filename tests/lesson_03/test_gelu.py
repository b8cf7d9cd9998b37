"""Right answers to gelu, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def gelu_in_a_loop(x, approximate="tanh"):
    phi = np.empty_like(x)
    for place in np.ndindex(x.shape):
        z = float(x[place])
        inner = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
        value = math.tanh(inner) if approximate == "tanh" else math.erf(z / 2**0.5)
        phi[place] = (1 + value) / 2
    return phi * x, (x, phi, approximate)


def gelu_by_sigmoid(x, approximate="tanh"):
    """The tanh approximation, written as a sigmoid: (1 + tanh z) / 2 = sigmoid(2 z)."""
    if approximate != "tanh":
        return gelu_in_a_loop(x, approximate)
    with np.errstate(over="ignore"):
        phi = 1 / (1 + np.exp(-2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x * phi, (x, phi, approximate)


def gelu_of_all_numbers_in_a_row(x, approximate="tanh"):
    exact = np.array([math.erf(z) for z in (x / 2**0.5).ravel()]).reshape(x.shape)
    tanh = np.tanh(0.7978845608028654 * x * (1 + 0.044715 * np.square(x)))
    phi = (1 + (tanh if approximate == "tanh" else exact)) / 2
    return np.multiply(phi, x), (x, phi, approximate)


ANSWERS = [gelu_in_a_loop, gelu_by_sigmoid, gelu_of_all_numbers_in_a_row]

test_is_right = each_is_right("gelu", ANSWERS)
