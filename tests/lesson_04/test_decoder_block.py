"""Right answers to decoder_block, in other styles."""

from typing import Any

from right_answers import each_is_right

from course_lib import attention, blocks
from course_lib.blocks import BlockCache


def decoder_block_in_a_loop_as_it_was_asked_for_earlier(
    x, memory, params, config, mask=None, memory_mask=None, rng=None, past=None, memory_past=None
):
    """With the pasts that decoding handed through the blocks."""
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


def decoder_block_from_the_encoder_block(
    x, memory, params, config, mask=None, memory_mask=None, rng=None
):
    """Self-attention is an encoder block without feed-forward."""
    alone = {name: params[name] for name in ("attention", "norm_1") if name in params}
    out, first = blocks.encoder_block(x, alone, config, mask, rng)
    out, cross = blocks.residual(
        out,
        lambda z: attention.multi_head_attention(
            z, memory, params["cross_attention"], config.n_heads, memory_mask
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


ANSWERS = [
    decoder_block_in_a_loop_as_it_was_asked_for_earlier,
    decoder_block_from_the_encoder_block,
]

test_is_right = each_is_right("decoder_block", ANSWERS)
