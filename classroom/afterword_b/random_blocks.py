"""Random parameters of a block of Llama, and how far two of its outputs are apart."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from classroom.plots.tables import Table, table


def random_llama(
    d_model: int, n_heads: int, n_groups: int, d_ff: int = 80, T: int = 11
) -> tuple[dict, dict, np.ndarray]:
    """Return params with few keys and values, the same with a group for each head, and a stream.

    Parameters
    ----------
    d_model, n_heads, n_groups, d_ff, T : int

    Returns
    -------
    params, wide : dict
        W_Q, W_K, W_V, W_O, W_1, W_2, W_3, gamma_1, gamma_2.
    x : array (1, T, d_model)
    """
    rng = np.random.default_rng(9)
    kept = n_groups * d_model // n_heads

    def draw(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape) / math.sqrt(shape[0])

    params = {"W_Q": draw(d_model, d_model), "W_K": draw(d_model, kept)}
    params |= {"W_V": draw(d_model, kept), "W_O": draw(d_model, d_model)}
    params |= {"W_1": draw(d_model, d_ff), "W_3": draw(d_model, d_ff), "W_2": draw(d_ff, d_model)}
    params |= {"gamma_1": np.ones(d_model), "gamma_2": np.ones(d_model)}
    wide = params | {"W_K": draw(d_model, d_model), "W_V": draw(d_model, d_model)}
    return params, wide, rng.standard_normal((1, T, d_model))


def entries_apart(pairs: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Table:
    """Count where two arrays differ by more than 1e-6 of the largest entry, for several pairs."""
    differ = [(np.abs(a - b) > 1e-6 * np.abs(b).max()).sum() for a, b in pairs.values()]
    of = [b.size for _, b in pairs.values()]
    how_many = [f"{count} of {size}" for count, size in zip(differ, of, strict=True)]
    return table({"entries that differ": list(pairs), "how many": how_many})
