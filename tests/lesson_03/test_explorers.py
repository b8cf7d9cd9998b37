"""The explorers of lesson 3."""

import pytest
from figure_rules import assert_moves

from classroom.lesson_03 import explorers
from lesson_03.test_figures import NORMS, PAIRS, X, climbing

EXPLORERS = {
    "climb": explorers.explore_climb(*climbing()._made_with[0]),
    "layers": explorers.explore_layers(),
    "norm": explorers.explore_norm(X, NORMS),
    "unit": explorers.explore_unit(["door", "chamber"], PAIRS),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])
