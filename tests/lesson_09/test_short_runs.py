"""Short runs, and the curvature of a loss."""

import numpy as np
import pytest

from classroom.lesson_09 import short_runs as dynamics
from classroom.lesson_09.curvature import largest_curvature
from classroom.lesson_09.short_runs import relu_outputs, short_run, start_params, the_raven
from course_lib.params import flatten, init_params
from course_lib.training.sweep import sweep


@pytest.fixture(scope="module")
def runs():
    return [short_run(lr=lr, steps=30, batch_size=4) for lr in (1e-4, 1e-2, 1.0)]


def test_a_short_run_learns_and_says_how(runs):
    run = runs[1]
    assert run.losses.shape == run.gradient_norms.shape == (30,)
    assert run.held_out < run.evaluations[0, 1] - 0.5
    assert run.evaluations.tolist() == [[0, run.evaluations[0, 1]], [30, run.held_out]]
    assert run.diverged_at is None
    assert run.settings["lr"] == 1e-2
    assert run.settings["seed"] == 0
    assert "watch" not in run.settings


def test_the_same_settings_give_the_same_run(runs):
    again = short_run(lr=1e-2, steps=30, batch_size=4)
    np.testing.assert_array_equal(again.losses, runs[1].losses)
    other = short_run(lr=1e-2, steps=30, batch_size=4, seed=1)
    assert not np.array_equal(other.losses, runs[1].losses)


def test_a_run_that_diverges_is_a_result():
    run = short_run(lr=1e4, optimizer="sgd", schedule="constant", clip=None, steps=40, batch_size=4)
    assert 1 < run.diverged_at <= 40
    assert np.isnan(run.held_out)
    assert np.isnan(run.dead)
    if run.diverged_at < 40:
        assert np.isnan(run.losses[run.diverged_at - 1 :]).all()
        assert np.isfinite(run.losses[: run.diverged_at - 1]).all()


def test_a_run_that_diverges_keeps_the_parameters_that_it_had():
    seen = []
    run = short_run(
        lr=1e4,
        optimizer="sgd",
        schedule="constant",
        clip=None,
        steps=40,
        batch_size=4,
        watch=lambda step, params: seen.append(params["embedding"]["W"].copy()),
    )
    assert len(seen) == run.diverged_at
    np.testing.assert_array_equal(run.params["embedding"]["W"], seen[-1])


def test_a_run_is_watched_and_evaluated_on_the_way():
    seen = []
    run = short_run(
        steps=5,
        batch_size=2,
        evaluate_every=2,
        n_train=200,
        watch=lambda step, _: seen.append(step),
    )
    assert seen == [0, 1, 2, 3, 4, 5]
    assert run.evaluations[:, 0].tolist() == [0, 2, 4, 5]


def test_runs_go_through_a_sweep():
    outcomes = sweep(short_run, {"lr": [1e-3, 1e-2], "steps": [3], "batch_size": [2]})
    assert [outcome.value.settings["lr"] for outcome in outcomes] == [1e-3, 1e-2]


def test_the_held_out_text_is_not_trained_on():
    poem = the_raven()
    first_unseen = len(poem.ids) * 9 // 10
    assert poem.train.targets[-1, -1] == poem.ids[first_unseen - 1]
    np.testing.assert_array_equal(poem.train.inputs[0][0], poem.ids[: dynamics.T])
    np.testing.assert_array_equal(
        poem.held_out.inputs[0][0], poem.ids[first_unseen : first_unseen + dynamics.T]
    )
    assert len(the_raven(100).train) == 100 - dynamics.T


def test_start_params_scales_matrices_and_nothing_else():
    config = dynamics.raven_config(n_layers=2)
    plain = flatten(init_params(config, np.random.default_rng(3)))
    large = flatten(start_params(config, np.random.default_rng(3), 3.0, full_updates=True))
    for name, array in plain.items():
        factor = (3.0 if array.ndim == 2 else 1.0) * (2.0 if name.endswith(("W_O", "W_2")) else 1.0)
        np.testing.assert_allclose(large[name], factor * array, rtol=1e-6)


def test_the_share_of_dead_units_is_that_of_the_definition(runs):
    hidden = relu_outputs(the_raven().held_out.inputs[0], runs[2].params, runs[2].config)
    flat = hidden[0].reshape(-1, hidden[0].shape[-1])
    assert runs[2].dead == np.mean([not flat[:, unit].any() for unit in range(flat.shape[1])])


@pytest.mark.parametrize("eigenvalues", [[1.0, 2.0, 7.0], [-9.0, 1.0, 3.0]])
def test_largest_curvature_of_a_valley(eigenvalues):
    rng = np.random.default_rng(0)
    axes = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    hessian = axes @ np.diag(eigenvalues) @ axes.T
    value, direction = largest_curvature(
        lambda theta: hessian @ theta, rng.normal(size=3), rng, 200
    )
    assert value == pytest.approx(max(eigenvalues), rel=1e-6)
    assert abs(direction @ axes[:, np.argmax(eigenvalues)]) == pytest.approx(1.0, abs=1e-4)
