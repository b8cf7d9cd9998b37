"""Whole models: a language model, a classifier, an encoder-decoder, each beside its backward.

Every model maps ids to logits. Its backward maps dlogits to the gradients of all parameters, a
nested dict with the structure of the parameters; read it from the bottom up, and it is the forward.
"""

from typing import Any, NamedTuple

from . import attention, blocks, layers, pooling, positional
from .internals.checks import check_classifier, check_encoder_decoder, check_language_model
from .params import TransformerConfig


class EmbedCache(NamedTuple):
    """The caches of what stands before the first block.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=3, d_model=4, positions="none")
    >>> _, cache = embed(np.array([[2, 0]]), {"embedding": {"W": np.ones((3, 4))}}, config)
    >>> cache.positions, cache.dropout
    (None, (None,))
    """

    embedding: Any
    positions: Any
    dropout: Any
    config: TransformerConfig


class StackCache(NamedTuple):
    """The caches of one row of blocks, from the embedding to the final norm.

    Examples
    --------
    >>> config = TransformerConfig("encoder", vocab_size=3, d_model=4, n_layers=2, norm="none")
    >>> params = init_params(config, np.random.default_rng(0))
    >>> _, cache = encoder_stack(np.array([[2, 0]]), params, config)
    >>> len(cache.blocks), cache.norm
    (2, None)
    """

    embedded: EmbedCache
    blocks: list
    norm: Any
    config: TransformerConfig


def language_model(ids, params, config, rng=None):
    """Return at each position the logits of the next token (Radford et al. 2019, Sec. 2.3).

    Pad on the right: the causal mask then hides the padding from every position that counts.

    Parameters
    ----------
    ids : int array (B, T)
    params : dict of init_params(config) with family "decoder"
    config : TransformerConfig
    rng : numpy.random.Generator, optional
        For dropout; None to evaluate.

    Returns
    -------
    logits : array (B, T, vocab_size)
    cache : (stack, output)

    Raises
    ------
    ValueError, TypeError
        If ids are not (B, T), an id lies outside the vocabulary, or the family is another.

    Examples
    --------
    A tied model without blocks compares each token's vector with all of them:

    >>> config = TransformerConfig(
    ...     "decoder", vocab_size=2, d_model=1, n_heads=1, positions="none", norm="none", tied=True
    ... )
    >>> params = {"embedding": {"W": np.array([[2.0], [3.0]])}, "blocks": []}
    >>> logits, cache = language_model(np.array([[0, 1]]), params, config)
    >>> logits.tolist()
    [[[4.0, 6.0], [6.0, 9.0]]]
    """
    ids = check_language_model(ids, config)
    mask = attention.causal_mask(ids.shape[1])  # (T, T)
    x, embed_cache = embed(ids, params, config, rng)  # (B, T, d_model)
    block_caches = []
    for block_params in params["blocks"]:
        x, block_cache = blocks.encoder_block(x, block_params, config, mask, rng)
        block_caches.append(block_cache)
    x, norm_cache = final_norm(x, params, config)
    logits, output_cache = unembed(x, params, config)  # (B, T, vocab_size)
    return logits, (StackCache(embed_cache, block_caches, norm_cache, config), output_cache)


def language_model_backward(dlogits, cache):
    """Return dparams, the gradients of all parameters.

    Examples
    --------
    Logit 0 at token 0 is the square of W[0], with the slope 2 W[0]:

    >>> config = TransformerConfig(
    ...     "decoder", vocab_size=2, d_model=1, n_heads=1, positions="none", norm="none", tied=True
    ... )
    >>> params = {"embedding": {"W": np.array([[2.0], [3.0]])}, "blocks": []}
    >>> _, cache = language_model(np.array([[0]]), params, config)
    >>> dparams = language_model_backward(np.array([[[1.0, 0.0]]]), cache)
    >>> dparams["embedding"]["W"].tolist()
    [[4.0], [0.0]]
    """
    (embed_cache, block_caches, norm_cache, _), output_cache = cache
    dx, doutput = unembed_backward(dlogits, output_cache)  # (B, T, d_model)
    dx, dnorm = final_norm_backward(dx, norm_cache)
    dblocks = []
    for block_cache in reversed(block_caches):
        dx, dblock = blocks.encoder_block_backward(dx, block_cache)
        dblocks.append(dblock)
    dembed = embed_backward(dx, embed_cache)
    return {**add_tied(dembed, doutput), "blocks": dblocks[::-1], **dnorm}


def classifier(ids, params, config, rng=None):
    """Return the logits of a label for each sequence (Devlin et al. 2019, Sec. 3.2).

    Parameters
    ----------
    ids : int array (B, T)
        Padding (config.pad_id) is hidden from attention and not pooled.
    params, config, rng
        As in `language_model`, with family "encoder".

    Returns
    -------
    logits : array (B, n_classes)
    cache : (stack, pooling, output)

    Examples
    --------
    Without blocks, the mean of the tokens' vectors, here of 1 and 3, meets the output's map:

    >>> config = TransformerConfig(
    ...     "encoder", vocab_size=2, d_model=1, n_heads=1, positions="none", norm="none"
    ... )
    >>> output = {"W": np.array([[1.0, 10.0]]), "b": np.array([0.0, 5.0])}
    >>> params = {"embedding": {"W": np.array([[1.0], [3.0]])}, "blocks": [], "output": output}
    >>> logits, cache = classifier(np.array([[0, 1]]), params, config)
    >>> logits.tolist()
    [[2.0, 25.0]]
    """
    ids = check_classifier(ids, config)
    x, stack_cache = encoder_stack(ids, params, config, rng)  # (B, T, d_model)
    counted = None if config.pad_id is None else ids != config.pad_id
    pooled, pool_cache = pooling.pool(x, config.pooling, counted)  # (B, d_model)
    logits, output_cache = layers.linear(pooled, params["output"]["W"], params["output"]["b"])
    return logits, (stack_cache, pool_cache, output_cache)


def classifier_backward(dlogits, cache):
    """Return dparams, the gradients of all parameters.

    Examples
    --------
    >>> config = TransformerConfig(
    ...     "encoder", vocab_size=2, d_model=1, n_heads=1, positions="none", norm="none"
    ... )
    >>> output = {"W": np.array([[1.0, 10.0]]), "b": np.array([0.0, 5.0])}
    >>> params = {"embedding": {"W": np.array([[1.0], [3.0]])}, "blocks": [], "output": output}
    >>> _, cache = classifier(np.array([[0, 1]]), params, config)
    >>> dparams = classifier_backward(np.array([[1.0, 0.0]]), cache)
    >>> dparams["embedding"]["W"].tolist(), dparams["output"]["W"].tolist()
    ([[0.5], [0.5]], [[2.0, 0.0]])
    """
    stack_cache, pool_cache, output_cache = cache
    dpooled, dW, db = layers.linear_backward(dlogits, output_cache)
    dx = pooling.pool_backward(dpooled, pool_cache)  # (B, T, d_model)
    dstack = encoder_stack_backward(dx, stack_cache)
    return {**dstack, "output": {"W": dW, "b": db}}


def encoder_stack(ids, params, config, rng=None):
    """Return the vectors that the encoder blocks make of ids; no position attends to padding.

    Parameters
    ----------
    ids : int array (B, T)
    params : dict
        embedding, positions (if learned), blocks, norm (if config.norm is "pre").
    config, rng
        As in `language_model`.

    Returns
    -------
    x : array (B, T, d_model)
    cache : StackCache(embedded, blocks, norm, config)

    Examples
    --------
    >>> config = TransformerConfig("encoder", vocab_size=2, d_model=2, n_heads=1, norm="none")
    >>> params = {"embedding": {"W": np.eye(2)}, "positions": {"P": np.ones((64, 2))}, "blocks": []}
    >>> x, cache = encoder_stack(np.array([[1, 0]]), params, config)
    >>> x.tolist()
    [[[1.0, 2.0], [2.0, 1.0]]]
    """
    mask = hide_padding(ids, config)  # (B, 1, 1, T)
    x, embed_cache = embed(ids, params, config, rng)
    block_caches = []
    for block_params in params["blocks"]:
        x, block_cache = blocks.encoder_block(x, block_params, config, mask, rng)
        block_caches.append(block_cache)
    x, norm_cache = final_norm(x, params, config)
    return x, StackCache(embed_cache, block_caches, norm_cache, config)


def encoder_stack_backward(dx, cache):
    """Return dparams, the gradients of embedding, positions, blocks and norm.

    Examples
    --------
    >>> config = TransformerConfig(
    ...     "encoder", vocab_size=2, d_model=1, n_heads=1, positions="none", norm="none"
    ... )
    >>> params = {"embedding": {"W": np.ones((2, 1))}, "blocks": []}
    >>> _, cache = encoder_stack(np.array([[1, 1]]), params, config)
    >>> encoder_stack_backward(np.array([[[5.0], [6.0]]]), cache)["embedding"]["W"].tolist()
    [[0.0], [11.0]]
    """
    dx, dnorm = final_norm_backward(dx, cache.norm)
    dblocks = []
    for block_cache in reversed(cache.blocks):
        dx, dblock = blocks.encoder_block_backward(dx, block_cache)
        dblocks.append(dblock)
    dembed = embed_backward(dx, cache.embedded)
    return {**dembed, "blocks": dblocks[::-1], **dnorm}


def encoder_decoder(source_ids, target_ids, params, config, rng=None):
    """Return the logits of the next target token at each position (Vaswani et al. 2017, Fig. 1).

    Parameters
    ----------
    source_ids : int array (B, T_k)
        Padding (config.pad_id) is hidden from every attention that reads it.
    target_ids : int array (B, T_q)
        In training the wanted output shifted right, <bos> first (teacher forcing).
    params, config, rng
        As in `language_model`, with family "encoder-decoder".

    Returns
    -------
    logits : array (B, T_q, vocab_size)
    cache : (encoder, decoder, output)

    Examples
    --------
    >>> config = TransformerConfig("encoder-decoder", vocab_size=5, d_model=4, n_heads=2)
    >>> params = init_params(config, np.random.default_rng(0))
    >>> logits, cache = encoder_decoder(np.array([[1, 2, 3]]), np.array([[0, 4]]), params, config)
    >>> logits.shape
    (1, 2, 5)
    """
    source_ids, target_ids = check_encoder_decoder(source_ids, target_ids, config)
    memory, encoder_cache = encoder_stack(source_ids, params["encoder"], config, rng)
    memory_mask = hide_padding(source_ids, config)  # (B, 1, 1, T_k)
    mask = attention.causal_mask(target_ids.shape[1])  # (T_q, T_q)
    x, embed_cache = embed(target_ids, params["decoder"], config, rng)  # (B, T_q, d_model)
    block_caches = []
    for block_params in params["decoder"]["blocks"]:
        x, block_cache = blocks.decoder_block(
            x, memory, block_params, config, mask, memory_mask, rng
        )
        block_caches.append(block_cache)
    x, norm_cache = final_norm(x, params["decoder"], config)
    logits, output_cache = unembed(x, params["decoder"], config)  # (B, T_q, vocab_size)
    decoder_cache = StackCache(embed_cache, block_caches, norm_cache, config)
    return logits, (encoder_cache, decoder_cache, output_cache)


def encoder_decoder_backward(dlogits, cache):
    """Return dparams. Every decoder block adds its share to the gradient of the memory.

    Examples
    --------
    The encoder's embedding has gradients in the rows of the source's ids, 1, 2 and 3:

    >>> config = TransformerConfig("encoder-decoder", vocab_size=5, d_model=4, n_heads=2)
    >>> params = init_params(config, np.random.default_rng(0))
    >>> logits, cache = encoder_decoder(np.array([[1, 2, 3]]), np.array([[0, 4]]), params, config)
    >>> dparams = encoder_decoder_backward(np.ones(logits.shape), cache)
    >>> dparams["encoder"]["embedding"]["W"].any(axis=1).tolist()
    [False, True, True, True, False]
    """
    encoder_cache, (embed_cache, block_caches, norm_cache, _), output_cache = cache
    dx, doutput = unembed_backward(dlogits, output_cache)  # (B, T_q, d_model)
    dx, dnorm = final_norm_backward(dx, norm_cache)
    dblocks, dmemory = [], 0.0
    for block_cache in reversed(block_caches):
        dx, dblock_memory, dblock = blocks.decoder_block_backward(dx, block_cache)
        dmemory = dmemory + dblock_memory  # (B, T_k, d_model)
        dblocks.append(dblock)
    dembed = embed_backward(dx, embed_cache)
    ddecoder = {**add_tied(dembed, doutput), "blocks": dblocks[::-1], **dnorm}
    dencoder = encoder_stack_backward(dmemory, encoder_cache)
    return {"encoder": dencoder, "decoder": ddecoder}


def embed(ids, params, config, rng=None, start=0):
    """Return token plus position vectors, with dropout (Vaswani et al. 2017, Sec. 3.4, 3.5).

    Parameters
    ----------
    ids : int array (B, T)
    params : dict
        embedding, and positions where they are learned.
    config, rng
        As in `language_model`.
    start : int
        Position of the first id; above 0 when decoding goes on behind earlier ids.

    Returns
    -------
    x : array (B, T, d_model)
    cache : EmbedCache(embedding, positions, dropout, config)

    Examples
    --------
    >>> W, P = np.array([[1.0], [2.0]]), np.array([[10.0], [20.0]])
    >>> params = {"embedding": {"W": W}, "positions": {"P": P}}
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, max_len=2)
    >>> x, cache = embed(np.array([[1, 1]]), params, config)
    >>> x.tolist()
    [[[12.0], [22.0]]]
    """
    x, embedding_cache = layers.embedding(ids, params["embedding"]["W"])
    if config.scale_embedding:
        x = x * config.d_model**0.5
    positions_cache = None
    if config.positions == "learned":
        x, positions_cache = positional.add_positions(x, params["positions"]["P"], start)
    if config.positions == "sinusoidal":
        table = positional.sinusoidal_positions(config.max_len, config.d_model, dtype=x.dtype)
        x, positions_cache = positional.add_positions(x, table, start)
    x, dropout_cache = layers.dropout(x, config.dropout, rng)
    return x, EmbedCache(embedding_cache, positions_cache, dropout_cache, config)


def embed_backward(dx, cache):
    """Return dparams: embedding, and positions where they are learned.

    Examples
    --------
    >>> params = {"embedding": {"W": np.zeros((2, 1))}, "positions": {"P": np.zeros((2, 1))}}
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=1, n_heads=1, max_len=2)
    >>> _, cache = embed(np.array([[1, 1]]), params, config)
    >>> dparams = embed_backward(np.array([[[5.0], [6.0]]]), cache)
    >>> dparams["embedding"]["W"].tolist(), dparams["positions"]["P"].tolist()
    ([[0.0], [11.0]], [[5.0], [6.0]])
    """
    dx = layers.dropout_backward(dx, cache.dropout)
    dpositions = {}
    if cache.config.positions == "learned":
        dx, dP = positional.add_positions_backward(dx, cache.positions)
        dpositions = {"positions": {"P": dP}}
    if cache.config.scale_embedding:
        dx = dx * cache.config.d_model**0.5
    dW = layers.embedding_backward(dx, cache.embedding)
    return {"embedding": {"W": dW}, **dpositions}


def final_norm(x, params, config):
    """Return x after the norm that a pre-norm model has behind its last block, and the cache.

    Where config.norm is not "pre" there is none: x is returned as it is, with None.

    Examples
    --------
    >>> params = {"norm": {"gamma": np.ones(2), "beta": np.zeros(2)}}
    >>> config = TransformerConfig("decoder", vocab_size=5, d_model=2, n_heads=1, norm="pre")
    >>> x, cache = final_norm(np.array([1.0, 3.0]), params, config)
    >>> np.round(x, 3).tolist()
    [-1.0, 1.0]
    """
    if config.norm != "pre":
        return x, None
    return layers.layer_norm(x, **params["norm"], eps=config.eps)


def final_norm_backward(dx, cache):
    """Return (dx, dparams): norm, or nothing where there was none.

    Examples
    --------
    >>> dx, dparams = final_norm_backward(np.array([1.0, 3.0]), cache=None)
    >>> dx.tolist(), dparams
    ([1.0, 3.0], {})
    """
    if cache is None:
        return dx, {}
    dx, dgamma, dbeta = layers.layer_norm_backward(dx, cache)
    return dx, {"norm": {"gamma": dgamma, "beta": dbeta}}


def unembed(x, params, config):
    """Return the logits of vectors (B, T, d_model): a linear map to (B, T, vocab_size).

    A tied model uses its embedding again, transposed, without a bias (Press and Wolf 2017).
    The cache is that of `layers.linear`.

    Examples
    --------
    >>> W = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    >>> config = TransformerConfig("decoder", vocab_size=3, d_model=2, n_heads=1, tied=True)
    >>> logits, cache = unembed(np.array([[[2.0, 5.0]]]), {"embedding": {"W": W}}, config)
    >>> logits.tolist()
    [[[2.0, 5.0, 7.0]]]
    """
    if config.tied:
        return layers.linear(x, params["embedding"]["W"].T)
    return layers.linear(x, params["output"]["W"], params["output"]["b"])


def unembed_backward(dlogits, cache):
    """Return (dx, dparams): output, or embedding in a tied model, which has no bias.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=2, n_heads=1, tied=True)
    >>> _, cache = unembed(np.array([[[2.0, 5.0]]]), {"embedding": {"W": np.eye(2)}}, config)
    >>> dx, dparams = unembed_backward(np.array([[[0.0, 1.0]]]), cache)
    >>> dx.tolist(), dparams["embedding"]["W"].tolist()
    ([[[0.0, 1.0]]], [[0.0, 0.0], [2.0, 5.0]])
    """
    dx, dW, db = layers.linear_backward(dlogits, cache)
    if db is None:
        return dx, {"embedding": {"W": dW.T}}
    return dx, {"output": {"W": dW, "b": db}}


def add_tied(dembed, doutput):
    """Return the gradients of both ends of a model; a matrix that both used gets their sum.

    Examples
    --------
    >>> ends = {"embedding": {"W": np.array([[1.0]])}}, {"embedding": {"W": np.array([[5.0]])}}
    >>> add_tied(*ends)["embedding"]["W"].tolist()
    [[6.0]]
    """
    if "embedding" not in doutput:
        return {**dembed, **doutput}
    dW = dembed["embedding"]["W"] + doutput["embedding"]["W"]
    return {**dembed, "embedding": {"W": dW}}


def hide_padding(ids, config):
    """Return the mask that hides config.pad_id, or None where the configuration has none.

    Examples
    --------
    >>> config = TransformerConfig("encoder", vocab_size=8, pad_id=0)
    >>> hide_padding(np.array([[5, 7, 0]]), config).tolist()
    [[[[True, True, False]]]]
    """
    return None if config.pad_id is None else attention.padding_mask(ids, config.pad_id)


def attention_weights(cache):
    """Return each block's self-attention weights, (B, n_heads, T, T), from a model's cache.

    Of an encoder-decoder they are the decoder's.

    Examples
    --------
    >>> config = TransformerConfig("decoder", vocab_size=5, d_model=4, n_heads=2, n_layers=3)
    >>> params = init_params(config, np.random.default_rng(0))
    >>> _, cache = language_model(np.array([[1, 2, 4]]), params, config)
    >>> [weights.shape for weights in attention_weights(cache)]
    [(1, 2, 3, 3), (1, 2, 3, 3), (1, 2, 3, 3)]
    """
    last = next(part for part in reversed(cache) if isinstance(part, StackCache))
    return [block.attention.sublayer.weights for block in last.blocks]
