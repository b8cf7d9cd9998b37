"""Induction: the data, the scores of the heads, and the sudden rise, which needs two layers."""

import dataclasses

import numpy as np
import pytest

from course_lib import model
from course_lib.params import init_params
from course_lib.tasks import induction, load_stored, load_task
from course_lib.training.loop import train
from course_lib.training.objective import IGNORED, evaluate


@pytest.fixture(scope="module")
def task():
    return load_task("induction")


def test_a_block_of_different_tokens_is_repeated_and_its_length_varies(task):
    batch = task.batch(np.random.default_rng(0), 300)
    periods = set()
    for row in batch.inputs[0]:
        again = np.flatnonzero(row == row[0])
        period = int(again[1])
        assert len(set(row[:period])) == period
        np.testing.assert_array_equal(row[period:], row[:-period])
        periods.add(period)
    assert periods == set(range(6, 17))


def test_asked_is_what_an_earlier_occurrence_tells_and_nothing_else(task):
    batch = task.batch(np.random.default_rng(1), 40)
    for row, targets in zip(batch.inputs[0], batch.targets, strict=True):
        for t, target in enumerate(targets):
            earlier = [i for i in range(t) if row[i] == row[t]]
            assert target == (row[earlier[-1] + 1] if earlier else IGNORED)


def test_batches_differ_and_the_validation_stays(task):
    rng = np.random.default_rng(0)
    first, second = task.batch(rng, 8).inputs[0], task.batch(rng, 8).inputs[0]
    assert (first != second).any()
    np.testing.assert_array_equal(
        task.validation.inputs[0], load_task("induction").validation.inputs[0]
    )


@pytest.mark.parametrize("preset", ["two-layers", "one-layer"])
def test_scores_are_mean_weights_where_such_a_head_looks(preset):
    task = load_task("induction", preset)
    params = init_params(task.config, np.random.default_rng(0))
    batch = task.validation.take(slice(5))
    measured = induction.scores(batch, params, task.config)
    _, cache = model.language_model(batch.inputs[0], params, task.config)
    for layer, weights in enumerate(model.attention_weights(cache)):
        for head in range(task.config.n_heads):
            previous, copied = [], []
            for b, row in enumerate(batch.inputs[0]):
                for t in range(1, len(row)):
                    earlier = [i for i in range(t) if row[i] == row[t]]
                    if earlier:
                        copied.append(sum(weights[b, head, t, i + 1] for i in earlier))
                    else:
                        previous.append(weights[b, head, t, t - 1])
            assert measured.previous_token[layer, head] == pytest.approx(np.mean(previous), 1e-4)
            assert measured.induction[layer, head] == pytest.approx(np.mean(copied), 1e-4)


def test_the_jump_is_where_half_of_the_rise_is_reached():
    values = [0.1, 0.1, 0.15, 0.3, 0.7, 0.88, 0.9, 0.9]
    evaluations = [{"step": 20 * i, "induction": v} for i, v in enumerate(values, start=1)]
    assert induction.jump(evaluations) == (80, 100, 120)


def test_two_layers_jump():
    task = load_task("induction", "two-layers")
    before = induction.scores(
        task.validation, init_params(task.config, np.random.default_rng(0)), task.config
    )
    recipe = dataclasses.replace(task.recipe, steps=440)
    run = train(task, recipe, callback=induction.watch(task), progress=False)
    evaluations = run.history.evaluations
    after = induction.scores(task.validation, run.params, task.config)
    assert before.induction.max() < 0.12
    assert after.induction[1].max() > 0.8
    assert after.induction[0].max() < 0.3
    assert after.previous_token[0].max() > 0.6 > 0.4 > before.previous_token.max()
    assert after.previous_token[1].max() < 0.4
    start, half, end = induction.jump(evaluations)
    assert 120 < half < 400
    assert end - start < 220
    assert evaluations[4]["loss"] > 2.5
    assert evaluations[-1]["loss"] < 0.3


def test_one_layer_does_not():
    task = load_task("induction", "one-layer")
    recipe = dataclasses.replace(task.recipe, steps=440)
    run = train(task, recipe, callback=induction.watch(task), progress=False)
    last = run.history.evaluations[-1]
    assert last["loss"] > 1.8
    assert last["induction"] < 0.25
    assert last["accuracy"] == 0


def test_the_stored_models_show_the_difference():
    measured = {}
    for preset in ("two-layers", "one-layer"):
        task = load_task("induction", preset)
        params, metadata = load_stored(task)
        measured[preset] = evaluate(task.held_out, params, task.config), task.report(params)
        assert measured[preset][1] == pytest.approx(metadata["report"], abs=0.01)
    (two, two_scores), (one, one_scores) = measured["two-layers"], measured["one-layer"]
    assert two.accuracy >= 0.97
    assert two.loss < 0.02
    assert two_scores["induction score of the best head"] > 0.85
    assert two_scores["previous-token score of the best head"] > 0.7
    assert one.accuracy == 0
    assert one.loss > 1.8
    assert one_scores["induction score of the best head"] < 0.25


def test_ask_continues_what_came_before(task):
    params, _ = load_stored(task)
    answer = task.ask(params, "7 3 9 28 4 11 7 3")
    assert answer.text == answer.truth == "9"
    assert task.ask(params, "5 6").truth is None
    with pytest.raises(ValueError, match="33 numbers; give 1 to 32"):
        task.ask(params, "1 " * 33)
