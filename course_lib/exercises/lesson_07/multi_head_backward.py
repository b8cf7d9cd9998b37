"""Exercise: multi_head_attention_backward."""

import numpy as np

from course_lib import attention, layers
from course_lib.attention import (
    merge_heads,
    scaled_dot_product_attention_backward,
    split_heads,
)
from course_lib.layers import linear_backward

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_multi_head as wrong


def multi_head_backward_cases(rng):
    def case(T_q, T_k, label, n_heads=3, mask=None, biases=True, d_model=33):
        params = {f"W_{n}": rng.normal(size=(d_model, d_model)) / d_model**0.5 for n in "QKVO"}
        if biases:
            params |= {f"b_{n}": rng.normal(size=d_model) for n in "QKVO"}
        x, memory = rng.normal(size=(2, T_q, d_model)), rng.normal(size=(2, T_k, d_model))
        out, cache = attention.multi_head_attention(x, memory, params, n_heads, mask)
        dout = 0.02 * rng.normal(
            size=out.shape
        )  # b_K has the gradient 0: a float32 answer must pass
        return Case((dout, cache), label=label)

    return [
        case(1, 1, "one token that attends to one other, one head of one feature", 1, d_model=1),
        case(5, 7, "5 queries and 7 keys, 3 heads of 11 features"),
        case(5, 5, "with a causal mask", mask=attention.causal_mask(5)),
        case(5, 7, "no biases, as in the paper", biases=False),
        case(5, 7, "one head", n_heads=1),
    ]


def _plain(dout, cache):
    n_heads = cache.weights.shape[1]
    dmerged, dW_O, db_O = linear_backward(dout, cache.output)
    dheads = split_heads(dmerged, n_heads)
    dq, dk, dv = scaled_dot_product_attention_backward(dheads, cache.attention)
    dx, dW_Q, db_Q = linear_backward(merge_heads(dq), cache.query)
    dmemory_k, dW_K, db_K = linear_backward(merge_heads(dk), cache.key)
    dmemory_v, dW_V, db_V = linear_backward(merge_heads(dv), cache.value)
    dparams = {"W_Q": dW_Q, "W_K": dW_K, "W_V": dW_V, "W_O": dW_O}
    if db_O is not None:
        dparams |= {"b_Q": db_Q, "b_K": db_K, "b_V": db_V, "b_O": db_O}
    return dx, dmemory_k + dmemory_v, dparams


def _head_by_head(dout, cache):
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


def _in_a_loop(dout, cache):
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


register(
    Exercise(
        name="multi_head_attention_backward",
        lesson=7,
        reference=attention.multi_head_attention_backward,
        shown=_plain,
        cases=multi_head_backward_cases,
        mistakes=(
            Mistake(
                "queries_alone",
                wrong.variant(result=lambda dq, dk, dv, dparams: (dq, 0 * dk, dparams)),
                "dmemory is 0, as if only the queries led back. The memory went through W_K and "
                "W_V, and both ways carry a gradient: dmemory is the sum of the two.",
            ),
            Mistake(
                "values_alone",
                wrong.variant(result=lambda dq, dk, dv, dparams: (dq, dv, dparams)),
                "dmemory holds the way through the values only. The memory was projected twice, "
                "to keys and to values: add what comes back through W_K.",
            ),
            Mistake(
                "keys_alone",
                wrong.variant(result=lambda dq, dk, dv, dparams: (dq, dk, dparams)),
                "dmemory holds the way through the keys only. The memory was projected twice, to "
                "keys and to values: add what comes back through W_V.",
            ),
            Mistake(
                "mean_of_two",
                wrong.variant(result=lambda dq, dk, dv, dparams: (dq, (dk + dv) / 2, dparams)),
                "dmemory is the mean of what comes back through keys and values. Where a value was "
                "used twice, the two gradients are added.",
            ),
            Mistake(
                "all_in_dx",
                wrong.variant(result=wrong.summed),
                "dx holds the gradients of keys and values too. They belong to the memory. Where x "
                "is the memory, in self-attention, the block adds dx and dmemory.",
            ),
            Mistake(
                "output_skipped",
                wrong.variant(output=False),
                "dout goes into the heads as it is. The last step of the forward was the "
                "projection W_O, so it is the first of the backward: what linear_backward returns "
                "for its input is the gradient of the merged heads.",
            ),
            Mistake(
                "not_cut",
                wrong.variant(cut=lambda x, n_heads: x, lay=lambda x: x),
                "The gradient of the merged heads goes into the attention as it is. Cut it into "
                "heads first, with split_heads, and lay dq, dk, dv together again with "
                "merge_heads.",
            ),
            Mistake(
                "cut_by_reshape",
                wrong.variant(cut=wrong.cut_by_reshape),
                "The gradient is cut into heads by reshape alone, which mixes tokens and features. "
                "What undoes merge_heads is split_heads.",
            ),
            Mistake(
                "lay_by_reshape",
                wrong.variant(lay=wrong.lay_by_reshape),
                "The gradients of q, k and v are merged by reshape alone, which mixes tokens and "
                "heads. What undoes split_heads is merge_heads.",
            ),
            Mistake(
                "biases_missing",
                wrong.variant(biases=False),
                "dparams holds the four matrices and no biases. Where the forward had b_Q, b_K, "
                "b_V, b_O, each has a gradient: the third thing that linear_backward returns.",
            ),
            Mistake(
                "biases_always",
                wrong.variant(biases="always"),
                "Where there were no biases, dparams must not name them: linear_backward returns "
                "None for db then.",
            ),
            Mistake(
                "dk_for_dv",
                wrong.variant(swap=True),
                "dk and dv have changed places: scaled_dot_product_attention_backward returns dq, "
                "dk, dv, in this order. dk goes back through W_K, dv through W_V.",
            ),
            Mistake(
                "caches_swapped",
                wrong.variant(swap=True, result=wrong.renamed),
                "dk goes back with the cache of the values, dv with that of the keys. dk belongs "
                "to cache.key, dv to cache.value.",
            ),
            Mistake(
                "keys_and_values_swapped",
                wrong.variant(result=wrong.renamed),
                "The gradients of W_K and W_V have changed places. dk leads to W_K, dv to W_V.",
            ),
        ),
        correct=(_plain, _head_by_head, _in_a_loop),
        hints=(
            "The forward was: three projections, split_heads, attention, merge_heads, a last "
            "projection. Walk it from the end; each step has its backward.",
            "split_heads and merge_heads only move numbers, so each is the backward of the other. "
            "The number of heads is cache.weights.shape[1].",
            "dmerged, dW_O, db_O = linear_backward(dout, cache.output); then dheads = "
            "split_heads(dmerged, n_heads) goes into scaled_dot_product_attention_backward, with "
            "cache.attention.",
            "Each of dq, dk, dv goes through merge_heads and linear_backward, with cache.query, "
            "cache.key, cache.value. dmemory is the sum of what keys and values return.",
        ),
    )
)
