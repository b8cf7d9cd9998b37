"""Exercise: encoder_block."""

import numpy as np

from course_lib import attention, blocks
from course_lib.attention import causal_mask
from course_lib.blocks import BlockCache

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import other_styles as styles
from . import wrong_blocks as wrong
from .drawn import D_MODEL, T_Q, B, draw_block, draw_past, even_attention, make_config


def encoder_block_cases(rng):
    x = rng.normal(size=(B, T_Q, D_MODEL))
    # The mean of both rows is (1, 2): (3, 2) and (1, 6). Then relu(3 - 2) = 1 and relu(1 - 6) = 0.
    by_hand = {
        "attention": even_attention(2),
        "feed_forward": {
            "W_1": np.array([[1.0], [-1]]),
            "b_1": np.zeros(1),
            "W_2": np.array([[0.0, 1]]),
            "b_2": np.zeros(2),
        },
    }
    small = make_config(d_model=2, n_heads=1, d_ff=1, norm="none")

    def case(label, *rest, **changes):
        config = make_config(**changes)
        return Case((x, draw_block(config, rng), config, *rest), label=label)

    return [
        Case(
            (np.array([[[2.0, 0], [0, 4]]]), by_hand, small),
            label="two positions, worked by hand",
            expected=([[[3, 3], [1, 6]]], None),
        ),
        case("pre-norm"),
        case("post-norm, gelu", norm="post", activation="gelu"),
        case("a causal mask", causal_mask(T_Q)),
        case("no norm at all", norm="none"),
        case("dropout", None, np.random.default_rng(1), dropout=0.4),
        case("no feed-forward (d_ff = 0)", d_ff=0),
        case("a past of 3 positions", causal_mask(T_Q, T_Q + 3), None, draw_past(rng, 3)),
    ]


def _encoder_block(x, params, config, mask=None, rng=None, past=None):
    def attend(z):
        return attention.attend(z, z, params["attention"], config.n_heads, mask, past)

    def feed(z):
        return blocks.feed_forward(z, params["feed_forward"], config.activation)

    out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)
    feed_cache = None
    if "feed_forward" in params:
        out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), config, rng)
    return out, BlockCache(attention_cache, None, feed_cache)


register(
    Exercise(
        name="encoder_block",
        lesson=4,
        reference=blocks.encoder_block,
        shown=_encoder_block,
        cases=encoder_block_cases,
        may_change=("past",),
        returns=("out", "cache"),
        mistakes=(
            Mistake(
                "feed_forward_first",
                wrong.encoder_variant(order=("feed_forward", "attention")),
                "The feed-forward comes before the attention. In the block of the paper a "
                "position first hears from the others and then works on what it heard: attention, "
                "then feed-forward.",
            ),
            Mistake(
                "sublayer_called",
                wrong.sublayer_called,
                "You call the sublayer and give residual its result. residual calls it itself, on "
                "what it has normed: give it the function, `attend`, without brackets.",
            ),
            Mistake(
                "feed_without_cache",
                wrong.feed_without_cache,
                "`feed` returns the result alone. residual expects a pair from a sublayer, "
                "(out, cache): return what blocks.feed_forward returns, both parts.",
            ),
            Mistake(
                "feed_reads_x",
                wrong.feed_reads_x,
                "`feed` reads x, the input of the block, whatever it is called with. Its argument "
                "is z: what the residual hands to it, normed in pre-norm.",
            ),
            Mistake(
                "side_by_side",
                wrong.side_by_side,
                "Both sublayers read x, and their updates are added up. The feed-forward has to "
                "read what the attention has left behind: give the second residual `out`, not x. "
                "(Some models do it your way; see the end of the lesson.)",
            ),
            Mistake(
                "attention_lost",
                wrong.attention_lost,
                "The second residual begins at x again, so all that the attention added is "
                "thrown away. Its first argument is `out`, the result of the first residual.",
            ),
            Mistake(
                "no_feed_forward",
                wrong.encoder_variant(order=("attention",)),
                "This is the attention in its residual. The feed-forward is missing, or its result "
                "is not what you return: send `out` through a second residual, with norm_2, and "
                "put the result into `out` again.",
            ),
            Mistake(
                "needs_norms",
                wrong.encoder_variant(get=wrong.demand),
                'params["norm_1"] fails where config.norm is "none": such a block has no norms. '
                'params.get("norm_1") gives None then, which residual does not read.',
            ),
            Mistake(
                "needs_feed_forward",
                wrong.needs_feed_forward,
                "A block may be attention alone (config.d_ff = 0), and then params has no "
                '"feed_forward". Keep the given line `if "feed_forward" in params:` before the '
                "second residual.",
            ),
            Mistake(
                "same_norm",
                wrong.encoder_variant(norms=("norm_1", "norm_1")),
                "norm_1 is used twice. Each sublayer has a norm of its own, with its own gamma "
                "and beta: the feed-forward's is norm_2.",
            ),
            Mistake(
                "norms_swapped",
                wrong.encoder_variant(norms=("norm_2", "norm_1")),
                "The norms have changed places: norm_1 belongs to the attention, norm_2 to the "
                "feed-forward.",
            ),
            Mistake(
                "no_residual",
                wrong.encoder_variant(residual=wrong.no_residual),
                "x does not pass the sublayers by: this is their output alone, one after the "
                "other. Call each through blocks.residual, which adds its input.",
            ),
            Mistake(
                "residual_twice",
                wrong.encoder_variant(residual=wrong.residual_twice),
                "The input is added twice to each sublayer. blocks.residual has already added it: "
                "what it returns is the sum.",
            ),
            Mistake(
                "feed_added",
                wrong.feed_added,
                "`out` is added to what the second residual returns, which is already the sum. "
                "Let it take the place of `out`.",
            ),
            Mistake(
                "norm_twice",
                wrong.encoder_variant(residual=wrong.norm_twice),
                "x goes through the layer norm before it reaches residual, and with it what passes "
                "by. Give residual x as it is: it norms what the sublayer reads, or the sum.",
            ),
            Mistake(
                "mask_ignored",
                wrong.encoder_variant(use_mask=False),
                "The mask does not reach the attention, so positions see what is hidden from them. "
                "Hand it on to attention.attend.",
            ),
            Mistake(
                "rng_ignored",
                wrong.encoder_variant(drops=()),
                "Nothing is dropped: rng does not reach the residuals. It is their last argument.",
            ),
            Mistake(
                "rng_in_attention_only",
                wrong.encoder_variant(drops=("attention",)),
                "Nothing is dropped in the feed-forward: rng reaches the first residual, but not "
                "the second.",
            ),
            Mistake(
                "rng_in_feed_forward_only",
                wrong.encoder_variant(drops=("feed_forward",)),
                "Nothing is dropped in the attention: rng reaches the second residual, but not "
                "the first.",
            ),
            Mistake(
                "past_ignored",
                wrong.encoder_variant(use_past=False),
                "The `past` does not reach the attention, and the model could not write with it "
                "(lesson 5). Use the given `attend`, or attention.attend with `past` as its last "
                "argument.",
            ),
            Mistake(
                "always_relu",
                wrong.encoder_variant(activation="relu"),
                lambda case, got, want: (
                    "The feed-forward uses relu where config.activation is "
                    f"{case.args[2].activation!r}. Hand config.activation on to "
                    "blocks.feed_forward: it is its third argument."
                ),
            ),
        ),
        correct=(_encoder_block, styles.encoder_with_lambdas, styles.encoder_written_out),
        hints=(
            "Two residuals, one after the other. The second takes in what the first put out.",
            "residual wants a function of one array. `attend` is given; write `feed(z)` like it: "
            'it returns blocks.feed_forward(z, params["feed_forward"], config.activation).',
            'The first: out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), '
            "config, rng).",
            'The second: out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), '
            "config, rng).",
        ),
    )
)
