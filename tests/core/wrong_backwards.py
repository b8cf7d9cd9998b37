"""Backwards with one mistake each, such as people make. The directional check must see them all.

Each is keyed `case: the mistake`; it takes the place of that case's backward.
"""

import math

import numpy as np

from course_lib import attention, blocks, layers, loss, model, pooling, positional, stack

from .sizes import tree_map


def embedding_last_wins(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]))
    dW[ids] = dout
    return dW


def linear_with(change):
    """Let `change` spoil the three gradients of a linear map."""

    def backward(dout, cache):
        return change(*layers.linear_backward(dout, cache), dout=dout, x=cache[0], W=cache[1])

    return backward


def layer_norm_with(paths):
    """Keep only some of the three paths to x: 0 the direct one, 1 the mean, 2 the variance."""

    def backward(dout, cache):
        normalized, inverse_std, gamma = cache
        _, dgamma, dbeta = layers.layer_norm_backward(dout, cache)
        d = dout * gamma
        terms = (
            d,
            -d.mean(axis=-1, keepdims=True),
            -normalized * (d * normalized).mean(axis=-1, keepdims=True),
        )
        return inverse_std * sum(terms[i] for i in paths), dgamma, dbeta

    return backward


def layer_norm_no_gamma(dout, cache):
    normalized, inverse_std, gamma = cache
    dx, _, _ = layers.layer_norm_backward(dout, (normalized, inverse_std, np.ones_like(gamma)))
    return dx, *layers.layer_norm_backward(dout, cache)[1:]


def layer_norm_dgamma_is_dbeta(dout, cache):
    dx, _, dbeta = layers.layer_norm_backward(dout, cache)
    return dx, dbeta, dbeta


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


def residual_with(change):
    """Let `change` spoil the gradient of x, given also the upstream gradient."""

    def backward(dout, cache):
        dx, dnorm, dW, db = blocks.residual_backward(dout, cache, layers.linear_backward)
        return change(dx, dout), dW, db, dnorm

    return backward


def positions_mean_over_batch(dout, cache):
    dx, dtable = positional.add_positions_backward(dout, cache)
    return dx, dtable / len(dout)


def positions_from_zero(dout, cache):
    return positional.add_positions_backward(dout, (0, cache[1]))


def pool_mean_not_divided(dout, cache):
    share, shape = cache
    return pooling.pool_backward(dout, ((share > 0).astype(float), shape))


def cross_entropy_mean_over_all(dloss, cache):
    counted = cache[2]
    return loss.cross_entropy_backward(dloss, cache) * counted.mean()


def cross_entropy_no_smoothing(dloss, cache):
    return loss.cross_entropy_backward(dloss, (*cache[:3], 0.0, *cache[4:]))


def tied_embedding_forgets_output(dlogits, cache):
    grads = model.language_model_backward(dlogits, cache)
    _, dW, _ = layers.linear_backward(dlogits, cache[1])
    grads["embedding"]["W"] = grads["embedding"]["W"] - dW.T
    return grads


def only_last_block_reaches_memory(dlogits, cache):
    """Let the encoder see the gradient of the last decoder block's cross-attention only."""
    encoder_cache, decoder_cache, output_cache = cache
    grads = model.encoder_decoder_backward(dlogits, cache)
    dx, _, _ = layers.linear_backward(dlogits, output_cache)
    dx, _, _ = layers.layer_norm_backward(dx, decoder_cache.norm)
    _, dmemory, _ = blocks.decoder_block_backward(dx, decoder_cache.blocks[-1])
    grads["encoder"] = stack.stack_backward(dmemory, encoder_cache, blocks.encoder_block_backward)
    return grads


def zeros(backward):
    """Return zeros in place of every gradient."""
    return lambda dout, cache: tree_map(np.zeros_like, backward(dout, cache))


WRONG = {
    "softmax: zeros": zeros(layers.softmax_backward),
    "softmax: without the sum": lambda dout, cache: dout * cache[0],
    "softmax: elementwise slope": lambda dout, cache: dout * cache[0] * (1.0 - cache[0]),
    "softmax/axis 1: the other axis": lambda dout, cache: layers.softmax_backward(
        dout, (cache[0], -1)
    ),
    "log_softmax: without the sum": lambda dout, cache: dout - np.exp(cache[0]) * dout,
    "layer_norm: zeros": zeros(layers.layer_norm_backward),
    "layer_norm: without the mean": layer_norm_with((0, 2)),
    "layer_norm: without the variance": layer_norm_with((0, 1)),
    "layer_norm: direct path alone": layer_norm_with((0,)),
    "layer_norm: gamma forgotten": layer_norm_no_gamma,
    "layer_norm: dgamma without normalized": layer_norm_dgamma_is_dbeta,
    "linear: db is a mean": linear_with(
        lambda dx, dW, db, dout, **_: (dx, dW, db / dout[..., 0].size)
    ),
    "linear: of the first sequence alone": linear_with(
        lambda dx, dW, db, x, dout, **_: (dx, x[0].T @ dout[0], db)
    ),
    "linear: sign of dx": linear_with(lambda dx, dW, db, **_: (-dx, dW, db)),
    "linear: dW twice too large": linear_with(lambda dx, dW, db, **_: (dx, 2.0 * dW, db)),
    "linear: one entry of db missing": linear_with(
        lambda dx, dW, db, **_: (dx, dW, db * (np.arange(len(db)) > 0))
    ),
    "embedding: the last of equal ids wins": embedding_last_wins,
    "relu: passes everything": lambda dout, cache: dout,
    "relu: slope of the output": lambda dout, cache: dout * np.maximum(cache[0], 0),
    "gelu: Phi alone": lambda dout, cache: dout * cache[1],
    "gelu/exact: slope of the tanh form": lambda dout, cache: layers.gelu_backward(
        dout, layers.gelu(cache[0], "tanh")[1]
    ),
    "dropout: scale forgotten": lambda dout, cache: dout * (cache[0] > 0),
    "dropout: passes everything": lambda dout, cache: dout,
    "add_positions: mean over the batch": positions_mean_over_batch,
    "add_positions/start 5: from position 0": positions_from_zero,
    "pool/mean padded: not divided": pool_mean_not_divided,
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
    "residual/pre: residual lost": residual_with(lambda dx, dout: dx - dout),
    "residual/none: residual lost": residual_with(lambda dx, dout: dx - dout),
    "residual/none: sublayer lost": residual_with(lambda dx, dout: dout),
    "residual/pre: residual twice": residual_with(lambda dx, dout: dx + dout),
    "cross_entropy/padding: mean over all": cross_entropy_mean_over_all,
    "cross_entropy/smoothing: forgotten": cross_entropy_no_smoothing,
    "language_model/two layers, tied True: output path lost": tied_embedding_forgets_output,
    "encoder_decoder/two layers, tied False: only the last block": only_last_block_reaches_memory,
}
