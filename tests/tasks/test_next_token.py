"""The smallest task: its loss must fall all the way, below 0.01."""

import dataclasses
import re

import numpy as np
import pytest

from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.objective import evaluate


@pytest.fixture(scope="module")
def task():
    return load_task("next_token")


@pytest.fixture(scope="module", params=[0, 1, 2])
def run(request, task):
    return train(task, seed=request.param, progress=False)


def test_it_is_the_model_that_was_asked_for(task):
    config, recipe = task.config, task.recipe
    shape = config.n_layers, config.vocab_size, config.max_len, config.d_model, config.d_ff
    assert shape == (1, 20, 4, 32, 64)
    assert recipe.optimizer == "sgd"
    assert recipe.schedule == "constant"
    assert recipe.clip is None


def test_the_answer_is_the_next_number(task):
    np.testing.assert_array_equal(task.train.targets, (task.train.inputs[0] + 1) % 20)


def test_held_out_sequences_are_not_seen_in_training(task):
    trained = set(map(tuple, task.train.inputs[0].tolist()))
    held_out = set(map(tuple, task.held_out.inputs[0].tolist()))
    assert len(trained) == len(task.train)
    assert not trained & held_out


def test_the_loss_ends_below_a_hundredth(run, task):
    measured = evaluate(task.held_out, run.params, task.config)
    assert max(run.history.loss[-30:]) < 0.01
    assert measured.loss < 0.01
    assert measured.accuracy == 1.0


def test_the_loss_falls_all_the_way(run):
    """Each tenth of the run has a lower mean loss than the one before, and so on held-out data."""
    tenths = np.reshape(run.history.loss, (10, -1)).mean(axis=1)
    held_out = [evaluation["loss"] for evaluation in run.history.evaluations]
    assert (np.diff(tenths) < 0).all()
    assert len(held_out) == 10
    assert (np.diff(held_out) < 0).all()
    assert np.diff(run.history.loss).max() < 0.01


def test_a_rate_of_zero_would_not_pass(task):
    still = dataclasses.replace(task.recipe, lr=1e-12)
    loss = train(task, still, progress=False).history.loss
    assert np.mean(loss[-30:]) > 2.5


def test_a_person_can_ask(run, task):
    answer = task.ask(run.params, "3 7 19")
    assert answer.text == answer.truth == "4 8 0"
    assert answer.candidates[0][1] > 0.95


@pytest.mark.parametrize(
    ("typed", "said"), [("", "has 0 numbers"), ("1 2 3 4 5", "has 5 numbers"), ("20", "word '20'")]
)
def test_a_question_that_cannot_be_read_is_explained(task, typed, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        task.ask({}, typed)
