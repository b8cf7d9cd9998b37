"""The explorers of lesson 7."""

import pytest
from figure_rules import assert_moves

from classroom.lesson_07 import explorers
from lesson_07.test_figures import LABELS, SCORES

EXPLORERS = {
    "graph": explorers.explore_graph(),
    "step size": explorers.explore_step_size(),
    "jacobian": explorers.explore_jacobian(SCORES, LABELS),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])
