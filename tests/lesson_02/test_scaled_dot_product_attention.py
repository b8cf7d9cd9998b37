"""Right answers to scaled_dot_product_attention, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib import layers
from course_lib.attention import AttentionCache


def attention_with_large_penalty(q, k, v, mask=None):
    scores = np.einsum("...if,...jf->...ij", q, k) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + (1.0 - mask) * -1e9
    weights, softmax_cache = layers.softmax(scores)
    return np.einsum("...ij,...jf->...if", weights, v), AttentionCache(
        q, k, v, weights, softmax_cache
    )


def attention_with_the_lowest_number(q, k, v, mask=None):
    scores = q @ np.moveaxis(k, -1, -2) / np.sqrt(k.shape[-1])
    if mask is not None:
        scores = np.where(mask, scores, np.finfo(np.float32).min)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    out = (weights[..., None] * v[..., None, :, :]).sum(axis=-2)
    return out, AttentionCache(q, k, v, weights, (weights, -1))


def attention_in_float32(q, k, v, mask=None):
    q, k, v = (z.astype(np.float32) for z in (q, k, v))
    scores = q @ k.swapaxes(-1, -2) / np.float32(np.sqrt(q.shape[-1]))
    if mask is not None:
        scores = scores + np.where(mask, np.float32(0), np.float32(-np.inf))
    weights, softmax_cache = layers.softmax(scores)
    return weights @ v, AttentionCache(q, k, v, weights, softmax_cache)


def attention_in_loops(q, k, v, mask=None):
    T_q, T_k = q.shape[-2], k.shape[-2]
    weights = np.zeros((*q.shape[:-1], T_k))
    out = np.zeros((*q.shape[:-1], v.shape[-1]))
    if mask is not None:
        mask = np.broadcast_to(mask, weights.shape)
    for place in np.ndindex(q.shape[:-2]):
        for i in range(T_q):
            allowed = [j for j in range(T_k) if mask is None or mask[place][i, j]]
            scores = np.array([q[place][i] @ k[place][j] for j in allowed])
            exps = np.exp((scores - scores.max()) / np.sqrt(q.shape[-1]))
            for j, e in zip(allowed, exps, strict=True):
                weights[(*place, i, j)] = e / exps.sum()
                out[(*place, i)] += weights[(*place, i, j)] * v[place][j]
    return out, AttentionCache(q, k, v, weights, (weights, -1))


ANSWERS = [
    attention_with_large_penalty,
    attention_with_the_lowest_number,
    attention_in_float32,
    attention_in_loops,
]

test_is_right = each_is_right("scaled_dot_product_attention", ANSWERS)
