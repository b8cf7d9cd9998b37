"""The figures of lesson 4: what they refuse, and the counts that they show."""

import numpy as np
import pytest

from classroom.exercises import reference
from classroom.lesson_04.figures import parameter_counts as sizes
from classroom.lesson_04.figures.block_by_block import LayerMap
from course_lib.params import TransformerConfig, count_params, init_params

count_parameters = reference("count_parameters")


def test_a_map_refuses_arrays_that_differ():
    with pytest.raises(ValueError, match="all the same"):
        LayerMap(
            {"a": np.zeros((2, 3, 4)), "b": np.zeros((2, 3, 5))}, list("abcd"),
            lambda *_: "", {}, "x", "y",
        )  # fmt: skip


@pytest.mark.parametrize("norm", ["pre", "post", "none"])
@pytest.mark.parametrize("positions", ["learned", "sinusoidal"])
def test_the_parts_of_a_model_sum_up_to_its_parameters(norm, positions):
    config = TransformerConfig(
        "decoder", 11, d_model=6, n_heads=3, n_layers=2, d_ff=24, max_len=7, tied=True, norm=norm,
        positions=positions,
    )  # fmt: skip
    arrays = count_params(init_params(config, np.random.default_rng(0)))
    assert sum(sizes.parts_of(config).values()) == count_parameters(config) == arrays


def test_a_count_in_words():
    assert sizes.in_words(124_439_808) == "124M"
