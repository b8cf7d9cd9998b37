"""The figures of lesson 3: what they say and measure, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole

from classroom.lesson_03.figures.gradient_by_depth import DEEPEST, KINDS, Depth, measure
from classroom.lesson_03.figures.normalized_vector import Normalizing
from course_lib import layers

X = np.random.default_rng(0).normal(size=24)


def layer_norm(x, eps):
    return layers.layer_norm(x, np.ones(24), np.zeros(24), eps)[0]


def rms_norm(x, eps):
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)


NORMS = {"layer norm": layer_norm, "RMS norm": rms_norm}


STAGES = [
    (Depth(), {"n_blocks": 16, "gain": 2.0}, {"n_blocks": 3, "gain": 0.8}),
    (Depth(), {"n_blocks": 1, "gain": 0.5}, {"n_blocks": 16, "gain": 1.2}),
    (
        Normalizing(X, NORMS),
        {"norm": "RMS norm", "stretch": 5.0, "shift": -5.0, "eps": 1.0},
        {"norm": "layer norm", "stretch": 1.0, "shift": 0.0, "eps": 1e-5},
    ),
    (
        Normalizing(X, NORMS),
        {"norm": "layer norm", "stretch": 0.001, "shift": 5.0, "eps": 1e-8},
        {"norm": "RMS norm", "stretch": 2.0, "shift": 1.0, "eps": 0.1},
    ),
]


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_a_frame_equals_the_whole_figure(stage, values, other):
    assert_frames_are_whole(stage, values, other)


@pytest.mark.parametrize(("stage", "values", "other"), STAGES)
def test_no_text_is_cut_off(stage, values, other):
    assert_fit(stage(**values))


def test_without_a_residual_gradients_fade_and_with_pre_norm_they_stay():
    plain, added, normed = (measure(kind, DEEPEST, 1.0) for kind in KINDS)
    assert plain.gradient[-1] == added.gradient[-1] == normed.gradient[-1] == pytest.approx(1)
    assert plain.gradient[0] < 1e-3
    assert added.gradient[0] > 1e4
    assert 1 < normed.gradient[0] < 10
    assert plain.alike[-1] > 0.999
    assert normed.alike[-1] < 0.9


def test_where_the_gradient_survives_without_a_residual_the_rows_are_alike():
    kept = measure(KINDS[0], DEEPEST, 1.15)  # the lesson names this size
    assert 0.1 < kept.gradient[0] < 10
    assert kept.alike[-1] > 0.999
    greatest = max(measure(KINDS[2], DEEPEST, gain).gradient.max() for gain in (0.5, 1.0, 2.0))
    assert greatest < 100


def test_a_norm_says_what_goes_in_and_what_comes_out():
    stage = Normalizing(X, NORMS)
    assert "they are 0.00 and 1.00" in stage(norm="layer norm", stretch=2.0, shift=3.0).alt
    assert "they are 0.00 and 1.00" not in stage(norm="RMS norm", stretch=2.0, shift=3.0).alt
    tiny = layer_norm(0.003 * X[None] / X.std(), 1e-5)
    assert 0.5 < tiny.std() < 0.8  # here eps is as large as the variance
    with pytest.raises(ValueError, match="one vector"):
        Normalizing(np.ones((2, 3)), NORMS)
