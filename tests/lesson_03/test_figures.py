"""The figures of lesson 3: what they say and measure, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_labels_apart

from classroom.lesson_03.figures.activations import outputs_and_slopes
from classroom.lesson_03.figures.bottom_gradient import bottom_gradient
from classroom.lesson_03.figures.dropout_halves import bits_on_both_halves
from classroom.lesson_03.figures.gradient_by_depth import DEEPEST, KINDS, Depth, measure_stack
from classroom.lesson_03.figures.norm_curves import norm_curves
from classroom.lesson_03.figures.normalized_vector import Normalizing
from classroom.lesson_03.figures.one_unit import OneUnit
from classroom.lesson_03.figures.rows_as_colors import rows_as_colors
from classroom.lesson_03.figures.stream_growth import stream_growth
from classroom.lesson_03.norm_runs import NormRun
from course_lib import layers

X = np.random.default_rng(0).normal(size=24)


def layer_norm(x, eps):
    return layers.layer_norm(x, np.ones(24), np.zeros(24), eps)[0]


def rms_norm(x, eps):
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)


NORMS = {"layer norm": layer_norm, "RMS norm": rms_norm}


STAGES = [
    (
        OneUnit(["is 'door'", "'chamber' before it"]),
        {"w_a": 1.0, "w_b": 1.0, "bias": -1.0},
        {"w_a": -2.0, "w_b": 0.0, "bias": 2.0},
    ),
    (
        OneUnit(["a", "b"]),
        {"w_a": 0.0, "w_b": 0.0, "bias": -2.0},
        {"w_a": 2.0, "w_b": -2.0, "bias": 0.0},
    ),
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
    plain, added, normed = (measure_stack(kind, DEEPEST, 1.0) for kind in KINDS)
    assert plain.gradient[-1] == added.gradient[-1] == normed.gradient[-1] == pytest.approx(1)
    assert plain.gradient[0] < 1e-3
    assert added.gradient[0] > 1e4
    assert 1 < normed.gradient[0] < 10
    assert plain.alike[-1] > 0.999
    assert normed.alike[-1] < 0.9


def test_where_the_gradient_survives_without_a_residual_the_rows_are_alike():
    kept = measure_stack(KINDS[0], DEEPEST, 1.15)  # the lesson names this size
    assert 0.1 < kept.gradient[0] < 10
    assert kept.alike[-1] > 0.999
    greatest = max(
        measure_stack(KINDS[2], DEEPEST, gain).gradient.max() for gain in (0.5, 1.0, 2.0)
    )
    assert greatest < 100


def test_a_norm_says_what_goes_in_and_what_comes_out():
    stage = Normalizing(X, NORMS)
    assert "they are 0.00 and 1.00" in stage(norm="layer norm", stretch=2.0, shift=3.0).alt
    assert "they are 0.00 and 1.00" not in stage(norm="RMS norm", stretch=2.0, shift=3.0).alt
    tiny = layer_norm(0.003 * X[None] / X.std(), 1e-5)
    assert 0.5 < tiny.std() < 0.8  # here eps is as large as the variance
    with pytest.raises(ValueError, match="one vector"):
        Normalizing(np.ones((2, 3)), NORMS)


Z = np.linspace(-4, 4, 81)
FALL = np.linspace(3.5, 2.5, 120)
PICTURES = {
    "activations": (
        outputs_and_slopes(
            Z,
            {"relu": layers.relu(Z)[0], "gelu": layers.gelu(Z)[0]},
            {"relu": (Z > 0).astype(float), "gelu": np.tanh(Z)},
        ),
        "dips to −0.17; at z = −2",
    ),
    "gradient": (
        bottom_gradient([1, 2, 4, 32], {"replaced": [1, 0.1, 0.01, 1e-6], "added": [1, 4, 9, 1e9]}),
        "at the bottom: replaced 1e-06; added 1e+09. Line chart",
    ),
    "stream": (
        stream_growth({"no norm": 2.0 ** np.arange(9), "pre-norm": np.sqrt(np.arange(9) + 1)}),
        "The stream after 8 sublayers: no norm 260, pre-norm 3. Line chart",
    ),
    "dropout": (
        bits_on_both_halves({0.0: [1.1, 3.8], 0.1: [1.8, 3.5]}),
        "by +0.70 on what was read and by −0.30 on what was not",
    ),
    "norms": (
        norm_curves({"one": [NormRun(FALL, 0.5)], "other": [NormRun(FALL + 1, 1e-3)]}, 3.14),
        "Lowest: one, 2.54 nats. Highest: other, 3.54 (frequencies alone: 3.14); its logits vary",
    ),
    "rows": (rows_as_colors(np.eye(3, 40), ["a", "b", "c"], "Three rows"), "Three rows. Heatmap"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_says_what_was_measured_and_cuts_off_no_text(name):
    figure, said = PICTURES[name]
    assert said in figure.alt
    assert_fit(figure)
    assert_labels_apart(figure)


def test_a_unit_says_where_it_wakes():
    unit = OneUnit(["door", "chamber"])
    assert unit(w_a=1.0, w_b=1.0, bias=-1.0).alt.startswith("Awake at (1, 1). Colored plane")
    assert unit(w_a=1.0, w_b=1.0, bias=-0.5).alt.startswith("Awake at (1, 0), (0, 1), (1, 1).")
    assert unit(w_a=0.0, w_b=0.0, bias=-2.0).alt.startswith("Awake at none of the four points.")
    assert "(1, 1) 4.0." in unit(w_a=2.0, w_b=2.0, bias=0.0).alt


def test_the_left_axis_of_a_norm_follows_the_vector():
    stage = Normalizing(X, NORMS)
    for stretch in (0.001, 0.1, 10.0):
        stage.update(norm="layer norm", stretch=stretch, shift=0.0)
        furthest = np.abs(stretch * X).max()
        assert furthest <= stage.reach <= 2.6 * furthest
        assert [bar.get_height() for bar in stage.bars[0]] == pytest.approx(
            stretch * X / stage.reach
        )
        assert float(stage.labels[-1].get_text()) == pytest.approx(stage.reach)
