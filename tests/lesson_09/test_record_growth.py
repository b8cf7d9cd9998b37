"""The recording of a model that learns, and what lesson 9 says of it."""

import numpy as np
import pytest

from classroom.afterword_a.figures.growth import Growth
from classroom.exercises import reference
from classroom.lesson_09.record import growth
from classroom.recordings import load_recording, save_recording
from course_lib.params import flatten, init_params

principal_components = reference("principal_components")


@pytest.fixture(scope="module")
def stored():
    return load_recording("growth")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recordings")
    arrays, metadata = growth.record(steps=(0, 200, 203), seeds=(0, 1), n_test=7)
    save_recording("growth", arrays, metadata, folder)
    return load_recording("growth", folder)


def test_a_short_run_is_recorded_with_what_the_stored_file_holds(tiny, stored):
    assert set(tiny.arrays) == set(stored.arrays)
    assert set(tiny.metadata) == set(stored.metadata)
    n_operations = len(growth.OPERATIONS)
    shapes = {
        "loss": (203,), "gradient_norm": (203,), "sums": (3, 7), "true_sums": (7,),
        "accuracy": (2, 3, n_operations), "looks": (2, 3, 2, 4, n_operations - 1),
        "embeddings": (2, 3, 10, 32), "control_embeddings": (2, 3, 10, 32),
    }  # fmt: skip
    for name, shape in shapes.items():
        assert tiny.arrays[name].shape == shape
        assert stored.arrays[name].ndim == len(shape)
    assert np.isfinite(tiny.arrays["onward"]).all(axis=1).tolist() == [False, True, False]


def test_the_stored_run_is_that_of_the_module(stored):
    assert tuple(stored.arrays["steps"]) == growth.STEPS
    assert tuple(stored.metadata["operations"]) == growth.OPERATIONS
    assert tuple(stored.metadata["probes"]) == growth.PROBES


def test_no_probe_is_in_the_training():
    task = growth.make_task()
    known = {tuple(ids[:7]) for ids in task.train.inputs[0]}
    for probe in growth.PROBES:
        assert tuple(task.vocabulary.encode(probe)) not in known


def test_attention_is_attention_and_the_last_answers_are_right(stored):
    attention = stored.arrays["attention"]
    np.testing.assert_allclose(attention.sum(axis=-1), 1, atol=3e-3)
    assert (np.triu(attention, 1) == 0).all()
    assert stored.metadata["answers"][-1] == ["2", "8", "1", "19"]
    assert (stored.arrays["sums"][-1] == stored.arrays["true_sums"]).mean() > 0.98


def test_looks_counts_the_digit_that_is_the_answer():
    """With attention alike to all tokens, every head gives the answer one seventh."""
    task = growth.make_task(n_test=11)
    params = init_params(task.config, np.random.default_rng(0), np.float64)
    for block in params["blocks"]:
        block["attention"]["W_Q"][...] = 0.0
    np.testing.assert_allclose(growth.looks(task, params), 1 / 7)


def test_the_norms_of_the_groups_make_up_the_whole():
    task = growth.make_task(n_test=1)
    names = flatten(init_params(task.config, np.random.default_rng(0)))
    for name in names:
        assert sum(name.startswith(begins) for begins in growth.GROUPS.values()) == 1, name


def test_the_digits_lie_in_order_with_add_and_not_without(stored):
    """What the lesson says of the embeddings, at the end of every seed."""

    def order(x):
        first = principal_components(x, 1)[0][:, 0]
        return abs(np.corrcoef(first, np.arange(10))[0, 1])

    assert min(order(run[-1]) for run in stored.arrays["embeddings"]) > 0.9
    assert max(order(run[-1]) for run in stored.arrays["control_embeddings"]) < 0.8


def test_the_first_component_never_flips_between_steps(stored):
    """The explorer turns signs so that 9 does not jump from one side to the other."""

    def turned(x, n):
        coordinates, shares = principal_components(x, n)
        return -coordinates, shares

    plain, mirrored = Growth(stored, principal_components), Growth(stored, turned)
    np.testing.assert_allclose(plain.points[..., 0], mirrored.points[..., 0])
    assert (np.corrcoef(plain.points[-1, :, 0], np.arange(10))[0, 1]) > 0
