"""The figures of lesson 2: what they say, and that nothing is cut off."""

import numpy as np
import pytest
from figure_data import causal
from figure_rules import assert_fit, assert_frames_are_whole, assert_labels_apart

from classroom.lesson_02.figures.attention_cost import cost_by_length
from classroom.lesson_02.figures.dot_product_spread import spread_by_width
from classroom.lesson_02.figures.head_split import HeadSplit
from classroom.lesson_02.figures.loss_without_scale import loss_without_scale
from classroom.lesson_02.figures.one_query import OneQuery
from classroom.lesson_02.figures.softmax_saturation import WIDTHS, Saturation, measure
from classroom.lesson_02.figures.softmax_temperature import Temperature
from classroom.lesson_02.traced_words import K, Q, V
from course_lib.attention import split_heads
from course_lib.layers import softmax


def traced(mask=None):
    """The three words of the pencil, whose numbers are known."""
    mask = causal(3) if mask is None else mask
    return OneQuery(["Quoth", "the", "raven"], Q, K, V, lambda q, k: q @ k.T / 2, softmax, mask)


def split(by=split_heads):
    return HeadSplit(["Quoth", "the", "raven"], 6, by)


STAGES = [
    (traced(), {"step": 5, "query": 2}, {"step": 1, "query": 1}),
    (traced(), {"step": 3, "query": 0}, {"step": 4, "query": 0}),
    (traced(), {"step": 1, "query": 2}, {"step": 2, "query": 0}),
    (split(), {"step": 3, "n_heads": 3}, {"step": 1, "n_heads": 2}),
    (split(), {"step": 2, "n_heads": 2}, {"step": 3, "n_heads": 2}),
    (
        Temperature([2.1, 1.2, -0.5], ["raven", "chamber", "a"]),
        {"temperature": 0.05},
        {"temperature": 2.0},
    ),
    (
        Saturation(),
        {"d_k": 512, "scale": "1 (no scale)"},
        {"d_k": 4, "scale": "1/√d_k (the paper)"},
    ),
]


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_every_figure_has_alt_text_and_cuts_off_no_text(stage, values, other):
    assert_fit(stage(**values))


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_a_frame_over_the_background_equals_the_whole_figure(stage, values, other):
    assert_frames_are_whole(stage, values, other)


def test_a_query_is_followed_with_the_numbers_of_the_pencil():
    free = np.ones((3, 3), dtype=bool)
    assert (
        "'raven' receives (4, 2); it listens to 'Quoth' the most, 0.50"
        in traced()(step=5, query=2).alt
    )
    assert (
        "out (6.80, 3.60). Written out: 0.10 · (4, 0) + 0.10 · (0, 4) + 0.80 · (8, 4)"
        in traced(free)(step=5, query=1).alt
    )
    hidden = traced()(step=3, query=0).alt
    assert "hidden from 'Quoth': 'the', 'raven'" in hidden
    assert "masked (0, −∞, −∞)." in hidden
    assert "weights" not in hidden
    compared = traced()(step=1, query=1).alt
    assert "for 'raven': 0 · 0 + (−1) · 0 + 4 · 0.69 + 1 · 1.39 = 4.16" in compared
    both = traced()(step=4, query=1).alt
    assert "'the' gives 'Quoth' and 'the' the most, 0.50" in both


def test_the_readers_own_scores_and_softmax_fill_the_columns():
    own = OneQuery(
        ["a", "b", "c"], Q, K, V, lambda q, k: q @ k.T, lambda x: (np.full(x.shape, 0.25), None),
        causal(3),
    )  # fmt: skip
    assert "scores (1.39, 0, 0)" in own(step=2, query=2).alt
    assert "weights (0.25, 0.25, 0.25)" in own(step=4, query=2).alt


def test_a_lone_reshape_mixes_the_words_and_the_right_cut_does_not():
    two = split()(step=3, n_heads=2).alt
    assert "misplaces 12 of 18 numbers" in two
    assert "Q0 Q1 Q2 / t0 t1 t2 / r0 r1 r2 on the left, Q0 Q1 Q2 / Q3 Q4 Q5 / t0 t1 t2 on" in two
    assert "Q0 Q1 / Q2 Q3 / Q4 Q5 on the right" in split()(step=2, n_heads=3).alt
    own = split(lambda x, n: x.reshape(1, n, 3, 6 // n))
    assert "misplaces 0 of 18 numbers" in own(step=3, n_heads=2).alt


def test_the_temperature_goes_from_one_word_to_all_alike():
    scores, labels = [2.0, 1.0, 0.0], ["raven", "door", "lore"]
    cold = Temperature(scores, labels)(temperature=0.05).alt
    hot = Temperature(scores, labels)(temperature=1000.0).alt
    assert "'raven' takes 1.00 of the weight, entropy 0.00 of 1.10 nats" in cold
    assert "entropy 1.10 of 1.10 nats" in hot
    halves = Temperature(scores, labels, lambda x: (np.full(3, 0.5), None))(temperature=1.0)
    assert "takes 0.50" in halves.alt


def test_scores_saturate_without_the_scale_and_not_with_it():
    wide = measure(512, 0.0)
    assert wide.spread == pytest.approx(512**0.5, rel=0.05)
    assert wide.weights[0] > 0.9
    assert wide.gradient < 0.4
    for d_k in WIDTHS:
        scaled = measure(d_k, -0.5)
        assert scaled.spread == pytest.approx(1, abs=0.1)
        assert scaled.weights[0] < 0.35
        assert measure(d_k, -1.0).weights.sum() == pytest.approx(1)
        assert scaled.gradient > 0.9


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Temperature([1.0]), "two entries"),
        (lambda: HeadSplit(["raven", "rapping"], 4, split_heads), "same letter"),
        (lambda: OneQuery(["a"], Q, K, V, np.dot, softmax, causal(3)), "1 words, q"),
    ],
)
def test_bad_arguments_are_refused_with_a_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()


LENGTHS = np.arange(1, 5001)
FALL = np.linspace(3.5, 2.0, 300)
PICTURES = {
    "spread": (
        spread_by_width([1, 4, 16], [1.02, 2.0, 4.0]),
        "follows √d_k, to 2 percent. Line chart",
    ),
    "cost": (
        cost_by_length(LENGTHS, 1000 * LENGTHS, LENGTHS**2, 1000),
        "From 1,000 tokens on, comparing and mixing cost more. Line chart",
    ),
    "loss": (
        loss_without_scale(
            {(with_it, seed): FALL + (0 if with_it else 0.5) for with_it in (True, False)
             for seed in (0, 1)}
        ),
        "With the scale the loss ends at 2.04 and 2.04, without it at 2.54 and 2.54. Line chart",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_was_measured_and_cuts_off_no_text(name):
    figure, said = PICTURES[name]
    assert said in figure.alt
    assert_fit(figure)
    assert_labels_apart(figure)
