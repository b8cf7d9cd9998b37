"""A stack: embedding, positions, a row of blocks, a last norm; the body of every model."""

from typing import Any, NamedTuple

from . import attention, blocks, layers, positional
from .params import TransformerConfig


class EmbedCache(NamedTuple):
    """The caches of what stands before the first block."""

    embedding: Any
    positions: Any
    dropout: Any
    config: TransformerConfig


class StackCache(NamedTuple):
    """The caches of one stack, from the embedding to the final norm."""

    embedded: EmbedCache
    blocks: list
    norm: Any
    config: TransformerConfig


def embed(ids, params, config, rng=None, start=0):
    """Make vectors of ids: token plus position, then dropout (Vaswani et al. 2017, Sec. 3.4, 3.5).

    Parameters
    ----------
    ids : int array (B, T)
    params : dict
        embedding, and positions where they are learned.
    config : TransformerConfig
    rng : numpy.random.Generator, optional
        For dropout; None to evaluate.
    start : int
        Position of the first id; above 0 when decoding with a past.

    Returns
    -------
    x : array (B, T, d_model)
    cache : EmbedCache(embedding, positions, dropout, config)
    """
    x, embedding_cache = layers.embedding(ids, params["embedding"]["W"])
    if config.scale_embedding:
        x = x * config.d_model**0.5
    positions_cache = None
    if config.positions != "none":
        if config.positions == "learned":
            table = params["positions"]["P"]
        else:
            table = positional.sinusoidal_positions(config.max_len, config.d_model, dtype=x.dtype)
        x, positions_cache = positional.add_positions(x, table, start)
    x, dropout_cache = layers.dropout(x, config.dropout, rng)
    return x, EmbedCache(embedding_cache, positions_cache, dropout_cache, config)


def embed_backward(dx, cache):
    """Return dparams."""
    dparams = {}
    dx = layers.dropout_backward(dx, cache.dropout)
    if cache.config.positions == "learned":
        dx, dtable = positional.add_positions_backward(dx, cache.positions)
        dparams["positions"] = {"P": dtable}
    if cache.config.scale_embedding:
        dx = dx * cache.config.d_model**0.5
    return dparams | {"embedding": {"W": layers.embedding_backward(dx, cache.embedding)}}


def stack(ids, params, config, block, rng=None, start=0):
    """Embed, run the blocks one after the other, norm: the body of every model.

    Parameters
    ----------
    ids, config, rng, start
        As in `embed`.
    params : dict
        embedding, positions (if learned), blocks, norm (if config.norm is "pre").
    block : callable
        block(x, params["blocks"][index], index) returns (out, cache), out as x.

    Returns
    -------
    x : array (B, T, d_model)
    cache : StackCache(embedded, blocks, norm, config)
    """
    x, embed_cache = embed(ids, params, config, rng, start)
    block_caches = []
    for index, block_params in enumerate(params["blocks"]):
        x, block_cache = block(x, block_params, index)
        block_caches.append(block_cache)
    norm_cache = None
    if config.norm == "pre":
        x, norm_cache = layers.layer_norm(x, **params["norm"], eps=config.eps)
    return x, StackCache(embed_cache, block_caches, norm_cache, config)


def stack_backward(dx, cache, block_backward):
    """Return dparams of a stack; `block_backward(dx, cache)` returns (dx, dparams)."""
    dparams: dict[str, Any] = {}
    if cache.config.norm == "pre":
        dx, dgamma, dbeta = layers.layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
    dparams["blocks"] = [{} for _ in cache.blocks]
    for index in reversed(range(len(cache.blocks))):
        dx, dparams["blocks"][index] = block_backward(dx, cache.blocks[index])
    return dparams | embed_backward(dx, cache.embedded)


def encoder_stack(ids, params, config, rng=None):
    """Run a stack of encoder blocks over ids (B, T), padding hidden: (x, StackCache)."""
    mask = hide_padding(ids, config)

    def block(x, block_params, index):
        return blocks.encoder_block(x, block_params, config, mask, rng)

    return stack(ids, params, config, block, rng)


def hide_padding(ids, config):
    """Return the mask that hides config.pad_id, or None where the configuration has none."""
    return None if config.pad_id is None else attention.padding_mask(ids, config.pad_id)
