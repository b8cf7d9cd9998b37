"""What lesson 1 measures: in how many numbers two arrays agree."""

from __future__ import annotations

from typing import Any

import numpy as np


def agreement(one: Any, other: Any, within: float = 1e-12) -> str:
    """Say how many of the numbers of two arrays agree, up to a threshold.

    Parameters
    ----------
    one, other : array_like, of one shape
    within : float
        The threshold.

    Returns
    -------
    str
        Such as "831 of 832 numbers differ by less than 1e-12".

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape:
        raise ValueError(f"agreement: the shapes differ, {one.shape} and {other.shape}.")
    count = int((np.abs(one - other) < within).sum())
    return f"{count:,} of {one.size:,} numbers differ by less than {within:g}"
