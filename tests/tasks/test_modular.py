"""Addition modulo p: the split, what is learned by heart, and what is understood later."""

import dataclasses

import pytest

from course_lib.tasks import load_stored, load_task, modular
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED, evaluate


@pytest.fixture(scope="module")
def task():
    return load_task("modular")


def sums(batch):
    """The examples of a batch as {(a, b): answer}."""
    assert (batch.inputs[0][:, 2] == modular.P).all()
    assert (batch.targets[:, :2] == IGNORED).all()
    pairs = map(tuple, batch.inputs[0][:, :2].tolist())
    return dict(zip(pairs, batch.targets[:, 2].tolist(), strict=True))


def test_every_sum_is_in_one_part_with_its_swapped_form_and_is_right(task):
    train_sums, held_out = sums(task.train), sums(task.validation)
    assert len(train_sums) == len(task.train)
    assert len(held_out) == len(task.validation)
    assert not train_sums.keys() & held_out.keys()
    assert len(train_sums) + len(held_out) == modular.P**2
    for part in (train_sums, held_out):
        assert all((b, a) in part for a, b in part)
        assert all(answer == (a + b) % modular.P for (a, b), answer in part.items())
    assert 0.58 < len(train_sums) / modular.P**2 < 0.62


def test_the_milestones_are_the_first_evaluations_that_reach_the_marks():
    train_accuracy, accuracy = [0.2, 1.0, 1.0, 0.9, 1.0], [0.0, 0.1, 0.2, 0.995, 1.0]
    evaluations = [
        {"step": 20 * (i + 1), "train_accuracy": a, "accuracy": b}
        for i, (a, b) in enumerate(zip(train_accuracy, accuracy, strict=True))
    ]
    assert modular.milestones(evaluations) == (40, 80)
    assert modular.milestones(evaluations[:2]) == (40, None)
    assert modular.milestones(evaluations[:1]) == (None, None)


def test_the_training_sums_are_soon_known_by_heart(task):
    recipe = dataclasses.replace(task.recipe, steps=200, schedule="constant")
    run = train(task, recipe, callback=modular.watch(task), progress=False)
    memorized, understood = modular.milestones(run.history.evaluations)
    assert memorized is not None
    assert understood is None
    then = next(e for e in run.history.evaluations if e["step"] == memorized)
    assert then["train_accuracy"] == 1
    assert then["accuracy"] < 0.25
    assert then["loss"] > 2 > 0.3 > then["train_loss"]


def test_the_stored_model_has_understood(task):
    params, metadata = load_stored(task)
    assert evaluate(task.held_out, params, task.config).accuracy >= 0.99
    assert evaluate(task.train, params, task.config).accuracy == 1
    assert task.report(params) == pytest.approx(metadata["report"], abs=0.003)
    # It was long after the training sums were known: their loss is given by stretches of the run.
    history = metadata["history"]
    known = next(i for i, loss in enumerate(history["loss"], start=1) if loss < 0.1)
    known *= history["steps_per_point"]
    then = max(e["accuracy"] for e in history["evaluations"] if e["step"] <= known)
    understood = next(e["step"] for e in history["evaluations"] if e["accuracy"] >= 0.99)
    assert then < 0.25
    assert understood > 2 * known


def test_ask_adds(task):
    params, _ = load_stored(task)
    for question in ("40 + 12", "40+12 =", " 40 12"):
        answer = task.ask(params, question, top=3)
        assert answer.text == answer.truth == "5"
        assert answer.question == "40 + 12 mod 47"
    for question in ("40 + 47", "40 - 12", "forty", "1 2 3"):
        with pytest.raises(ValueError, match="is not a sum of two numbers from 0 to 46"):
            task.ask(params, question)
