"""Right answers to role_score, in other styles."""

import numpy as np
from right_answers import each_is_right


def in_a_loop(weights, wanted):
    total, asked = 0.0, 0
    for query, row in enumerate(wanted):
        if row.any():
            total = total + weights[..., query, row].sum(axis=-1)
            asked += 1
    return total / asked


def with_einsum(weights, wanted):
    return np.einsum("...qk,qk->...", weights, wanted.astype(float)) / wanted.any(axis=1).sum()


ANSWERS = [in_a_loop, with_einsum]

test_is_right = each_is_right("role_score", ANSWERS)
