"""Right answers to numerical_gradient, in other styles."""

import numpy as np
from right_answers import each_is_right


def numerical_gradient_with_unit_vectors(f, x, step=1e-5):
    unit = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step * u) - f(x - step * u)) / (2 * step) for u in unit]
    return np.array(slopes).reshape(x.shape)


def numerical_gradient_with_the_value_put_back(f, x, step=1e-5):
    x = x.copy()
    gradient = np.zeros(x.shape)
    for index, kept in np.ndenumerate(x.copy()):
        x[index] = kept + step
        above = f(x)
        x[index] = kept - step
        gradient[index] = (above - f(x)) / (2 * step)
        x[index] = kept
    return gradient


ANSWERS = [numerical_gradient_with_unit_vectors, numerical_gradient_with_the_value_put_back]

test_is_right = each_is_right("numerical_gradient", ANSWERS)
