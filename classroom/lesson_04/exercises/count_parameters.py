"""count_parameters: how many numbers a model learns, by formula."""

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import make_config


def gap(what):
    return lambda case, got, want: (
        f"{what} You count {int(got):,}, there are {int(want):,}: a difference of "
        f"{abs(int(got) - int(want)):,}."
    )


def cases(rng):
    def case(label, family="decoder", expected=None, **changes):
        return Case((make_config(family, **changes),), label=label, expected=expected)

    return [
        # embedding 5 x 2, positions 7 x 2, attention 4 (4 + 2), feed-forward 6 + 3 + 6 + 2,
        # output 10 + 5
        case(
            "a tiny language model without norms, worked by hand",
            expected=10 + 14 + 24 + 17 + 15,
            vocab_size=5,
            d_model=2,
            n_heads=1,
            d_ff=3,
            max_len=7,
            norm="none",
        ),
        case("a language model, post-norm, 3 blocks", n_layers=3, norm="post"),
        case("a language model, pre-norm, 3 blocks", n_layers=3),
        case("sinusoidal positions", n_layers=3, d_model=42, positions="sinusoidal"),
        case("tied", n_layers=3, tied=True),
        case("no feed-forward", d_ff=0, n_layers=3),
        case("a classifier of 5 kinds", "encoder", n_layers=3, n_classes=5),
        case("an encoder-decoder, post-norm", "encoder-decoder", n_layers=3, norm="post"),
        case("an encoder-decoder, pre-norm, tied", "encoder-decoder", n_layers=3, tied=True),
    ]


returns = ("count",)
rtol = 0

FEED_FORWARD = "d * d_ff + d_ff + d_ff * d + d"

mistakes = [
    Mistake(
        "no_biases",
        {"(d * d + d)": "d * d", FEED_FORWARD: "2 * d * d_ff", "(d + 1)": "d"},
        gap("The biases are missing: b_Q, b_K, b_V, b_O, b_1, b_2 and that of the output."),
    ),
    Mistake(
        "no_attention_biases",
        {"(d * d + d)": "d * d"},
        gap("The biases of the attention are missing: b_Q, b_K, b_V and b_O, d_model each."),
    ),
    Mistake(
        "one_attention_bias",
        {"4 * (d * d + d)": "4 * d * d + d"},
        gap("Each of the four matrices of an attention has a bias of its own."),
    ),
    Mistake(
        "no_feed_forward_biases",
        {FEED_FORWARD: "2 * d * d_ff"},
        gap("The biases of the feed-forward are missing: d_ff for b_1 and d_model for b_2."),
    ),
    Mistake(
        "equal_feed_forward_biases",
        {FEED_FORWARD: "2 * d * d_ff + 2 * d"},
        gap("b_1 is as long as the hidden layer, d_ff, and b_2 as long as the output, d_model."),
    ),
    Mistake(
        "four_times_d",
        {FEED_FORWARD: "8 * d * d + 5 * d"},
        gap(
            "The hidden layer of the feed-forward is config.d_ff wide, which need not be 4 d_model."
        ),
    ),
    Mistake(
        "no_output_bias",
        {"(d + 1)": "d"},
        gap("The output's bias is missing: one number for each token or class."),
    ),
    Mistake(
        "heads_multiply",
        {"4 * (": "config.n_heads * 4 * ("},
        gap(
            "The attention is multiplied by n_heads. Heads are slices of the same four matrices: "
            "W_Q is (d_model, d_model) however many there are."
        ),
    ),
    Mistake(
        "three_matrices",
        {"4 * (": "3 * ("},
        gap("An attention has four matrices with their biases: Q, K, V, and O, too."),
    ),
    Mistake(
        "one_matrix_in_feed_forward",
        {FEED_FORWARD: "d * d_ff + d_ff"},
        gap("The feed-forward has two matrices: up to d_ff and down again, W_2 and b_2."),
    ),
    Mistake(
        "no_norms",
        {"2 * d": "0"},
        gap("The layer norms are missing: gamma and beta, 2 d_model numbers each."),
    ),
    Mistake(
        "norms_always",
        {'0 if config.norm == "none" else ': ""},
        gap('With config.norm = "none" there are no norms to count.'),
    ),
    Mistake(
        "no_beta", {"2 * d": "d"}, gap("A layer norm has a gamma and a beta: 2 d_model numbers.")
    ),
    Mistake(
        "one_norm_per_block",
        {"n_attentions + (": "("},
        gap("A block has a norm for each sublayer, not one for all of them."),
    ),
    Mistake(
        "norm_without_feed_forward",
        {"(1 if d_ff else 0)": "1"},
        gap("Where d_ff is 0 there is no feed-forward, and no norm for it either."),
    ),
    Mistake(
        "bias_without_feed_forward",
        {"d if d_ff else 0": "d"},
        gap("Where d_ff is 0 there is no feed-forward at all, and no b_2."),
    ),
    Mistake(
        "bias_and_norm_without_feed_forward",
        {" if d_ff else 0": ""},
        gap("Where d_ff is 0 there is no feed-forward at all: no b_2, and no norm for it."),
    ),
    Mistake(
        "two_norms_in_the_decoder",
        {"n_attentions + (": "1 + ("},
        gap(
            "The blocks of a decoder with cross-attention have three norms, one for each sublayer."
        ),
    ),
    Mistake(
        "no_last_norm",
        {"total += norm": "total += 0"},
        gap("Pre-norm has one more norm, behind the last block of each stack."),
    ),
    Mistake(
        "one_last_norm",
        {"+ stack(2)": '+ stack(2) - (norm if config.norm == "pre" else 0)'},
        gap("A pre-norm encoder-decoder has a last norm behind each of its two stacks."),
    ),
    Mistake(
        "last_norm_always",
        {'== "pre"': '!= "none"'},
        gap('There is a norm behind the last block only if config.norm is "pre".'),
    ),
    Mistake(
        "positions_always",
        {'config.positions == "learned"': "True"},
        gap("Sinusoidal positions are computed, so nothing is learned for them."),
    ),
    Mistake(
        "no_positions",
        {"total += config.max_len * d": "total += 0"},
        gap("Learned positions are parameters: a table of max_len rows."),
    ),
    Mistake(
        "tied_ignored",
        {"0 if config.tied else ": ""},
        gap("A tied model has no output matrix and no output bias: it uses the embedding again."),
    ),
    Mistake(
        "tied_bias",
        {"0 if config.tied": "config.vocab_size if config.tied"},
        gap("A tied output has no bias either."),
    ),
    Mistake(
        "one_embedding",
        {"+ stack(2)": "+ stack(2) - (config.vocab_size + config.max_len) * d"},
        gap("Each stack of an encoder-decoder has its own embedding, and its own positions."),
    ),
    Mistake(
        "no_embedding",
        {"config.vocab_size * d + ": ""},
        gap("The embedding is missing: vocab_size rows of d_model numbers."),
    ),
    Mistake(
        "one_block",
        {"config.n_layers * ": ""},
        lambda case, got, want: (
            f"Only one block is counted, but there are n_layers = {case.args[0].n_layers}, each "
            "with its own parameters."
        ),
    ),
    Mistake(
        "no_cross_attention",
        {"stack(2)": "stack(1)"},
        gap(
            "The cross-attention is missing. The blocks of the decoder have two attentions, with "
            "four matrices each."
        ),
    ),
    Mistake(
        "cross_attention_everywhere",
        {"stack(1) + output": "stack(2) + output"},
        gap(
            'The blocks of a decoder-only model (family "decoder") have no cross-attention: there '
            "is no encoder to ask."
        ),
    ),
    Mistake(
        "decoder_alone",
        {"stack(1) + stack(2)": "stack(2)"},
        gap("An encoder-decoder has two stacks, and only the decoder is counted."),
    ),
    Mistake(
        "no_class_output",
        {" + (d + 1) * config.n_classes": ""},
        gap("An encoder ends in a linear map to n_classes, with a bias. It is missing."),
    ),
    Mistake(
        "classes_forgotten",
        {"config.n_classes": "config.vocab_size"},
        gap("A classifier ends in n_classes outputs, not in one for each token of the vocabulary."),
    ),
]

hints = [
    "Write down the parts: embedding, positions, n_layers blocks, last norm, output. Then one "
    "block: attention, feed-forward, norms. Mind what is optional.",
    "attention = 4 * (d * d + d); feed_forward = d * d_ff + d_ff + d_ff * d + d; a norm is 2 * d.",
    "A block has as many norms as sublayers. With d_ff = 0 there is no feed-forward and no norm "
    "for it. Pre-norm adds one norm behind the last block.",
    "Let a helper count a stack: stack(n_attentions). A decoder-only model and an encoder are "
    "stack(1); an encoder-decoder is stack(1) + stack(2). Then add the output, unless it is tied.",
]
