"""The figures and explorers of lesson 6: what they say, that nothing is cut off, that they move."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_moves

from course_lib.exercises.lesson_06.expected_calibration_error import expected_calibration_error
from course_lib.explore import lesson_06
from course_lib.layers import softmax
from course_lib.plots.push import Push
from course_lib.plots.reliability import BINS, Reliability, judge
from course_lib.plots.surprises import Surprises

TOKENS = [*"abcdefgh", " ", "\n"]


def predictions(n=300, seed=0, sharpness=1.0):
    """Logits whose softmax is right as often as it says, times a sharpness; and what came."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n, 5)) * 2
    p, _ = softmax(logits)
    targets = (rng.random((n, 1)) > np.cumsum(p, axis=1)).sum(axis=1)
    return sharpness * logits, targets


def text_and_log_p(n=70):
    rng = np.random.default_rng(1)
    powers = np.exp(rng.normal(size=(n, len(TOKENS))) * 2)
    uniform = np.full((n, len(TOKENS)), -np.log(len(TOKENS)))
    p = powers / powers.sum(axis=1, keepdims=True)
    return {"model": np.log(p), "uniform": uniform}, rng.integers(0, len(TOKENS), n)


SETS = {"true": predictions(), "sharp": predictions(sharpness=3.0)}
LOGITS, LABELS = [2.0, 1.0, 0.0, -1.0], ["r", "l", " ", "$"]

STAGES = {
    "push": (Push(LOGITS, LABELS), {"target": 2, "added": -4.0, "smoothing": 0.2}, {"target": 0}),
    "far": (Push(LOGITS, LABELS), {"target": 1, "added": 10.0}, {"target": 3, "added": -10.0}),
    "true": (Reliability(SETS), {"which": "true", "temperature": 4.0}, {"which": "sharp"}),
    "sharp": (Reliability(SETS), {"which": "sharp", "temperature": 0.25}, {"which": "true"}),
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


def explorers():
    log_p, targets = text_and_log_p()
    yield "surprise", lesson_06.explore_surprise(log_p, targets, TOKENS, place=5)
    yield "gradient", lesson_06.explore_gradient(LOGITS, LABELS, target=1)
    yield "calibration", lesson_06.explore_calibration(SETS, "sharp")


@pytest.mark.parametrize(
    ("name", "box"), list(explorers()), ids=lambda x: x if isinstance(x, str) else ""
)
def test_an_explorer_moves_at_both_ends_of_every_control(name, box):
    assert_moves(box)


def test_the_push_is_what_was_said_minus_what_was_wanted():
    # p = 0.1, 0.3, 0.6 and the second is right.
    alt = Push(np.log([1.0, 3.0, 6.0]), list("abc"))(target=1).alt
    assert alt.startswith("'b' is right and has p = 0.3: surprise 1.20 nats")
    assert "gradient at its logit −0.700" in alt
    assert "p minus wanted: 'a' 0.1, 'b' -0.7, 'c' 0.6." in alt
    # Smoothing wants 1 - 0.3 + 0.1 = 0.8 of three tokens: 0.1 less than p is too much.
    smoothed = Push(np.log([0.05, 0.9, 0.05]), list("abc"))(target=1, smoothing=0.3).alt
    assert "gradient at its logit +0.100" in smoothed


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_diagram_agrees_with_the_exercise(temperature):
    logits, targets = SETS["sharp"]
    p, _ = softmax(logits / temperature)
    right = p.argmax(axis=1) == targets
    found = judge(logits, targets, temperature)
    wanted = expected_calibration_error(p.max(axis=1), right, BINS)
    assert found.error == pytest.approx(wanted)
    assert found.mean(found.accuracy) == pytest.approx(right.mean())
    assert found.mean(found.confidence) == pytest.approx(p.max(axis=1).mean())


def test_sharpened_predictions_are_too_sure_and_a_temperature_repairs_them():
    assert judge(*SETS["sharp"]).error > 2 * judge(*SETS["sharp"], 3.0).error
    assert judge(*SETS["sharp"], 3.0).error == pytest.approx(judge(*SETS["true"]).error)


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
    with pytest.raises(ValueError, match="no predictions"):
        Reliability({})
    with pytest.raises(ValueError, match="one axis"):
        Push(np.zeros((2, 2)), list("ab"))
