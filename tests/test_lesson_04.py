"""Lesson 4: its figures, its explorers, and the counts that they show."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_moves

from course_lib.exercises.lesson_04.count_parameters import count_parameters
from course_lib.explore import lesson_04
from course_lib.model import count_params, init_params
from course_lib.params import TransformerConfig
from course_lib.plots import sizes
from course_lib.plots.layer_map import LayerMap

WORDS = ["rapping", "at", "my", "chamber", "door"]
TOKENS = ["<eos>", "Max", "→", "3", "7"]


def some_changes(mask):
    changes = np.random.default_rng(0).uniform(0.1, 0.9, size=(5, 4, 5)) * mask[:, None, :]
    changes[:, 0] = np.eye(5)
    return changes


def some_readings():
    scores = np.random.default_rng(1).normal(size=(3, 4, 5))
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def reach():
    everybody, later = np.ones((5, 5)), np.triu(np.ones((5, 5)))
    changes = {"encoder: no mask": some_changes(everybody), "decoder: causal": some_changes(later)}
    return lesson_04.explore_reach(changes, WORDS, word=2)


def readings():
    read = some_readings()
    return lesson_04.explore_readings(
        {"first token": read, "second token": read[::-1]},
        TOKENS,
        ["Max ( 3 7 ) →", "Max ( 7 3 ) →", "Max ( 3 3 ) →"],
        {"first token": [4, 4, 3], "second token": [0, 0, 1]},
    )


EXPLORERS = {
    "reach": reach(),
    "readings": readings(),
    "sizes": lesson_04.explore_sizes(count_parameters),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])


@pytest.mark.parametrize("name", EXPLORERS)
def test_no_text_reaches_out_of_a_picture(name):
    box = EXPLORERS[name]
    for values in box.ends():
        assert_fit(box.figure(**values))


def test_the_map_says_what_reaches_what():
    box = EXPLORERS["reach"]
    alt = box.figure(case=4, kind="decoder: causal").alt
    assert alt.startswith("Decoder: causal: with another word for 'door' 1 row changes before")
    assert "1 of 5 after the first, 1 after the last" in alt
    assert "5 of 5 after the first" in box.figure(case=0, kind="decoder: causal").alt


def test_the_readings_say_from_which_block_on_the_answer_is_right():
    read = np.full((1, 3, 4), 0.1)
    read[0, 0, 1] = read[0, 1, 2] = read[0, 2, 2] = 0.7
    box = lesson_04.explore_readings(
        {"first token": np.concatenate([read, read])}, list("abcd"), ["x", "y"],
        {"first token": [2, 1]},
    )  # fmt: skip
    assert "'c' as the first token is what would be said from block 1 on" in box.figure(case=0).alt
    assert "the model never arrives at 'b'" in box.figure(case=1).alt


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


@pytest.mark.parametrize("family", ["encoder", "decoder", "encoder-decoder"])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("d_ff", [0, 13])
def test_the_formula_counts_the_arrays(family, tied, d_ff):
    tied = tied and family != "encoder"
    config = TransformerConfig(
        family, 11, d_model=6, n_heads=3, n_layers=3, d_ff=d_ff, max_len=7, tied=tied, n_classes=5
    )
    assert count_parameters(config) == count_params(init_params(config, np.random.default_rng(0)))


def test_gpt_2_small_has_as_many_parameters_as_its_file():
    config = TransformerConfig(
        "decoder", 50257, d_model=768, n_heads=12, n_layers=12, d_ff=3072, max_len=1024, tied=True
    )
    assert count_parameters(config) == 124_439_808
    assert sizes.in_words(count_parameters(config)) == "124M"
