"""Right answers to multi_head_attention, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib.attention import AttentionCache, MultiHeadCache, scaled_dot_product_attention
from course_lib.layers import linear


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


ANSWERS = [head_by_head, sequence_by_sequence]

test_is_right = each_is_right("multi_head_attention", ANSWERS)
