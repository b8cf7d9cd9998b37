"""The explorer of afterword B."""

from figure_rules import assert_moves

from afterword_b.test_figures import PRONOUNS, READINGS, SCORES
from classroom.afterword_b import explorers


def test_the_explorer_of_heads_moves():
    box = explorers.explore_heads(READINGS, SCORES, PRONOUNS, block=2)
    assert [label for label, _ in box.controls["sentence"].pairs][1] == "Nevermore."
    assert_moves(box)
