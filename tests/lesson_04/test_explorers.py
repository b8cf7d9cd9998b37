"""The explorers of lesson 4: what they say, that they move, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_moves

from classroom.exercises import reference
from classroom.lesson_04 import explorers

count_parameters = reference("count_parameters")


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
    return explorers.explore_reach(changes, WORDS, word=2)


def readings():
    read = some_readings()
    return explorers.explore_readings(
        {"first token": read, "second token": read[::-1]},
        TOKENS,
        ["Max ( 3 7 ) →", "Max ( 7 3 ) →", "Max ( 3 3 ) →"],
        {"first token": [4, 4, 3], "second token": [0, 0, 1]},
    )


EXPLORERS = {
    "reach": reach(),
    "readings": readings(),
    "sizes": explorers.explore_sizes(count_parameters),
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
    assert alt.startswith("Decoder: causal, 'door' replaced: 1 of 5 rows differs before the blocks")
    assert "1 after block 1, 1 after block 3" in alt
    assert "5 after block 1" in box.figure(case=0, kind="decoder: causal").alt


def test_the_readings_say_from_which_block_on_the_answer_is_right():
    read = np.full((1, 3, 4), 0.1)
    read[0, 0, 1] = read[0, 1, 2] = read[0, 2, 2] = 0.7
    box = explorers.explore_readings(
        {"first token": np.concatenate([read, read])}, list("abcd"), ["x →", "y →"],
        {"first token": [2, 1]},
    )  # fmt: skip
    assert (
        "→ 'c' is the most likely first token from block 1 on, with 0.7" in box.figure(case=0).alt
    )
    assert "→ 'b' is never the most likely first token" in box.figure(case=1).alt
