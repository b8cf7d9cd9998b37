"""Right answers to causal_mask, in other styles."""

import numpy as np
from right_answers import each_is_right


def mask_by_tril(T_q, T_k=None):
    T_k = T_q if T_k is None else T_k
    return np.tril(np.ones((T_q, T_k), dtype=bool), k=T_k - T_q)


def mask_in_loops(T_q, T_k=None):
    T_k = T_q if T_k is None else T_k
    mask = np.zeros((T_q, T_k), dtype=bool)
    for i in range(T_q):
        for j in range(T_k):
            mask[i, j] = j <= i + T_k - T_q
    return mask


ANSWERS = [mask_by_tril, mask_in_loops]

test_is_right = each_is_right("causal_mask", ANSWERS)
