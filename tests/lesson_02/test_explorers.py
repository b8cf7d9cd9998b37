"""The explorers of lesson 2."""

import pytest
from figure_rules import assert_moves

from classroom.lesson_02 import explorers
from course_lib.attention import split_heads
from lesson_02.test_figures import traced

EXPLORERS = {
    "temperature": explorers.explore_temperature([2.0, 1.0, 0.0], ["a", "b", "c"]),
    "query": explorers.explore_query(*traced()._made_with[0]),
    "split": explorers.explore_split(["Quoth", "the", "raven"], 6, split_heads),
    "saturation": explorers.explore_saturation(),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])
