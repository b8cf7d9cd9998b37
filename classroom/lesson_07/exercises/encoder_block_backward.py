"""encoder_block_backward: back through feed-forward and self-attention."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import attention, blocks
from course_lib.params import TransformerConfig, init_params


def cases(rng):
    def case(label, norm="pre", d_ff=11, activation="relu", dropout=0.0, proves=""):
        config = TransformerConfig(
            "decoder", 13, d_model=9, n_heads=3, n_layers=1, d_ff=d_ff, norm=norm,
            activation=activation, dropout=dropout,
        )  # fmt: skip
        params = init_params(config, rng, np.float64)["blocks"][0]
        x = rng.normal(size=(2, 5, 9))
        mask = attention.causal_mask(5)
        out, cache = blocks.encoder_block(x, params, config, mask, np.random.default_rng(3))
        dout = 0.02 * rng.normal(size=out.shape)  # b_K has the gradient 0: float32 must pass
        return Case((dout, cache), label=label, proves=proves)

    return [
        case("no norm", norm="none", proves="the block without norms"),
        case("pre-norm", proves="pre-norm"),
        case("post-norm", norm="post", activation="gelu", proves="post-norm"),
        case("pre-norm with dropout", dropout=0.3, proves="dropout"),
        case("attention alone, no feed-forward", d_ff=0),
    ]


returns = ("dx", "dparams")

ATTENTION = """\
    dx, dnorm_1, dparams["attention"] = residual_backward(dout, cache.attention, attend_backward)
"""

STRAIGHT = "(lambda dx, dparams: (dx, {{}}, dparams))(*{1}(dout, cache.{0}.sublayer))"

mistakes = [
    Mistake(
        "queries_alone",
        {"dx + dmemory": "dx"},
        "In self-attention x is also the memory. You keep only the gradient that came back "
        "through the queries; add the second one, through keys and values.",
    ),
    Mistake(
        "memory_alone",
        {"dx + dmemory": "dmemory"},
        "You keep only the gradient that came back through keys and values. x asked the queries "
        "too: add the first one.",
    ),
    Mistake(
        "memory_as_rest",
        {"dx + dmemory": "dx, dmemory"},
        "multi_head_attention_backward returns three things, so residual_backward returns four. "
        "Wrap it in a small function that returns (dx + dmemory, dparams).",
    ),
    Mistake(
        "no_tuple",
        {"return dx + dmemory, dattention": "return dx + dmemory"},
        "What goes back through the attention returns an array alone, and residual_backward takes "
        "it apart along the batch. It wants a tuple, the gradient of the input first: (dx + "
        "dmemory, dparams).",
    ),
    Mistake(
        "mean_of_both",
        {"dx + dmemory": "(dx + dmemory) / 2"},
        "You take the mean of the gradients through the queries and through keys and values. x was "
        "used in both ways: the two are added.",
    ),
    Mistake(
        "side_by_side",
        [
            {
                "dout, dnorm_2, dparams": "dside, dnorm_2, dparams",
                "    return dx, dparams": "    dx = dx + dside if cache[2] else dx\n"
                "    return dx, dparams",
            },
            {
                "dout, dnorm_2, dparams": "dside, dnorm_2, dparams",
                "    return dx, dparams": "    dx = dx + dside - dout if cache[2] else dx\n"
                "    return dx, dparams",
            },
        ],
        "Both sublayers get the same dout, and what they return is added, as if they stood side by "
        "side. They stand one after the other: what comes back through the feed-forward's residual "
        "goes into the attention's.",
    ),
    Mistake(
        "identity_added",
        [
            {"    return dx, dparams": "    return dx + dout, dparams"},
            {
                "dparams = {}": "dparams, top = {}, dout",
                "    return dx, dparams": "    return dx + top, dparams",
            },
        ],
        "The identity path is counted once more at the end. residual_backward has added it "
        "already, in each of the two residuals.",
    ),
    Mistake(
        "residuals_left_out",
        [
            {
                "residual_backward(\n            dout, cache.feed_forward, feed_forward_backward\n"
                "        )": STRAIGHT.format("feed_forward", "feed_forward_backward"),
                "residual_backward(dout, cache.attention, attend_backward)": STRAIGHT.format(
                    "attention", "attend_backward"
                ),
            },
            {
                "residual_backward(\n            dout, cache.feed_forward, feed_forward_backward\n"
                "        )": STRAIGHT.format("feed_forward", "feed_forward_backward"),
            },
            {
                "residual_backward(dout, cache.attention, attend_backward)": STRAIGHT.format(
                    "attention", "attend_backward"
                ),
            },
        ],
        "A sublayer's backward is called directly, without its residual: the identity path, the "
        "norm and dropout are left out. residual_backward does all that, and calls it for you.",
    ),
    Mistake(
        "memory_past_the_norm",
        {
            "dx + dmemory": "dx, dmemory",
            "dnorm_1, dparams": "dnorm_1, dmemory, dparams",
            "return dx, dparams": "return dx + dmemory, dparams",
        },
        "dmemory is added after residual_backward, past the norm. With pre-norm the keys and "
        "values were made of the normalized x: add the two gradients inside, before they go back "
        "through the norm. A small function that returns (dx + dmemory, dparams) does it.",
    ),
    Mistake(
        "attention_first",
        {
            ATTENTION: "    dx = dout\n",
            "    if cache.feed": ATTENTION.replace("dx", "dout") + "    if cache.feed",
        },
        "The attention was the first sublayer of the forward, so it is the last of the backward. "
        "Begin with the feed-forward.",
    ),
    Mistake(
        "not_handed_on",
        {"dout, dnorm_2": "_, dnorm_2"},
        "Both sublayers get the same dout. What the feed-forward's residual returns as its dx is "
        "the gradient of what came out of the attention: hand it on.",
    ),
    Mistake(
        "norms_swapped",
        {'"norm_1"': '"other"', '"norm_2"': '"norm_1"', '"other"': '"norm_2"'},
        "The two norms have changed names: norm_1 belongs to the attention, norm_2 to the "
        "feed-forward.",
    ),
    Mistake(
        "empty_norms",
        {"if dnorm_2": "if True", "if dnorm_1": "if True"},
        "Without norms dnorm is an empty dict, and it does not belong into dparams: the block has "
        "no norm_1 and norm_2 then.",
    ),
    Mistake(
        "feed_forward_needed",
        {"cache.feed_forward is not None": "True"},
        "A block may be attention alone; then cache.feed_forward is None, and there is nothing to "
        "go back through.",
    ),
]

hints = [
    "Two residuals, the last one first. residual_backward does each, if you tell it how to go "
    "back through the sublayer.",
    "dout, dnorm_2, dfeed = residual_backward(dout, cache.feed_forward, feed_forward_backward), "
    "where cache.feed_forward is not None.",
    "For the attention write a small function inside: call multi_head_attention_backward and "
    "return (dx + dmemory, dparams), for x was both.",
    "dparams has the keys attention, norm_1, feed_forward, norm_2; put in a norm only if its dict "
    "is not empty.",
]
