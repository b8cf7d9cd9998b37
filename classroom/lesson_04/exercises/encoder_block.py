"""encoder_block: self-attention, then feed-forward, each in a residual."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import (
    D_MODEL,
    T_Q,
    B,
    draw_block,
    even_attention,
    make_config,
)
from course_lib.attention import causal_mask


def cases(rng):
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
    ]


returns = ("out", "cache")

ATTEND = 'out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)'
FEED = 'out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), config, rng)'
ADDED = FEED.replace("out,", "added,", 1)
NORMED = """    def normed(x, name):
        norm = params.get(name)
        return x if norm is None else layers.layer_norm(x, **norm, eps=config.eps)[0]

"""

mistakes = [
    Mistake(
        "feed_forward_first",
        {
            f"{ATTEND}\n": "out = x\n",
            "    return out": f"    {ATTEND.replace('(x', '(out')}\n    return out",
        },
        "The feed-forward comes before the attention. In the block of the paper a position first "
        "hears from the others and then works on what it heard: attention, then feed-forward.",
    ),
    Mistake(
        "sublayer_called",
        {"(x, attend": "(x, attend(x)"},
        "You call the sublayer and give residual its result. residual calls it itself, on what it "
        "has normed: give it the function, `attend`, without brackets.",
    ),
    Mistake(
        "feed_without_cache",
        {"config.activation)": "config.activation)[0]"},
        "`feed` returns the result alone. residual expects a pair from a sublayer, (out, cache): "
        "return what blocks.feed_forward returns, both parts.",
    ),
    Mistake(
        "feed_reads_x",
        {"feed_forward(z": "feed_forward(x"},
        "`feed` reads x, the input of the block, whatever it is called with. Its argument is z: "
        "what the residual hands to it, normed in pre-norm.",
    ),
    Mistake(
        "side_by_side",
        {FEED: f"{ADDED.replace('(out', '(x')}\n        out = out + added - x"},
        "Both sublayers read x, and their updates are added up. The feed-forward has to read what "
        "the attention has left behind: give the second residual `out`, not x. (Some models do it "
        "your way; see the end of the lesson.)",
    ),
    Mistake(
        "attention_lost",
        {"(out, feed": "(x, feed"},
        "The second residual begins at x again, so all that the attention added is thrown away. "
        "Its first argument is `out`, the result of the first residual.",
    ),
    Mistake(
        "no_feed_forward",
        {"out, feed_cache": "_, feed_cache"},
        "This is the attention in its residual. The feed-forward is missing, or its result is not "
        "what you return: send `out` through a second residual, with norm_2, and put the result "
        "into `out` again.",
    ),
    Mistake(
        "needs_norms",
        {'params.get("norm_1")': 'params["norm_1"]', 'params.get("norm_2")': 'params["norm_2"]'},
        'params["norm_1"] fails where config.norm is "none": such a block has no norms. '
        'params.get("norm_1") gives None then, which residual does not read.',
    ),
    Mistake(
        "needs_feed_forward",
        {'if "feed_forward" in params': "if True"},
        'A block may be attention alone (config.d_ff = 0), and then params has no "feed_forward". '
        'Keep the given line `if "feed_forward" in params:` before the second residual.',
    ),
    Mistake(
        "same_norm",
        {"norm_2": "norm_1"},
        "norm_1 is used twice. Each sublayer has a norm of its own, with its own gamma and beta: "
        "the feed-forward's is norm_2.",
    ),
    Mistake(
        "norms_swapped",
        {"norm_1": "norm_?", "norm_2": "norm_1", "norm_?": "norm_2"},
        "The norms have changed places: norm_1 belongs to the attention, norm_2 to the "
        "feed-forward.",
    ),
    Mistake(
        "no_residual",
        {
            ATTEND: f'{ATTEND}\n    out = attend(x)[0] if config.norm == "post" else out - x',
            FEED: f'{ADDED}\n        out = feed(out)[0] if config.norm == "post" else added - out',
        },
        "x does not pass the sublayers by: this is their output alone, one after the other. Call "
        "each through blocks.residual, which adds its input.",
    ),
    Mistake(
        "residual_twice",
        {ATTEND: f"{ATTEND}\n    out = x + out", FEED: f"{ADDED}\n        out = out + added"},
        "The input is added twice to each sublayer. blocks.residual has already added it: what it "
        "returns is the sum.",
    ),
    Mistake(
        "feed_added",
        {FEED: f"{ADDED}\n        out = out + added"},
        "`out` is added to what the second residual returns, which is already the sum. Let it "
        "take the place of `out`.",
    ),
    Mistake(
        "norm_twice",
        {
            "blocks.residual(x": "blocks.residual(normed(x, 'norm_1')",
            "blocks.residual(out": "blocks.residual(normed(out, 'norm_2')",
            "    def attend": NORMED + "    def attend",
        },
        "x goes through the layer norm before it reaches residual, and with it what passes by. "
        "Give residual x as it is: it norms what the sublayer reads, or the sum.",
    ),
    Mistake(
        "mask_ignored",
        {", mask)": ", None)"},
        "The mask does not reach the attention, so positions see what is hidden from them. Hand "
        "it on to multi_head_attention.",
    ),
    Mistake(
        "rng_ignored",
        {"config, rng)": "config)"},
        "Nothing is dropped: rng does not reach the residuals. It is their last argument.",
    ),
    Mistake(
        "rng_in_attention_only",
        {'norm_2"), config, rng': 'norm_2"), config'},
        "Nothing is dropped in the feed-forward: rng reaches the first residual, but not the "
        "second.",
    ),
    Mistake(
        "rng_in_feed_forward_only",
        {'norm_1"), config, rng': 'norm_1"), config'},
        "Nothing is dropped in the attention: rng reaches the second residual, but not the first.",
    ),
    Mistake(
        "always_relu",
        {"config.activation": '"relu"'},
        lambda case, got, want: (
            f"The feed-forward uses relu where config.activation is {case.args[2].activation!r}. "
            "Hand config.activation on to blocks.feed_forward: it is its third argument."
        ),
    ),
]

hints = [
    "Two residuals, one after the other. The second takes in what the first put out.",
    "residual wants a function of one array. `attend` is given; write `feed(z)` like it: it "
    'returns blocks.feed_forward(z, params["feed_forward"], config.activation).',
    'The first: out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, '
    "rng).",
    'The second: out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), config, rng).',
]
