"""Twins of functions of `course_lib.attention`. What they compute is read there."""

import math
from functools import lru_cache

import numpy as np

from .. import attention
from ..internals.checks import check_attention
from .sums import is_moderate, row_dots, row_sums

_original = attention.scaled_dot_product_attention


def scaled_dot_product_attention(q, k, v, mask=None):
    """Do as the function in `attention`: one array becomes scores, exponentials and weights.

    A mask is added, which costs a quarter of `np.where`. The maximum of each row is subtracted only
    where exp would overflow or leave a row of zeros.
    """
    bias = _check_and_make_bias(q, k, v, mask)
    weights = q @ k.swapaxes(-1, -2)
    weights *= 1 / math.sqrt(q.shape[-1])
    if bias is not None:
        weights += bias
    rows = weights.reshape(-1, weights.shape[-1])
    with np.errstate(over="ignore"):
        np.exp(rows, out=rows)
        total = row_sums(rows)
    if not is_moderate(total):
        return _original(q, k, v, mask)
    rows /= total[:, None]
    out = np.matmul(weights, v, out=_empty_heads(v.shape[-1], weights, v))
    return out, attention.AttentionCache(q, k, v, weights, (weights, -1))


def scaled_dot_product_attention_backward(dout, cache):
    """Do as the function in `attention`: one array becomes the gradients of weights and scores.

    The results lie in memory as `merge_heads` wants them, which then need not copy.
    """
    q, k, v, weights, _ = cache
    weights_T = weights.swapaxes(-1, -2)
    dv = np.matmul(weights_T, dout, out=_empty_heads(v.shape[-1], weights_T, dout))
    dscores = dout @ v.swapaxes(-1, -2)
    dscores -= row_dots(dscores, weights)[..., None]
    dscores *= weights
    dscores *= 1 / math.sqrt(q.shape[-1])
    dscores_T = dscores.swapaxes(-1, -2)
    dq = np.matmul(dscores, k, out=_empty_heads(k.shape[-1], dscores, k))
    dk = np.matmul(dscores_T, q, out=_empty_heads(q.shape[-1], dscores_T, q))
    return dq, dk, dv


def _empty_heads(d, a, b):
    """Return an array for heads a @ b of width d, laid out so that `merge_heads` need not copy."""
    shape, dtype = (*a.shape[:-1], d), np.result_type(a, b)
    if len(shape) != 4:
        return np.empty(shape, dtype)
    B, n_heads, T, _ = shape
    return np.empty((B, T, n_heads, d), dtype).transpose(0, 2, 1, 3)


def _check_and_make_bias(q, k, v, mask):
    """Refuse what does not fit; return the mask as numbers to add to scores, 0 or -inf."""
    shape = q.shape[-2], k.shape[-2]
    if mask is not None and mask.shape == shape and mask.dtype == bool and mask.size <= _KEPT:
        bias = _bias(mask.tobytes(), shape, q.dtype)
        if bias is not None:
            check_attention(q, k, v, None)
            return bias
    check_attention(q, k, v, mask)
    return None if mask is None else np.where(mask, 0, -np.inf).astype(q.dtype)


_KEPT = 1 << 14
"""Largest mask (T_q, T_k) that is kept: it comes again in each block of each step."""


@lru_cache(maxsize=32)
def _bias(mask, shape, dtype):
    """Return the bytes of a mask as 0 and -inf; None where a query may attend to no key."""
    mask = np.frombuffer(mask, bool).reshape(shape)
    if not mask.any(axis=-1).all():
        return None
    bias = np.where(mask, 0, -np.inf).astype(dtype)
    bias.flags.writeable = False
    return bias
