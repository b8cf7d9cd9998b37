"""The figures of lesson 3: what they say and measure, and that nothing is cut off."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_labels_apart

from classroom.lesson_03.door_pairs import pairs_at_corners
from classroom.lesson_03.figures.activations import outputs_and_slopes
from classroom.lesson_03.figures.bottom_gradient import bottom_gradient
from classroom.lesson_03.figures.by_layer import DEEPEST, KINDS, ByLayer, measure_stack
from classroom.lesson_03.figures.dropout_halves import bits_on_both_halves
from classroom.lesson_03.figures.norm_curves import norm_curves
from classroom.lesson_03.figures.normalized_vector import Normalizing
from classroom.lesson_03.figures.one_unit import OneUnit
from classroom.lesson_03.figures.rows_as_colors import rows_as_colors
from classroom.lesson_03.figures.stream_growth import stream_growth
from classroom.lesson_03.figures.two_rows import TwoRows
from classroom.lesson_03.norm_runs import NormRun
from course_lib import layers

X = np.random.default_rng(0).normal(size=24)


def layer_norm(x, eps):
    return layers.layer_norm(x, np.ones(24), np.zeros(24), eps)[0]


def rms_norm(x, eps):
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)


NORMS = {"layer norm": layer_norm, "RMS norm": rms_norm}


PAIRS = {
    (0, 0): ("on the", 90), (1, 0): ("my door", 4), (0, 1): ("chamber turning", 1),
    (1, 1): ("chamber door", 10),
}  # fmt: skip


def grown(kind, sublayers=6):
    """Two rows that begin at a right angle and come together, and a third that stays."""
    turn = np.linspace(0, np.pi / 2 if kind == "post" else 0.5, sublayers + 1)
    long = np.ones(sublayers + 1) if kind == "post" else 3.0 ** np.arange(sublayers + 1)
    rows = np.zeros((sublayers + 1, 3, 3))
    rows[:, 0, 0] = rows[:, 2, 2] = long
    rows[:, 1, 0], rows[:, 1, 1] = long * np.sin(turn), long * np.cos(turn)
    return rows * 10


def nearest(rows):
    return [("chamber", "door", "my")[i] for i in rows.argmax(axis=1)]


def climbing(pair=(0, 1)):
    by_norm = {norm: grown(norm) for norm in ("pre", "post", "none")}
    small = {norm: grown("post") for norm in by_norm}
    return TwoRows({"full": by_norm, "small": small}, ["chamber", "door", "my"], pair, nearest)


STAGES = [
    (
        OneUnit(["is 'door'", "'chamber' before it"], PAIRS),
        {"w_a": 1.0, "w_b": 1.0, "bias": -1.0},
        {"w_a": -2.0, "w_b": 0.0, "bias": 2.0},
    ),
    (
        OneUnit(["a", "b"], PAIRS),
        {"w_a": 0.0, "w_b": 0.0, "bias": -2.0},
        {"w_a": 2.0, "w_b": -2.0, "bias": 0.0},
    ),
    (
        OneUnit(["a", "b"], PAIRS),
        {"w_a": -2, "w_b": -2, "bias": 2},
        {"w_a": 2, "w_b": 1, "bias": 1},
    ),
    (ByLayer(), {"stack": KINDS[0], "gain": 2.0}, {"stack": KINDS[2], "gain": 0.8}),
    (ByLayer(), {"stack": KINDS[1], "gain": 0.5}, {"stack": KINDS[0], "gain": 0.5}),
    (ByLayer(), {"stack": KINDS[3], "gain": 1.0}, {"stack": KINDS[1], "gain": 2.0}),
    (
        climbing(),
        {"height": 6, "norm": "post", "updates": "full"},
        {"height": 0, "norm": "none", "updates": "small"},
    ),
    (
        climbing(),
        {"height": 0, "norm": "pre", "updates": "small"},
        {"height": 6, "norm": "none", "updates": "full"},
    ),
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
    plain, added, normed, _ = (measure_stack(kind, DEEPEST, 1.0) for kind in KINDS)
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


def test_the_hills_are_those_of_the_numbers_at_each_height():
    for kind in KINDS:
        stack = measure_stack(kind, DEEPEST, 1.0)
        lengths = np.sqrt((stack.gradients**2).mean(axis=1))
        assert lengths == pytest.approx(stack.gradient)
        assert len(stack.rows) == 2 * DEEPEST + 1
    assert np.sqrt((stack.rows**2).mean(axis=1))[1:] == pytest.approx(1, rel=0.01)  # post-norm
    said = ByLayer()(stack=KINDS[0], gain=1.0).alt
    assert said.startswith("No residual, weights times 1: the gradient is 0.00023 long at the")
    assert "The median size of an activation goes from 0.62 at the bottom to 5.6e-05" in said


def test_two_rows_keep_their_lengths_and_their_angle():
    stage = climbing()
    begun = stage(height=0, norm="pre", updates="full").alt
    assert begun.startswith(
        "Pre-norm, full updates, height 0: cosine 0.00, 3 of 3 rows know their word. A stack of 6"
    )
    assert "are 10 and 10 long and 90 degrees apart, and most like the words 'chamber' and" in begun
    ended = stage(height=6, norm="post", updates="full").alt
    assert "height 6: cosine 1.00, 2 of 3 rows know their word" in ended
    assert "0 degrees apart, and most like the words 'chamber' and 'chamber'" in ended
    stage.update(height=3, norm="pre", updates="full")
    tips = np.array([arrow.xy for arrow in stage.arrows])
    lengths = np.linalg.norm(tips, axis=1)
    assert 10**lengths == pytest.approx(10 * 3.0**3)
    cosine = tips[0] @ tips[1] / lengths.prod()
    assert cosine == pytest.approx(np.sin(0.25))


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
    unit = OneUnit(["door", "chamber"], PAIRS)
    both = unit(w_a=1.0, w_b=1.0, bias=-1.0).alt
    assert both.startswith("Awake at (1, 1): 10 of the poem's 105 pairs wake the unit. Colored")
    assert "0.71 from the point (0, 0), and W_1 = (1.0, 1.0) as an arrow" in both
    either = unit(w_a=1.0, w_b=1.0, bias=-0.5).alt
    assert either.startswith("Awake at (1, 0), (0, 1), (1, 1): 15 of")
    assert unit(w_a=0.0, w_b=0.0, bias=-2.0).alt.startswith("Awake at none of the four points")
    assert "'chamber door' at (1, 1) 4.0." in unit(w_a=2.0, w_b=2.0, bias=0.0).alt


def test_the_arrow_of_a_unit_stands_on_its_line_and_points_to_where_it_wakes():
    unit = OneUnit(["door", "chamber"], PAIRS)
    for w, bias in (((1.0, 1.0), -1.0), ((2.0, -1.0), 0.5), ((-1.0, 0.3), -0.4)):
        unit.update(w_a=w[0], w_b=w[1], bias=bias)
        foot, tip = np.array(unit.arrow.get_position()), np.array(unit.arrow.xy)
        assert foot @ w + bias == pytest.approx(0)
        assert tip @ w + bias > 0
        for x, y in zip(*unit.line.get_data(), strict=True):
            assert np.dot((x, y), w) + bias == pytest.approx(0, abs=1e-9)


def test_every_pair_of_words_lies_at_a_corner():
    pairs = pairs_at_corners("A chamber door. The door of a chamber: turning on the door on the")
    assert pairs == {
        (0, 0): ("on the", 9), (1, 1): ("chamber door", 1), (1, 0): ("the door", 2),
        (0, 1): ("chamber turning", 1),
    }  # fmt: skip


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
