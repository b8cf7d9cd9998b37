"""Right answers to rotary, in other styles."""

import numpy as np
from right_answers import each_is_right


def angles_of(x, start, base):
    """Return the angle of each pair at each position, (T, d_k / 2)."""
    T, d_k = x.shape[-2:]
    return np.arange(start, start + T)[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)


def with_complex_numbers(x, start=0, base=10000.0):
    z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * angles_of(x, start, base))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)


def pair_by_pair(x, start=0, base=10000.0):
    out = np.zeros(x.shape)
    for t in range(x.shape[-2]):
        for i in range(0, x.shape[-1], 2):
            angle = (start + t) / base ** (i / x.shape[-1])
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            out[..., t, i : i + 2] = x[..., t, i : i + 2] @ turn
    return out


def with_partners(x, start=0, base=10000.0):
    angles = np.repeat(angles_of(x, start, base), 2, axis=-1)
    partner = np.empty_like(x)
    partner[..., 0::2], partner[..., 1::2] = -x[..., 1::2], x[..., 0::2]
    return x * np.cos(angles) + partner * np.sin(angles)


ANSWERS = [with_complex_numbers, pair_by_pair, with_partners]

test_is_right = each_is_right("rotary", ANSWERS)
