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
    padding = np.ones((B, 1, 1, T_Q), bool)
    padding[0, ..., :2] = False
    padding[1, ..., 3] = False
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

    def case(label, *rest, proves="", **changes):
        config = make_config(**changes)
        return Case((x, draw_block(config, rng), config, *rest), label=label, proves=proves)

    return [
        Case(
            (np.array([[[2.0, 0], [0, 4]]]), by_hand, small),
            label="two positions, worked by hand",
            expected=([[[3, 3], [1, 6]]], None),
        ),
        case("no norm at all", norm="none", proves="both sublayers and their sums"),
        case("pre-norm"),
        case("post-norm, gelu", norm="post", activation="gelu"),
        case(
            "a large eps and the exact gelu", eps=0.1, activation="gelu_exact", proves="the norms"
        ),
        case("a causal mask", causal_mask(T_Q)),
        case("a padding mask, in front and in the middle", padding, proves="the mask"),
        case("dropout", None, np.random.default_rng(1), dropout=0.4),
        case("post-norm with dropout", None, np.random.default_rng(2), norm="post", dropout=0.4),
        case("no feed-forward (d_ff = 0)", d_ff=0),
    ]


returns = ("out", "cache")

ATTEND = 'out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)'
FEED = 'out, feed_cache = blocks.residual(out, feed, params.get("norm_2"), config, rng)'
ADDED = FEED.replace("out,", "added,", 1)
NORM_AT_THE_END = """    norm = {}
    if config.norm == "pre" and norm is not None:
        out, _ = layers.layer_norm(out, **norm, eps=config.eps)
"""
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
        "feed_reads_out",
        {"feed_forward(z": "feed_forward(out"},
        "`feed` reads the sum after the attention, whatever it is called with, and in pre-norm "
        "that is not normed. Its argument is z: what the residual hands to it.",
    ),
    Mistake(
        "attend_reads_x",
        [{"(z, z,": "(x, x,"}, {"(z, z,": "(z, x,"}, {"(z, z,": "(x, z,"}],
        "The attention reads x, the input of the block, for its queries, its keys and values or "
        "both. What it is called with is z, which in pre-norm is the normed x; in the "
        "self-attention z asks and z answers.",
    ),
    Mistake(
        "one_head",
        {"config.n_heads": "1"},
        lambda case, got, want: (
            f"The attention runs with one head, and config.n_heads is {case.args[2].n_heads}. "
            "Hand the number on."
        ),
    ),
    Mistake(
        "inverted_mask",
        {", mask)": ", None if mask is None else ~mask)"},
        "The mask is turned round. True means that a position may be attended to, here and in "
        "multi_head_attention: hand it on as it is.",
    ),
    Mistake(
        "own_causal_mask",
        {", mask)": ", attention.causal_mask(x.shape[1]))"},
        "The block makes a causal mask of its own. Which mask is wanted the caller knows: hand "
        "`mask` on as it is, even if it is None.",
    ),
    Mistake(
        "plain_sums",
        {
            ATTEND: "update, attention_cache = attend(x)\n    out = x + update",
            FEED: "update, feed_cache = feed(out)\n        out = out + update",
        },
        "The sums are there, but no norm and no dropout. blocks.residual does all of it: give it "
        "the sublayer, and it calls, drops, adds and norms.",
    ),
    Mistake(
        "one_residual",
        {
            ATTEND: ATTEND.replace("attend,", "both,"),
            FEED: "pass",
            "    out, att": "    def both(z):\n        heard, cache = attend(z)\n"
            '        return feed(heard) if "feed_forward" in params else (heard, cache)\n\n'
            "    out, att",
        },
        "There is one residual around both sublayers, so the feed-forward reads what the attention "
        "adds and not the sum. Each sublayer has a residual of its own.",
    ),
    Mistake(
        "attention_twice",
        {"(out, feed,": "(out, attend,"},
        "The second residual runs the attention once more. Its sublayer is the feed-forward.",
    ),
    Mistake(
        "feed_without_residual",
        {FEED: "out, feed_cache = feed(out)"},
        "What the feed-forward returns takes the place of `out`, and all that was there is lost. "
        "It goes through a residual of its own, with norm_2.",
    ),
    Mistake(
        "attention_without_residual",
        {ATTEND: "out, attention_cache = attend(x)"},
        "What the attention returns takes the place of x. It goes through a residual of its own, "
        "with norm_1.",
    ),
    Mistake(
        "residual_not_unpacked",
        {"out, attention_cache = ": "attention_cache = out = "},
        "residual returns a pair, (out, cache), and the whole pair goes on. Take both parts.",
    ),
    Mistake(
        "params_for_norm",
        {'params.get("norm_1")': "params", 'params.get("norm_2")': "params"},
        "The residuals get the parameters of the whole block. Each wants those of its norm alone, "
        "gamma and beta: norm_1 for the attention, norm_2 for the feed-forward.",
    ),
    Mistake(
        "side_by_side",
        [
            {FEED: f"{ADDED.replace('(out', '(x')}\n        out = out + added - x"},
            {FEED: f"{ADDED.replace('(out', '(x')}\n        out = out + added"},
            {
                FEED: f"{ADDED.replace('(out', '(x')}\n        out = out + added - x",
                "norm_2": "norm_1",
            },
        ],
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
        [{"norm_2": "norm_1"}, {"norm_1": "norm_2"}],
        "One norm is used twice. Each sublayer has its own, with its own gamma and beta: norm_1 "
        "for the attention, norm_2 for the feed-forward.",
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
        "sublayers_alone",
        {ATTEND: "out, attention_cache = attend(x)", FEED: "out, feed_cache = feed(out)"},
        "The sublayers are called one after the other, without sums, norms and dropout. Call each "
        "through blocks.residual.",
    ),
    Mistake(
        "attention_added",
        {ATTEND: f"{ATTEND}\n    out = x + out"},
        "x is added to what the first residual returns, which is already the sum. Let it take the "
        "place of `out`.",
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
        "block_residual",
        {"    return out": "    out = x + out\n    return out"},
        "x is added once more at the end of the block. It is in the sum already: each residual "
        "adds what it was given, and the first was given x.",
    ),
    Mistake(
        "norm_at_the_end",
        [
            {"    return out": f"{NORM_AT_THE_END.format(norm)}    return out"}
            for norm in (
                'params.get("norm_2")',
                'params.get("norm_2", params.get("norm_1"))',
                'params.get("norm_1")',
            )
        ],
        "In pre-norm the sum goes through a norm at the end of the block. There the norms act on "
        "what the sublayers read, and the sum passes from block to block without one.",
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
        "dropout_at_the_end",
        {
            "config, rng)": "config)",
            "    return": "    out, _ = layers.dropout(out, config.dropout, rng)\n    return",
        },
        "Dropout is applied once, to the result of the block. It belongs into each residual, on "
        "the update alone: rng is their last argument.",
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
