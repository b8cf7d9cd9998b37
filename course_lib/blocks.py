"""Blocks: attention and feed-forward, each inside a residual connection with a layer norm.

`config` is a TransformerConfig; a block reads its n_heads, norm, activation, dropout and eps.
"""

from typing import Any, NamedTuple

from . import attention, layers
from .internals.checks import check_choice


def feed_forward(x, params, activation="relu"):
    """Apply linear, nonlinearity, linear to each vector alone (Vaswani et al. 2017, Eq. 2).

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
    cache : (first, nonlinearity, second, activation)
        The caches of the two linear maps and of the nonlinearity between them.

    Examples
    --------
    relu(x) + relu(-x) is the absolute value:

    >>> weights = {"W_1": np.array([[1.0, -1.0]]), "W_2": np.array([[1.0], [1.0]])}
    >>> biases = {"b_1": np.zeros(2), "b_2": np.zeros(1)}
    >>> out, cache = feed_forward(np.array([[3.0], [-3.0]]), weights | biases)
    >>> out.tolist()
    [[3.0], [3.0]]
    """
    check_choice("feed_forward", "activation", activation, ("relu", "gelu", "gelu_exact"))
    hidden, first_cache = layers.linear(x, params["W_1"], params["b_1"])
    if activation == "relu":
        hidden, nonlinearity_cache = layers.relu(hidden)
    else:
        hidden, nonlinearity_cache = layers.gelu(hidden, "tanh" if activation == "gelu" else "none")
    out, second_cache = layers.linear(hidden, params["W_2"], params["b_2"])
    return out, (first_cache, nonlinearity_cache, second_cache, activation)


def feed_forward_backward(dout, cache):
    """Return (dx, dparams), with the shape of x and the keys of params.

    Examples
    --------
    The slope of the absolute value is 1 or -1:

    >>> weights = {"W_1": np.array([[1.0, -1.0]]), "W_2": np.array([[1.0], [1.0]])}
    >>> biases = {"b_1": np.zeros(2), "b_2": np.zeros(1)}
    >>> _, cache = feed_forward(np.array([[3.0], [-3.0]]), weights | biases)
    >>> dx, dparams = feed_forward_backward(np.array([[10.0], [10.0]]), cache)
    >>> dx.tolist()
    [[10.0], [-10.0]]
    """
    first_cache, nonlinearity_cache, second_cache, activation = cache
    dhidden, dW_2, db_2 = layers.linear_backward(dout, second_cache)
    if activation == "relu":
        dhidden = layers.relu_backward(dhidden, nonlinearity_cache)
    else:
        dhidden = layers.gelu_backward(dhidden, nonlinearity_cache)
    dx, dW_1, db_1 = layers.linear_backward(dhidden, first_cache)
    return dx, {"W_1": dW_1, "b_1": db_1, "W_2": dW_2, "b_2": db_2}


class ResidualCache(NamedTuple):
    """The caches inside one residual connection; `sublayer` holds attention or feed-forward.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=2, n_heads=1, norm="none")
    >>> _, cache = residual(np.ones(2), lambda z: (10 * z, "its cache"), None, config)
    >>> cache.sublayer, cache.kind
    ('its cache', 'none')
    """

    norm: Any
    sublayer: Any
    dropout: Any
    kind: str


def residual(x, sublayer, norm_params, config, rng=None):
    """Add the output of a sublayer to its input.

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

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=2, n_heads=1, norm="none")
    >>> out, cache = residual(np.array([1.0, 2.0]), lambda z: (10 * z, None), None, config)
    >>> out.tolist()
    [11.0, 22.0]
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

    dx is as x; dnorm is {"gamma": ..., "beta": ...}, each (d_model,), empty when there was no norm.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=2, n_heads=1, norm="none")
    >>> _, cache = residual(np.array([1.0, 2.0]), lambda z: (10 * z, None), None, config)
    >>> dx, dnorm = residual_backward(np.ones(2), cache, lambda dout, cache: (10 * dout,))
    >>> dx.tolist(), dnorm
    ([11.0, 11.0], {})
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
    """One ResidualCache for each sublayer; None for a sublayer that the block lacks.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, norm="none")
    >>> mean = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> _, cache = encoder_block(np.ones((1, 2, 1)), {"attention": mean}, config)
    >>> cache.attention.sublayer.weights.tolist(), cache.cross_attention, cache.feed_forward
    ([[[[0.5, 0.5], [0.5, 0.5]]]], None, None)
    """

    attention: ResidualCache
    cross_attention: ResidualCache | None
    feed_forward: ResidualCache | None


def encoder_block(x, params, config, mask=None, rng=None):
    """Apply self-attention and feed-forward, each in a residual (Vaswani et al. 2017, Sec. 3.1).

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

    Returns
    -------
    out : array (B, T, d_model)
    cache : BlockCache(attention, None, feed_forward)

    Examples
    --------
    With scores of 0, attention adds the mean of all vectors to each:

    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, norm="none")
    >>> mean = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> out, cache = encoder_block(np.array([[[2.0], [4.0]]]), {"attention": mean}, config)
    >>> out.tolist()
    [[[5.0], [7.0]]]
    """

    def attend(z):
        return attention.multi_head_attention(z, z, params["attention"], config.n_heads, mask)

    def feed(z):
        return feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = residual(x, attend, params.get("norm_1"), config, rng)
    feed_cache = None
    if "feed_forward" in params:
        out, feed_cache = residual(out, feed, params.get("norm_2"), config, rng)
    return out, BlockCache(attention_cache, None, feed_cache)


def encoder_block_backward(dout, cache):
    """Return (dx, dparams), with the shape of x and the keys of params.

    Examples
    --------
    Each vector makes up half of the mean that was added to the second:

    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, norm="none")
    >>> mean = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> _, cache = encoder_block(np.array([[[2.0], [4.0]]]), {"attention": mean}, config)
    >>> dx, dparams = encoder_block_backward(np.array([[[0.0], [10.0]]]), cache)
    >>> dx.tolist()
    [[[5.0], [15.0]]]
    """
    dparams = {}

    def attend_backward(dout, cache):
        dx, dmemory, dattention = attention.multi_head_attention_backward(dout, cache)
        return dx + dmemory, dattention

    if cache.feed_forward is not None:
        dout, dnorm_2, dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
        if dnorm_2:
            dparams["norm_2"] = dnorm_2
    dx, dnorm_1, dparams["attention"] = residual_backward(dout, cache.attention, attend_backward)
    if dnorm_1:
        dparams["norm_1"] = dnorm_1
    return dx, dparams


def decoder_block(x, memory, params, config, mask=None, memory_mask=None, rng=None):
    """Apply self-attention, cross-attention, feed-forward (Vaswani et al. 2017, Sec. 3.1).

    Parameters
    ----------
    x : array (B, T_q, d_model)
    memory : array (B, T_k, d_model)
        The encoder's output.
    params : dict
        attention, norm_1, cross_attention, norm_2, feed_forward, norm_3; as in encoder_block.
    config : TransformerConfig
    mask : bool array that broadcasts to (B, n_heads, T_q, T_q), optional
        Of the self-attention.
    memory_mask : bool array that broadcasts to (B, n_heads, T_q, T_k), optional
        Of the cross-attention.
    rng : numpy.random.Generator, optional
        For dropout; None to evaluate.

    Returns
    -------
    out : array (B, T_q, d_model)
    cache : BlockCache(attention, cross_attention, feed_forward)

    Examples
    --------
    The output is 2, plus 2 from self-attention, plus 20, the mean of the memory:

    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, norm="none")
    >>> mean = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> params = {"attention": mean, "cross_attention": mean}
    >>> x, memory = np.array([[[2.0]]]), np.array([[[10.0], [30.0]]])
    >>> out, cache = decoder_block(x, memory, params, config)
    >>> out.tolist()
    [[[24.0]]]
    """

    def attend(z):
        return attention.multi_head_attention(z, z, params["attention"], config.n_heads, mask)

    def cross_attend(z):
        return attention.multi_head_attention(
            z, memory, params["cross_attention"], config.n_heads, memory_mask
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
    """Return (dx, dmemory, dparams), with the shapes of x and memory and the keys of params.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, norm="none")
    >>> mean = {"W_Q": 0 * np.eye(1), "W_K": 0 * np.eye(1), "W_V": np.eye(1), "W_O": np.eye(1)}
    >>> params = {"attention": mean, "cross_attention": mean}
    >>> _, cache = decoder_block(np.ones((1, 1, 1)), np.ones((1, 2, 1)), params, config)
    >>> dx, dmemory, dparams = decoder_block_backward(np.array([[[10.0]]]), cache)
    >>> dx.tolist(), dmemory.tolist()
    ([[[20.0]]], [[[5.0], [5.0]]])
    """
    dparams = {}

    def attend_backward(dout, cache):
        dx, dmemory, dattention = attention.multi_head_attention_backward(dout, cache)
        return dx + dmemory, dattention

    if cache.feed_forward is not None:
        dout, dnorm_3, dparams["feed_forward"] = residual_backward(
            dout, cache.feed_forward, feed_forward_backward
        )
        if dnorm_3:
            dparams["norm_3"] = dnorm_3
    dout, dnorm_2, dmemory, dparams["cross_attention"] = residual_backward(
        dout, cache.cross_attention, attention.multi_head_attention_backward
    )
    if dnorm_2:
        dparams["norm_2"] = dnorm_2
    dx, dnorm_1, dparams["attention"] = residual_backward(dout, cache.attention, attend_backward)
    if dnorm_1:
        dparams["norm_1"] = dnorm_1
    return dx, dmemory, dparams
