"""The explorers of lesson 6."""

import pytest
from figure_data import SETS
from figure_rules import assert_moves

from classroom.lesson_06 import explorers
from lesson_06.test_figures import (
    EIGHTHS,
    LABELS,
    LOGITS,
    TOKENS,
    entropy,
    kl_divergence,
    text_and_log_p,
)

LOG_P, TARGETS = text_and_log_p()
EXPLORERS = {
    "areas": explorers.explore_areas(EIGHTHS, [1, 4, 2, 1], "oaie", entropy, kl_divergence),
    "surprise": explorers.explore_surprise(LOG_P, TARGETS, TOKENS, place=5),
    "gradient": explorers.explore_gradient(LOGITS, LABELS, target=1),
    "calibration": explorers.explore_calibration(SETS, "sharp"),
}


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])
