"""A stack: embedding, positions, a row of blocks, a last norm; the body of every model."""

from typing import Any, NamedTuple

from . import attention, blocks, layers, positional
from .params import TransformerConfig


class StackCache(NamedTuple):
    """The caches of one stack, from the embedding to the final norm."""

    embedding: Any
    positions: Any
    dropout: Any
    blocks: list
    norm: Any
    config: TransformerConfig


def stack(ids, params, config, block, rng, start=0):
    """Embed ids (B, T), run `block(x, params, index)` for each block, norm: (x, StackCache)."""
    x, embedding_cache = layers.embedding(ids, params["embedding"]["W"])
    if config.scale_embedding:
        x = x * config.d_model**0.5
    positions_cache = norm_cache = None
    if config.positions != "none":
        if config.positions == "learned":
            table = params["positions"]["P"]
        else:
            table = positional.sinusoidal_positions(config.max_len, config.d_model, dtype=x.dtype)
        x, positions_cache = positional.add_positions(x, table, start)
    x, dropout_cache = layers.dropout(x, config.dropout, rng)
    block_caches = []
    for index, block_params in enumerate(params["blocks"]):
        x, block_cache = block(x, block_params, index)
        block_caches.append(block_cache)
    if config.norm == "pre":
        x, norm_cache = layers.layer_norm(x, **params["norm"], eps=config.eps)
    cache = StackCache(
        embedding_cache, positions_cache, dropout_cache, block_caches, norm_cache, config
    )
    return x, cache


def stack_backward(dx, cache, block_backward):
    """Return dparams of a stack; `block_backward(dx, cache)` returns (dx, dparams)."""
    config = cache.config
    dparams: dict[str, Any] = {"embedding": {}}
    if config.norm == "pre":
        dx, dgamma, dbeta = layers.layer_norm_backward(dx, cache.norm)
        dparams["norm"] = {"gamma": dgamma, "beta": dbeta}
    dparams["blocks"] = [{} for _ in cache.blocks]
    for index in reversed(range(len(cache.blocks))):
        dx, dparams["blocks"][index] = block_backward(dx, cache.blocks[index])
    dx = layers.dropout_backward(dx, cache.dropout)
    if config.positions == "learned":
        dx, dtable = positional.add_positions_backward(dx, cache.positions)
        dparams["positions"] = {"P": dtable}
    if config.scale_embedding:
        dx = dx * config.d_model**0.5
    dparams["embedding"]["W"] = layers.embedding_backward(dx, cache.embedding)
    return dparams


def encoder_stack(ids, params, config, rng):
    """Run a stack of encoder blocks over ids (B, T), padding hidden: (x, StackCache)."""
    mask = hide_padding(ids, config)

    def block(x, block_params, index):
        return blocks.encoder_block(x, block_params, config, mask, rng)

    return stack(ids, params, config, block, rng)


def hide_padding(ids, config):
    """Return the mask that hides config.pad_id, or None where the configuration has none."""
    return None if config.pad_id is None else attention.padding_mask(ids, config.pad_id)
