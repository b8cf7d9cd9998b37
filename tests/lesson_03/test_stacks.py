"""Random stacks, short trainings and hidden units of lesson 3."""

import numpy as np
import pytest

from classroom.lesson_03 import norm_runs
from classroom.lesson_03.random_stacks import (
    attention_params,
    feed_forward_params,
    gradient_at_bottom,
)
from classroom.lesson_03.trained_units import hidden_units
from course_lib.attention import multi_head_attention
from course_lib.blocks import feed_forward
from course_lib.tasks import load_trained


def test_a_gradient_that_meets_nothing_keeps_its_length(rng):
    x, feed = rng.normal(size=(1, 5, 64)), feed_forward_params(rng)
    caches = [
        ("attention", multi_head_attention(x, x, attention_params(rng), 4)[1]),
        ("feed-forward", feed_forward(x, feed)[1]),
    ]
    assert gradient_at_bottom([], x.shape, residual=False) == pytest.approx(1)
    assert gradient_at_bottom(caches, x.shape, residual=True, scale=0.0) == pytest.approx(1)
    assert gradient_at_bottom(caches, x.shape, residual=False) != pytest.approx(1, rel=1e-3)


def test_small_updates_start_smaller_and_a_run_is_complete(monkeypatch):
    monkeypatch.setattr(norm_runs, "STEPS", 3)
    losses = [norm_runs.train_short("pre", 2, small, seed=0) for small in (True, False)]
    assert all(run.losses.shape == (3,) and run.dependence > 0 for run in losses)
    assert losses[0].losses[0] != losses[1].losses[0]


def test_hidden_units_of_more_texts_than_fit_into_one_piece():
    task, params = load_trained("raven", "tiny")
    ids = task.train.inputs[0][:501]
    (units,) = hidden_units(ids, params, task.config)
    assert units.shape == (501, task.config.max_len, task.config.d_ff)
    assert np.allclose(units[500:], hidden_units(ids[500:], params, task.config)[0])
