"""One step of training, and that every loop takes it through its module."""

import dataclasses
import math

import numpy as np
import pytest
from checks import assert_identical

from classroom.exercises import saved, solutions
from classroom.exercises.my_model import mine
from classroom.exercises.step_time import pace
from classroom.exercises.swap import using
from classroom.lesson_09.record import broken_runs
from classroom.lesson_09.short_runs import short_run
from course_lib.params import flatten, init_params
from course_lib.tasks import load_task
from course_lib.training import objective, optim, step
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

RECIPE = Recipe(5, 8, lr=1e-2, evaluate_every=5, keep="last", label_smoothing=0.1)


@pytest.fixture(scope="module")
def task():
    """Its model has dropout, so that a generator that does not arrive would show."""
    task = load_task("next_token")
    return dataclasses.replace(task, config=dataclasses.replace(task.config, dropout=0.1))


def test_a_step_by_hand(task):
    """Plain SGD: theta - lr g, with g at the length max_norm where it was longer."""
    params = init_params(task.config, np.random.default_rng(0), np.float64)
    before = {name: array.copy() for name, array in flatten(params).items()}
    batch = task.batch(np.random.default_rng(1), 8)
    result = objective.loss_and_grads(batch, params, task.config)
    grads = flatten(result.grads)
    length = math.sqrt(sum(float((g * g).sum()) for g in grads.values()))
    optimizer = optim.SGD(params, lr=9.0)
    loss, norm = step.train_step(batch, params, task.config, optimizer, 0.1, length / 2)
    assert (loss, norm) == pytest.approx((result.loss, length), rel=1e-12)
    for name, array in flatten(params).items():
        np.testing.assert_allclose(array, before[name] - 0.05 * grads[name], rtol=1e-9, atol=1e-14)


def counted(calls):
    """Return a train_step that notes the rate of each call."""
    original = step.train_step

    def spy(batch, params, config, optimizer, lr, max_norm):
        calls.append(lr)
        return original(batch, params, config, optimizer, lr, max_norm)

    return spy


def test_a_step_that_is_put_in_is_taken_for_each_step_of_a_training(task):
    calls = []
    with using(train_step=counted(calls)):
        run = train(task, RECIPE, progress=False)
    assert calls == run.history.learning_rate
    assert_identical(run.params, train(task, RECIPE, progress=False).params)


def test_and_of_a_short_run():
    calls = []
    with using(train_step=counted(calls)):
        short_run(steps=4, batch_size=2)
    assert len(calls) == 4


def test_and_of_a_run_with_a_mistake_planted():
    calls = []
    with using(train_step=counted(calls)):
        broken_runs.record(2, 1, n_layers=1, asked=2, length=2)
    assert len(calls) == 2 * len(broken_runs.BUGS)


def test_and_where_a_step_is_timed(task):
    calls = []
    pace({"train_step": counted(calls)}, task)
    assert len(calls) > 1
    assert not any(calls)


@pytest.mark.parametrize("shards", [1, 2])
def test_a_saved_step_trains(task, shards, tmp_path, monkeypatch):
    """It finds dropout, label smoothing and shards, as the course's own does."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path))
    saved.save("train_step", 8, solutions.solutions_of(8)["train_step"])
    own = mine()
    assert list(own) == ["train_step"]
    with using(**own):
        run = train(task, RECIPE, shards=shards, progress=False)
    wanted = train(task, RECIPE, shards=shards, progress=False)
    assert run.history == wanted.history
    assert_identical(run.params, wanted.params)


def step_of_a_notebook(batch, params, config, optimizer, lr, max_norm):
    """Compute with functions that were imported by name, and set the rate in another way."""
    result = LOSS_AND_GRADS(batch, params, config)
    norm = CLIP(result.grads, max_norm)
    optimizer.lr = lr
    optimizer.step(result.grads)
    return result.loss, norm


LOSS_AND_GRADS, CLIP = objective.loss_and_grads, optim.clip_by_global_norm


def test_a_step_of_a_notebook_trains_as_the_course_does(task):
    with using(train_step=step_of_a_notebook):
        run = train(task, RECIPE, progress=False)
    wanted = train(task, RECIPE, progress=False).history
    np.testing.assert_allclose(run.history.loss, wanted.loss, rtol=1e-4)
    assert run.history.accuracy == wanted.accuracy
    assert run.history.learning_rate == wanted.learning_rate


def test_a_step_with_gradients_of_its_own_trains_without_an_accuracy(task):
    def own_gradients(batch, params, config, optimizer, lr, max_norm):
        grads = {name: 0 * array for name, array in flatten(params).items()}
        optimizer.step(grads, lr)
        return 1.0, 0.0

    with using(train_step=own_gradients):
        history = train(task, RECIPE, progress=False).history
    assert history.loss == [1.0] * 5
    assert np.isnan(history.accuracy).all()


def test_a_loss_and_grads_that_is_put_in_is_what_a_training_minimizes(task):
    calls, original = [], objective.loss_and_grads

    def spy(*args):
        calls.append(len(args))
        return original(*args)

    with using(loss_and_grads=spy):
        run = train(task, RECIPE, progress=False)
    assert calls == [3] * 5
    assert run.history == train(task, RECIPE, progress=False).history


def test_what_a_callback_computes_does_not_touch_the_run(task):
    """Loss and gradients outside a step have no dropout, and draw nothing from the run."""
    losses = []

    def callback(run, evaluation):
        losses.append(objective.loss_and_grads(task.validation, run.params, run.config).loss)
        assert losses[-1] == pytest.approx(evaluation["loss"], rel=1e-5)

    recipe = dataclasses.replace(RECIPE, evaluate_every=2)
    run = train(task, recipe, callback=callback, progress=False)
    assert len(losses) == 3
    assert run.history == train(task, recipe, progress=False).history


@pytest.mark.parametrize("train_step", [step.train_step, step_of_a_notebook])
def test_after_a_number_that_is_not_finite_the_parameters_are_as_they_were(task, train_step):
    seen = []

    def spy(batch, params, config, optimizer, lr, max_norm):
        seen.append((params, {name: array.copy() for name, array in flatten(params).items()}))
        return train_step(batch, params, config, optimizer, lr, max_norm)

    recipe = dataclasses.replace(RECIPE, steps=20, lr=1e5, optimizer="sgd", clip=None)
    with using(train_step=spy), pytest.raises(FloatingPointError, match="is not finite"):
        train(task, recipe, progress=False)
    assert_identical(*seen[-1])
