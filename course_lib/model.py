"""Whole models: a classifier, a language model, an encoder-decoder, each beside its backward.

Every model maps ids to logits. Its backward maps dlogits to the gradients of all parameters, a
nested dict with the structure of the parameters.
"""

from typing import Any

from . import attention, blocks, layers
from .internals.checks import check_batch, shape_error
from .pooling import pool, pool_backward
from .stack import StackCache, encoder_stack, hide_padding, stack, stack_backward


def _to_logits(x, params, config):
    """Project vectors to the vocabulary; a tied model uses its embedding again, transposed."""
    if config.tied:
        return layers.linear(x, params["embedding"]["W"].T)
    return layers.linear(x, params["output"]["W"], params["output"]["b"])


def _add_output_gradient(dparams, dW, db, config):
    if config.tied:
        dparams["embedding"]["W"] += dW.T
    else:
        dparams["output"] = {"W": dW, "b": db}
    return dparams


def classifier(ids, params, config, rng=None):
    """Encoder, pooling, linear: one label for each sequence (Devlin et al. 2019, Sec. 3.2).

    Parameters
    ----------
    ids : int array (B, T)
    params : dict of init_params(config) with family "encoder"
    config : TransformerConfig
    rng : numpy.random.Generator, optional
        For dropout; None to evaluate.

    Returns
    -------
    logits : array (B, n_classes)
    cache : (stack, pooling, output)
    """
    _check_family("classifier", config, "encoder")
    ids = check_batch("classifier: ids", ids)
    counted = None if config.pad_id is None else ids != config.pad_id
    x, stack_cache = encoder_stack(ids, params, config, rng)
    pooled, pool_cache = pool(x, config.pooling, counted)
    logits, output_cache = layers.linear(pooled, params["output"]["W"], params["output"]["b"])
    return logits, (stack_cache, pool_cache, output_cache)


def classifier_backward(dlogits, cache):
    """Return dparams."""
    stack_cache, pool_cache, output_cache = cache
    dpooled, dW, db = layers.linear_backward(dlogits, output_cache)
    dx = pool_backward(dpooled, pool_cache)
    dparams = stack_backward(dx, stack_cache, blocks.encoder_block_backward)
    return dparams | {"output": {"W": dW, "b": db}}


def language_model(ids, params, config, rng=None, past=None):
    """Decoder only: at each position the logits of the next token (Radford et al. 2019, Sec. 2.3).

    Pad on the right: the causal mask then hides the padding from every position that counts.

    Parameters
    ----------
    ids : int array (B, T)
        With a filled `past` only the new ids.
    params, config, rng
        As in `classifier`, with family "decoder".
    past : list of dict, optional
        From `start_past(config)`; keys and values of earlier positions, extended in place.

    Returns
    -------
    logits : array (B, T, vocab_size)
    cache : (stack, output)
    """
    _check_family("language_model", config, "decoder")
    ids = check_batch("language_model: ids", ids)
    start = _past_length(past)
    mask = attention.causal_mask(ids.shape[1], start + ids.shape[1])

    def block(x, block_params, index):
        block_past = None if past is None else past[index]["self"]
        return blocks.encoder_block(x, block_params, config, mask, rng, block_past)

    x, stack_cache = stack(ids, params, config, block, rng, start)
    logits, output_cache = _to_logits(x, params, config)
    return logits, (stack_cache, output_cache)


def language_model_backward(dlogits, cache):
    """Return dparams."""
    stack_cache, output_cache = cache
    dx, dW, db = layers.linear_backward(dlogits, output_cache)
    dparams = stack_backward(dx, stack_cache, blocks.encoder_block_backward)
    return _add_output_gradient(dparams, dW, db, stack_cache.config)


def encoder_decoder(source_ids, target_ids, params, config, rng=None, memory=None, past=None):
    """Encoder and decoder, joined by cross-attention (Vaswani et al. 2017, Fig. 1).

    Parameters
    ----------
    source_ids : int array (B, T_k)
        Padding (config.pad_id) is hidden from every attention that reads it.
    target_ids : int array (B, T_q)
        In training the wanted output shifted right, <bos> first (teacher forcing).
    params, config, rng
        As in `classifier`, with family "encoder-decoder".
    memory : array (B, T_k, d_model), optional
        The encoder's output, if it is known already.
    past : list of dict, optional
        From `start_past(config)`, for decoding.

    Returns
    -------
    logits : array (B, T_q, vocab_size)
    cache : (encoder, decoder, output)
    """
    _check_family("encoder_decoder", config, "encoder-decoder")
    source_ids = check_batch("encoder_decoder: source_ids", source_ids)
    target_ids = check_batch("encoder_decoder: target_ids", target_ids)
    if len(source_ids) != len(target_ids):
        raise shape_error(
            f"encoder_decoder: B is {len(source_ids)} in source_ids "
            f"but {len(target_ids)} in target_ids.",
            [("source_ids", source_ids, "(B, T_k)"), ("target_ids", target_ids, "(B, T_q)")],
            "every source has one target.",
        )
    encoder_cache = None
    if memory is None:
        memory, encoder_cache = encode(source_ids, params, config, rng)
    memory_mask = hide_padding(source_ids, config)
    start = _past_length(past)
    mask = attention.causal_mask(target_ids.shape[1], start + target_ids.shape[1])

    def block(x, block_params, index):
        own, cross = (past[index]["self"], past[index]["cross"]) if past else (None, None)
        unread = None if cross else memory  # its keys and values are kept from the first call on
        return blocks.decoder_block(
            x, unread, block_params, config, mask, memory_mask, rng, own, cross
        )

    x, decoder_cache = stack(target_ids, params["decoder"], config, block, rng, start)
    logits, output_cache = _to_logits(x, params["decoder"], config)
    return logits, (encoder_cache, decoder_cache, output_cache)


def encoder_decoder_backward(dlogits, cache):
    """Return dparams. Every decoder block adds its share to the gradient of the memory."""
    encoder_cache, decoder_cache, output_cache = cache
    if encoder_cache is None:
        raise ValueError(
            "encoder_decoder_backward: the forward was given `memory`, so the encoder's gradients "
            "are out of reach. Call it without `memory` to train."
        )
    dmemory: Any = 0.0

    def block_backward(dx, block_cache):
        nonlocal dmemory
        dx, dblock_memory, dparams = blocks.decoder_block_backward(dx, block_cache)
        dmemory = dmemory + dblock_memory
        return dx, dparams

    dx, dW, db = layers.linear_backward(dlogits, output_cache)
    ddecoder = stack_backward(dx, decoder_cache, block_backward)
    ddecoder = _add_output_gradient(ddecoder, dW, db, decoder_cache.config)
    dencoder = stack_backward(dmemory, encoder_cache, blocks.encoder_block_backward)
    return {"encoder": dencoder, "decoder": ddecoder}


def encode(source_ids, params, config, rng=None):
    """Run the encoder alone: ids (B, T_k) to memory (B, T_k, d_model). Return (memory, cache)."""
    return encoder_stack(source_ids, params["encoder"], config, rng)


def start_past(config):
    """Return an empty key-value cache for `language_model` or `encoder_decoder`."""
    return [{"self": {}, "cross": {}} for _ in range(config.n_layers)]


def _past_length(past):
    return past[0]["self"]["k"].shape[2] if past and past[0]["self"] else 0


def attention_weights(cache):
    """Return each block's self-attention weights, (B, n_heads, T, T), from a model's cache.

    Of an encoder-decoder they are the decoder's.
    """
    last = next(part for part in reversed(cache) if isinstance(part, StackCache))
    return [block.attention.sublayer.weights for block in last.blocks]


def _check_family(place, config, family):
    if config.family != family:
        raise ValueError(
            f"{place}: the configuration's family is {config.family!r}, not {family!r}."
        )
