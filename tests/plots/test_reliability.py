"""The reliability diagram: what it measures, and that nothing is cut off."""

import pytest
from figure_data import SETS
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.exercises import reference
from classroom.plots.reliability import BINS, Reliability, judge
from course_lib.layers import softmax

STAGES = {
    "true": (Reliability(SETS), {"which": "true", "temperature": 4.0}, {"which": "sharp"}),
    "sharp": (Reliability(SETS), {"which": "sharp", "temperature": 0.25}, {"which": "true"}),
}


each_stage = pytest.mark.parametrize("name", STAGES)


@each_stage
def test_alt_text_and_no_text_cut_off(name):
    stage, values, _ = STAGES[name]
    assert_fit(stage(**values))


@each_stage
def test_a_frame_over_the_background_equals_the_whole_figure(name):
    assert_frames_are_whole(*STAGES[name])


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_the_diagram_agrees_with_the_exercise(temperature):
    logits, targets = SETS["sharp"]
    p, _ = softmax(logits / temperature)
    right = p.argmax(axis=1) == targets
    found = judge(logits, targets, temperature)
    wanted = reference("expected_calibration_error")(p.max(axis=1), right, BINS)
    assert found.error == pytest.approx(wanted)
    assert found.mean(found.accuracy) == pytest.approx(right.mean())
    assert found.mean(found.confidence) == pytest.approx(p.max(axis=1).mean())


def test_sharpened_predictions_are_too_sure_and_a_temperature_repairs_them():
    assert judge(*SETS["sharp"]).error > 2 * judge(*SETS["sharp"], 3.0).error
    assert judge(*SETS["sharp"], 3.0).error == pytest.approx(judge(*SETS["true"]).error)


def test_no_predictions_are_refused():
    with pytest.raises(ValueError, match="no predictions"):
        Reliability({})
