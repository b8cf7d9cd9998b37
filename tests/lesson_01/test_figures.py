"""The figures of lesson 1: what they say, and that nothing is cut off."""

import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_01.figures.position_similarity import Similarity
from classroom.lesson_01.figures.rotation import Rotation
from classroom.lesson_01.figures.wavelengths import Wavelengths

STAGES = [
    (
        Wavelengths(32),
        {"pair": 15, "base": 1e5, "length": 400},
        {"pair": 2, "base": 100.0, "length": 60},
    ),
    (
        Wavelengths(8),
        {"pair": 0, "base": 10.0, "length": 20},
        {"pair": 2, "base": 100.0, "length": 60},
    ),
    (Similarity(100), {"position": 0, "d_model": 2}, {"position": 50, "d_model": 16}),
    (Similarity(100), {"position": 99, "d_model": 256}, {"position": 50, "d_model": 16}),
    (Rotation(16), {"shift": 12, "pair": 0, "start": 11}, {"shift": 3, "pair": 2, "start": 5}),
    (Rotation(16), {"shift": 0, "pair": 7, "start": 0}, {"shift": 3, "pair": 2, "start": 5}),
]


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_every_figure_has_alt_text_and_cuts_off_no_text(stage, values, other):
    assert_fit(stage(**values))


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_a_frame_over_the_background_equals_the_whole_figure(stage, values, other):
    assert_frames_are_whole(stage, values, other)


def test_what_the_figures_of_positions_say():
    alt = Wavelengths(32)(pair=0).alt
    assert alt.startswith("Pair 0 repeats every 6.28 positions: 16 turns fit into 100 positions.")
    assert "only 0.0028 of a turn fits" in Wavelengths(32)(pair=15).alt
    # 2 pi / 6.283 positions a turn: 3 positions are 3 radians, 172 degrees.
    assert "by 172°" in Rotation(16)(shift=3, pair=0).alt
    # Two features turn once in 6.28 positions, so 44 positions on (7 turns) looks the same.
    assert "position 10 is most like 54" in Similarity(100)(position=10, d_model=2).alt
    assert "most like its neighbors" in Similarity(100)(position=10, d_model=64).alt
