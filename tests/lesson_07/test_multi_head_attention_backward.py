"""Right answers to multi_head_attention_backward, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib import attention, layers
from course_lib.attention import merge_heads, scaled_dot_product_attention_backward, split_heads


def multi_head_attention_backward_head_by_head(dout, cache):
    (merged, W_O, b_O), heads = cache.output, cache.attention
    d_k = heads.q.shape[-1]
    dmerged = dout @ W_O.T
    wide = {name: np.zeros(linear[0].shape) for name, linear in zip("QKV", cache[:3], strict=True)}
    for h in range(heads.q.shape[1]):
        columns = slice(h * d_k, (h + 1) * d_k)
        q, k, v, weights = (array[:, h] for array in heads[:4])
        one = attention.AttentionCache(q, k, v, weights, (weights, -1))
        grads = scaled_dot_product_attention_backward(dmerged[..., columns], one)
        for name, grad in zip("QKV", grads, strict=True):
            wide[name][..., columns] = grad
    dparams = {"W_O": np.einsum("bti,btj->ij", merged, dout)}
    inputs = {}
    for name, (x, W, b) in zip("QKV", cache[:3], strict=True):
        inputs[name] = wide[name] @ W.T
        dparams[f"W_{name}"] = np.einsum("bti,btj->ij", x, wide[name])
        if b is not None:
            dparams[f"b_{name}"] = wide[name].sum(axis=(0, 1))
    if b_O is not None:
        dparams["b_O"] = dout.sum(axis=(0, 1))
    return inputs["Q"], inputs["K"] + inputs["V"], dparams


def multi_head_attention_backward_in_a_loop(dout, cache):
    dparams = {}

    def back(dz, linear, name):
        dx, dparams[f"W_{name}"], db = layers.linear_backward(dz, linear)
        if db is not None:
            dparams[f"b_{name}"] = db
        return dx

    dheads = split_heads(back(dout, cache.output, "O"), cache.attention.q.shape[1])
    grads = scaled_dot_product_attention_backward(dheads, cache.attention)
    parts = [
        back(merge_heads(grad), linear, name)
        for grad, linear, name in zip(grads, cache[:3], "QKV", strict=True)
    ]
    return parts[0], parts[1] + parts[2], dparams


ANSWERS = [multi_head_attention_backward_head_by_head, multi_head_attention_backward_in_a_loop]

test_is_right = each_is_right("multi_head_attention_backward", ANSWERS)
