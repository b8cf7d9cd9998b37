"""The figures of lesson 4: what they refuse, and the counts that they show."""

import numpy as np
import pytest
from figure_rules import assert_fit

from classroom.exercises import reference
from classroom.lesson_04.figures import parameter_counts as sizes
from classroom.lesson_04.figures.block_by_block import LayerMap
from classroom.lesson_04.figures.looks_while_copying import (
    first_look_by_length,
    next_word_looked_at,
)
from classroom.lesson_04.figures.right_by_height import right_by_height
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


def test_the_looks_of_a_copying_decoder_are_counted():
    weights = np.stack([np.eye(2)[[0, 1, 1]]] * 2)
    words = ["<bos>", "cat", "dog"], ["cat", "dog", "<eos>"], ["cat", "dog"]
    view = next_word_looked_at(weights, *words, "Copying")
    assert view.head_name(*view.head) == "Mean"
    assert "“<bos>→cat” (1 of 3) attends to “cat” 100%" in view.alt
    assert view.alt.startswith("Copying, mean of 2 heads: in 2 of 2 steps the largest weight")
    turned = next_word_looked_at(weights[..., ::-1], *words, "Copying")
    assert "in 0 of 2 steps" in turned.alt


def test_the_first_look_is_compared_with_the_last_word_or_the_last_place():
    weights = np.zeros((3, 2, 4))
    weights[[0, 1, 2], 0, [1, 3, 3]] = 1  # of 2, 3 and 4 words
    masked = first_look_by_length(weights, [2, 3, 4], "Masked")
    assert masked.alt.startswith("Masked: at 2 of 3 lengths the first step looks most at the last")
    visible = first_look_by_length(weights, [2, 3, 4], "Visible", padding_visible=True)
    assert "Visible: at 2 of 3 lengths the first step looks most at place 4" in visible.alt
    for picture in (masked, visible):
        assert_fit(picture)


def test_the_kind_of_question_that_comes_last_is_named():
    picture = right_by_height({"Add": [0, 0.1, 0.4, 1], "Min": [0, 0.2, 0.9, 0.95]})
    assert_fit(picture)
    assert picture.alt.startswith("Add comes last: 0.40 of its questions are right after block 2")
