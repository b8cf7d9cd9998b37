"""The exercises of lesson 4 in other styles: right answers that the checks must not turn down."""

from typing import Any

from course_lib import attention, blocks, layers
from course_lib.blocks import BlockCache, ResidualCache
from course_lib.stack import StackCache, embed


def encoder_with_lambdas(x, params, config, mask=None, rng=None, past=None):
    steps = [
        (
            "norm_1",
            lambda z: attention.attend(z, z, params["attention"], config.n_heads, mask, past),
        )
    ]
    if "feed_forward" in params:
        feed = params["feed_forward"]
        steps.append(("norm_2", lambda z: blocks.feed_forward(z, feed, config.activation)))
    caches = []
    for norm, sublayer in steps:
        x, cache = blocks.residual(x, sublayer, params.get(norm), config, rng)
        caches.append(cache)
    return x, BlockCache(caches[0], None, caches[1] if len(caches) > 1 else None)


def encoder_written_out(x, params, config, mask=None, rng=None, past=None):
    """Norms, sums and caches written out."""
    caches: list[Any] = [None, None]
    for place, part in enumerate(("attention", "feed_forward")):
        if part not in params:
            continue
        norm, z, norm_cache = params.get(f"norm_{place + 1}"), x, None
        if config.norm == "pre":
            z, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
        if part == "attention":
            update, cache = attention.attend(z, z, params[part], config.n_heads, mask, past)
        else:
            update, cache = blocks.feed_forward(z, params[part], config.activation)
        update, dropped = layers.dropout(update, config.dropout, rng)
        x = x + update
        if config.norm == "post":
            x, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
        caches[place] = ResidualCache(norm_cache, cache, dropped, config.norm)
    return x, BlockCache(caches[0], None, caches[1])


def decoder_in_a_loop(
    x, memory, params, config, mask=None, memory_mask=None, rng=None, past=None, memory_past=None
):
    n = config.n_heads
    steps = {
        "attention": lambda z, p: attention.attend(z, z, p, n, mask, past),
        "cross_attention": lambda z, p: attention.attend(z, memory, p, n, memory_mask, memory_past),
        "feed_forward": lambda z, p: blocks.feed_forward(z, p, config.activation),
    }
    caches: dict[str, Any] = {}
    for number, (part, step) in enumerate(steps.items(), start=1):
        caches[part] = None
        if part in params:
            x, caches[part] = blocks.residual(
                x,
                lambda z, part=part, step=step: step(z, params[part]),
                params.get(f"norm_{number}"),
                config,
                rng,
            )
    return x, BlockCache(**caches)


def decoder_from_the_encoder_block(
    x, memory, params, config, mask=None, memory_mask=None, rng=None, past=None, memory_past=None
):
    """Self-attention is an encoder block without feed-forward."""
    alone = {name: params[name] for name in ("attention", "norm_1") if name in params}
    out, first = blocks.encoder_block(x, alone, config, mask, rng, past)
    out, cross = blocks.residual(
        out,
        lambda z: attention.attend(
            z, memory, params["cross_attention"], config.n_heads, memory_mask, memory_past
        ),
        params.get("norm_2"),
        config,
        rng,
    )
    feed = None
    if "feed_forward" in params:
        out, feed = blocks.residual(
            out,
            lambda z: blocks.feed_forward(z, params["feed_forward"], config.activation),
            params.get("norm_3"),
            config,
            rng,
        )
    return out, BlockCache(first.attention, cross, feed)


def stack_by_recursion(ids, params, config, block, rng=None, start=0):
    def climb(x, index):
        if index == len(params["blocks"]):
            return x, []
        x, cache = block(x, params["blocks"][index], index)
        x, caches = climb(x, index + 1)
        return x, [cache, *caches]

    x, embed_cache = embed(ids, params, config, rng=rng, start=start)
    x, caches = climb(x, 0)
    if config.norm != "pre":
        return x, StackCache(embed_cache, caches, None, config)
    norm = params["norm"]
    x, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
    return x, StackCache(embed_cache, caches, norm_cache, config)


def stack_with_range(ids, params, config, block, rng=None, start=0):
    states, caches = [embed(ids, params, config, rng, start)], []
    x = states[0][0]
    for index in range(config.n_layers):
        result = block(x, params["blocks"][index], index)
        x = result[0]
        caches += [result[1]]
    norm_cache = None
    if "norm" in params:
        x, norm_cache = layers.layer_norm(x, eps=config.eps, **params["norm"])
    return x, StackCache(states[0][1], caches, norm_cache, config)


def count_part_by_part(config):
    d, layers = config.d_model, config.n_layers
    encoders = layers if config.family != "decoder" else 0
    decoders = layers if config.family != "encoder" else 0
    crossed = decoders if config.family == "encoder-decoder" else 0
    stacks = (encoders > 0) + (decoders > 0)
    attentions = encoders + decoders + crossed
    feeds = (encoders + decoders) * (config.d_ff > 0)
    norms = {"pre": attentions + feeds + stacks, "post": attentions + feeds, "none": 0}
    total = stacks * config.vocab_size * d
    total += stacks * config.max_len * d * (config.positions == "learned")
    total += attentions * 4 * d * (d + 1)
    total += feeds * (2 * d * config.d_ff + config.d_ff + d)
    total += norms[config.norm] * 2 * d
    classes = config.n_classes if config.family == "encoder" else config.vocab_size
    return total + (0 if config.tied else (d + 1) * classes)


def count_shapes(config):
    d = config.d_model
    two = config.family == "encoder-decoder"
    shapes: list[tuple[int, ...]] = [(config.vocab_size, d)] * (1 + two)
    if config.positions == "learned":
        shapes += [(config.max_len, d)] * (1 + two)
    for crossed in [False, True] if two else [False]:
        for _ in range(config.n_layers):
            shapes += [(d, d), (d,)] * 4 * (1 + crossed)
            shapes += [(d, config.d_ff), (config.d_ff,), (config.d_ff, d), (d,)] * (config.d_ff > 0)
            shapes += [(2 * d,)] * (1 + crossed + (config.d_ff > 0)) * (config.norm != "none")
        shapes += [(2 * d,)] * (config.norm == "pre")
    if not config.tied:
        n = config.n_classes if config.family == "encoder" else config.vocab_size
        shapes += [(d, n), (n,)]
    total = 0
    for shape in shapes:
        size = 1
        for length in shape:
            size *= length
        total += size
    return total
