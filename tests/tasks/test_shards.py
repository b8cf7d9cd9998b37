"""A batch shared by threads: the result depends on the number of shards, on nothing else."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pytest

from course_lib.objective import loss_and_grads
from course_lib.params import flatten, init_params
from course_lib.recipe import Recipe
from course_lib.tasks import load_task
from course_lib.train import train

RECIPE = Recipe(25, 17, lr=3e-3, evaluate_every=25)


def digest(run):
    return b"".join(array.tobytes() for array in flatten(run.params).values())


@pytest.mark.parametrize("shards", [2, 3])
@pytest.mark.parametrize("dropout", [0.0, 0.1])
def test_repeated_runs_are_equal_bit_for_bit(shards, dropout):
    task = load_task("digits")
    task = dataclasses.replace(task, config=dataclasses.replace(task.config, dropout=dropout))
    runs = [train(task, RECIPE, shards=shards, progress=False) for _ in range(3)]
    assert runs[0].history == runs[1].history == runs[2].history
    assert digest(runs[0]) == digest(runs[1]) == digest(runs[2])


@pytest.mark.parametrize(("name", "preset"), [("digits", "many"), ("copy", "copy")])
@pytest.mark.parametrize("shards", [2, 3, 17])
def test_the_gradient_is_that_of_the_whole_batch(name, preset, shards):
    """Answers of different lengths: a shard weighs as many tokens as are asked in it."""
    task = load_task(name, preset)
    rng = np.random.default_rng(1)
    params = init_params(task.config, rng, np.float64)
    batch = task.batch(rng, 17)
    whole = loss_and_grads(batch, params, task.config, label_smoothing=0.1)
    shared = loss_and_grads(batch, params, task.config, label_smoothing=0.1, shards=shards)
    assert shared.loss == pytest.approx(whole.loss, rel=1e-12)
    assert shared.accuracy == whole.accuracy
    ours, theirs = flatten(shared.grads), flatten(whole.grads)
    assert ours.keys() == theirs.keys()
    for key in theirs:
        np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-9, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("shards", [2, 3])
def test_training_stays_close_to_one_shard(shards):
    task = load_task("digits")
    whole = train(task, RECIPE, dtype=np.float64, progress=False)
    shared = train(task, RECIPE, dtype=np.float64, shards=shards, progress=False)
    np.testing.assert_allclose(shared.history.loss, whole.history.loss, rtol=1e-6)


# Prints the sum of a run on as many processors as it is given; Python switches threads as
# often as it is told to, and course_lib sets the number of BLAS threads itself.
_CHILD = """
import os, sys, hashlib
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: int(sys.argv[1])])
sys.setswitchinterval(float(sys.argv[2]))
import course_lib
from tests.tasks.test_shards import RECIPE, digest
from course_lib.tasks import load_task
from course_lib.train import train
run = train(load_task("digits"), RECIPE, shards=3, progress=False)
print(hashlib.sha256(digest(run)).hexdigest())
"""


def test_the_result_does_not_depend_on_processors_or_the_order_of_threads(pytestconfig):
    environment = {name: value for name, value in os.environ.items() if "_NUM_THREADS" not in name}

    def run_on(processors, interval):
        return subprocess.run(
            [sys.executable, "-c", _CHILD, str(processors), str(interval)],
            capture_output=True, text=True, check=True, cwd=pytestconfig.rootpath, env=environment,
        ).stdout  # fmt: skip

    results = {run_on(1, 0.005), run_on(1, 1e-5), run_on(2, 0.005), run_on(2, 1e-5)}
    assert len(results) == 1
    assert len(results.pop().strip()) == 64


def test_a_wrong_number_of_shards_is_refused():
    task = load_task("next_token")
    for shards in (0, 18):
        with pytest.raises(ValueError, match=f"shards is {shards}; use 1 to 17, the batch size"):
            train(task, RECIPE, shards=shards, progress=False)
