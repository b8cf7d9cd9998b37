"""Sums and means as matrix products, because BLAS adds faster than NumPy's own sums.

What each function computes is its first line; how it does so matters to no lesson.
"""

from functools import lru_cache

import numpy as np


@lru_cache(maxsize=256)
def _constant(n, value, dtype):
    """Return a vector (n,) of one value, made once for all and read-only."""
    vector = np.full(n, value, dtype)
    vector.flags.writeable = False
    return vector


def sum_rows(rows):
    """Sum an (N, d) array over N."""
    return _constant(len(rows), 1.0, rows.dtype).dot(rows)


def row_dot(x, vector):
    """Dot product of each vector (..., d) with one vector (d,): an array (..., 1)."""
    return x.reshape(-1, len(vector)).dot(vector).reshape(*x.shape[:-1], 1)


def axis_sum(x, axis):
    """Sum along an axis, which stays with length 1."""
    if axis not in (-1, x.ndim - 1):
        return x.sum(axis=axis, keepdims=True)
    return row_dot(x, _constant(x.shape[-1], 1.0, x.dtype))


def axis_dot(x, y, axis):
    """Sum x y along an axis, which stays with length 1."""
    if axis not in (-1, x.ndim - 1) or x.shape[-1] < 32:
        return axis_sum(x * y, axis)
    return np.vecdot(x, y)[..., None]  # a call for each row: slow for short rows


def row_mean(x):
    """Mean of each vector (..., d): an array (..., 1)."""
    return axis_sum(x, -1) / x.shape[-1]
