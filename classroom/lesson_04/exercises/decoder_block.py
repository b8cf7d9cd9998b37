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
    causal = causal_mask(T_Q)
    vectors = np.array([[[2.0, 0], [0, 4]]]), np.array([[[6.0, 0], [3, 0], [0, 3]]])
    # Self-attention, causal: (2, 0) and (0, 4) + the mean (1, 2) = (1, 6), and (2, 0) doubled.
    # The mean of the memory is (3, 1): (7, 1) and (4, 7).
    by_hand = {"attention": even_attention(2), "cross_attention": even_attention(2)}
    small = make_config("encoder-decoder", d_model=2, n_heads=1, d_ff=0, norm="none")

    def case(label, *rest, **changes):
        config = make_config("encoder-decoder", **changes)
        return Case((x, memory, draw_block(config, rng), config, *rest), label=label)

    return [
        Case(
            (*vectors, by_hand, small, causal_mask(2)),
            label="two positions ask three, worked by hand",
            expected=([[[7, 1], [4, 7]]], None),
        ),
        case("pre-norm"),
        case("post-norm, gelu", norm="post", activation="gelu"),
        case("a causal mask", causal),
        case("a padding mask of the memory", None, padding),
        case("both masks", causal, padding),
        case("dropout", causal, None, np.random.default_rng(1), dropout=0.4),
        case("no feed-forward (d_ff = 0)", d_ff=0),
    ]


returns = ("out", "cache")

ATTEND = 'out, attention_cache = blocks.residual(x, attend, params.get("norm_1"), config, rng)'
CROSS = 'out, cross_cache = blocks.residual(out, cross_attend, params.get("norm_2"), config, rng)'

mistakes = [
    Mistake(
        "memory_ignored",
        {"z, memory": "z, z"},
        "The cross-attention never looks at the memory: its keys and values come from the decoder "
        "itself. The second argument of multi_head_attention is memory there.",
    ),
    Mistake(
        "no_cross_attention",
        {CROSS: "cross_cache = None"},
        "The cross-attention is missing, so nothing of the encoder arrives. It stands between the "
        "self-attention and the feed-forward, in a residual of its own.",
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
        {"z, memory": "memory, memory"},
        "The memory asks. Queries come from the decoder, z; only keys and values come from the "
        "memory: attention.multi_head_attention(z, memory, ...).",
    ),
    Mistake(
        "shared_parameters",
        {'params["cross_attention"]': 'params["attention"]'},
        "The cross-attention uses the matrices of the self-attention. It has its own: "
        'params["cross_attention"].',
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
        {"n_heads, memory_mask": "n_heads, mask"},
        "The cross-attention gets `mask`, which is about the decoder's own positions. For the "
        "memory there is memory_mask.",
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
