"""count_parameters: how many numbers a model learns, by formula."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.lesson_04.random_blocks import make_config
from course_lib.params import count_params, flatten, init_params


def gap(what):
    return lambda case, got, want: (
        f"{what} You count {int(got):,}, there are {int(want):,}: a difference of "
        f"{abs(int(got) - int(want)):,}."
    )


def cases(rng):
    def case(label, family="decoder", expected=None, proves="", **changes):
        config = make_config(family, **changes)
        return Case((config,), label=label, expected=expected, proves=proves)

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
        case("a language model without norms, 3 blocks", n_layers=3, norm="none", proves="a block"),
        case("a language model, post-norm, 3 blocks", n_layers=3, norm="post"),
        case("a language model, pre-norm, 3 blocks", n_layers=3, proves="the norms"),
        case("sinusoidal positions", n_layers=3, d_model=42, positions="sinusoidal"),
        case("no positions", n_layers=3, positions="none", proves="the positions"),
        case("tied", n_layers=3, tied=True, proves="the tied output"),
        case("no feed-forward", d_ff=0, n_layers=3, proves="the language models"),
        case("a classifier of 5 kinds", "encoder", n_layers=3, n_classes=5, proves="the encoder"),
        case("an encoder-decoder, no norm", "encoder-decoder", n_layers=3, norm="none"),
        case("an encoder-decoder, post-norm", "encoder-decoder", n_layers=3, norm="post"),
        case("an encoder-decoder, pre-norm, tied", "encoder-decoder", n_layers=3, tied=True),
        case(
            "an encoder-decoder, no feed-forward, sinusoidal positions",
            "encoder-decoder",
            d_ff=0,
            d_model=42,
            positions="sinusoidal",
            proves="the counts",
        ),
        # An array of 10^8 by 10^8 numbers has room nowhere.
        case(
            "a model far too large for arrays",
            **dict.fromkeys(("d_model", "d_ff", "vocab_size", "max_len"), 10**8),
            n_heads=1,
        ),
    ]


returns = ("count",)
rtol = 0

FEED_FORWARD = "d * d_ff + d_ff + d_ff * d + d"
LAST_NORM = "(norm if config.norm == 'pre' else 0)"
POSITIONS = "(config.max_len * d if config.positions == 'learned' else 0)"


def of_arrays(config):
    """Make the model and count what is there."""
    return count_params(init_params(config, np.random.default_rng(0)))


def of_sizes(config):
    """The same, array by array."""
    arrays = flatten(init_params(config, np.random.default_rng(0)))
    return sum(array.size for array in arrays.values())


def of_empty_arrays(config):
    """Make one large array on the way, and count by formula."""
    np.empty((config.vocab_size, config.d_model))
    return of_arrays(config)


def rule_of_thumb(config):
    """An estimate that is often quoted."""
    return config.vocab_size * config.d_model + 12 * config.n_layers * config.d_model**2


def rule_of_thumb_with_positions(config):
    """The same, with a table of positions."""
    return rule_of_thumb(config) + config.max_len * config.d_model


mistakes = [
    Mistake(
        "makes_arrays",
        [of_arrays, of_sizes, of_empty_arrays],
        "The count is right where there is room for the arrays, but it makes them. A large model "
        "has no room: count by formula, from the sizes in config alone.",
    ),
    Mistake(
        "family_ignored",
        {'config.family == "encoder"': "False", 'config.family == "decoder"': "True"},
        gap(
            "Every model is counted as a language model. config.family says what it is: an encoder "
            "ends in n_classes outputs, an encoder-decoder has two stacks."
        ),
    ),
    Mistake(
        "rule_of_thumb",
        [rule_of_thumb, rule_of_thumb_with_positions],
        gap(
            "12 d_model² for a block is a rule of thumb, for d_ff = 4 d_model and without biases "
            "and norms. Here every number counts."
        ),
    ),
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
        "no_output_bias_in_attention",
        {"4 * (d * d + d)": "4 * d * d + 3 * d"},
        gap("b_O of the attention is missing: all four matrices have a bias, d_model each."),
    ),
    Mistake(
        "one_head_of_each",
        [
            {"4 * (d * d + d)": "3 * (d * d + d) // config.n_heads + d * d + d"},
            {"4 * (d * d + d)": "4 * (d * d + d) // config.n_heads"},
        ],
        gap(
            "One head's share of the matrices is counted. W_Q, W_K and W_V are (d_model, d_model): "
            "the heads lie side by side in them."
        ),
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
        [{FEED_FORWARD: f"2 * d * d_ff + 2 * {width}"} for width in ("d", "d_ff")],
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
        "no_token_bias",
        {"(d + 1) * config.vocab_size": "d * config.vocab_size"},
        gap("The bias of the output to the tokens is missing: one number each, vocab_size in all."),
    ),
    Mistake(
        "no_class_bias",
        {"(d + 1) * config.n_classes": "d * config.n_classes"},
        gap("The bias of the output to the classes is missing: one number each, n_classes in all."),
    ),
    Mistake(
        "output_bias_as_long_as_d",
        [
            {f"(d + 1) * config.{outputs}": f"(config.{outputs} + 1) * d" for outputs in names}
            for names in (("vocab_size", "n_classes"), ("vocab_size",), ("n_classes",))
        ],
        gap(
            "The bias of an output is counted as d_model numbers. A bias is as long as what comes "
            "out: one number for each token, or for each class."
        ),
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
        "norm_of_two_numbers",
        {"2 * d": "2"},
        gap("gamma and beta of a layer norm have a number for each feature: 2 d_model in all."),
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
        [{"n_attentions + (": "("}, {"n_attentions + (1 if d_ff else 0)": "1"}],
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
        "two_norms_always",
        {"n_attentions + (1 if d_ff else 0)": "2"},
        gap(
            "Every block is given two norms. It has one for each sublayer: three with a "
            "cross-attention, one without a feed-forward."
        ),
    ),
    Mistake(
        "blocks_shared_out",
        {"config.n_layers * ": "config.n_layers // (1 + (config.family[7:] == '-decoder')) * "},
        gap("Each stack of an encoder-decoder has n_layers blocks: here they share them."),
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
        {"+ stack(2)": f"+ stack(2) - {LAST_NORM}"},
        gap("A pre-norm encoder-decoder has a last norm behind each of its two stacks."),
    ),
    Mistake(
        "last_norm_in_every_block",
        [
            {
                "+ n_sublayers * norm": f"+ n_sublayers * norm + {LAST_NORM}",
                "total += norm": "pass",
            },
            {"+ n_sublayers * norm": f"+ n_sublayers * norm + {LAST_NORM}"},
        ],
        gap(
            "The last norm of pre-norm is counted in every block, n_layers times. There is one for "
            "the whole stack, behind its last block."
        ),
    ),
    Mistake(
        "last_norm_always",
        {'== "pre"': '!= "none"'},
        gap('There is a norm behind the last block only if config.norm is "pre".'),
    ),
    Mistake(
        "positions_unless_sinusoidal",
        {'== "learned"': '!= "sinusoidal"'},
        gap(
            'There are models without positions, too (positions="none"): only "learned" ones are '
            "parameters."
        ),
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
        "no_embedding_if_tied",
        {"config.vocab_size * d + ": "(0 if config.tied else config.vocab_size * d) + "},
        gap(
            "In a tied model the embedding is used twice, as embedding and as output. It is "
            "counted once, not left out."
        ),
    ),
    Mistake(
        "tied_bias",
        {"0 if config.tied": "config.vocab_size if config.tied"},
        gap("A tied output has no bias either."),
    ),
    Mistake(
        "one_embedding",
        [
            {"+ stack(2)": "+ stack(2) - (config.vocab_size + config.max_len) * d"},
            {"+ stack(2)": f"+ stack(2) - config.vocab_size * d - {POSITIONS}"},
        ],
        gap("Each stack of an encoder-decoder has its own embedding, and its own positions."),
    ),
    Mistake(
        "one_position_table",
        {"+ stack(2)": f"+ stack(2) - {POSITIONS}"},
        gap("Each stack of an encoder-decoder has its own table of positions."),
    ),
    Mistake(
        "shared_embedding",
        {"+ stack(2)": "+ stack(2) - config.vocab_size * d"},
        gap("Each stack of an encoder-decoder has its own embedding: here they share one."),
    ),
    Mistake(
        "two_outputs",
        {"stack(2) + output": "stack(2) + 2 * output"},
        gap("Only the decoder of an encoder-decoder has an output."),
    ),
    Mistake(
        "embedding_twice",
        [
            {"total = config": "total = 2 * config"},
            {"stack(1) + output\n": "stack(1) + output + config.vocab_size * d\n"},
            {"stack(1) + output\n": f"stack(1) + output + config.vocab_size * d + {POSITIONS}\n"},
            {"else (d + 1)": "else (2 * d + 1)"},
        ],
        gap(
            "The embedding is counted twice, perhaps with the positions. Each stack has one, and "
            "the output of an untied model is a matrix of its own, counted once."
        ),
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
        "cross_attention_in_both",
        {"stack(1) + stack(2)": "2 * stack(2)"},
        gap(
            "The blocks of the encoder have no cross-attention: only those of the decoder have a "
            "second attention, and a third norm."
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
        "classes_and_tokens",
        {"(d + 1) * config.n_classes": "(d + 1) * (config.n_classes + config.vocab_size)"},
        gap("An encoder has one output, to n_classes. There is none to the vocabulary."),
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
