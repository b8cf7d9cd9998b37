"""The explorers of lesson 9."""

from figure_rules import assert_moves

from classroom.exercises import reference
from classroom.lesson_09 import explorers
from classroom.lesson_09.short_runs import short_run

early_stopping = reference("early_stopping")


def test_the_explorer_of_rates_moves():
    runs = [short_run(lr=lr, steps=30, batch_size=4) for lr in (1e-4, 1e-2, 1.0)]
    assert_moves(explorers.explore_rates(runs))


def test_the_explorers_of_seeds_and_overfitting_move():
    assert_moves(explorers.explore_luck())
    assert_moves(explorers.explore_overfitting(early_stopping))


def test_the_explorer_of_broken_runs_moves():
    assert_moves(explorers.explore_ward())
