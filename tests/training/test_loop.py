"""The training loop: history, the best model, early stopping, callbacks, snapshots, the bar."""

import dataclasses
import math
import subprocess
import sys

import numpy as np
import pytest
from checks import assert_identical

from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.objective import evaluate, loss_and_grads
from course_lib.training.recipe import Recipe

QUICK = Recipe(60, 16, lr=3e-3, warmup=10, evaluate_every=20)


@pytest.fixture(scope="module")
def task():
    return load_task("next_token")


def test_history_has_an_entry_for_each_step_and_each_evaluation(task):
    run = train(task, QUICK, progress=False)
    history = run.history
    for measured in (history.loss, history.accuracy, history.gradient_norm, history.learning_rate):
        assert len(measured) == 60
        assert all(isinstance(value, float) for value in measured)
    assert history.loss[0] == pytest.approx(math.log(20), abs=0.7)
    assert history.learning_rate[:10] == pytest.approx([3e-4 * step for step in range(1, 11)])
    assert history.learning_rate[-1] < 1e-5
    assert [evaluation["step"] for evaluation in history.evaluations] == [20, 40, 60]
    assert run.step == 60
    assert run.seconds > 0


def test_the_last_evaluation_is_that_of_the_last_parameters(task):
    run = train(task, dataclasses.replace(QUICK, steps=50, keep="last"), progress=False)
    assert [evaluation["step"] for evaluation in run.history.evaluations] == [20, 40, 50]
    measured = evaluate(task.validation, run.params, task.config)
    assert run.history.evaluations[-1] == {"step": 50, **measured._asdict()}


def test_the_first_step_is_the_one_worked_out_by_hand(task):
    """Plain SGD without clipping: theta - lr * gradient, on the batch that the seed draws."""
    rng = np.random.default_rng(7)
    params = init_params(task.config, rng)
    result = loss_and_grads(task.batch(rng, 16), params, task.config)
    recipe = Recipe(1, 16, lr=0.5, optimizer="sgd", schedule="constant", clip=None)
    run = train(task, recipe, seed=7, progress=False)
    assert run.history.loss == [result.loss]
    grads = flatten(result.grads)
    for name, array in flatten(params).items():
        np.testing.assert_allclose(flatten(run.params)[name], array - 0.5 * grads[name], rtol=1e-6)


def test_the_same_seed_gives_the_same_run_and_another_seed_another(task):
    one, two = (train(task, QUICK, seed=3, progress=False) for _ in range(2))
    assert one.history == two.history
    assert_identical(one.params, two.params)
    assert train(task, QUICK, seed=4, progress=False).history.loss != one.history.loss


def test_the_parameters_given_are_not_changed(task):
    params = init_params(task.config, np.random.default_rng(0))
    kept = {name: array.copy() for name, array in flatten(params).items()}
    run = train(task, QUICK, params=params, progress=False)
    assert_identical(params, kept)
    assert any((flatten(run.params)[name] != kept[name]).any() for name in kept)


def spoiled(task, after):
    """The task with wrong targets after so many batches: the model gets better, then worse."""
    drawn = []

    def stream(rng, size):
        batch = task.batch(rng, size)
        drawn.append(size)
        if len(drawn) > after:
            batch = dataclasses.replace(batch, targets=batch.inputs[0])
        return batch

    return dataclasses.replace(task, stream=stream)


@pytest.mark.parametrize("monitor", ["accuracy", "loss"])
def test_the_best_parameters_are_kept(task, monitor):
    recipe = Recipe(160, 16, lr=5e-3, schedule="constant", evaluate_every=10, monitor=monitor)
    run = train(spoiled(task, after=100), recipe, progress=False)
    by_step = {evaluation["step"]: evaluation for evaluation in run.history.evaluations}
    best = max(by_step.values(), key=recipe.score)
    assert run.best_step == best["step"] < 120
    measured = evaluate(task.validation, run.params, task.config)
    assert measured.accuracy == best["accuracy"]
    assert measured.loss == best["loss"] < 0.5 * by_step[160]["loss"]
    last = train(spoiled(task, 100), dataclasses.replace(recipe, keep="last"), progress=False)
    assert evaluate(task.validation, last.params, task.config).loss == by_step[160]["loss"]


def test_accuracy_and_loss_may_choose_differently():
    by_accuracy, by_loss = Recipe(1, 1, lr=1.0), Recipe(1, 1, lr=1.0, monitor="loss")
    sure = {"loss": 0.9, "accuracy": 0.8}
    calm = {"loss": 0.3, "accuracy": 0.7}
    assert by_accuracy.score(sure) > by_accuracy.score(calm)
    assert by_loss.score(sure) < by_loss.score(calm)
    calmer = {"loss": 0.8, "accuracy": 0.8}
    assert by_accuracy.score(sure) < by_accuracy.score(calmer)


def test_early_stopping_waits_for_as_many_evaluations_as_it_was_told(task):
    """With a rate of almost zero nothing gets better than the first evaluation."""
    recipe = Recipe(1000, 8, lr=1e-30, schedule="constant", evaluate_every=5, patience=3)
    run = train(task, recipe, progress=False)
    assert run.stopped_early
    assert run.best_step == 5
    assert run.step == 20
    going = train(task, dataclasses.replace(QUICK, patience=3), progress=False)
    assert not going.stopped_early
    assert going.step == 60


def test_the_callback_sees_the_run_after_each_evaluation(task):
    seen = []

    def callback(run, evaluation):
        measured = evaluate(task.validation, run.params, task.config)
        assert measured.loss == evaluation["loss"]
        seen.append((run.step, evaluation["step"], len(run.history.loss)))

    train(task, QUICK, callback=callback, progress=False)
    assert seen == [(20, 20, 20), (40, 40, 40), (60, 60, 60)]


def test_snapshots_are_the_parameters_after_those_steps(task):
    run = train(task, QUICK, snapshots=iter([0, 25, 60]), progress=False)
    assert sorted(run.snapshots) == [0, 25, 60]
    assert_identical(run.snapshots[0], init_params(task.config, np.random.default_rng(0)))
    constant = dataclasses.replace(QUICK, schedule="constant", keep="last")
    after = train(task, constant, snapshots=[25], progress=False).snapshots[25]
    assert_identical(
        after, train(task, dataclasses.replace(constant, steps=25), progress=False).params
    )


def test_dropout_is_drawn_from_the_seed_and_left_out_of_evaluation(task):
    config = dataclasses.replace(task.config, dropout=0.2)
    dropped = dataclasses.replace(task, config=config)
    one, two = (train(dropped, QUICK, seed=5, progress=False) for _ in range(2))
    assert one.history == two.history
    assert one.history.loss[0] != train(task, QUICK, seed=5, progress=False).history.loss[0]
    again = evaluate(task.validation, one.params, config)
    assert again == evaluate(task.validation, one.params, task.config)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_keep_their_dtype(task, dtype):
    run = train(task, QUICK, dtype=dtype, progress=False)
    assert {array.dtype for array in flatten(run.params).values()} == {np.dtype(dtype)}


_BAR = """
from course_lib.training.recipe import Recipe
from course_lib.tasks import load_task
from course_lib.training.loop import train
train(load_task("next_token"), Recipe(40, 8, lr=1e-3, evaluate_every=20){})
"""


def run_python(code, folder):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )


@pytest.mark.parametrize(("option", "shown"), [("", True), (", progress=False", False)])
def test_the_bar_goes_to_stderr(option, shown, pytestconfig):
    done = run_python(_BAR.format(option), pytestconfig.rootpath)
    assert done.stdout == ""
    if shown:
        last = done.stderr.splitlines()[-1]
        assert last.startswith("next_token: 100%")
        assert "40/40" in last
        assert "held out" in last
        assert "exact" in last
    else:
        assert done.stderr == ""
