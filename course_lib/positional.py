"""Positions: what tells attention, which sees a set of vectors, in which order they stand."""

import numpy as np

from .internals.checks import shape_error


def wavelengths(d_model, base=10000.0):
    """Wavelength of each sine and cosine pair, in positions: 2 pi base^(2i / d_model).

    Returns an array (d_model / 2,), from 2 pi to almost 2 pi base (Vaswani et al. 2017, Sec. 3.5).
    """
    if d_model % 2:
        raise ValueError(
            f"wavelengths: d_model is {d_model}; it must be even, a sine and a cosine each."
        )
    return 2.0 * np.pi * base ** (np.arange(0, d_model, 2) / d_model)


def sinusoidal_positions(T, d_model, base=10000.0, dtype=np.float64):
    """Fixed position vectors of sines and cosines (Vaswani et al. 2017, Sec. 3.5).

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
    """
    angles = 2.0 * np.pi * np.arange(T)[:, None] / wavelengths(d_model, base)
    table = np.empty((T, d_model), dtype)
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
    """
    T, max_len = x.shape[-2], len(table)
    if x.shape[-1] != table.shape[-1]:
        raise shape_error(
            f"add_positions: d_model is {x.shape[-1]} in x but {table.shape[-1]} in table.",
            [("x", x, "(B, T, d_model)"), ("table", table, "(max_len, d_model)")],
            "a position vector is added to a token vector, feature by feature.",
        )
    if start + T > max_len:
        raise ValueError(
            f"add_positions: the sequence ends at position {start + T - 1}, but the table has "
            f"{max_len} positions, 0 to {max_len - 1}. Shorten the sequence or make max_len larger."
        )
    return x + table[start : start + T], (start, table)


def add_positions_backward(dout, cache):
    """Return (dx, dtable): dx is dout itself; each position adds up dout over the batch."""
    start, table = cache
    dtable = np.zeros_like(table)
    T, d_model = dout.shape[-2:]
    dtable[start : start + T] = dout.reshape(-1, T, d_model).sum(axis=0)
    return dout, dtable
