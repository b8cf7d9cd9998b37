"""Blocks: attention and feed-forward, each inside a residual connection with a layer norm.

`config` is a TransformerConfig; a block reads its n_heads, norm, activation, dropout and eps.
"""

from typing import Any, NamedTuple

from . import attention, layers
from .internals.checks import check_choice


def feed_forward(x, params, activation="relu"):
    """Linear, nonlinearity, linear, at each position alone (Vaswani et al. 2017, Eq. 2).

    Parameters
    ----------
    x : array (..., d_model)
    params : dict
        W_1 (d_model, d_ff), b_1 (d_ff,), W_2 (d_ff, d_model), b_2 (d_model,).
    activation : {"relu", "gelu", "gelu_exact"}
        "gelu" is the tanh approximation.

    Returns
    -------
    out : array (..., d_model)
    cache : (first, hidden, second, activation)
        The caches of the two linear maps and of the nonlinearity between them.
    """
    check_choice("feed_forward", "activation", activation, ("relu", "gelu", "gelu_exact"))
    hidden, first = layers.linear(x, params["W_1"], params["b_1"])
    if activation == "relu":
        hidden, nonlinearity = layers.relu(hidden)
    else:
        hidden, nonlinearity = layers.gelu(hidden, "tanh" if activation == "gelu" else "none")
    out, second = layers.linear(hidden, params["W_2"], params["b_2"])
    return out, (first, nonlinearity, second, activation)


def feed_forward_backward(dout, cache):
    """Return (dx, dparams)."""
    first, nonlinearity, second, activation = cache
    dhidden, dW_2, db_2 = layers.linear_backward(dout, second)
    if activation == "relu":
        dhidden = layers.relu_backward(dhidden, nonlinearity)
    else:
        dhidden = layers.gelu_backward(dhidden, nonlinearity)
    dx, dW_1, db_1 = layers.linear_backward(dhidden, first)
    return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}


class ResidualCache(NamedTuple):
    """The caches inside one residual connection; `sublayer` holds attention or feed-forward."""

    norm: Any
    sublayer: Any
    dropout: Any
    kind: str


def residual(x, sublayer, norm_params, config, rng=None):
    """Add a sublayer to what passes it by.

    - config.norm "pre": x + sublayer(norm(x)), as GPT-2 does; the identity path stays clean.
    - "post": norm(x + sublayer(x)), as the paper does (Vaswani et al. 2017, Sec. 3.1).
    - "none": x + sublayer(x).

    Parameters
    ----------
    x : array (B, T, d_model)
    sublayer : callable
        Maps an array as x to (out, cache), out as x.
    norm_params : dict with gamma and beta, each (d_model,)
        Not read when config.norm is "none".
    config : TransformerConfig
    rng : numpy.random.Generator, optional
        Drops entries of the sublayer's output with probability config.dropout.

    Returns
    -------
    out : array, as x
    cache : ResidualCache(norm, sublayer, dropout, kind)
    """
    inside, norm_cache = x, None
    if config.norm == "pre":
        inside, norm_cache = layers.layer_norm(x, **norm_params, eps=config.eps)
    update, sublayer_cache = sublayer(inside)
    update, dropout_cache = layers.dropout(update, config.dropout, rng)
    out = x + update
    if config.norm == "post":
        out, norm_cache = layers.layer_norm(out, **norm_params, eps=config.eps)
    return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, config.norm)


def residual_backward(dout, cache, sublayer_backward):
    """Return (dx, dnorm, *rest), where sublayer_backward(dout, cache) returned (dx, *rest).

    dnorm is {"gamma": ..., "beta": ...}, empty when there was no norm.
    """
    dnorm = {}
    if cache.kind == "post":
        dout, dnorm["gamma"], dnorm["beta"] = layers.layer_norm_backward(dout, cache.norm)
    dupdate = layers.dropout_backward(dout, cache.dropout)
    dinside, *rest = sublayer_backward(dupdate, cache.sublayer)
    if cache.kind == "pre":
        dinside, dnorm["gamma"], dnorm["beta"] = layers.layer_norm_backward(dinside, cache.norm)
    return dout + dinside, dnorm, *rest


class BlockCache(NamedTuple):
    """One ResidualCache for each sublayer; None for a sublayer that the block lacks."""

    attention: ResidualCache
    cross_attention: ResidualCache | None
    feed_forward: ResidualCache | None


def encoder_block(x, params, config, mask=None, rng=None, past=None):
    """Self-attention and feed-forward, each in a residual (Vaswani et al. 2017, Sec. 3.1).

    With a causal mask this is also the block of a decoder-only language model.

    Parameters
    ----------
    x : array (B, T, d_model)
    params : dict
        attention, norm_1, feed_forward, norm_2. Without feed_forward the block is attention alone;
        the norms are not read when config.norm is "none".
    config : TransformerConfig
    mask : bool array that broadcasts to (B, n_heads, T, T), optional
    rng : numpy.random.Generator, optional
        For dropout; None to evaluate.
    past : dict, optional
        Keys and values of earlier positions, for decoding; see attention.attend_with_past.

    Returns
    -------
    out : array (B, T, d_model)
    cache : BlockCache(attention, None, feed_forward)
    """

    def attend(z):
        return attention.attend(z, z, params["attention"], config.n_heads, mask, past)

    def feed(z):
        return feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = residual(x, attend, params.get("norm_1"), config, rng)
    feed_cache = None
    if "feed_forward" in params:
        out, feed_cache = residual(out, feed, params.get("norm_2"), config, rng)
    return out, BlockCache(attention_cache, None, feed_cache)


def encoder_block_backward(dout, cache):
    """Return (dx, dparams)."""
    dparams: dict[str, Any] = {}
    if cache.feed_forward is not None:
        dout, dnorm_2, dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
        dparams["norm_2"] = dnorm_2
    dx, dnorm_1, dparams["attention"] = residual_backward(
        dout, cache.attention, _self_attention_backward
    )
    dparams["norm_1"] = dnorm_1
    return dx, _without_empty(dparams)


def decoder_block(
    x, memory, params, config, mask=None, memory_mask=None, rng=None, past=None, memory_past=None
):
    """Self-attention, cross-attention, feed-forward (Vaswani et al. 2017, Sec. 3.1).

    Parameters
    ----------
    x : array (B, T_q, d_model)
    memory : array (B, T_k, d_model)
        The encoder's output. None where memory_past already holds its keys and values.
    params : dict
        attention, norm_1, cross_attention, norm_2, feed_forward, norm_3; as in encoder_block.
    config : TransformerConfig
    mask : bool array that broadcasts to (B, n_heads, T_q, T_q), optional
        Of the self-attention.
    memory_mask : bool array that broadcasts to (B, n_heads, T_q, T_k), optional
        Of the cross-attention.
    rng : numpy.random.Generator, optional
        For dropout; None to evaluate.
    past, memory_past : dict, optional
        For decoding: keys and values of earlier positions, and those of the memory.

    Returns
    -------
    out : array (B, T_q, d_model)
    cache : BlockCache(attention, cross_attention, feed_forward)
    """

    def attend(z):
        return attention.attend(z, z, params["attention"], config.n_heads, mask, past)

    def cross_attend(z):
        return attention.attend(
            z, memory, params["cross_attention"], config.n_heads, memory_mask, memory_past
        )

    def feed(z):
        return feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = residual(x, attend, params.get("norm_1"), config, rng)
    out, cross_cache = residual(out, cross_attend, params.get("norm_2"), config, rng)
    feed_cache = None
    if "feed_forward" in params:
        out, feed_cache = residual(out, feed, params.get("norm_3"), config, rng)
    return out, BlockCache(attention_cache, cross_cache, feed_cache)


def decoder_block_backward(dout, cache):
    """Return (dx, dmemory, dparams)."""
    dparams: dict[str, Any] = {}
    if cache.feed_forward is not None:
        dout, dnorm_3, dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
        dparams["norm_3"] = dnorm_3
    dout, dnorm_2, dmemory, dparams["cross_attention"] = residual_backward(
        dout, cache.cross_attention, attention.multi_head_attention_backward
    )
    dparams["norm_2"] = dnorm_2
    dx, dnorm_1, dparams["attention"] = residual_backward(
        dout, cache.attention, _self_attention_backward
    )
    dparams["norm_1"] = dnorm_1
    return dx, dmemory, _without_empty(dparams)


def _self_attention_backward(dout, cache):
    """Return (dx, dparams): x was asked and asking, so that both gradients add up."""
    dx_asking, dx_asked, dparams = attention.multi_head_attention_backward(dout, cache)
    return dx_asking + dx_asked, dparams


def _without_empty(dparams):
    """Leave out the norms where there were none."""
    return {name: grads for name, grads in dparams.items() if grads}
