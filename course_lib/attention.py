"""Attention: masks, heads, scaled dot-product attention, multi-head attention.

A mask is boolean and True means: may attend. It broadcasts to (B, n_heads, T_q, T_k).
"""

import math
from typing import Any, NamedTuple

import numpy as np

from . import layers
from .internals.checks import check_attention_mask, check_attention_shapes


def causal_mask(T_q, T_k=None):
    """Each query may attend to its own position and to earlier ones.

    Returns bool (T_q, T_k), where T_k is T_q by default. The queries are the last T_q of T_k
    positions, so that the mask also serves when the earlier keys are in a cache.
    """
    T_k = T_q if T_k is None else T_k
    if T_k < T_q:
        raise ValueError(
            f"causal_mask: T_k is {T_k} but T_q is {T_q}; the queries are the last T_q positions."
        )
    return np.arange(T_k) <= np.arange(T_k - T_q, T_k)[:, None]


def padding_mask(ids, pad_id):
    """Each query may attend to keys that are not padding: ids (B, T_k) to bool (B, 1, 1, T_k)."""
    return (np.asarray(ids) != pad_id)[:, None, None, :]


def split_heads(x, n_heads):
    """Cut the last axis into heads: (B, T, n_heads d_k) to (B, n_heads, T, d_k)."""
    B, T, d_model = x.shape
    if d_model % n_heads:
        raise ValueError(
            f"split_heads: d_model is {d_model}, which n_heads = {n_heads} does not divide. "
            "Every head gets d_model / n_heads features."
        )
    return x.reshape(B, T, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)


def merge_heads(x):
    """Lay the heads side by side again: (B, n_heads, T, d_k) to (B, T, n_heads d_k)."""
    B, n_heads, T, d_k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)


class AttentionCache(NamedTuple):
    """What the backward of scaled dot-product attention needs, and heatmaps show (`weights`)."""

    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    weights: np.ndarray
    softmax: Any


def scaled_dot_product_attention(q, k, v, mask=None):
    """softmax(q k^T / sqrt(d_k)) v (Vaswani et al. 2017, Eq. 1).

    Parameters
    ----------
    q : array (..., T_q, d_k)
    k : array (..., T_k, d_k)
    v : array (..., T_k, d_v)
    mask : bool array that broadcasts to (..., T_q, T_k), optional
        True where a query may attend to a key.

    Returns
    -------
    out : array (..., T_q, d_v)
    cache : AttentionCache(q, k, v, weights, softmax)
        weights (..., T_q, T_k) sum to 1 over the keys.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a query may attend to no key.
    """
    check_attention_shapes(q, k, v)
    # Scaling q scales the scores, and q is smaller; copy() moves k^T, which speeds the product up.
    scores = (q * (1.0 / math.sqrt(q.shape[-1]))) @ k.swapaxes(-1, -2).copy()
    if mask is not None:
        check_attention_mask(mask, scores)
        scores += np.where(mask, 0.0, -np.inf).astype(scores.dtype)
    weights, softmax_cache = layers.softmax(scores)
    return weights @ v, AttentionCache(q, k, v, weights, softmax_cache)


def scaled_dot_product_attention_backward(dout, cache):
    """Return (dq, dk, dv). A masked score had weight 0, which makes its gradient 0."""
    q, k, v, weights, softmax_cache = cache
    dv = _product(weights.swapaxes(-1, -2), dout)
    dweights = dout @ v.swapaxes(-1, -2).copy()
    dscores = layers.softmax_backward(dweights, softmax_cache)
    scale = 1.0 / math.sqrt(q.shape[-1])
    dq = _product(dscores, k) * scale
    dk = _product(dscores.swapaxes(-1, -2), q * scale)
    return dq, dk, dv


def _product(a, b):
    """Return a @ b, laid out in memory so that `merge_heads` has nothing to move."""
    if a.ndim != 4 or a.shape[:2] != b.shape[:2]:
        return a @ b
    (B, n_heads, T, _), d_k = a.shape, b.shape[-1]
    if T < 8:
        a = np.ascontiguousarray(a)  # BLAS takes longer over a small transposed matrix than a copy
    out = np.empty((B, T, n_heads, d_k), np.result_type(a, b)).transpose(0, 2, 1, 3)
    return np.matmul(a, b, out=out)


class MultiHeadCache(NamedTuple):
    """The caches of the four projections and of the attention between them."""

    query: Any
    key: Any
    value: Any
    attention: AttentionCache
    output: Any

    @property
    def weights(self):
        """Attention weights, (B, n_heads, T_q, T_k)."""
        return self.attention.weights


def multi_head_attention(x, memory, params, n_heads, mask=None):
    """Attention in n_heads subspaces at once (Vaswani et al. 2017, Sec. 3.2.2).

    Parameters
    ----------
    x : array (B, T_q, d_model)
        Where the queries come from.
    memory : array (B, T_k, d_model)
        Where keys and values come from: x itself in self-attention, the encoder's output in
        cross-attention.
    params : dict
        W_Q, W_K, W_V, W_O, each (d_model, d_model), and b_Q, b_K, b_V, b_O, each (d_model,).
        The paper has no biases; they may be left out.
    n_heads : int
        Divides d_model.
    mask : bool array that broadcasts to (B, n_heads, T_q, T_k), optional

    Returns
    -------
    out : array (B, T_q, d_model)
    cache : MultiHeadCache(query, key, value, attention, output)
    """
    q, query_cache = _project(x, params, "Q")
    k, key_cache = _project(memory, params, "K")
    v, value_cache = _project(memory, params, "V")
    q, k, v = split_heads(q, n_heads), split_heads(k, n_heads), split_heads(v, n_heads)
    heads, attention_cache = scaled_dot_product_attention(q, k, v, mask)
    out, output_cache = _project(merge_heads(heads), params, "O")
    return out, MultiHeadCache(query_cache, key_cache, value_cache, attention_cache, output_cache)


def multi_head_attention_backward(dout, cache):
    """Return (dx, dmemory, dparams). In self-attention the gradient of x is dx + dmemory."""
    n_heads = cache.weights.shape[1]
    dparams: dict[str, np.ndarray] = {}
    dmerged = _project_backward(dout, cache.output, dparams, "O")
    dq, dk, dv = scaled_dot_product_attention_backward(
        split_heads(dmerged, n_heads), cache.attention
    )
    dmemory = _project_backward(merge_heads(dv), cache.value, dparams, "V")
    dmemory += _project_backward(merge_heads(dk), cache.key, dparams, "K")
    dx = _project_backward(merge_heads(dq), cache.query, dparams, "Q")
    return dx, dmemory, dparams


def attend(x, memory, params, n_heads, mask=None, past=None):
    """multi_head_attention, or attend_with_past where there is a past: what a block calls.

    A block that hands its `past` on serves training and decoding alike.
    """
    if past is None:
        return multi_head_attention(x, memory, params, n_heads, mask)
    return attend_with_past(x, memory, params, n_heads, mask, past)


def attend_with_past(x, memory, params, n_heads, mask, past):
    """multi_head_attention for decoding: keys and values of earlier calls are not computed again.

    Parameters
    ----------
    x, params, n_heads, mask
        As in multi_head_attention.
    memory : array (B, T, d_model) or None
        Vectors whose keys and values are new; they are added to `past`. None if there are none.
    past : dict
        {} at first; then k and v of all calls so far, each (B, n_heads, T_k, d_k).

    Returns
    -------
    out : array (B, T_q, d_model)
    cache : MultiHeadCache
        Holds the attention alone: there is no backward through a past.
    """
    q = split_heads(_project(x, params, "Q")[0], n_heads)
    if memory is not None:
        k = split_heads(_project(memory, params, "K")[0], n_heads)
        v = split_heads(_project(memory, params, "V")[0], n_heads)
        past["k"] = np.concatenate([past["k"], k], axis=2) if "k" in past else k
        past["v"] = np.concatenate([past["v"], v], axis=2) if "v" in past else v
    heads, attention_cache = scaled_dot_product_attention(q, past["k"], past["v"], mask)
    out, _ = _project(merge_heads(heads), params, "O")
    return out, MultiHeadCache(None, None, None, attention_cache, None)


def _project(x, params, name):
    return layers.linear(x, params[f"W_{name}"], params.get(f"b_{name}"))


def _project_backward(dout, cache, dparams, name):
    dx, dparams[f"W_{name}"], db = layers.linear_backward(dout, cache)
    if db is not None:
        dparams[f"b_{name}"] = db
    return dx
