"""Right answers to clip_by_global_norm, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib.params import flatten


def clipped_number_by_number(grads, max_norm):
    total = 0.0
    for array in flatten(grads).values():
        for value in array.ravel():
            total += value * value
    norm = total**0.5
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    for array in flatten(grads).values():
        array[...] = array * scale
    return norm


def clipped_by_one_long_vector(grads, max_norm):
    named = flatten(grads)
    norm = np.linalg.norm(np.concatenate([array.ravel() for array in named.values()]))
    if norm > max_norm:
        for name in named:
            named[name] *= max_norm / norm
    return float(norm)


def clipped_by_a_coefficient(grads, max_norm):
    norms = [np.linalg.norm(array) for array in flatten(grads).values()]
    total = float(np.linalg.norm(norms))
    coefficient = min(1.0, max_norm / (total + 1e-6))  # as PyTorch does
    for array in flatten(grads).values():
        array *= coefficient
    return total


ANSWERS = [clipped_number_by_number, clipped_by_one_long_vector, clipped_by_a_coefficient]

test_is_right = each_is_right("clip_by_global_norm", ANSWERS)
