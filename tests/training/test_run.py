"""A run that is killed and resumed ends bit for bit where the run ends that was never stopped."""

import dataclasses
import os
import re
import subprocess
import sys
import time

import numpy as np
import pytest
from checks import assert_identical

from course_lib.tasks import load_task
from course_lib.training.checkpoint import load_checkpoint
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

RECIPE = Recipe(400, 16, lr=3e-3, warmup=20, evaluate_every=10)


def make_task():
    """Batches and dropout are drawn, so that a generator put back wrongly would show."""
    task = load_task("next_token")
    return dataclasses.replace(task, config=dataclasses.replace(task.config, dropout=0.1))


def run_to_the_end(checkpoint=None, **changes):
    options = {"seed": 2, "snapshots": [0, 30, 399], "progress": False} | changes
    return train(make_task(), RECIPE, checkpoint=checkpoint, **options)


def assert_same_run(one, two):
    assert one.history == two.history
    assert (one.step, one.best_step, one.stopped_early) == (
        two.step,
        two.best_step,
        two.stopped_early,
    )
    assert one.snapshots.keys() == two.snapshots.keys()
    assert_identical(one.params, two.params)
    assert_identical(one.best, two.best)
    for step, params in two.snapshots.items():
        assert_identical(one.snapshots[step], params)


@pytest.fixture(scope="module")
def never_stopped():
    return run_to_the_end()


# Runs in a process of its own until it is killed; it writes a checkpoint after every step.
_VICTIM = """
import sys
from tests.training.test_run import run_to_the_end
run_to_the_end(sys.argv[1], resume=True, checkpoint_every=1)
"""


def step_of(checkpoint):
    return load_checkpoint(checkpoint)[2]["step"] if checkpoint.exists() else 0


@pytest.mark.parametrize("moment", [0.0, 0.037])
def test_a_run_killed_again_and_again_ends_where_the_unbroken_one_does(
    never_stopped, tmp_path, moment, pytestconfig
):
    checkpoint = tmp_path / "run.npz"
    environment = os.environ | {"PYTHONPATH": str(pytestconfig.rootpath / "tests")}  # checks
    reached = [0]
    for _ in range(3):
        victim = subprocess.Popen(
            [sys.executable, "-c", _VICTIM, str(checkpoint)],
            cwd=pytestconfig.rootpath,
            env=environment,
        )
        try:
            deadline = time.monotonic() + 60
            while step_of(checkpoint) < reached[-1] + 5:
                assert victim.poll() is None, "it ended before it was killed"
                assert time.monotonic() < deadline
                time.sleep(0.003)
            time.sleep(moment)
        finally:
            victim.kill()
            victim.wait()
        reached.append(step_of(checkpoint))
    assert reached == sorted(reached)
    assert 15 <= reached[-1] < RECIPE.steps
    assert_same_run(run_to_the_end(checkpoint, resume=True), never_stopped)


def test_a_finished_run_is_read_and_not_run_again(never_stopped, tmp_path):
    checkpoint = tmp_path / "run.npz"
    assert_same_run(run_to_the_end(checkpoint, checkpoint_every=150), never_stopped)
    written = checkpoint.read_bytes()
    assert_same_run(run_to_the_end(checkpoint, resume=True), never_stopped)
    assert checkpoint.read_bytes() == written


def stop_after(steps):
    def callback(run, evaluation):
        if run.step == steps:
            raise KeyboardInterrupt

    return callback


def resume_after(stop, checkpoint, recipe, every=None, shards=1):
    """Stop a run after some steps and go on; hold it to the run that was never stopped.

    Returns
    -------
    resumed : Run
    written : int
        The step that was in the file when the run was stopped.
    """
    options = {"shards": shards, "progress": False}
    whole = train(make_task(), recipe, **options)
    options["checkpoint"] = checkpoint
    with pytest.raises(KeyboardInterrupt):
        train(make_task(), recipe, checkpoint_every=every, callback=stop_after(stop), **options)
    written = step_of(checkpoint)
    resumed = train(make_task(), recipe, resume=True, **options)
    assert_same_run(resumed, whole)
    return resumed, written


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam", "adamw"])
def test_every_optimizer_resumes_exactly(tmp_path, optimizer):
    recipe = Recipe(
        60, 8, lr=3e-3, optimizer=optimizer, weight_decay=0.1, evaluate_every=20, patience=50
    )
    _, written = resume_after(40, tmp_path / "run.npz", recipe, every=7)
    assert written == 35


def test_early_stopping_survives_a_resume(tmp_path):
    recipe = Recipe(500, 8, lr=1e-30, schedule="constant", evaluate_every=5, patience=4)
    resumed, _ = resume_after(15, tmp_path / "run.npz", recipe)
    assert resumed.stopped_early
    assert resumed.step == 25


def test_shards_resume_exactly(tmp_path):
    recipe = dataclasses.replace(RECIPE, steps=40)
    _, written = resume_after(30, tmp_path / "run.npz", recipe, shards=3)
    assert written == 20


def test_a_run_saved_under_earlier_names_is_continued(never_stopped, tmp_path):
    checkpoint = tmp_path / "run.npz"
    with pytest.raises(KeyboardInterrupt):
        run_to_the_end(checkpoint, callback=stop_after(30))
    with np.load(checkpoint) as file:
        arrays = {name: file[name] for name in file.files}
    about = arrays["about"].tobytes().replace(b'"monitor"', b'"judge"')
    np.savez(checkpoint, **arrays | {"about": np.frombuffer(about, np.uint8)})
    assert_same_run(run_to_the_end(checkpoint, resume=True), never_stopped)


def test_a_checkpoint_that_is_there_is_not_overwritten(tmp_path):
    checkpoint = tmp_path / "run.npz"
    checkpoint.write_bytes(b"precious")
    with pytest.raises(FileExistsError, match=r"run\.npz' is there already. Continue it with"):
        run_to_the_end(checkpoint)
    assert checkpoint.read_bytes() == b"precious"


def test_a_damaged_checkpoint_is_named(tmp_path):
    checkpoint = tmp_path / "run.npz"
    run_to_the_end(checkpoint, checkpoint_every=400)
    checkpoint.write_bytes(checkpoint.read_bytes()[:-1000])
    with pytest.raises(ValueError, match=r"run\.npz' is not a checkpoint of this course"):
        run_to_the_end(checkpoint, resume=True)


def test_what_could_only_fail_later_is_refused_at_once(tmp_path):
    with pytest.raises(ValueError, match=r"'run\.txt' does not end in \.npz"):
        run_to_the_end(tmp_path / "run.txt")
    with pytest.raises(ValueError, match="resume=True needs checkpoint"):
        run_to_the_end(resume=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 3}, "seed: 2 there, 3 here"),
        ({"shards": 2}, "shards: 1 there, 2 here"),
        ({"dtype": np.float64}, "dtype: float32 there, float64 here"),
        ({"snapshots": [5]}, r"snapshots: \[0, 30, 399\] there, \[5\] here"),
    ],
)
def test_the_checkpoint_of_another_run_is_refused(tmp_path_factory, checkpoint, change, said):
    with pytest.raises(ValueError, match=rf"belongs to another run \({said}\)"):
        run_to_the_end(checkpoint, resume=True, **change)


def test_the_checkpoint_of_another_recipe_or_model_is_refused(checkpoint):
    options = {"checkpoint": checkpoint, "resume": True, "seed": 2, "snapshots": [0, 30, 399]}
    faster = dataclasses.replace(RECIPE, lr=4e-3)
    with pytest.raises(ValueError, match=re.escape("(lr: 0.003 there, 0.004 here)")):
        train(make_task(), faster, **options)
    with pytest.raises(ValueError, match=re.escape("(dropout: 0.1 there, 0.0 here)")):
        train(load_task("next_token"), RECIPE, **options)
    with pytest.raises(ValueError, match="task: next_token there, copy here"):
        train(load_task("copy"), RECIPE, **options)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "run.npz"
    run_to_the_end(path, checkpoint_every=400)
    return path
