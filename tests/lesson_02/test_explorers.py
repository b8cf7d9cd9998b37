"""The explorers of lesson 2."""

import numpy as np
import pytest
from figure_rules import assert_moves

from classroom.lesson_02 import explorers

TOKENS = ["Quoth", "the", "raven", "the"]
WEIGHTS = np.random.default_rng(0).dirichlet(np.ones(4), size=(2, 4))
MASK = np.tril(np.ones((4, 4), dtype=bool))
BY_MASK = {"no mask": WEIGHTS, "causal mask": np.where(MASK, WEIGHTS, 0)}
EXPLORERS = {
    "temperature": explorers.explore_temperature([2.0, 1.0, 0.0], ["a", "b", "c"]),
    "saturation": explorers.explore_saturation(),
    "attention": explorers.explore_attention(WEIGHTS, TOKENS),
    "masks": explorers.explore_attention(BY_MASK, TOKENS, {"causal mask": MASK}, query=2),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])


def test_two_tokens_of_the_same_name_are_two_queries():
    box = EXPLORERS["attention"]
    assert [label for label, _ in box.controls["query"].pairs] == [
        "0: Quoth", "1: the", "2: raven", "3: the",
    ]  # fmt: skip
    assert box.defaults == {"query": 3, "head": 0}
    assert EXPLORERS["masks"].defaults == {"query": 2, "head": 0, "mask": "no mask"}
