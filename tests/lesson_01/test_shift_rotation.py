"""Right answers to shift_rotation, in other styles."""

import numpy as np
from right_answers import each_is_right


def shift_rotation_by_diagonals(k, d_model, base=10000.0):
    angles = k / base ** (2 * np.arange(d_model // 2) / d_model)
    off = np.zeros(d_model - 1)
    off[::2] = np.sin(angles)
    return np.diag(np.repeat(np.cos(angles), 2)) - np.diag(off, 1) + np.diag(off, -1)


def shift_rotation_at_even_and_odd(k, d_model, base=10000.0):
    even = np.arange(0, d_model, 2)
    angles = k / base ** (even / d_model)
    R = np.zeros((d_model, d_model))
    R[even, even] = R[even + 1, even + 1] = np.cos(angles)
    R[even + 1, even] = np.sin(angles)
    R[even, even + 1] = -np.sin(angles)
    return R


ANSWERS = [shift_rotation_by_diagonals, shift_rotation_at_even_and_odd]

test_is_right = each_is_right("shift_rotation", ANSWERS)
