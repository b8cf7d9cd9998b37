"""The recording of induction heads, and what lesson 9 says of them."""

import numpy as np
import pytest

from classroom.afterword_a.record import induction as record_induction
from classroom.exercises import reference
from classroom.recordings import load_recording, save_recording
from course_lib import model
from course_lib.params import flatten, init_params
from course_lib.tasks import induction, load_task, load_trained
from course_lib.training.objective import evaluate

induction_score = reference("induction_score")


without_heads = reference("without_heads")


def test_short_runs_of_induction_are_recorded(tmp_path):
    save_recording("induction", *record_induction.record(seeds=(3,), steps=21), tmp_path)
    tiny, stored = load_recording("induction", tmp_path), load_recording("induction")
    assert set(tiny.arrays) == set(stored.arrays)
    for name, array in stored.arrays.items():
        assert tiny.arrays[name].shape == (1, *array.shape[1:])


def test_what_lesson_9_says_of_the_seeds():
    arrays = load_recording("induction").arrays
    assert arrays["jump"][:, 1].min() >= 260
    assert arrays["jump"][:, 1].max() <= 320
    assert (arrays["jump"][:, 2] - arrays["jump"][:, 0] < arrays["jump"][:, 0]).all()
    assert arrays["loss"].max() < 0.01
    assert arrays["loss_without"][:, 1].max() < 0.2
    worst, scores = arrays["loss_without"][:, 0].max(axis=1), arrays["previous_token"][:, 0]
    alone = (scores > 0.45).sum(axis=1) == 1
    assert alone.sum() == 3
    assert worst[alone].min() > 2 > 1 > worst[~alone].max()


def test_the_exercise_scores_as_the_task_does():
    task, params = load_trained("induction", "two-layers")
    batch = task.validation.take(slice(7))
    _, cache = model.language_model(*batch.inputs, params, task.config)
    scores = induction.scores(batch, params, task.config).induction
    for layer, weights in enumerate(model.attention_weights(cache)):
        for head in range(task.config.n_heads):
            score = induction_score(weights[:, head], batch.inputs[0])
            assert score == pytest.approx(scores[layer, head])


def test_heads_that_are_taken_away_add_nothing():
    task = load_task("induction", "two-layers")
    params = init_params(task.config, np.random.default_rng(0), np.float64)
    before = {name: array.copy() for name, array in flatten(params).items()}
    silent = without_heads(params, 1, range(4), 4)
    silent = without_heads(silent, 0, range(4), 4)
    ids = task.validation.inputs[0][:3]
    logits, _ = model.language_model(ids, silent, task.config)
    bare = params | {"blocks": []}
    expected, _ = model.language_model(ids, bare, task.config)
    np.testing.assert_allclose(logits, expected, atol=1e-12)
    for name, array in flatten(params).items():
        np.testing.assert_array_equal(array, before[name])


def test_the_previous_token_head_tells_the_induction_heads_where_to_look():
    task, params = load_trained("induction", "two-layers")
    batch, config = task.validation, task.config
    whole = induction.scores(batch, params, config)
    head = int(whole.previous_token[0].argmax())
    blind = without_heads(params, 0, [head], 4)
    mute = without_heads(params, 1, range(4), 4)
    assert induction.scores(batch, blind, config).induction.max() < 0.2
    assert induction.scores(batch, mute, config).previous_token.max() == pytest.approx(
        whole.previous_token.max()
    )
    guess = np.log(induction.VOCAB_SIZE)
    assert evaluate(batch, blind, config).loss > guess
    assert evaluate(batch, mute, config).loss > guess
    best = int(whole.induction[1].argmax())
    assert evaluate(batch, without_heads(params, 1, [best], 4), config).loss < 0.1
