"""Luck and overfitting: their recordings, their figures, their explorers."""

import time

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_moves

from course_lib.exercises.lesson_09.chance_of_difference import chance_of_difference
from course_lib.exercises.lesson_09.early_stopping import early_stopping
from course_lib.explore import dynamics_luck
from course_lib.plots.dealing import Dealing, dealt_differences
from course_lib.plots.overfitting import Overfitting
from course_lib.record import luck, overfitting
from course_lib.recordings import load_recording

LUCK, CURVES = load_recording("luck"), load_recording("overfitting")
RESULTS = dict(zip(LUCK.metadata["settings"], LUCK.arrays["held_out"], strict=True))


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


def test_the_recording_of_luck_is_made_so():
    arrays, metadata = luck.record(2, 3, 1, 4, processes=0)
    assert set(arrays) == set(LUCK.arrays)
    assert metadata["settings"] == LUCK.metadata["settings"]
    assert metadata["changes"] == LUCK.metadata["changes"]
    assert arrays["held_out"].shape == (len(luck.SETTINGS), 2)
    assert np.isfinite(arrays["held_out"]).all()
    assert LUCK.arrays["held_out"].shape == (len(luck.SETTINGS), 40)
    assert LUCK.arrays["long"].shape == (2, 5)
    assert (LUCK.metadata["steps"], LUCK.metadata["long_steps"]) == (luck.STEPS, luck.LONG)


def test_the_recording_of_overfitting_is_made_so():
    arrays, metadata = overfitting.record(seeds=1, steps=4, every=2, sizes=(100,), processes=0)
    assert set(arrays) == set(CURVES.arrays)
    assert metadata == CURVES.metadata
    assert arrays["curves"].shape == (1, 3, 1, 2, 3)
    assert arrays["steps"].tolist() == [0, 2, 4]
    sizes, steps = CURVES.arrays["sizes"], CURVES.arrays["steps"]
    assert sizes.tolist() == list(overfitting.SIZES)
    assert CURVES.arrays["curves"].shape == (len(sizes), 3, 5, 2, len(steps))


def test_a_point_that_fails_in_a_recording_is_raised(monkeypatch):
    monkeypatch.setitem(luck.SETTINGS, "no such", {"d_model": 30})
    with pytest.raises(ValueError, match="n_heads"):
        luck.record(1, 2, 1, 2, processes=0)


@pytest.mark.parametrize("number", range(len(STAGES)))
def test_every_stage_is_fit_to_be_shown(number):
    make, values = STAGES[number]
    assert_fit(make()(**values))


@pytest.mark.parametrize(("number", "other"), [(1, 0), (2, 1), (3, 4), (5, 3)])
def test_a_frame_over_the_background_equals_the_whole_figure(number, other):
    make, values = STAGES[number]
    assert_frames_are_whole(make(), values, STAGES[other][1])


@pytest.mark.parametrize("number", [1, 4])
def test_a_frame_is_drawn_fast(number):
    make, values = STAGES[number]
    stage = make()
    stage.frame(**values)
    fastest = 1.0
    for _ in range(5):
        began = time.perf_counter()
        stage.frame(**values)
        fastest = min(fastest, time.perf_counter() - began)
    assert fastest < 0.1


def test_the_explorers_move():
    assert_moves(dynamics_luck.explore_luck())
    assert_moves(dynamics_luck.explore_overfitting(early_stopping))


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


def test_the_curves_are_stopped_by_the_function_that_is_given():
    def never(losses, patience):
        return 2, len(losses) - 1

    alt = Overfitting(CURVES, never)(size=1000, patience=1).alt
    assert "at step 20, and patience never runs out" in alt


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="two settings"):
        Dealing({"as it is": [1.0, 2.0]})
