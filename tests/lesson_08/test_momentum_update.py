"""Right answers to momentum_update, in other styles."""

import numpy as np
from right_answers import each_is_right


def momentum_in_a_loop(g, v, momentum=0.9):
    out = np.empty_like(v)
    for place in np.ndindex(v.shape):
        out[place] = momentum * v[place] + g[place]
    return out


def momentum_in_place(g, v, momentum=0.9):
    v[...] = momentum * v + g
    return v


ANSWERS = [momentum_in_a_loop, momentum_in_place]

test_is_right = each_is_right("momentum_update", ANSWERS)
