"""Attention written in other styles: right answers that the checks must not turn down."""

import numpy as np

from course_lib import layers
from course_lib.attention import AttentionCache, MultiHeadCache, scaled_dot_product_attention
from course_lib.layers import linear


def attention_with_large_penalty(q, k, v, mask=None):
    scores = np.einsum("...if,...jf->...ij", q, k) * q.shape[-1] ** -0.5
    if mask is not None:
        scores = scores + (1.0 - mask) * -1e9
    weights, softmax_cache = layers.softmax(scores)
    return np.einsum("...ij,...jf->...if", weights, v), AttentionCache(
        q, k, v, weights, softmax_cache
    )


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


def head_by_head(x, memory, params, n_heads, mask=None):
    """A narrow projection for each head, as the paper writes it, and a loop over the heads."""
    d_k = x.shape[-1] // n_heads
    heads, caches = [], []
    inputs = {"Q": x, "K": memory, "V": memory}
    for h in range(n_heads):
        part = slice(h * d_k, (h + 1) * d_k)
        narrow = []
        for name, z in inputs.items():
            narrow.append(np.einsum("btd,df->btf", z, params[f"W_{name}"][:, part]))
            if f"b_{name}" in params:
                narrow[-1] += params[f"b_{name}"][part]
        head_mask = mask[:, 0] if mask is not None and mask.ndim == 4 else mask
        out, cache = scaled_dot_product_attention(narrow[0], narrow[1], narrow[2], head_mask)
        heads.append(out)
        caches.append(cache)
    q, k, v, weights = (np.stack([c[i] for c in caches], axis=1) for i in range(4))
    out, output = linear(np.concatenate(heads, axis=-1), params["W_O"], params.get("b_O"))
    query, key, value = (
        (z, params[f"W_{name}"], params.get(f"b_{name}")) for name, z in inputs.items()
    )
    attended = AttentionCache(q, k, v, weights, (weights, -1))
    return out, MultiHeadCache(query, key, value, attended, output)


def sequence_by_sequence(x, memory, params, n_heads, mask=None):
    """One sequence of the batch after the other."""
    out = np.empty_like(x)
    for b in range(len(x)):
        own = mask[b : b + 1] if mask is not None and mask.ndim == 4 else mask
        out[b] = head_by_head(x[b : b + 1], memory[b : b + 1], params, n_heads, own)[0][0]
    return out, head_by_head(x, memory, params, n_heads, mask)[1]
