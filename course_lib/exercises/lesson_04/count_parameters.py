"""Exercise: count_parameters."""

from ..exercise import Case, Exercise
from ..registry import register
from . import other_styles as styles
from .drawn import make_config
from .wrong_counts import MISTAKES


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


register(
    Exercise(
        name="count_parameters",
        lesson=4,
        reference=count_parameters,
        cases=count_parameters_cases,
        rtol=0,
        returns=("count",),
        mistakes=MISTAKES,
        correct=(styles.count_part_by_part, styles.count_shapes),
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
