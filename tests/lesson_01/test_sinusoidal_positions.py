"""Right answers to sinusoidal_positions, in other styles."""

import numpy as np
from right_answers import each_is_right


def sinusoidal_positions_in_loops(T, d_model, base=10000.0, dtype=np.float64):
    table = np.empty((T, d_model), dtype)
    for p in range(T):
        for i in range(d_model // 2):
            omega = 1 / base ** (2 * i / d_model)
            table[p, 2 * i] = np.sin(p * omega)
            table[p, 2 * i + 1] = np.cos(p * omega)
    return table


def sinusoidal_positions_stacked(T, d_model, base=10000.0, dtype=np.float64):
    angles = np.outer(np.arange(T), base ** (-2 * np.arange(d_model // 2) / d_model))
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, d_model).astype(dtype)


def sinusoidal_positions_on_the_circle(T, d_model, base=10000.0, dtype=np.float64):
    omega = base ** (-np.arange(0, d_model, 2) / d_model)
    turns = np.exp(1j * np.arange(T)[:, None] * omega)
    return np.stack([turns.imag, turns.real], axis=-1).reshape(T, -1).astype(dtype)


def sinusoidal_positions_in_its_dtype(T, d_model, base=10000.0, dtype=np.float64):
    table = np.zeros((T, d_model), dtype)
    positions = np.arange(T, dtype=dtype)[:, None]
    omega = np.exp(np.arange(0, d_model, 2, dtype=dtype) * (-np.log(base) / d_model))
    table[:, 0::2], table[:, 1::2] = np.sin(positions * omega), np.cos(positions * omega)
    return table


ANSWERS = [
    sinusoidal_positions_in_loops,
    sinusoidal_positions_stacked,
    sinusoidal_positions_on_the_circle,
    sinusoidal_positions_in_its_dtype,
]

test_is_right = each_is_right("sinusoidal_positions", ANSWERS)
