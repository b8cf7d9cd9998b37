"""decoder_block: self-attention, cross-attention, feed-forward, each in a residual."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import (
    D_MODEL,
    T_K,
    T_Q,
    B,
    draw_block,
    even_attention,
    make_config,
)
from course_lib.attention import causal_mask


def cases(rng):
    x = rng.normal(size=(B, T_Q, D_MODEL))
    memory = rng.normal(size=(B, T_K, D_MODEL))
    padding = np.ones((B, 1, 1, T_K), bool)
    padding[0, ..., 4:] = False
    padding[1, ..., [0, 7]] = False
    causal = causal_mask(T_Q)
    vectors = np.array([[[2.0, 0], [0, 4]]]), np.array([[[6.0, 0], [3, 0], [0, 3]]])
    # Self-attention, causal: (2, 0) and (0, 4) + the mean (1, 2) = (1, 6), and (2, 0) doubled.
    # The mean of the memory is (3, 1): (7, 1) and (4, 7).
    by_hand = {"attention": even_attention(2), "cross_attention": even_attention(2)}
    small = make_config("encoder-decoder", d_model=2, n_heads=1, d_ff=0, norm="none")

    def case(label, *rest, proves="", **changes):
        config = make_config("encoder-decoder", **changes)
        arguments = (x, memory, draw_block(config, rng), config, *rest)
        return Case(arguments, label=label, proves=proves)

    return [
        Case(
            (*vectors, by_hand, small, causal_mask(2)),
            label="two positions ask three, worked by hand",
            expected=([[[7, 1], [4, 7]]], None),
        ),
        case("no norm at all", norm="none", proves="the sublayers and their sums"),
        case("pre-norm"),
        case("post-norm, gelu", norm="post", activation="gelu"),
        case(
            "a large eps and the exact gelu", eps=0.1, activation="gelu_exact", proves="the norms"
        ),
        case("a causal mask", causal, proves="the mask of the self-attention"),
        case("a padding mask of the memory", None, padding),
        case("both masks", causal, padding, proves="both masks"),
        case("dropout", causal, None, np.random.default_rng(1), dropout=0.4),
        case(
            "post-norm with dropout",
            *(None, None, np.random.default_rng(2)),
            norm="post",
            dropout=0.4,
        ),
        case("no feed-forward (d_ff = 0)", d_ff=0),
    ]


returns = ("out", "cache")

ATTEND = 'out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)'
FEED = 'out, feed_cache = blocks.residual(out, feed, params.get("norm_3"), config, rng)'
CROSS = 'out, cross_cache = blocks.residual(out, cross_attend, params.get("norm_2"), config, rng)'

mistakes = [
    Mistake(
        "memory_ignored",
        [
            {"z, memory": f"z, {source}", "n_heads, memory_mask": f"n_heads, {mask}"}
            for source in ("z", "out")
            for mask in ("memory_mask", "mask", "None")
        ],
        "The cross-attention never looks at the memory: its keys and values come from the decoder "
        "itself. The second argument of multi_head_attention is memory there.",
    ),
    Mistake(
        "no_cross_attention",
        [{CROSS: "cross_cache = None"}, {"out, cross_cache": "_, cross_cache"}],
        "Nothing of the encoder arrives: the cross-attention is missing, or its result is not what "
        "goes on. It stands between the self-attention and the feed-forward, in a residual of its "
        "own.",
    ),
    Mistake(
        "no_feed_forward",
        {"out, feed_cache": "_, feed_cache"},
        "These are the two attentions. The feed-forward is missing, or its result is not what you "
        "return: it stands in a third residual, with norm_3.",
    ),
    Mistake(
        "cross_attention_without_residual",
        {CROSS: "out, cross_cache = cross_attend(out)"},
        "What the cross-attention returns takes the place of `out`, and what the decoder had is "
        "lost. It goes through a residual of its own, with norm_2.",
    ),
    Mistake(
        "plain_sum_with_the_memory",
        {CROSS: "update, cross_cache = cross_attend(out)\n    out = out + update"},
        "The cross-attention's update is added, but without norm_2 and without dropout. Send it "
        "through blocks.residual, as the other two.",
    ),
    Mistake(
        "plain_sums",
        {
            ATTEND: "update, attention_cache = attend(x)\n    out = x + update",
            CROSS: "update, cross_cache = cross_attend(out)\n    out = out + update",
            FEED: "update, feed_cache = feed(out)\n        out = out + update",
        },
        "The sums are there, but no norm and no dropout. blocks.residual does all of it: give it "
        "the sublayer, and it calls, drops, adds and norms.",
    ),
    Mistake(
        "sum_added_again",
        [
            {CROSS: CROSS.replace("out,", "added,", 1) + "\n    out = out + added"},
            {ATTEND: f"{ATTEND}\n    out = x + out"},
            {FEED: FEED.replace("out,", "added,", 1) + "\n        out = out + added"},
            {
                ATTEND: f"{ATTEND}\n    out = x + out",
                CROSS: CROSS.replace("out,", "added,", 1) + "\n    out = out + added",
                FEED: FEED.replace("out,", "added,", 1) + "\n        out = out + added",
            },
        ],
        "What a residual returns is already the sum, and its input is added to it once more. Let "
        "it take the place of `out`.",
    ),
    Mistake(
        "side_by_side",
        [
            {
                ATTEND: ATTEND.replace("x, attend", "x, both"),
                CROSS: "cross_cache = None",
                "    def feed": "    def both(z):\n"
                "        return attend(z)[0] + cross_attend(z)[0], None\n\n    def feed",
            },
            {
                CROSS: CROSS.replace("out,", "other,", 1).replace("(out", "(x")
                + "\n    out = out + other - x"
            },
            {
                CROSS: CROSS.replace("out,", "other,", 1).replace("(out", "(x")
                + "\n    out = out + other"
            },
        ],
        "Both attentions read the same vectors, and their updates are added up. They stand one "
        "after the other: the cross-attention asks with what the self-attention has left behind.",
    ),
    Mistake(
        "self_attention_lost",
        {"(out, cross": "(x, cross"},
        "The second residual begins at x, so what the self-attention added is thrown away. Its "
        "first argument is `out`, the result of the first.",
    ),
    Mistake(
        "cross_attention_lost",
        {"(out, feed": "(x, feed"},
        "The third residual begins at x, so what both attentions added is thrown away. Its first "
        "argument is `out`, the result of the second.",
    ),
    Mistake(
        "feed_forward_beside_cross_attention",
        {ATTEND: f"{ATTEND}\n    first = out", "(out, feed": "(first, feed"},
        "The third residual begins at the result of the first, so what the cross-attention added "
        "is thrown away. Its first argument is `out`, the result of the second.",
    ),
    Mistake(
        "cross_attention_beside_feed_forward",
        {
            ATTEND: f"{ATTEND}\n    first = out",
            "(out, cross": "(x, cross",
            "(out, feed": "(first, feed",
        },
        "The second residual begins at x and the third at the result of the first, so what the "
        "cross-attention added is thrown away. Each begins at the result of the one before, `out`.",
    ),
    Mistake(
        "block_residual",
        {"    return out": "    out = x + out\n    return out"},
        "x is added once more at the end of the block. It is in the sum already: each residual "
        "adds what it was given, and the first was given x.",
    ),
    Mistake(
        "cross_attention_first",
        {ATTEND: CROSS.replace("(out", "(x"), CROSS: ATTEND.replace("(x", "(out")},
        "The cross-attention comes first. The order is self-attention, cross-attention, "
        "feed-forward: a position first learns what has been written, then asks the encoder.",
    ),
    Mistake(
        "cross_attention_last",
        {f"    {CROSS}\n": "", "    return out": f"    {CROSS}\n    return out"},
        "The cross-attention comes after the feed-forward. It stands before it, so that the "
        "feed-forward can work on what came from the encoder.",
    ),
    Mistake(
        "encoder_block_first",
        [
            {
                f"    {CROSS}\n": "",
                "norm_3": "norm_2",
                "    return out": f"    {CROSS.replace('norm_2', name)}\n    return out",
            }
            for name in ("norm_3", "norm_2")
        ],
        "The cross-attention comes last, behind a whole encoder block. It stands before the "
        "feed-forward, so that the feed-forward can work on what came from the encoder; its norm "
        "is norm_2.",
    ),
    Mistake(
        "asks_with_out",
        {"z, memory": "out, memory"},
        "The cross-attention asks with the sum after the self-attention as it is, which in "
        "pre-norm is not normed. Its queries come from z, what residual hands to it.",
    ),
    Mistake(
        "memory_normed",
        {
            "z, memory, params": 'z, memory if config.norm != "pre" else layers.layer_norm('
            'memory, **params["norm_2"], eps=config.eps)[0], params'
        },
        "The memory goes through norm_2. That norm is for what asks, and residual applies it to "
        "that alone; the memory comes as the encoder left it.",
    ),
    Mistake(
        "self_attention_reads_memory",
        {"(z, z,": "(z, memory,"},
        "The self-attention takes its keys and values from the memory. In it z asks and z answers; "
        "only the second attention looks at the encoder.",
    ),
    Mistake(
        "one_head",
        {"config.n_heads": "1"},
        lambda case, got, want: (
            f"The attentions run with one head, and config.n_heads is {case.args[3].n_heads}. "
            "Hand the number on."
        ),
    ),
    Mistake(
        "asks_with_x",
        {"z, memory": "x, memory"},
        "The cross-attention asks with x, the input of the block. Its queries come from z, what "
        "residual hands to it: the sum after the self-attention (normed, in pre-norm).",
    ),
    Mistake(
        "reads_x",
        {"(z, z,": "(x, x,"},
        "The self-attention reads x, the input of the block. residual hands it z, which in "
        "pre-norm is the normed x: attention.multi_head_attention(z, z, ...).",
    ),
    Mistake(
        "own_causal_mask",
        {"n_heads, mask": "n_heads, attention.causal_mask(x.shape[1])"},
        "The block makes a causal mask of its own. Which mask is wanted the caller knows: hand "
        "`mask` on as it is.",
    ),
    Mistake(
        "asks_with_memory",
        [{"z, memory": "memory, memory"}, {"z, memory": "memory, z"}],
        "The memory asks. Queries come from the decoder, z; the memory has the keys and the "
        "values: attention.multi_head_attention(z, memory, ...).",
    ),
    Mistake(
        "shared_parameters",
        {'params["cross_attention"]': 'params["attention"]'},
        "The cross-attention uses the matrices of the self-attention. It has its own: "
        'params["cross_attention"].',
    ),
    Mistake(
        "cross_parameters_for_both",
        {'params["attention"]': 'params["cross_attention"]'},
        "The self-attention uses the matrices of the cross-attention. It has its own: "
        'params["attention"].',
    ),
    Mistake(
        "parameters_swapped",
        {
            'params["attention"]': "params[?]",
            'params["cross_attention"]': 'params["attention"]',
            "params[?]": 'params["cross_attention"]',
        },
        "The two attentions have exchanged their parameters. "
        'params["attention"] belongs to the first, params["cross_attention"] to the second.',
    ),
    Mistake(
        "masks_swapped",
        {
            "n_heads, mask": "n_heads, ?",
            "n_heads, memory_mask": "n_heads, mask",
            "n_heads, ?": "n_heads, memory_mask",
        },
        "The masks have changed places. `mask` (causal) belongs to the self-attention, "
        "`memory_mask` (the encoder's padding) to the cross-attention.",
    ),
    Mistake(
        "one_mask",
        [
            {"n_heads, memory_mask": "n_heads, mask"},
            {"n_heads, memory_mask": "n_heads, mask if memory_mask is None else memory_mask"},
        ],
        "The cross-attention gets `mask`, which is about the decoder's own positions. For the "
        "memory there is memory_mask.",
    ),
    Mistake(
        "causal_mask_of_the_memory",
        {"n_heads, memory_mask": "n_heads, attention.causal_mask(memory.shape[1])"},
        "The cross-attention gets a causal mask, as wide and as high as the memory. The encoder's "
        "sequence is finished: every position may read all of it but its padding, and that is "
        "what memory_mask says.",
    ),
    Mistake(
        "inverted_memory_mask",
        {"n_heads, memory_mask": "n_heads, None if memory_mask is None else ~memory_mask"},
        "memory_mask is turned round, so the padding is read and nothing else. True means that a "
        "position may be attended to: hand it on as it is.",
    ),
    Mistake(
        "memory_mask_ignored",
        {"n_heads, memory_mask": "n_heads, None"},
        "memory_mask is not used, so the cross-attention reads the encoder's padding. It is the "
        "mask of the second attention.",
    ),
    Mistake(
        "mask_ignored",
        {"n_heads, mask": "n_heads, None"},
        "`mask` is not used, so a position sees what comes after it. It is the mask of the "
        "self-attention.",
    ),
    Mistake(
        "needs_norms",
        {f'params.get("norm_{i}")': f'params["norm_{i}"]' for i in (1, 2, 3)},
        'params has no norms where config.norm is "none". params.get gives None then, which '
        "residual does not read.",
    ),
    Mistake(
        "needs_feed_forward",
        {'if "feed_forward" in params': "if True"},
        "A block may lack the feed-forward (config.d_ff = 0). Keep the given `if` before the last "
        "residual.",
    ),
    Mistake(
        "always_relu",
        {"config.activation": '"relu"'},
        lambda case, got, want: (
            f"The feed-forward uses relu where config.activation is {case.args[3].activation!r}. "
            "Hand config.activation on to blocks.feed_forward: it is its third argument."
        ),
    ),
    Mistake(
        "norms_as_in_the_encoder",
        {"norm_2": "norm_?", "norm_3": "norm_2", "norm_?": "norm_3"},
        "The feed-forward uses norm_2. In the decoder there are three norms, in the order of the "
        "sublayers: norm_2 is that of the cross-attention, norm_3 that of the feed-forward.",
    ),
    Mistake(
        "norm_2_twice",
        {"norm_3": "norm_2"},
        "norm_2 is used twice. It is that of the cross-attention; the feed-forward has norm_3 "
        "here, not norm_2 as in the encoder.",
    ),
    Mistake(
        "norms_one_behind",
        {"norm_2": "norm_1", "norm_3": "norm_2"},
        "The cross-attention uses norm_1 again, and the feed-forward norm_2. Each sublayer has "
        "its own, in their order: norm_1, norm_2, norm_3.",
    ),
    Mistake(
        "same_norm",
        {"norm_2": "norm_1", "norm_3": "norm_1"},
        "norm_1 is used for all sublayers. Each has its own: norm_1, norm_2, norm_3.",
    ),
    Mistake(
        "rng_ignored",
        {"config, rng)": "config)"},
        "Nothing is dropped: rng does not reach the residuals. It is their last argument.",
    ),
    Mistake(
        "rng_not_in_cross_attention",
        {'norm_2"), config, rng': 'norm_2"), config'},
        "Nothing is dropped in the cross-attention: rng does not reach its residual.",
    ),
]

hints = [
    "Take your encoder_block and put a third residual between its two. What is asked there, and "
    "who answers?",
    'def cross_attend(z): z asks and memory answers, with params["cross_attention"] and '
    "memory_mask.",
    'return attention.multi_head_attention(z, memory, params["cross_attention"], config.n_heads, '
    "memory_mask)",
    'Three residuals: attend with params.get("norm_1"), cross_attend with "norm_2", feed with '
    '"norm_3". Each begins at the `out` of the one before.',
]
