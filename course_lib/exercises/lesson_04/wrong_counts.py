"""The formula for the number of parameters with one term changed: what the checks recognize."""

from ..exercise import Mistake


def variant(
    attention=lambda d, n_heads: 4 * (d * d + d),
    feed=lambda d, d_ff: 2 * d * d_ff + d_ff + d,
    norm=lambda d: 2 * d,
    norms_per_block=lambda n_attentions: n_attentions + 1,
    last_norm=lambda config: config.norm == "pre",
    learned=lambda config: config.positions == "learned",
    tied=lambda config: config.tied,
    biases=True,
    crossed=2,
    layers=lambda config: config.n_layers,
    feed_norm_always=False,
    second_embedding=True,
    second_last_norm=True,
    tied_bias=False,
    stacks=True,
    embedding=True,
    classes=lambda config: config.n_classes,
    alone=1,
    feed_always=False,
    has_norms=lambda config: config.norm != "none",
):
    """The formula with one term changed."""

    def answer(config):
        d, has_feed = config.d_model, config.d_ff > 0
        one_norm = norm(d) if has_norms(config) else 0

        def stack(n_attentions):
            n_norms = norms_per_block(n_attentions) - (not has_feed and not feed_norm_always)
            block = n_attentions * attention(d, config.n_heads) + n_norms * one_norm
            block += feed(d, config.d_ff) * (has_feed or feed_always)
            total = config.vocab_size * d * embedding + layers(config) * block
            return total + config.max_len * d * learned(config) + one_norm * last_norm(config)

        n_out = classes(config) if config.family == "encoder" else config.vocab_size
        output = n_out * tied_bias if tied(config) else d * n_out + n_out * biases
        if config.family == "encoder-decoder":
            first = stack(1) if stacks else 0
            if not second_embedding:
                first -= config.vocab_size * d + config.max_len * d * learned(config)
            if not second_last_norm:
                first -= one_norm * last_norm(config)
            return stack(crossed) + first + output
        return stack(alone if config.family == "decoder" else 1) + output

    return answer


def _gap(what):
    return lambda case, got, want: (
        f"{what} You count {int(got):,}, there are {int(want):,}: a difference of "
        f"{abs(int(got) - int(want)):,}."
    )


MISTAKES = (
    Mistake(
        "no_biases",
        variant(
            attention=lambda d, n: 4 * d * d,
            feed=lambda d, d_ff: 2 * d * d_ff,
            biases=False,
        ),
        _gap("The biases are missing: b_Q, b_K, b_V, b_O, b_1, b_2 and that of the output."),
    ),
    Mistake(
        "no_attention_biases",
        variant(attention=lambda d, n: 4 * d * d),
        _gap("The biases of the attention are missing: b_Q, b_K, b_V and b_O, d_model each."),
    ),
    Mistake(
        "one_attention_bias",
        variant(attention=lambda d, n: 4 * d * d + d),
        _gap("Each of the four matrices of an attention has a bias of its own."),
    ),
    Mistake(
        "no_feed_forward_biases",
        variant(feed=lambda d, d_ff: 2 * d * d_ff),
        _gap("The biases of the feed-forward are missing: d_ff for b_1 and d_model for b_2."),
    ),
    Mistake(
        "equal_feed_forward_biases",
        variant(feed=lambda d, d_ff: 2 * d * d_ff + 2 * d),
        _gap("b_1 is as long as the hidden layer, d_ff, and b_2 as long as the output, d_model."),
    ),
    Mistake(
        "four_times_d",
        variant(feed=lambda d, d_ff: 8 * d * d + 5 * d),
        _gap(
            "The hidden layer of the feed-forward is config.d_ff wide, which need not be 4 d_model."
        ),
    ),
    Mistake(
        "no_output_bias",
        variant(biases=False),
        _gap("The output's bias is missing: one number for each token or class."),
    ),
    Mistake(
        "heads_multiply",
        variant(attention=lambda d, n: n * 4 * (d * d + d)),
        _gap(
            "The attention is multiplied by n_heads. Heads are slices of the same four "
            "matrices: W_Q is (d_model, d_model) however many there are."
        ),
    ),
    Mistake(
        "three_matrices",
        variant(attention=lambda d, n: 3 * (d * d + d)),
        _gap("An attention has four matrices with their biases: Q, K, V, and O, too."),
    ),
    Mistake(
        "one_matrix_in_feed_forward",
        variant(feed=lambda d, d_ff: d * d_ff + d_ff),
        _gap("The feed-forward has two matrices: up to d_ff and down again, W_2 and b_2."),
    ),
    Mistake(
        "no_norms",
        variant(norm=lambda d: 0),
        _gap("The layer norms are missing: gamma and beta, 2 d_model numbers each."),
    ),
    Mistake(
        "norms_always",
        variant(has_norms=lambda config: True),
        _gap('With config.norm = "none" there are no norms to count.'),
    ),
    Mistake(
        "no_beta",
        variant(norm=lambda d: d),
        _gap("A layer norm has a gamma and a beta: 2 d_model numbers."),
    ),
    Mistake(
        "one_norm_per_block",
        variant(norms_per_block=lambda n: 1 + 0 * n),
        _gap("A block has a norm for each sublayer, not one for all of them."),
    ),
    Mistake(
        "norm_without_feed_forward",
        variant(feed_norm_always=True),
        _gap("Where d_ff is 0 there is no feed-forward, and no norm for it either."),
    ),
    Mistake(
        "bias_without_feed_forward",
        variant(feed_always=True),
        _gap("Where d_ff is 0 there is no feed-forward at all, and no b_2."),
    ),
    Mistake(
        "bias_and_norm_without_feed_forward",
        variant(feed_always=True, feed_norm_always=True),
        _gap("Where d_ff is 0 there is no feed-forward at all: no b_2, and no norm for it."),
    ),
    Mistake(
        "two_norms_in_the_decoder",
        variant(norms_per_block=lambda n: 2),
        _gap(
            "The blocks of a decoder with cross-attention have three norms, one for each sublayer."
        ),
    ),
    Mistake(
        "no_last_norm",
        variant(last_norm=lambda config: False),
        _gap("Pre-norm has one more norm, behind the last block of each stack."),
    ),
    Mistake(
        "one_last_norm",
        variant(second_last_norm=False),
        _gap("A pre-norm encoder-decoder has a last norm behind each of its two stacks."),
    ),
    Mistake(
        "last_norm_always",
        variant(last_norm=lambda config: config.norm != "none"),
        _gap('There is a norm behind the last block only if config.norm is "pre".'),
    ),
    Mistake(
        "positions_always",
        variant(learned=lambda config: True),
        _gap("Sinusoidal positions are computed, so nothing is learned for them."),
    ),
    Mistake(
        "no_positions",
        variant(learned=lambda config: False),
        _gap("Learned positions are parameters: a table of max_len rows."),
    ),
    Mistake(
        "tied_ignored",
        variant(tied=lambda config: False),
        _gap("A tied model has no output matrix and no output bias: it uses the embedding again."),
    ),
    Mistake(
        "tied_bias",
        variant(tied_bias=True),
        _gap("A tied output has no bias either."),
    ),
    Mistake(
        "one_embedding",
        variant(second_embedding=False),
        _gap("Each stack of an encoder-decoder has its own embedding, and its own positions."),
    ),
    Mistake(
        "no_embedding",
        variant(embedding=False),
        _gap("The embedding is missing: vocab_size rows of d_model numbers."),
    ),
    Mistake(
        "one_block",
        variant(layers=lambda config: 1),
        lambda case, got, want: (
            f"Only one block is counted, but there are n_layers = {case.args[0].n_layers}, "
            "each with its own parameters."
        ),
    ),
    Mistake(
        "no_cross_attention",
        variant(crossed=1),
        _gap(
            "The cross-attention is missing. The blocks of the decoder have two "
            "attentions, with four matrices each."
        ),
    ),
    Mistake(
        "cross_attention_everywhere",
        variant(alone=2),
        _gap(
            'The blocks of a decoder-only model (family "decoder") have no cross-attention: there '
            "is no encoder to ask."
        ),
    ),
    Mistake(
        "decoder_alone",
        variant(stacks=False),
        _gap("An encoder-decoder has two stacks, and only the decoder is counted."),
    ),
    Mistake(
        "no_class_output",
        variant(classes=lambda config: 0),
        _gap("An encoder ends in a linear map to n_classes, with a bias. It is missing."),
    ),
    Mistake(
        "classes_forgotten",
        variant(classes=lambda config: config.vocab_size),
        _gap(
            "A classifier ends in n_classes outputs, not in one for each token of the vocabulary."
        ),
    ),
)
