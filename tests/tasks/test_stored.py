"""The models in data/checkpoints: each reaches the figure that it is stored with."""

import dataclasses
import json
import pickle

import numpy as np
import pytest

from course_lib.params import TransformerConfig, flatten
from course_lib.tasks import TASKS, load_stored, load_task, load_trained
from course_lib.tasks.stored import FOLDER, stored_path
from course_lib.training.objective import evaluate
from course_lib.vocab import Vocabulary

# Exact match on held-out data that each model must reach.
FLOORS = {
    ("next_token", "next_token"): 1.0,
    ("digits", "one-digit"): 0.999,
    ("digits", "two-digit"): 0.99,
    ("digits", "many"): 0.99,
    ("digits", "nested"): 0.99,
    ("digits", "arithmetic"): 0.99,
    ("copy", "copy"): 1.0,
    ("copy", "reverse"): 0.99,
    ("copy", "sort"): 0.99,
}


def test_every_preset_of_these_tasks_has_a_floor():
    named = {name for name, _ in FLOORS}
    assert set(FLOORS) == {(name, preset) for name in named for preset in TASKS[name]}


@pytest.mark.parametrize(("name", "preset"), FLOORS)
def test_the_stored_model_reaches_its_figure(name, preset):
    task = load_task(name, preset)
    params, metadata = load_stored(task)
    measured = evaluate(task.held_out, params, task.config)
    assert measured.accuracy >= FLOORS[name, preset]
    assert measured.accuracy == pytest.approx(metadata["accuracy"], abs=0.001)
    assert measured.by_group.keys() == metadata["by_group"].keys()
    for group, accuracy in measured.by_group.items():
        assert accuracy >= FLOORS[name, preset] - 0.01, group


@pytest.mark.parametrize(("name", "preset"), FLOORS)
def test_the_file_says_how_it_was_made(name, preset):
    task = load_task(name, preset)
    params, metadata = load_stored(task)
    assert (metadata["task"], metadata["preset"], metadata["seed"]) == (name, preset, 0)
    assert metadata["recipe"] == dataclasses.asdict(task.recipe)
    assert Vocabulary(**metadata["vocabulary"]).tokens == task.vocabulary.tokens
    losses = metadata["history"]["loss"]
    assert len(losses) * metadata["history"]["steps_per_point"] >= task.recipe.steps
    assert losses[-1] < 0.2 * losses[0]
    assert metadata["history"]["evaluations"][-1]["step"] == task.recipe.steps
    assert {str(array.dtype) for array in flatten(params).values()} == {"float32"}
    json.dumps(metadata)


@pytest.mark.parametrize("which", [("digits",), ("digits", "two-digit")])
def test_a_trained_model_is_read_in_float64_and_is_the_stored_one(which):
    task, params = load_trained(*which)
    assert (task.name, task.preset) == (load_task(*which).name, load_task(*which).preset)
    stored = flatten(load_stored(task)[0])
    assert flatten(params).keys() == stored.keys()
    for name, array in flatten(params).items():
        assert array.dtype == np.float64
        np.testing.assert_array_equal(array, stored[name])
    single = flatten(load_trained(*which, dtype=np.float32)[1])
    assert {str(array.dtype) for array in single.values()} == {"float32"}


def test_the_files_are_small():
    sizes = [path.stat().st_size for path in FOLDER.glob("*.npz")]
    assert max(sizes) < 1e6
    assert sum(sizes) < 6e6


def test_a_model_of_another_configuration_or_vocabulary_is_refused():
    task = load_task("next_token")
    wider = dataclasses.replace(task, config=TransformerConfig("decoder", 20, max_len=4))
    with pytest.raises(ValueError, match=r"next_token\.npz was trained with another configuration"):
        load_stored(wider)
    letters = dataclasses.replace(task, vocabulary=Vocabulary("abcdefghijklmnopqrst"))
    with pytest.raises(ValueError, match="another vocabulary"):
        load_stored(letters)


def test_a_file_name_tells_the_preset():
    names = {stored_path(load_task(*which)).name for which in FLOORS}
    assert len(names) == len(FLOORS)
    assert {"next_token.npz", "copy.npz", "copy-sort.npz", "digits-one-digit.npz"} <= names


@pytest.mark.parametrize(
    ("name", "preset", "said"),
    [
        ("digit", None, "no task named 'digit'. Did you mean digits"),
        ("xyz", None, "no task named 'xyz'. Choose from next_token, digits, copy"),
        ("digits", "two_digit", "no preset of digits named 'two_digit'. Did you mean two-digit"),
    ],
)
def test_an_unknown_task_or_preset_is_named(name, preset, said):
    with pytest.raises(ValueError, match=said):
        load_task(name, preset)


@pytest.mark.parametrize(("name", "preset"), FLOORS)
def test_a_task_can_be_sent_to_another_process(name, preset):
    task = load_task(name, preset)
    again = pickle.loads(pickle.dumps(task))
    one, two = (sent.batch(np.random.default_rng(0), 8) for sent in (task, again))
    np.testing.assert_array_equal(one.inputs[0], two.inputs[0])
    np.testing.assert_array_equal(one.targets, two.targets)
    assert again.config == task.config
