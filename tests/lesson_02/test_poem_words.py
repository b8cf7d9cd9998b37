"""Words and directions for heads that are built by hand."""

import numpy as np
import pytest

from classroom.lesson_02.poem_words import random_directions, words_in_lines, words_of


def test_a_text_is_cut_into_words_with_or_without_the_ends_of_its_lines():
    text = "Quoth the raven,\n'Nevermore.'"
    assert words_of(text) == ["Quoth", "the", "raven", "Nevermore"]
    assert words_in_lines(text) == ["Quoth", "the", "raven\n", "Nevermore\n"]


def test_directions_have_length_1_and_are_the_same_every_time():
    names = ["door", "lore"]
    directions = random_directions(names, 32, seed=0)
    assert list(directions) == names
    for name, direction in directions.items():
        assert direction.shape == (32,)
        assert np.linalg.norm(direction) == pytest.approx(1)
        assert np.array_equal(direction, random_directions(names, 32, seed=0)[name])
