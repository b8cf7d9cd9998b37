"""Right answers to count_parameters, in other styles."""

import numpy as np
import pytest
from right_answers import each_is_right

from classroom.exercises import reference
from course_lib.params import TransformerConfig, count_params, init_params


def count_part_by_part(config):
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


def count_by_shapes(config):
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


ANSWERS = [count_part_by_part, count_by_shapes]

test_is_right = each_is_right("count_parameters", ANSWERS)


@pytest.mark.parametrize("family", ["encoder", "decoder", "encoder-decoder"])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("d_ff", [0, 13])
def test_the_formula_counts_the_arrays(family, tied, d_ff):
    tied = tied and family != "encoder"
    config = TransformerConfig(
        family, 11, d_model=6, n_heads=3, n_layers=3, d_ff=d_ff, max_len=7, tied=tied, n_classes=5
    )
    arrays = count_params(init_params(config, np.random.default_rng(0)))
    assert reference("count_parameters")(config) == arrays


def test_gpt_2_small_has_as_many_parameters_as_its_file():
    config = TransformerConfig(
        "decoder", 50257, d_model=768, n_heads=12, n_layers=12, d_ff=3072, max_len=1024, tied=True
    )
    assert reference("count_parameters")(config) == 124_439_808
