"""The explorers of lesson 1."""

import numpy as np
import pytest
from figure_rules import assert_moves

from classroom.lesson_01 import explorers
from course_lib.positional import sinusoidal_positions

W = np.random.default_rng(1).normal(size=(5, 6)) / 6**0.5
EXPLORERS = {
    "wavelengths": explorers.explore_wavelengths(),
    "similarity": explorers.explore_similarity(),
    "rotation": explorers.explore_rotation(),
    "balance": explorers.explore_balance(
        [0, 1, 2, 1], W, sinusoidal_positions(4, 6), ["the", "raven", "the"], first=1
    ),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])
