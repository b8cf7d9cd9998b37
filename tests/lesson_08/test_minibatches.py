"""Right answers to minibatches, in other styles."""

import numpy as np
from right_answers import each_is_right


def batches_by_split(n, batch_size, rng):
    return np.split(rng.permutation(n), range(batch_size, n, batch_size))


def batches_in_a_while_loop(n, batch_size, rng):
    left, batches = rng.permutation(n), []
    while len(left):
        batches.append(left[:batch_size])
        left = left[batch_size:]
    return batches


ANSWERS = [batches_by_split, batches_in_a_while_loop]

test_is_right = each_is_right("minibatches", ANSWERS)
