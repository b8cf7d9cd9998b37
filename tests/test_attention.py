"""Attention: masks, heads, by hand, gradients, dtypes, PyTorch."""

import math

import numpy as np
import pytest
from cases import KEY_MASK, MEMORY, Case, X, draw
from checks import make_tests, x32, zeros
from golden import Adapter, plain
from sizes import D_K, D_MODEL, D_V, T_K, T_Q, B, H, make_config, make_params

from course_lib import attention, layers

QKV = (B, H, T_Q, D_K), (B, H, T_K, D_K), (B, H, T_K, D_V)


def sdpa_case(mask=None, shapes=QKV):
    """Scaled dot-product attention under a mask."""
    return Case(
        lambda q, k, v: attention.scaled_dot_product_attention(q, k, v, mask),
        attention.scaled_dot_product_attention_backward,
        draw(*shapes),
    )


def draw_attention(rng, biases=True):
    """Draw the parameters of multi-head attention."""
    params = {f"W_{name}": 0.7 * rng.standard_normal((D_MODEL, D_MODEL)) for name in "QKVO"}
    if biases:
        params |= {f"b_{name}": rng.standard_normal(D_MODEL) for name in "QKVO"}
    return params


def self_attention_case(**settings):
    """Multi-head attention of a sequence to itself."""

    def backward(dout, cache):
        dx, dmemory, dparams = attention.multi_head_attention_backward(dout, cache)
        return dx + dmemory, dparams

    return Case(
        lambda x, params: attention.multi_head_attention(x, x, params, H, **settings),
        backward,
        lambda rng: (*draw(X)(rng), draw_attention(rng)),
    )


def cross_attention_case(mask, biases=True):
    """Multi-head attention of a sequence to a memory."""
    return Case(
        lambda x, memory, params: attention.multi_head_attention(x, memory, params, H, mask),
        attention.multi_head_attention_backward,
        lambda rng: (*draw(X, MEMORY)(rng), draw_attention(rng, biases)),
    )


RANDOM_MASK = np.random.default_rng(5).random((B, 1, T_Q, T_K)) < 0.5
RANDOM_MASK[..., 0] = True

CASES = {
    "scaled_dot_product_attention": sdpa_case(),
    "scaled_dot_product_attention/padding": sdpa_case(KEY_MASK),
    "scaled_dot_product_attention/any mask": sdpa_case(RANDOM_MASK),
    "scaled_dot_product_attention/one head": sdpa_case(
        RANDOM_MASK[:, 0], [(shape[0], *shape[2:]) for shape in QKV]
    ),
    "scaled_dot_product_attention/long": sdpa_case(shapes=[(2, 37, 3), (2, 41, 3), (2, 41, 5)]),
    "scaled_dot_product_attention/square": sdpa_case(shapes=[QKV[0]] * 3),
    "multi_head_attention": self_attention_case(),
    "multi_head_attention/causal": self_attention_case(mask=attention.causal_mask(T_Q)),
    "multi_head_attention/cross": cross_attention_case(KEY_MASK),
    "multi_head_attention/no biases": cross_attention_case(None, biases=False),
}


def attention_params():
    """Draw the parameters of multi-head attention in float32."""
    config = make_config("decoder")
    return make_params(config, np.random.default_rng(19), np.float32)["blocks"][0]["attention"]


FLOAT32 = {
    "attention_scores": lambda: attention.attention_scores(x32(5, 7, 6), x32(5, 3, 6)),
    "split_heads": lambda: attention.split_heads(x32(5, 7, 6), H),
    "merge_heads": lambda: attention.merge_heads(x32(5, 2, 7, 3)),
    "attend": lambda: attention.attend(x32(5, 1, 6), x32(5, 3, 6), attention_params(), H),
}


NOT_FLOAT32 = {
    "causal_mask": "bool",
    "padding_mask": "bool",
}


def multi_head(x, params, n_heads, mask, memory=None):
    """Return the weights beside the output; without a memory, x attends to itself."""
    source = x if memory is None else memory
    out, cache = attention.multi_head_attention(x, source, params, n_heads, mask)
    return {"out": out, "weights": cache.weights}, cache


def multi_head_self_backward(dout, cache):
    """Add up what x receives as queries and as memory."""
    dx, dmemory, dparams = attention.multi_head_attention_backward(dout, cache)
    return dx + dmemory, dparams


SDPA = plain(
    attention.scaled_dot_product_attention,
    attention.scaled_dot_product_attention_backward,
    *"qkv",
)
GOLDENS = {
    "sdpa": SDPA,
    "sdpa_random_mask": SDPA,
    "sdpa_key_mask": SDPA,
    "multi_head_self": Adapter(multi_head, multi_head_self_backward, ("x", "params")),
    "multi_head_cross": Adapter(
        multi_head, attention.multi_head_attention_backward, ("x", "memory", "params")
    ),
}


def sdpa(q, k, v, mask=None):
    return attention.scaled_dot_product_attention(np.zeros(q), np.zeros(k), np.zeros(v), mask)


def masked(mask):
    return sdpa((2, 3, 5, 7), (2, 3, 11, 7), (2, 3, 11, 13), mask)


def blind_mask():
    mask = np.ones((2, 1, 5, 11), bool)
    mask[1, 0, 3] = False
    return mask


REFUSED = {
    "keys and values": (
        lambda: sdpa((2, 3, 5, 7), (2, 3, 11, 7), (2, 3, 12, 13)),
        ValueError,
        ["attention: T_k is 11 in k but 12 in v", "v: (2, 3, 12, 13) read as"],
    ),
    "mask and scores": (
        lambda: masked(np.ones((5, 12), bool)),
        ValueError,
        ["attention: the mask does not broadcast", "(5, 12)", "(2, 3, 5, 11) read as"],
    ),
    "mask of (B, T_k)": (
        lambda: masked(np.ones((2, 11), bool)),
        ValueError,
        ["(2, 11) read as", "write mask[:, None, None, :], as padding_mask does"],
    ),
    "mask of (B, T_q, T_k)": (
        lambda: masked(np.ones((2, 5, 11), bool)),
        ValueError,
        ["(2, 5, 11) read as", "write mask[:, None, :, :], the same for every head"],
    ),
    "mask with more axes than the scores": (
        lambda: masked(np.ones((4, 1, 1, 5, 11), bool)),
        ValueError,
        ["attention: the mask does not broadcast", "(4, 1, 1, 5, 11)"],
    ),
    "a query that sees nothing": (
        lambda: masked(blind_mask()),
        ValueError,
        ["query row (1, 0, 3) of the mask may attend to no key", "True means: may attend"],
    ),
    "heads": (
        lambda: attention.split_heads(np.zeros((2, 3, 10)), 4),
        ValueError,
        ["d_model is 10", "n_heads = 4 does not divide"],
    ),
    "fewer keys than queries": (
        lambda: attention.causal_mask(5, 3),
        ValueError,
        ["causal_mask: T_k is 3 but T_q is 5"],
    ),
    "mask of numbers": (
        lambda: masked(np.ones((5, 11))),
        TypeError,
        ["attention: mask has dtype float64; use bool, True where a query may attend"],
    ),
}


def attention_with(change):
    """Let `change` spoil (dq, dk, dv); it is also given the cache and d_k."""

    def backward(dout, cache):
        grads = attention.scaled_dot_product_attention_backward(dout, cache)
        return change(*grads, cache=cache, scale=1.0 / math.sqrt(cache.q.shape[-1]))

    return backward


def attention_forgets_mask(dout, cache):
    """Compute the weights again, from the scores before the mask."""
    scores = cache.q @ cache.k.swapaxes(-1, -2) / math.sqrt(cache.q.shape[-1])
    weights, softmax_cache = layers.softmax(scores)
    whole = cache._replace(weights=weights, softmax=softmax_cache)
    return attention.scaled_dot_product_attention_backward(dout, whole)


def attention_forgets_softmax(dout, cache):
    dscores = dout @ cache.v.swapaxes(-1, -2) / math.sqrt(cache.q.shape[-1])
    dv = cache.weights.swapaxes(-1, -2) @ dout
    return dscores @ cache.k, dscores.swapaxes(-1, -2) @ cache.q, dv


def attention_untransposed_weights(dout, cache):
    dq, dk, _ = attention.scaled_dot_product_attention_backward(dout, cache)
    return dq, dk, cache.weights @ dout


def self_attention_queries_only(dout, cache):
    dx, _, dparams = attention.multi_head_attention_backward(dout, cache)
    return dx, dparams


WRONG_BACKWARDS = {
    "scaled_dot_product_attention: zeros": zeros(attention.scaled_dot_product_attention_backward),
    "scaled_dot_product_attention: scale missing": attention_with(
        lambda dq, dk, dv, scale, **_: (dq / scale, dk / scale, dv)
    ),
    "scaled_dot_product_attention: scale missing in dk": attention_with(
        lambda dq, dk, dv, scale, **_: (dq, dk / scale, dv)
    ),
    "scaled_dot_product_attention: scale twice": attention_with(
        lambda dq, dk, dv, scale, **_: (dq * scale, dk * scale, dv)
    ),
    "scaled_dot_product_attention/padding: mask forgotten": attention_forgets_mask,
    "scaled_dot_product_attention/any mask: softmax forgotten": attention_forgets_softmax,
    "scaled_dot_product_attention/square: dq and dk swapped": attention_with(
        lambda dq, dk, dv, **_: (dk, dq, dv)
    ),
    "scaled_dot_product_attention/square: dk and dv swapped": attention_with(
        lambda dq, dk, dv, **_: (dq, dv, dk)
    ),
    "scaled_dot_product_attention/square: weights not transposed": attention_untransposed_weights,
    "multi_head_attention/causal: queries alone": self_attention_queries_only,
}


TestAttention = make_tests(
    attention,
    CASES,
    wrong_backwards=WRONG_BACKWARDS,
    float32=FLOAT32,
    not_float32=NOT_FLOAT32,
    goldens=GOLDENS,
    refused=REFUSED,
)


def test_causal_mask_by_hand():
    wanted = [[1, 1, 1, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]
    np.testing.assert_array_equal(attention.causal_mask(3, 5), np.array(wanted, bool))
    np.testing.assert_array_equal(attention.causal_mask(4), np.tril(np.ones((4, 4), bool)))


def test_padding_mask_by_hand():
    mask = attention.padding_mask([[5, 0, 7], [0, 0, 1]], pad_id=0)
    wanted = np.array([[[[True, False, True]]], [[[False, False, True]]]])
    np.testing.assert_array_equal(mask, wanted, strict=True)


def test_heads_are_cut_and_laid_side_by_side_again():
    x = np.arange(2 * 3 * 10.0).reshape(2, 3, 10)
    heads = attention.split_heads(x, 5)
    assert heads.shape == (2, 5, 3, 2)
    np.testing.assert_array_equal(heads[1, 4, 2], x[1, 2, 8:])
    np.testing.assert_array_equal(attention.merge_heads(heads), x)


def test_attention_by_hand():
    # Scores 0 and log 3 after the division by sqrt(4): weights 1/4 and 3/4.
    q = np.array([[1.0, 0.0, 0.0, 0.0]])
    k = np.array([[0.0, 5.0, 0.0, 0.0], [2.0 * np.log(3.0), 0.0, 7.0, 0.0]])
    v = np.array([[4.0, 0.0, 1.0], [0.0, 8.0, 1.0]])
    out, cache = attention.scaled_dot_product_attention(q, k, v)
    np.testing.assert_allclose(cache.weights, [[0.25, 0.75]], rtol=1e-14)
    np.testing.assert_allclose(out, [[1.0, 6.0, 1.0]], rtol=1e-14)


def test_masked_weights_are_zero_and_the_others_sum_to_one(rng):
    q, k, v = (rng.standard_normal((B, H, T, 3)) for T in (T_Q, T_K, T_K))
    mask = rng.random((B, 1, T_Q, T_K)) < 0.5
    mask[..., -1] = True
    _, cache = attention.scaled_dot_product_attention(q, k, v, mask)
    hidden = np.broadcast_to(~mask, cache.weights.shape)
    assert np.all(cache.weights[hidden] == 0.0)
    assert np.all(cache.weights[~hidden] > 0.0)
    np.testing.assert_allclose(cache.weights.sum(axis=-1), 1.0, rtol=1e-14)


def test_the_order_of_the_memory_does_not_matter(rng):
    params = make_params(make_config(), rng)["blocks"][0]["attention"]
    x, memory = rng.standard_normal((B, T_Q, D_MODEL)), rng.standard_normal((B, T_K, D_MODEL))
    out, _ = attention.multi_head_attention(x, memory, params, H)
    shuffled, _ = attention.multi_head_attention(x, memory[:, ::-1], params, H)
    np.testing.assert_allclose(shuffled, out, rtol=0, atol=1e-13)


def test_attend_is_attention_and_hands_no_past_on(rng):
    """Blocks that readers saved earlier call it, with the past that they were given: None."""
    params = make_params(make_config(), rng)["blocks"][0]["attention"]
    x = rng.standard_normal((3, 7, D_MODEL))
    mask = attention.causal_mask(7)
    out, _ = attention.attend(x, x, params, H, mask, None)
    np.testing.assert_array_equal(out, attention.multi_head_attention(x, x, params, H, mask)[0])


def test_attention_of_different_widths_in_full():
    with pytest.raises(ValueError, match="attention") as caught:
        sdpa((2, 8, 10, 64), (2, 8, 12, 32), (2, 8, 12, 32))
    assert str(caught.value) == (
        "attention: d_k is 64 in q but 32 in k.\n"
        "  q: (2, 8, 10, 64) read as (B, n_heads, T_q, d_k)\n"
        "  k: (2, 8, 12, 32) read as (B, n_heads, T_k, d_k)\n"
        "  q and k meet in a dot product, so their last axes must agree "
        "(Vaswani et al. 2017, Sec. 3.2.1)."
    )


@pytest.mark.parametrize("k_front", [(2, 3), (5, 1)])
def test_heads_and_batch_must_agree(k_front):
    q, k = np.zeros((5, 3, 7, 2)), np.zeros((*k_front, 7, 2))
    with pytest.raises(ValueError, match="the axes in front, B and n_heads, differ"):
        attention.scaled_dot_product_attention(q, k, k)
