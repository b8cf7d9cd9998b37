"""Right answers to induction_score, in other styles."""

import numpy as np
from right_answers import each_is_right


def with_masks(weights, ids):
    B, T = ids.shape
    before = np.concatenate([np.full((B, 1), -1), ids[:, :-1]], axis=1)
    wanted = (before[:, None, :] == ids[:, :, None]) & np.tri(T, dtype=bool)
    again = wanted.any(axis=2)
    return (weights * wanted).sum(axis=2)[again].mean()


def with_a_total_and_a_count(weights, ids):
    total, count = 0.0, 0
    for b in range(ids.shape[0]):
        for t in range(1, ids.shape[1]):
            seen = False
            for key in range(1, t + 1):
                if ids[b, key - 1] == ids[b, t]:
                    total += weights[b, t, key]
                    seen = True
            count += seen
    return total / count


ANSWERS = [with_masks, with_a_total_and_a_count]

test_is_right = each_is_right("induction_score", ANSWERS)
