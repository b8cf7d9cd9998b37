"""The figures of lesson 6: what they say, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_06.figures.falling_loss import loss_and_levels
from classroom.lesson_06.figures.gradient_at_logits import Push
from classroom.lesson_06.figures.gradient_over_line import gradient_over_line
from classroom.lesson_06.figures.loss_by_lead import loss_by_lead, push_by_lead
from classroom.lesson_06.figures.reliability_pair import reliability_diagrams
from classroom.lesson_06.figures.surprise_areas import SurpriseAreas
from classroom.lesson_06.figures.surprise_in_words import surprise_by_letter
from classroom.lesson_06.figures.surprise_over_text import Surprises

TOKENS = [*"abcdefgh", " ", "\n"]


def text_and_log_p(n=70):
    rng = np.random.default_rng(1)
    powers = np.exp(rng.normal(size=(n, len(TOKENS))) * 2)
    uniform = np.full((n, len(TOKENS)), -np.log(len(TOKENS)))
    p = powers / powers.sum(axis=1, keepdims=True)
    return {"model": np.log(p), "uniform": uniform}, rng.integers(0, len(TOKENS), n)


LOGITS, LABELS = [2.0, 1.0, 0.0, -1.0], ["r", "l", " ", "$"]


def entropy(p):
    return -(p * np.log(p)).sum()


def kl_divergence(p, q):
    return (p * np.log(p / q)).sum()


def areas(p, names="oaie"):
    return SurpriseAreas(p, names, entropy, kl_divergence)


EIGHTHS = np.array([4, 2, 1, 1]) / 8
OTHER, SAME = {"a": 1, "b": 4, "c": 2, "d": 1}, {"a": 4, "b": 2, "c": 1, "d": 1}
SHARP = {"a": 1, "b": 0.1, "c": 0.1, "d": 0.1}


STAGES = {
    "areas": (areas(EIGHTHS), OTHER, SAME),
    "sharp areas": (areas(EIGHTHS), SHARP, OTHER),
    "push": (Push(LOGITS, LABELS), {"target": 2, "added": -4.0, "smoothing": 0.2}, {"target": 0}),
    "far": (Push(LOGITS, LABELS), {"target": 1, "added": 10.0}, {"target": 3, "added": -10.0}),
    "text": (Surprises(*text_and_log_p(), TOKENS), {"place": 69}, {"place": 3, "model": "uniform"}),
}


each_stage = pytest.mark.parametrize("name", STAGES)


@each_stage
def test_alt_text_and_no_text_cut_off(name):
    stage, values, _ = STAGES[name]
    assert_fit(stage(**values))


@each_stage
def test_a_frame_over_the_background_equals_the_whole_figure(name):
    assert_frames_are_whole(*STAGES[name])


def test_the_push_is_what_was_said_minus_what_was_wanted():
    # p = 0.1, 0.3, 0.6 and the second is right.
    alt = Push(np.log([1.0, 3.0, 6.0]), list("abc"))(target=1).alt
    assert alt.startswith("'b' is right and has p = 0.3: surprise 1.20 nats")
    assert "gradient at its logit −0.700" in alt
    assert "p minus wanted: 'a' 0.1, 'b' -0.7, 'c' 0.6." in alt
    # Smoothing wants 1 - 0.3 + 0.1 = 0.8 of three tokens: 0.1 less than p is too much.
    smoothed = Push(np.log([0.05, 0.9, 0.05]), list("abc"))(target=1, smoothing=0.3).alt
    assert "gradient at its logit +0.100" in smoothed


def test_areas_are_those_of_the_example_of_the_lesson():
    alt = areas(EIGHTHS)(**OTHER).alt
    assert alt.startswith("Cross-entropy 2.38 bits, entropy 1.75: KL is 0.62; exchanged 0.50.")
    assert "'a' p 0.25 q 0.5, surprise 1.00 instead of 2.00 bits" in alt
    assert areas(EIGHTHS)(**SAME).alt.startswith("Cross-entropy 1.75 bits, entropy 1.75: KL is 0.0")


def test_the_patches_of_a_panel_have_the_areas_of_kl_and_entropy():
    stage = areas(EIGHTHS)
    stage.update(**OTHER)
    panel = stage.panels[0]

    def area(patches):
        return sum(each.get_width() * each.get_height() for each in patches if each.get_visible())

    assert area(panel.over) - area(panel.under) == pytest.approx(0.625)
    assert area(panel.met) + area(panel.under) == pytest.approx(1.75)
    assert area(panel.met) + area(panel.over) == pytest.approx(2.375)


def test_the_character_that_came_is_always_listed():
    log_p, targets = text_and_log_p()
    stage = Surprises(log_p, targets, TOKENS)
    for place in range(len(targets)):
        stage.update(place=place)
        listed = [name.get_text() for name in stage.names]
        assert sum(name.startswith("came: ") for name in listed) == 1


def test_what_does_not_fit_is_refused():
    log_p, targets = text_and_log_p()
    with pytest.raises(ValueError, match="'model' has shape"):
        Surprises(log_p, targets[1:], TOKENS)
    with pytest.raises(ValueError, match="sum to 1"):
        areas([0.5, 0.2], "ab")
    with pytest.raises(ValueError, match="2 weights are needed, not 1"):
        areas([0.5, 0.5], "ab")(a=1)
    with pytest.raises(ValueError, match="one axis"):
        Push(np.zeros((2, 2)), list("ab"))


def test_plain_figures_have_titles_from_their_data():
    lead = np.linspace(-8, 8, 33)
    falling = {"smoothing 0.0": np.exp(-lead), "smoothing 0.1": np.abs(lead - 5)}
    pushes = {"cross-entropy": np.full(33, 0.9), "squared error": np.full(33, 0.3)}
    difference = np.zeros((4, len(TOKENS)))
    difference[0, :2], difference[2, 3:5] = (-0.9, 0.9), (-0.1, 0.1)
    letters = {"1st": 4.0, "2nd": 2.0, "5th+": 1.5, "other": 1.0}
    figures = {
        "with it there is a best place": loss_by_lead(lead, falling, 5.0),
        "6 behind, cross-entropy pushes 3 times as hard": push_by_lead(lead, pushes, behind=6),
        "'ab' has 90% of this piece's push; at 3 of 4 places": gradient_over_line(
            difference, "abcd", TOKENS, word="ab"
        ),
        "first letter of a word costs 4.0 bits, those from the fifth on 1.5": surprise_by_letter(
            letters
        ),
        "falls from 5.00 to 4.10 bits; the entropy of the frequencies is 4.00": loss_and_levels(
            [5.0, 4.5, 4.1],
            {"loss of the trained model": 1.4, "entropy of the frequencies": 4.0},
        ),
    }
    for title, figure in figures.items():
        assert_fit(figure)
        assert title in figure.alt


def test_reliability_diagrams_say_how_often_the_surest_are_right():
    logits = np.zeros((4, 3))
    logits[:, 0] = 9.0, 9.0, 9.0, 0.5
    figure = reliability_diagrams(
        {"seen": (logits, np.array([0, 0, 0, 1])), "unseen": (logits, np.array([0, 1, 2, 0]))}
    )
    assert_fit(figure)
    assert "above 0.9: 100% (seen), 33% (unseen)" in figure.alt
    assert "seen: 0.45 sure 0.00 right, 1.00 sure 1.00 right." in figure.alt
