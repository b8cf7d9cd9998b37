"""Exercise: count_parameters."""

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from .drawn import make_config
from .wrong_counts import variant


def count_parameters(config):
    """How many numbers a model of this configuration learns, by formula."""
    d, d_ff = config.d_model, config.d_ff
    attention = 4 * (d * d + d)
    feed_forward = d * d_ff + d_ff + d_ff * d + d if d_ff else 0
    norm = 0 if config.norm == "none" else 2 * d

    def stack(n_attentions):
        parts = n_attentions + (d_ff > 0)
        block = n_attentions * attention + feed_forward + parts * norm
        total = config.vocab_size * d + config.n_layers * block
        if config.positions == "learned":
            total += config.max_len * d
        return total + (norm if config.norm == "pre" else 0)

    if config.family == "encoder":
        return stack(1) + d * config.n_classes + config.n_classes
    output = 0 if config.tied else d * config.vocab_size + config.vocab_size
    if config.family == "decoder":
        return stack(1) + output
    return stack(1) + stack(2) + output


def count_parameters_cases(rng):
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


def _part_by_part(config):
    d, layers = config.d_model, config.n_layers
    encoders = layers if config.family != "decoder" else 0
    decoders = layers if config.family != "encoder" else 0
    crossed = decoders if config.family == "encoder-decoder" else 0
    stacks = (encoders > 0) + (decoders > 0)
    attentions = encoders + decoders + crossed
    feeds = (encoders + decoders) * (config.d_ff > 0)
    norms = {"pre": attentions + feeds + stacks, "post": attentions + feeds, "none": 0}
    total = stacks * config.vocab_size * d
    total += stacks * config.max_len * d * (config.positions == "learned")
    total += attentions * 4 * d * (d + 1)
    total += feeds * (2 * d * config.d_ff + config.d_ff + d)
    total += norms[config.norm] * 2 * d
    classes = config.n_classes if config.family == "encoder" else config.vocab_size
    return total + (0 if config.tied else (d + 1) * classes)


def _as_a_table(config):
    d = config.d_model
    two = config.family == "encoder-decoder"
    shapes: list[tuple[int, ...]] = [(config.vocab_size, d)] * (1 + two)
    if config.positions == "learned":
        shapes += [(config.max_len, d)] * (1 + two)
    for crossed in [False, True] if two else [False]:
        for _ in range(config.n_layers):
            shapes += [(d, d), (d,)] * 4 * (1 + crossed)
            shapes += [(d, config.d_ff), (config.d_ff,), (config.d_ff, d), (d,)] * (config.d_ff > 0)
            shapes += [(2 * d,)] * (1 + crossed + (config.d_ff > 0)) * (config.norm != "none")
        shapes += [(2 * d,)] * (config.norm == "pre")
    if not config.tied:
        n = config.n_classes if config.family == "encoder" else config.vocab_size
        shapes += [(d, n), (n,)]
    total = 0
    for shape in shapes:
        size = 1
        for length in shape:
            size *= length
        total += size
    return total


def _gap(what):
    return lambda case, got, want: (
        f"{what} You count {int(got):,}, there are {int(want):,}: a difference of "
        f"{abs(int(got) - int(want)):,}."
    )


register(
    Exercise(
        name="count_parameters",
        lesson=4,
        reference=count_parameters,
        cases=count_parameters_cases,
        rtol=0,
        returns=("count",),
        mistakes=(
            Mistake(
                "no_biases",
                variant(
                    attention=lambda d, n: 4 * d * d,
                    feed=lambda d, d_ff: 2 * d * d_ff,
                    biases=False,
                ),
                _gap(
                    "The biases are missing: b_Q, b_K, b_V, b_O, b_1, b_2 and that of the output."
                ),
            ),
            Mistake(
                "no_attention_biases",
                variant(attention=lambda d, n: 4 * d * d),
                _gap(
                    "The biases of the attention are missing: b_Q, b_K, b_V and b_O, d_model each."
                ),
            ),
            Mistake(
                "no_feed_forward_biases",
                variant(feed=lambda d, d_ff: 2 * d * d_ff),
                _gap(
                    "The biases of the feed-forward are missing: d_ff for b_1 and d_model for b_2."
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
                "two_norms_in_the_decoder",
                variant(norms_per_block=lambda n: 2),
                _gap(
                    "The blocks of a decoder with cross-attention have three norms, one for each "
                    "sublayer."
                ),
            ),
            Mistake(
                "no_last_norm",
                variant(last_norm=lambda config: False),
                _gap("Pre-norm has one more norm, behind the last block of each stack."),
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
                _gap(
                    "A tied model has no output matrix and no output bias: it uses the embedding "
                    "again."
                ),
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
                "decoder_alone",
                variant(stacks=False),
                _gap("An encoder-decoder has two stacks, and only the decoder is counted."),
            ),
            Mistake(
                "classes_forgotten",
                variant(classes=lambda config: config.vocab_size),
                _gap(
                    "A classifier ends in n_classes outputs, not in one for each token of the "
                    "vocabulary."
                ),
            ),
        ),
        correct=(_part_by_part, _as_a_table),
        hints=(
            "Write down the parts: embedding, positions, n_layers blocks, last norm, output. Then "
            "one block: attention, feed-forward, norms. Mind what is optional.",
            "attention = 4 * (d * d + d); feed_forward = d * d_ff + d_ff + d_ff * d + d; a norm "
            "is 2 * d.",
            "A block has as many norms as sublayers. With d_ff = 0 there is no feed-forward and "
            "no norm for it. Pre-norm adds one norm behind the last block.",
            "Let a helper count a stack: stack(n_attentions). A decoder-only model and an encoder "
            "are stack(1); an encoder-decoder is stack(1) + stack(2). Then add the output, unless "
            "it is tied.",
        ),
    )
)
