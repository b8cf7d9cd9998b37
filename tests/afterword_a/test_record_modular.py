"""The recording of models that learn to add, and what lesson 9 says of it."""

import numpy as np
import pytest

from classroom.afterword_a.explorers import held_out_table
from classroom.afterword_a.record import modular as record_modular
from classroom.exercises import reference
from classroom.recordings import load_recording, save_recording
from course_lib.tasks import load_task, modular

fourier_power = reference("fourier_power")


@pytest.fixture(scope="module")
def stored():
    return load_recording("modular")


@pytest.fixture(scope="module")
def task():
    return load_task("modular")


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
