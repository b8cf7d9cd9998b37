"""The figures of lesson 9: what they say, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.exercises import reference
from classroom.lesson_09.broken_runs import CONTROL, PATIENTS
from classroom.lesson_09.figures.broken_run_charts import patient_chart, ward_overview
from classroom.lesson_09.figures.broken_run_panel import PatientPanel
from classroom.lesson_09.figures.chart_panels import PANELS
from classroom.lesson_09.figures.dead import picture_of_dead
from classroom.lesson_09.figures.learning_rate_sweep import Rates, rate_label
from classroom.lesson_09.figures.memorizing import picture_of_confidence
from classroom.lesson_09.figures.overfitting import Overfitting
from classroom.lesson_09.figures.permutation_test import Dealing, dealt_differences
from classroom.lesson_09.short_runs import short_run
from classroom.plots.style import WIDTH
from classroom.recordings import load_recording

chance_of_difference = reference("chance_of_difference")
early_stopping = reference("early_stopping")
LUCK, CURVES = load_recording("luck"), load_recording("overfitting")
RESULTS = dict(zip(LUCK.metadata["settings"], LUCK.arrays["held_out"], strict=True))


# Learning rates


@pytest.fixture(scope="module")
def runs():
    return [short_run(lr=lr, steps=30, batch_size=4) for lr in (1e-4, 1e-2, 1.0)]


def test_rates_are_written_in_digits():
    assert [rate_label(rate) for rate in (1e-5, 0.3, 1.0)] == ["0.00001", "0.3", "1"]


def test_the_figure_of_the_rates(runs):
    for run in runs:
        assert_fit(Rates(runs)(lr=run.settings["lr"]))
    assert_frames_are_whole(Rates(runs), {"lr": 1e-4}, {"lr": 1e-2})


def test_the_figure_of_the_rates_shows_a_run_that_diverged(runs):
    gone = short_run(lr=1e4, optimizer="sgd", clip=None, steps=30, batch_size=4)
    figure = Rates([*runs, gone])(lr=1e4)
    assert "diverged at step" in figure.alt
    assert_fit(figure)


# Permutation test, overfitting


def dealing():
    return Dealing(RESULTS)


def curves():
    return Overfitting(CURVES, early_stopping)


STAGES = [
    (dealing, {"other": "batches of 15", "seeds": 2, "draw": 1}),
    (dealing, {"other": "constant rate", "seeds": 8, "draw": 7}),
    (dealing, {"other": "warm-up of 10 steps", "seeds": 5, "draw": 20}),
    (curves, {"size": 500, "remedy": "none", "patience": 1}),
    (curves, {"size": 1000, "remedy": "weight decay 1", "patience": 4}),
    (curves, {"size": 3000, "remedy": "none", "patience": 15}),
    (curves, {"size": 5600, "remedy": "dropout 0.3", "patience": 15}),
]


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_every_stage_is_fit_to_be_shown(number):
    make, values = STAGES[number]
    assert_fit(make()(**values))


@pytest.mark.parametrize(("number", "other"), [(1, 0), (2, 1), (3, 4), (5, 3)])
def test_a_frame_over_the_background_equals_the_whole_figure(number, other):
    make, values = STAGES[number]
    assert_frames_are_whole(make(), values, STAGES[other][1])


@pytest.mark.parametrize("seeds", [2, 5])
def test_the_figure_deals_as_the_exercise_does(seeds):
    stage = dealing()
    a, b = stage.draw("no clipping", seeds, 3)
    dealt = dealt_differences(a, b)
    assert dealt[0] == pytest.approx(b.mean() - a.mean())
    share = (np.abs(dealt) >= abs(dealt[0]) - 1e-6).mean()
    assert share == pytest.approx(chance_of_difference(a, b))
    assert (
        f"in {round(share * len(dealt))} of" in stage(other="no clipping", seeds=seeds, draw=3).alt
    )


def test_in_nine_of_the_twenty_draws_seven_seeds_do_as_the_explanation_says():
    stage, found = dealing(), 0
    for draw in range(1, 21):
        dealt = dealt_differences(*stage.draw("constant rate", 7, draw))
        found += (np.abs(dealt) >= abs(dealt[0]) - 1e-6).mean() < 0.001
    assert found == 9


def test_the_bars_say_what_they_show():
    dead = picture_of_dead({0.01: [0.0, 0.02], 1.0: [0.46, 0.63]})
    assert dead.alt.startswith("At rate 1 between 46% and 63% of the units die, at 0.01 at most 2%")
    confidence = picture_of_confidence(0.7, 0.29, 4.5, 2.8)
    assert "the loss falls from 4.5 to 2.8 nats" in confidence.alt
    assert_fit(dead)
    assert_fit(confidence)


def test_the_curves_are_stopped_by_the_function_that_is_given():
    def never(losses, patience):
        return 2, len(losses) - 1

    alt = Overfitting(CURVES, never)(size=1000, patience=1).alt
    assert "at step 20, and patience never runs out" in alt


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="two settings"):
        Dealing({"as it is": [1.0, 2.0]})


# Broken runs


def test_the_figures_of_broken_runs_fit():
    assert_fit(ward_overview())
    for patient in (CONTROL, *PATIENTS):
        assert_fit(patient_chart(patient))
    large = PatientPanel()
    for panel in PANELS:
        for patient in ("Berenice", "Lenore", "Ligeia", CONTROL):
            assert_fit(large(patient=patient, panel=panel))
    for outline in large.outlines.values():  # what they write, in inches
        (left, bottom), (right, top) = outline.get_extents().get_points()
        assert 0.1 < left < right < WIDTH - 0.1
        assert 0.02 < bottom < top < 0.4


@pytest.mark.parametrize("panel", PANELS)
def test_a_panel_over_another_equals_the_panel_drawn_alone(panel):
    other = {"patient": "Ligeia", "panel": PANELS[PANELS.index(panel) - 1]}
    for patient in ("Roderick", CONTROL):
        assert_frames_are_whole(PatientPanel(), {"patient": patient, "panel": panel}, other)
