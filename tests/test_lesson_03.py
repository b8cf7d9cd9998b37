"""Lesson 3: its figures, its explorers, and the generator of its exercises."""

import copy

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_moves

from course_lib import layers
from course_lib.blocks import ResidualCache
from course_lib.exercises import grade
from course_lib.exercises.lesson_03.drawn import Drawn
from course_lib.explore import lesson_03
from course_lib.plots.depth import DEEPEST, KINDS, Depth, measure
from course_lib.plots.normalizing import Normalizing

X = np.random.default_rng(0).normal(size=24)


def layer_norm(x, eps):
    return layers.layer_norm(x, np.ones(24), np.zeros(24), eps)[0]


def rms_norm(x, eps):
    return x / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)


NORMS = {"layer norm": layer_norm, "RMS norm": rms_norm}
EXPLORERS = {"depth": lesson_03.explore_depth(), "norm": lesson_03.explore_norm(X, NORMS)}
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


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_moves_at_both_ends_of_every_control(name):
    assert_moves(EXPLORERS[name])


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


def test_every_usual_way_to_draw_keeps_the_same_entries():
    rng, p = Drawn(3), 0.2

    def drawn(draw):
        return np.asarray(draw(copy.deepcopy(rng))).astype(bool)

    kept = drawn(lambda rng: rng.random((5, 7)) >= p)
    ways = [
        lambda rng: rng.random((5, 7), dtype=np.float32) >= p,
        lambda rng: rng.uniform(size=(5, 7)) >= p,
        lambda rng: rng.binomial(1, 1 - p, (5, 7)),
        lambda rng: rng.choice([0, 1], size=(5, 7), p=[p, 1 - p]),
        lambda rng: rng.choice([True, False], size=(5, 7), p=[1 - p, p]),
        lambda rng: rng.choice(2, size=(5, 7), p=[p, 1 - p]),
    ]
    for way in ways:
        assert np.array_equal(drawn(way), kept)
    out = np.empty((5, 7))
    assert copy.deepcopy(rng).random((5, 7), out=out) is out
    assert np.array_equal(out >= p, kept)
    assert isinstance(copy.deepcopy(rng), Drawn)
    assert rng.binomial(10, 0.5) in range(11)
    assert 0 <= rng.random() < 1
    assert rng.choice(5) in range(5)


def test_a_residual_may_use_the_readers_own_dropout():
    """The reader draws 64 bits where the course draws 32; the check must not mind."""
    from course_lib.exercises import using
    from course_lib.exercises.lesson_03.dropout import _dropout
    from course_lib.exercises.lesson_03.residual import _residual

    with using(dropout=_dropout):
        assert grade("residual", _residual).outcome == "right"


@pytest.mark.parametrize(
    ("key", "wrong"),
    [("dropped", lambda x: x[x > 0]), ("leaky", lambda x: np.where(x > 0, x, 0.01 * x))],
)
def test_a_mistake_is_told_to_a_reader_who_returns_the_cache_as_well(key, wrong):
    def relu(x):
        return wrong(x), (x,)

    assert grade("relu", relu).mistake == key


def test_a_sum_written_into_x_is_told_as_such():
    def residual(x, sublayer, norm_params, config, rng=None):
        inside, norm_cache = x, None
        if config.norm == "pre":
            inside, norm_cache = layers.layer_norm(x, **norm_params, eps=config.eps)
        update, sublayer_cache = sublayer(inside)
        update, dropout_cache = layers.dropout(update, config.dropout, rng)
        x += update
        out = x
        if config.norm == "post":
            out, norm_cache = layers.layer_norm(out, **norm_params, eps=config.eps)
        return out, ResidualCache(norm_cache, sublayer_cache, dropout_cache, config.norm)

    assert grade("residual", residual).mistake == "in_place"
