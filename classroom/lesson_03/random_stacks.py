"""Random parameters for stacks of sublayers, and the way of a gradient down such a stack."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from course_lib import attention, blocks

Params = dict[str, np.ndarray]


def random_matrix(rng: np.random.Generator, d_in: int, d_out: int) -> np.ndarray:
    """Return a random matrix that keeps the variance of what it multiplies."""
    return rng.standard_normal((d_in, d_out)) / math.sqrt(d_in)


def attention_params(rng: np.random.Generator, d_model: int = 64) -> Params:
    """Return random parameters of an attention layer, without biases."""
    return {f"W_{name}": random_matrix(rng, d_model, d_model) for name in "QKVO"}


def feed_forward_params(rng: np.random.Generator, d_model: int = 64, d_ff: int = 256) -> Params:
    """Return random parameters of a feed-forward layer; the biases are 0."""
    return {
        "W_1": random_matrix(rng, d_model, d_ff),
        "b_1": np.zeros(d_ff),
        "W_2": random_matrix(rng, d_ff, d_model),
        "b_2": np.zeros(d_model),
    }


def gradient_at_bottom(
    caches: Sequence[tuple[str, Any]],
    shape: tuple[int, ...],
    residual: bool,
    scale: float = 1.0,
) -> float:
    """Send a random gradient of length 1 down a stack: its length at the bottom.

    Parameters
    ----------
    caches : sequence of (sublayer, cache)
        From the bottom up; the sublayer is "attention" or "feed-forward".
    shape : tuple
        Of the rows, (1, T, d_model).
    residual : bool
        Whether each sublayer was added to the rows, times `scale`, or replaced them.
    """
    dout = np.random.default_rng(4).standard_normal(shape)
    dout /= np.linalg.norm(dout)
    for sublayer, cache in reversed(caches):
        if sublayer == "attention":
            dquery, dmemory, _ = attention.multi_head_attention_backward(dout, cache)
            dx = dquery + dmemory
        else:
            dx, _ = blocks.feed_forward_backward(dout, cache)
        dout = dout + scale * dx if residual else dx
    return float(np.linalg.norm(dout))
