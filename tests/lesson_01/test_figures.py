"""The figures of lesson 1: what they say, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_01.figures.attention_of_a_word import attention_of_one_word
from classroom.lesson_01.figures.binary_positions import binary_digits
from classroom.lesson_01.figures.likeness import likeness
from classroom.lesson_01.figures.padded_lines import tokens_in_rows
from classroom.lesson_01.figures.position_similarity import Similarity
from classroom.lesson_01.figures.rotation import Rotation
from classroom.lesson_01.figures.sum_of_vectors import tokens_plus_positions
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


def test_lines_in_an_array_are_drawn_with_their_tokens():
    tokens = ["<pad>", "a", "longest_of_all_words", "raven"]
    batch = np.array([[1, 2, 3], [3, 0, 0]])
    figure = tokens_in_rows(batch, batch != 0, tokens)
    assert_fit(figure)
    assert figure.alt.startswith("2 lines in an array of shape (2, 3): 33% of it is padding.")
    assert "Tokens in the lines: 3, 1." in figure.alt
    written = {text.get_text() for text in figure.axes[0].texts}
    assert written == {"a", "longest_of_all_words", "raven", "1", "2", "3"}


def test_the_title_of_an_attention_says_what_one_word_takes_from_another():
    weights = np.array([[0.75, 0.25], [0.5, 0.5]])
    figure = attention_of_one_word("the", "raven", weights, ["the", "raven"])
    assert_fit(figure)
    assert figure.alt.startswith("“the raven”: the takes 0.25 from raven")


def test_binary_digits_say_how_many_jump_at_once():
    binary = (np.arange(16)[:, None] // 2 ** np.arange(4)) % 2
    figure = binary_digits(binary)
    assert_fit(figure)
    assert "up to 4 of them jump at once" in figure.alt
    assert "up to 2" in binary_digits(binary[:4]).alt


@pytest.mark.parametrize("size", [6, 12])
def test_likeness_compares_near_with_far(size):
    figure = likeness(1 - 0.25 * np.abs(np.subtract.outer(range(size), range(size))), "digit")
    assert_fit(figure)
    assert figure.alt.startswith("Cosine 0.75 between neighbors, −0.25 between those five apart")


def test_three_matrices_of_a_sum_share_their_scale():
    tokens, positions = np.full((3, 8), 0.25), np.full((3, 8), -1.0)
    figure = tokens_plus_positions(tokens, positions, tokens + positions, ["a", "raven", "."])
    assert_fit(figure)
    images = [
        ax.images[0] for ax in figure.axes if ax.images and len(ax.images[0].get_array()) == 3
    ]
    assert [image.get_clim() for image in images] == [(-1, 1)] * 3
    assert "their sum from -0.75 to -0.75" in figure.alt
