"""The explorers of lesson 5."""

import pytest
from figure_rules import assert_moves

from classroom.lesson_05 import explorers
from course_lib.tasks import load_trained
from lesson_05.test_figures import LOGITS, TOKENS, writing_data

RAVEN, PARAMS = load_trained("raven")
EXPLORERS = {
    "cache": explorers.explore_cache("the r", 2, RAVEN.vocabulary, PARAMS, RAVEN.config),
    "draw": explorers.explore_draw(LOGITS, TOKENS),
    "writing": explorers.explore_writing(*writing_data()),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])
