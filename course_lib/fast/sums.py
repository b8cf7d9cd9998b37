"""Sums and means as products with ones, because BLAS adds faster than NumPy."""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=256)
def constant(n, value, dtype):
    """Return a vector (n,) of one value, made once for all and read-only."""
    vector = np.full(n, value, dtype)
    vector.flags.writeable = False
    return vector


def sum_rows(rows):
    """Sum an (N, d) array over N."""
    return constant(len(rows), 1.0, rows.dtype).dot(rows)


def row_sums(rows):
    """Sum each row of an (N, d) array: (N,)."""
    return rows.dot(constant(rows.shape[-1], 1.0, rows.dtype))


def row_means(rows):
    """Return the mean of each row of an (N, d) array: (N,)."""
    return row_sums(rows) / rows.shape[-1]


def row_dots(x, y):
    """Dot product of each vector (..., d) of x with that of y: (...)."""
    d = x.shape[-1]
    if d >= 64:
        return np.vecdot(x, y)  # a call for each row: slow for short rows
    return (x * y).reshape(-1, d).dot(constant(d, 1.0, x.dtype)).reshape(x.shape[:-1])


def is_moderate(total):
    """Tell whether sums of exponentials (N,) are all far from 0 and from overflow, and none is nan.

    float32 goes from 1e-38 to 1e38; what is left is room for the terms that were added.
    """
    lowest, highest = np.minimum.reduce(total, initial=1), np.maximum.reduce(total, initial=1)
    return lowest > 1e-20 and highest < 1e20
