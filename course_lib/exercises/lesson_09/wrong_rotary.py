"""Wrong answers to rotary, and the angles of right ones."""

import numpy as np


def turned(x, angles):
    """Turn adjacent pairs by angles (T, d_k / 2)."""
    c, s = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * c - odd * s, odd * c + even * s], axis=-1).reshape(x.shape)


def angles_of(x, start, base):
    """Return the angle of each pair at each position, (T, d_k / 2)."""
    T, d_k = x.shape[-2:]
    return np.arange(start, start + T)[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)


def backwards(x, start=0, base=10000.0):
    return turned(x, -angles_of(x, start, base))


def from_one(x, start=0, base=10000.0):
    return turned(x, angles_of(x, start + 1, base))


def without_start(x, start=0, base=10000.0):
    return turned(x, angles_of(x, 0, base))


def one_frequency(x, start=0, base=10000.0):
    return turned(x, angles_of(x, start, 1.0))


def halved_exponent(x, start=0, base=10000.0):
    return turned(x, angles_of(x, start, base**0.5))


def fixed_base(x, start=0, base=10000.0):
    return turned(x, angles_of(x, start, 10000.0))


def halves(x, start=0, base=10000.0):
    half = x.shape[-1] // 2
    angles = angles_of(x, start, base)
    c, s = np.cos(angles), np.sin(angles)
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * c - second * s, second * c + first * s], axis=-1)


def reflected(x, start=0, base=10000.0):
    angles = angles_of(x, start, base)
    c, s = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * c + odd * s, even * s - odd * c], axis=-1).reshape(x.shape)


def overwritten(x, start=0, base=10000.0):
    angles = angles_of(x, start, base)
    c, s = np.cos(angles), np.sin(angles)
    out = x.copy()
    out[..., 0::2] = out[..., 0::2] * c - out[..., 1::2] * s
    out[..., 1::2] = out[..., 1::2] * c + out[..., 0::2] * s
    return out


def wrong_axis(x, start=0, base=10000.0):
    if x.ndim < 3:
        return turned(x, angles_of(x, start, base))
    swapped = np.moveaxis(x, -3, -2)
    return np.moveaxis(turned(swapped, angles_of(swapped, start, base)), -2, -3)


def added(x, start=0, base=10000.0):
    angles = angles_of(x, start, base)
    return x + np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(x.shape[-2:])


def positive_exponent(x, start=0, base=10000.0):
    return turned(x, angles_of(x, start, 1 / base))


def doubled_exponent(x, start=0, base=10000.0):
    return turned(x, angles_of(x, start, base**2))


def exchanged(x, start=0, base=10000.0):
    return turned(x, np.pi / 2 - angles_of(x, start, base))


def one_sign(sign):
    """The second term of both features with the same sign."""

    def wrong(x, start=0, base=10000.0):
        angles = angles_of(x, start, base)
        c, s = np.cos(angles), sign * np.sin(angles)
        even, odd = x[..., 0::2], x[..., 1::2]
        return np.stack([even * c + odd * s, odd * c + even * s], axis=-1).reshape(x.shape)

    return wrong


def one_behind_the_other(x, start=0, base=10000.0):
    out = turned(x, angles_of(x, start, base))
    return np.concatenate([out[..., 0::2], out[..., 1::2]], axis=-1)
