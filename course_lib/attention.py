"""Attention: masks, heads, scaled dot-product attention, multi-head attention.

A mask is boolean and True means: may attend. It broadcasts to (B, n_heads, T_q, T_k).
"""

import math
from typing import Any, NamedTuple

import numpy as np

from . import layers
from .internals.checks import check_attention, check_batch, check_heads, check_queries


def causal_mask(T_q, T_k=None):
    """Return the mask by which each query attends to its own position and to earlier ones.

    Parameters
    ----------
    T_q : int
    T_k : int, optional
        T_q by default. The queries are the last T_q of T_k positions, so that the mask also serves
        when the earlier keys are in a cache.

    Returns
    -------
    bool array (T_q, T_k)

    Raises
    ------
    ValueError
        If there are fewer keys than queries.

    Examples
    --------
    >>> causal_mask(3).astype(int).tolist()
    [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    """
    check_queries(T_q, T_k)
    T_k = T_q if T_k is None else T_k
    query_positions = np.arange(T_k - T_q, T_k)
    return query_positions[:, None] >= np.arange(T_k)


def padding_mask(ids, pad_id):
    """Return the mask by which each query attends to all keys but padding.

    Parameters
    ----------
    ids : int array (B, T_k)
    pad_id : int

    Returns
    -------
    bool array (B, 1, 1, T_k)

    Examples
    --------
    >>> padding_mask(np.array([[5, 7, 0]]), pad_id=0).tolist()
    [[[[True, True, False]]]]
    """
    ids = check_batch("padding_mask: ids", ids)
    return (ids != pad_id)[:, None, None, :]


def split_heads(x, n_heads):
    """Cut the last axis into heads: (B, T, n_heads d_k) to (B, n_heads, T, d_k).

    Raises
    ------
    ValueError
        If n_heads does not divide the last axis.

    Examples
    --------
    >>> split_heads(np.array([[[1, 2, 3, 4], [5, 6, 7, 8]]]), n_heads=2).tolist()
    [[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]]
    """
    check_heads(x, n_heads)
    B, T, d_model = x.shape
    return x.reshape(B, T, n_heads, d_model // n_heads).transpose(0, 2, 1, 3)


def merge_heads(x):
    """Lay the heads side by side again: (B, n_heads, T, d_k) to (B, T, n_heads d_k).

    Examples
    --------
    >>> merge_heads(np.array([[[[1, 2], [5, 6]], [[3, 4], [7, 8]]]])).tolist()
    [[[1, 2, 3, 4], [5, 6, 7, 8]]]
    """
    B, n_heads, T, d_k = x.shape
    return x.transpose(0, 2, 1, 3).reshape(B, T, n_heads * d_k)


def attention_scores(q, k):
    """Compare every query with every key: q k^T / sqrt(d_k) (Vaswani et al. 2017, Sec. 3.2.1).

    Parameters
    ----------
    q : array (..., T_q, d_k)
    k : array (..., T_k, d_k)

    Returns
    -------
    array (..., T_q, T_k)

    Examples
    --------
    >>> k = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 3.0]])
    >>> attention_scores(np.ones((1, 4)), k).tolist()
    [[2.0, 1.5]]
    """
    d_k = q.shape[-1]
    return q @ k.swapaxes(-1, -2) / math.sqrt(d_k)


class AttentionCache(NamedTuple):
    """What the backward of scaled dot-product attention needs; heatmaps show the weights.

    Examples
    --------
    >>> q, k, v = np.zeros((1, 4)), np.ones((2, 4)), np.ones((2, 3))
    >>> _, cache = scaled_dot_product_attention(q, k, v)
    >>> cache.weights.tolist()
    [[0.5, 0.5]]
    """

    q: np.ndarray
    k: np.ndarray
    v: np.ndarray
    weights: np.ndarray
    softmax: Any


def scaled_dot_product_attention(q, k, v, mask=None):
    """Return softmax(q k^T / sqrt(d_k)) v, a weighted mean of values (Vaswani et al. 2017, Eq. 1).

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
    ValueError, TypeError
        If the shapes do not fit, a query may attend to no key, or the mask is not boolean.

    Examples
    --------
    >>> q, k, v = np.array([[1.0]]), np.log([[1.0], [3.0]]), np.array([[4.0], [8.0]])
    >>> out, cache = scaled_dot_product_attention(q, k, v)
    >>> np.round(cache.weights, 3).tolist(), np.round(out, 3).tolist()
    ([[0.25, 0.75]], [[7.0]])
    """
    check_attention(q, k, v, mask)
    scores = attention_scores(q, k)
    if mask is not None:
        scores = np.where(mask, scores, -np.inf)
    weights, softmax_cache = layers.softmax(scores)
    out = weights @ v
    return out, AttentionCache(q, k, v, weights, softmax_cache)


def scaled_dot_product_attention_backward(dout, cache):
    """Return (dq, dk, dv), each with the shape of q, k and v.

    A masked score had weight 0, which makes its gradient 0.

    Examples
    --------
    >>> q, k, v = np.array([[0.0]]), np.array([[1.0], [3.0]]), np.array([[4.0], [8.0]])
    >>> _, cache = scaled_dot_product_attention(q, k, v)
    >>> dq, dk, dv = scaled_dot_product_attention_backward(np.array([[1.0]]), cache)
    >>> dq.tolist(), dv.tolist()
    ([[2.0]], [[0.5], [0.5]])
    """
    q, k, v, weights, softmax_cache = cache
    dv = weights.swapaxes(-1, -2) @ dout
    dweights = dout @ v.swapaxes(-1, -2)
    dscores = layers.softmax_backward(dweights, softmax_cache) / math.sqrt(q.shape[-1])
    dq = dscores @ k
    dk = dscores.swapaxes(-1, -2) @ q
    return dq, dk, dv


class MultiHeadCache(NamedTuple):
    """The caches of the four projections and of the attention between them.

    Examples
    --------
    >>> params = {name: np.eye(4) for name in ("W_Q", "W_K", "W_V", "W_O")}
    >>> _, cache = multi_head_attention(np.ones((1, 1, 4)), np.ones((1, 2, 4)), params, n_heads=2)
    >>> cache.weights.tolist()
    [[[[0.5, 0.5]], [[0.5, 0.5]]]]
    """

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
    """Attend in n_heads subspaces at once (Vaswani et al. 2017, Sec. 3.2.2).

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

    Examples
    --------
    Keys of 0 make all scores 0, so the query takes the mean of the values:

    >>> params = {"W_Q": np.eye(2), "W_K": 0 * np.eye(2), "W_V": np.eye(2), "W_O": np.eye(2)}
    >>> memory = np.array([[[1.0, 0.0], [3.0, 8.0]]])
    >>> out, cache = multi_head_attention(np.ones((1, 1, 2)), memory, params, n_heads=1)
    >>> out.tolist()
    [[[2.0, 4.0]]]
    """
    q, query_cache = layers.linear(x, params["W_Q"], params.get("b_Q"))
    k, key_cache = layers.linear(memory, params["W_K"], params.get("b_K"))
    v, value_cache = layers.linear(memory, params["W_V"], params.get("b_V"))
    # (B, T, d_model) to (B, n_heads, T, d_k), and back behind the attention
    q, k, v = split_heads(q, n_heads), split_heads(k, n_heads), split_heads(v, n_heads)
    heads, attention_cache = scaled_dot_product_attention(q, k, v, mask)
    merged = merge_heads(heads)
    out, output_cache = layers.linear(merged, params["W_O"], params.get("b_O"))
    return out, MultiHeadCache(query_cache, key_cache, value_cache, attention_cache, output_cache)


def multi_head_attention_backward(dout, cache):
    """Return (dx, dmemory, dparams), with the shapes of x and memory and the keys of params.

    In self-attention the gradient of x is dx + dmemory.

    Examples
    --------
    >>> params = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> memory = np.array([[[1.0], [3.0]]])
    >>> _, cache = multi_head_attention(np.ones((1, 1, 1)), memory, params, n_heads=1)
    >>> dx, dmemory, dparams = multi_head_attention_backward(np.array([[[10.0]]]), cache)
    >>> dmemory.tolist(), dparams["W_V"].tolist()
    ([[[5.0], [5.0]]], [[20.0]])
    """
    n_heads = cache.weights.shape[1]
    dmerged, dW_O, db_O = layers.linear_backward(dout, cache.output)
    dheads = split_heads(dmerged, n_heads)
    dq, dk, dv = scaled_dot_product_attention_backward(dheads, cache.attention)
    dq, dk, dv = merge_heads(dq), merge_heads(dk), merge_heads(dv)
    dx, dW_Q, db_Q = layers.linear_backward(dq, cache.query)
    dmemory_k, dW_K, db_K = layers.linear_backward(dk, cache.key)
    dmemory_v, dW_V, db_V = layers.linear_backward(dv, cache.value)
    dparams = {"W_Q": dW_Q, "W_K": dW_K, "W_V": dW_V, "W_O": dW_O}
    if db_O is not None:
        dparams |= {"b_Q": db_Q, "b_K": db_K, "b_V": db_V, "b_O": db_O}
    return dx, dmemory_k + dmemory_v, dparams


def attend(x, memory, params, n_heads, mask=None, past=None):
    """Return multi_head_attention; blocks that were saved earlier call it by this name.

    They hand on a `past`, which is None: decoding no longer goes through a block.

    Examples
    --------
    >>> params = {name: np.eye(1) for name in ("W_Q", "W_K", "W_V", "W_O")}
    >>> out, cache = attend(np.ones((1, 1, 1)), np.full((1, 2, 1), 7.0), params, n_heads=1)
    >>> out.tolist()
    [[[7.0]]]
    """
    return multi_head_attention(x, memory, params, n_heads, mask)
