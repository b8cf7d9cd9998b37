"""Right answers to encoder_block, in other styles."""

from typing import Any

from right_answers import each_is_right

from course_lib import attention, blocks, layers
from course_lib.blocks import BlockCache, ResidualCache


def encoder_block_with_lambdas(x, params, config, mask=None, rng=None):
    steps = [
        (
            "norm_1",
            lambda z: attention.multi_head_attention(
                z, z, params["attention"], config.n_heads, mask
            ),
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


def encoder_block_written_out(x, params, config, mask=None, rng=None):
    """Norms, sums and caches written out."""
    caches: list[Any] = [None, None]
    for place, part in enumerate(("attention", "feed_forward")):
        if part not in params:
            continue
        norm, z, norm_cache = params.get(f"norm_{place + 1}"), x, None
        if config.norm == "pre":
            z, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
        if part == "attention":
            update, cache = attention.multi_head_attention(z, z, params[part], config.n_heads, mask)
        else:
            update, cache = blocks.feed_forward(z, params[part], config.activation)
        update, dropped = layers.dropout(update, config.dropout, rng)
        x = x + update
        if config.norm == "post":
            x, norm_cache = layers.layer_norm(x, norm["gamma"], norm["beta"], config.eps)
        caches[place] = ResidualCache(norm_cache, cache, dropped, config.norm)
    return x, BlockCache(caches[0], None, caches[1])


def encoder_block_as_it_was_asked_for_earlier(x, params, config, mask=None, rng=None, past=None):
    """With a past, which decoding handed through the blocks."""

    def attend(z):
        return attention.attend(z, z, params["attention"], config.n_heads, mask, past)

    def feed(z):
        return blocks.feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    feed_cache = None
    if "feed_forward" in params:
        out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), config, rng)
    return out, BlockCache(attention_cache, None, feed_cache)


ANSWERS = [
    encoder_block_with_lambdas,
    encoder_block_written_out,
    encoder_block_as_it_was_asked_for_earlier,
]

test_is_right = each_is_right("encoder_block", ANSWERS)
