"""Position vectors: fixed sines and cosines, and adding a table of them to token vectors.

Attention reads its vectors as a set. Their positions tell it in which order they stand.
"""

import numpy as np

from .internals.checks import check_even, check_positions


def wavelengths(d_model, base=10000.0):
    """Return the wavelength of each sine and cosine pair, in positions: 2 pi base^(2i / d_model).

    The array (d_model / 2,) goes from 2 pi to almost 2 pi base (Vaswani et al. 2017, Sec. 3.5).

    Examples
    --------
    >>> np.round(wavelengths(4, base=100.0) / (2 * np.pi), 3).tolist()
    [1.0, 10.0]
    """
    check_even("wavelengths", "d_model", d_model)
    return 2.0 * np.pi * base ** (np.arange(0, d_model, 2) / d_model)


def sinusoidal_positions(T, d_model, base=10000.0, dtype=np.float64):
    """Return fixed position vectors of sines and cosines (Vaswani et al. 2017, Sec. 3.5).

    Parameters
    ----------
    T : int
        Number of positions, 0 to T - 1.
    d_model : int
        Even; feature 2i is a sine and feature 2i + 1 the cosine of the same wavelength.
    base : float
        The longest wavelength is nearly 2 pi base.
    dtype : dtype of the result

    Returns
    -------
    array (T, d_model)

    Examples
    --------
    >>> np.round(sinusoidal_positions(T=2, d_model=4), 3).tolist()
    [[0.0, 1.0, 0.0, 1.0], [0.841, 0.54, 0.01, 1.0]]
    """
    check_even("sinusoidal_positions", "d_model", d_model)
    table = np.empty((T, d_model), dtype)
    omega = base ** (-2 * np.arange(d_model // 2) / d_model)
    angles = np.arange(T)[:, None] * omega  # (T, d_model / 2)
    table[:, 0::2] = np.sin(angles)
    table[:, 1::2] = np.cos(angles)
    return table


def add_positions(x, table, start=0):
    """Add the position vectors start, start + 1, ... to a sequence of token vectors.

    Parameters
    ----------
    x : array (B, T, d_model) or (T, d_model)
    table : array (max_len, d_model)
        Sinusoidal, or learned.
    start : int
        Position of the first vector; above 0 when earlier ones are in a key-value cache.

    Returns
    -------
    out : array, as x
    cache : (start, table)

    Raises
    ------
    ValueError
        If the sequence ends after the last position of the table, or the widths differ.

    Examples
    --------
    >>> table = np.array([[1.0], [2.0], [3.0]])
    >>> out, cache = add_positions(np.array([[10.0], [20.0]]), table, start=1)
    >>> out.tolist()
    [[12.0], [23.0]]
    """
    check_positions(x, table, start)
    T = x.shape[-2]
    out = x + table[start : start + T]
    return out, (start, table)


def add_positions_backward(dout, cache):
    """Return (dx, dtable): dx is dout itself, each row of dtable its sum over the batch.

    dtable (max_len, d_model) is 0 in the rows that the forward did not read.

    Examples
    --------
    >>> _, cache = add_positions(np.zeros((2, 1, 1)), np.zeros((3, 1)), start=1)
    >>> dx, dtable = add_positions_backward(np.array([[[5.0]], [[6.0]]]), cache)
    >>> dtable.tolist()
    [[0.0], [11.0], [0.0]]
    """
    start, table = cache
    dtable = np.zeros_like(table)
    T, d_model = dout.shape[-2:]
    dtable[start : start + T] = dout.reshape(-1, T, d_model).sum(axis=0)
    return dout, dtable
