"""Lesson 9, grokking and induction heads: the recordings, the figures, and what is said of them."""

import numpy as np
import pytest
from figure_rules import assert_fit, assert_frames_are_whole, assert_moves

from course_lib import model
from course_lib.exercises.lesson_09.fourier_power import fourier_power
from course_lib.exercises.lesson_09.induction_score import induction_score
from course_lib.exercises.lesson_09.without_heads import without_heads
from course_lib.explore.dynamics_grokking import (
    explore_forming_heads,
    explore_grokking,
    held_out_table,
)
from course_lib.objective import evaluate
from course_lib.params import flatten, init_params
from course_lib.plots.grokking import Grokking, in_order, plane_of, shares_of_power
from course_lib.plots.induction import FormingHeads, places_to_look
from course_lib.record import induction as record_induction
from course_lib.record import modular as record_modular
from course_lib.recordings import load_recording, save_recording
from course_lib.tasks import induction, load_task, load_trained, modular


@pytest.fixture(scope="module")
def stored():
    return load_recording("modular")


@pytest.fixture(scope="module")
def task():
    return load_task("modular")


# Grokking


def test_short_runs_are_recorded_with_what_the_stored_file_holds(tmp_path, stored):
    runs = ((0.7, 1e-2, 0), (0.0, 1e-3, 1))
    save_recording("modular", *record_modular.record(runs, seen=(0, 21), steps=21), tmp_path)
    tiny = load_recording("modular", tmp_path)
    assert tiny.metadata == stored.metadata
    shapes = {
        "weight_decay": (2,), "lr": (2,), "seed": (2,), "power": (2, 23), "steps": (2,),
        "train_accuracy": (2, 2), "accuracy": (2, 2), "train_loss": (2, 2), "loss": (2, 2),
        "weight_norm": (2, 2), "seen": (2,), "embedding": (2, 47, 64), "table": (2, 47, 47),
    }  # fmt: skip
    assert {name: array.shape for name, array in tiny.arrays.items()} == shapes
    assert {name: array.ndim for name, array in stored.arrays.items()} == {
        name: len(shape) for name, shape in shapes.items()
    }


def test_the_stored_runs_are_those_of_the_module(stored, task):
    arrays = stored.arrays
    runs = zip(arrays["weight_decay"], arrays["lr"], arrays["seed"], strict=True)
    assert tuple(runs) == record_modular.RUNS
    assert tuple(arrays["seen"]) == record_modular.SEEN
    assert arrays["steps"][-1] == task.recipe.steps
    assert arrays["weight_decay"][0] == task.recipe.weight_decay
    assert arrays["lr"][0] == task.recipe.lr


def test_a_table_of_right_sums_gives_both_accuracies(stored, task):
    arrays, held_out = stored.arrays, held_out_table(task)
    assert held_out.sum() == len(task.held_out)
    for step, table in zip(arrays["seen"][1:], arrays["table"][1:], strict=True):
        at = list(arrays["steps"]).index(step)
        assert table[held_out].mean() == pytest.approx(arrays["accuracy"][0][at], abs=1e-4)
        assert table[~held_out].mean() == pytest.approx(arrays["train_accuracy"][0][at], abs=1e-4)


def test_what_lesson_9_says_of_the_runs(stored):
    arrays = stored.arrays
    names = ("step", "train_accuracy", "accuracy")
    both = []
    for run in zip(arrays["train_accuracy"], arrays["accuracy"], strict=True):
        measured = zip(arrays["steps"], *run, strict=True)
        evaluations = [dict(zip(names, values, strict=True)) for values in measured]
        both.append(modular.milestones(evaluations))
    assert both[0][0] == 140
    decayed = [steps for steps, decay in zip(both, arrays["weight_decay"], strict=True) if decay]
    assert all(by_heart <= 160 for by_heart, _ in decayed)
    late = [understood for _, understood in both[:6]]
    assert late.count(None) == 1
    found = [step for step in late if step]
    assert 4 <= max(found) / min(found) < 5
    without = arrays["weight_decay"] == 0
    slow = without & (arrays["lr"] == 1e-3)
    ends = arrays["accuracy"][:, -1]
    assert (ends[slow] < 1 / modular.P).all()
    assert ((ends[without & ~slow] > 0.3) & (ends[without & ~slow] < 0.99)).all()
    settled = arrays["steps"] > 2000  # no error, no change
    assert (arrays["train_loss"][without & ~slow][:, settled] < 1e-3).all()
    assert np.ptp(arrays["accuracy"][without & ~slow][:, settled], axis=1).max() < 0.02
    strong = (arrays["power"] > 0.1).sum(axis=1)
    assert (strong[:6] > 0).all()
    assert (strong[slow] == 0).all()
    np.testing.assert_allclose(
        arrays["power"][0], fourier_power(arrays["embedding"][-1]), atol=1e-3
    )


def test_numbers_on_a_circle_are_found_in_their_order():
    rng = np.random.default_rng(0)
    p, k = 11, 3
    angle = 2 * np.pi * k * np.arange(p) / p
    embedding = np.stack([np.cos(angle), np.sin(angle)], axis=1) @ rng.normal(size=(2, 7)) + 5
    points = (embedding - embedding.mean(axis=0)) @ plane_of(embedding, k)
    assert in_order(points, k) == p
    assert in_order(points, 2) < p
    assert (points**2).sum(axis=1).mean() == pytest.approx(1)
    assert shares_of_power(embedding)[k - 1] == pytest.approx(1)


def test_the_figure_and_the_exercise_count_the_same_power(stored):
    for embedding in stored.arrays["embedding"][[0, -1]]:
        np.testing.assert_allclose(shares_of_power(embedding), fourier_power(embedding))


def test_the_grokking_explorer_moves_and_fits(stored, task):
    box = explore_grokking(stored, task)
    assert_moves(box)
    for step in record_modular.SEEN[::10]:
        assert_fit(box.figure(step=step))
    alt = box.figure(step=140).alt
    assert "100% of the training sums" in alt
    assert "of the held-out" in alt
    arrays = stored.arrays
    curves = {"training": arrays["train_accuracy"][0], "held out": arrays["accuracy"][0]}
    stage = Grokking(
        arrays["steps"], curves, list(arrays["seen"]), arrays["embedding"], arrays["table"],
        held_out_table(task),
    )  # fmt: skip
    assert_frames_are_whole(stage, {"step": 3000, "frequency": 12}, {"step": 100, "frequency": 14})


# Induction heads


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


def test_the_explorer_of_forming_heads_moves_and_fits():
    rng = np.random.default_rng(0)
    ids = np.tile(rng.permutation(32)[:5], 3)
    weights = {}
    for step in (0, 20, 40):
        scores = np.tril(np.exp(rng.normal(size=(2, 3, 15, 15))))
        weights[step] = scores / scores.sum(axis=-1, keepdims=True)
    evaluations = [
        {"step": step, "loss": 3 - step / 20, "previous_token": 0.2, "induction": step / 50}
        for step in (20, 40)
    ]
    box = explore_forming_heads(ids, weights, evaluations, head=(1, 2))
    assert_fit(box.figure())
    assert_moves(box)
    score = induction_score(weights[40][1, 2][None], ids[None])
    assert f"head 2.3: {score:.2f}" in box.figure().alt
    stage = FormingHeads(ids, weights, evaluations)
    assert_frames_are_whole(stage, {"step": 40, "head": (0, 1)}, {"step": 0, "head": (1, 0)})


def test_places_to_look_follow_an_earlier_place():
    wanted = places_to_look(np.array([7, 3, 9, 7, 3]))
    assert np.argwhere(wanted).tolist() == [[3, 1], [4, 2]]
