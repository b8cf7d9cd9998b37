"""Right answers to relu, in other styles."""

import numpy as np
import pytest
from right_answers import each_is_right

from classroom.exercises.grade import grade


def relu_by_where(x):
    return np.where(x > 0, x, 0.0), (x,)


def relu_by_product(x):
    return x * (x > 0), (x,)


def relu_in_a_loop(x):
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        if x[place] > 0:
            out[place] = x[place]
    return out, (x,)


ANSWERS = [relu_by_where, relu_by_product, relu_in_a_loop]

test_is_right = each_is_right("relu", ANSWERS)


@pytest.mark.parametrize("with_cache", [True, False])
@pytest.mark.parametrize(
    ("key", "wrong"),
    [("dropped", lambda x: x[x > 0]), ("leaky", lambda x: np.where(x > 0, x, 0.01 * x))],
)
def test_a_mistake_is_told_whether_the_cache_is_returned_or_not(key, wrong, with_cache) -> None:
    def relu(x):
        return (wrong(x), (x,)) if with_cache else wrong(x)

    assert grade("relu", relu).mistake == key
