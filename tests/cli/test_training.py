"""`train` and `eval`: what was reached, where it lies, and going on after a stop."""

import os
import re
import signal
import time
from pathlib import Path

import numpy as np

from course_lib import cli
from course_lib.checkpoint import load_checkpoint
from course_lib.cli import models
from course_lib.params import flatten
from course_lib.tasks import load_stored, load_task

from .process import POSIX_ONLY, start


def test_train_says_what_it_reached_and_where_it_saved(call, runs):
    code, out, _ = call("train", "next_token", "--seed", 3, "--steps", 120)
    assert code == 0
    assert "Training next_token, seed 3, 120 steps." in out
    assert re.search(r"^exact match: +\d+\.\d\d%$", out, re.M)
    saved = runs / "next_token-seed3.npz"
    assert Path(re.search(r"^saved: (.+)$", out, re.M).group(1)).resolve() == saved.resolve()
    assert sorted(runs.iterdir()) == [saved]
    about = load_checkpoint(saved)[2]
    assert (about["seed"], about["recipe"]["steps"]) == (3, 120)
    figures = [line for line in out.split("\n") if line.startswith(("held out", "exact"))]
    _, measured, _ = call("eval", "next_token", "--checkpoint", saved)
    assert measured.split("\n")[1:3] == figures


def test_a_task_with_groups_is_reported_group_by_group(call):
    _, out, _ = call("eval", "digits")
    shares = dict(re.findall(r"^  (\w+) +(\d+\.\d\d)%$", out, re.M))
    assert list(shares) == ["First", "Last", "Max", "Min", "Second"]
    assert min(map(float, shares.values())) >= 99.5


def test_a_language_model_is_reported_by_its_own_figures(call):
    _, out, _ = call("eval", "raven")
    assert "exact match" not in out
    assert float(re.search(r"^bits per character, held out: (.+)$", out, re.M).group(1)) > 2


def test_the_model_is_the_stored_one_else_the_newest_that_train_saved(call, runs, monkeypatch):
    for seed in (7, 8):
        call("train", "next_token", "--seed", seed, "--steps", 5)
    os.utime(runs / "next_token-seed8.npz", (1, 1))
    (runs / "next_token-seed9-unfinished.npz").write_bytes(b"not a model")
    task = load_task("next_token")
    options = cli.read(["eval", "next_token"])
    assert models.load_model(task, options)[1].parent.name == "checkpoints"
    monkeypatch.setattr(models, "stored_path", lambda task: runs / "none" / "next_token.npz")
    params, path = models.load_model(task, options)
    assert path == runs / "next_token-seed7.npz"
    theirs = load_stored(task, path)[0]
    np.testing.assert_array_equal(params["embedding"]["W"], theirs["embedding"]["W"])


def test_a_checkpoint_knows_its_preset_and_its_task(call, runs):
    call("train", "copy", "--preset", "sort", "--steps", 3)
    saved = runs / "copy-sort-seed0.npz"
    assert "copy (sort)" in call("eval", "copy", "--checkpoint", saved)[1]
    code, _, err = call("eval", "digits", "--checkpoint", saved)
    assert code == 2
    assert "holds a model of copy, not of digits" in err
    code, _, err = call("eval", "copy", "--preset", "reverse", "--checkpoint", saved)
    assert code == 0  # the same shape and words: the model may be held to another job


@POSIX_ONLY
def test_a_training_that_is_stopped_goes_on_with_the_same_command(call, runs):
    arguments = ["train", "next_token", "--seed", 5, "--steps", 1500]
    process = start(*arguments)
    unfinished = runs / "next_token-seed5-unfinished.npz"
    deadline = time.monotonic() + 60
    while not unfinished.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "Stopped; the same command goes on from here." in err
    assert 0 < load_checkpoint(unfinished)[2]["step"] < 1500

    code, out, _ = call(*arguments)
    assert code == 0
    assert "going on where it was stopped" in out
    assert not unfinished.exists()
    call(*arguments, "--save", runs / "straight.npz")
    stopped, straight = (
        flatten(load_checkpoint(runs / name)[0])
        for name in ("next_token-seed5.npz", "straight.npz")
    )
    for name, array in straight.items():
        np.testing.assert_array_equal(stopped[name], array, err_msg=name)


def test_another_training_is_not_mixed_with_an_unfinished_one(call, runs, monkeypatch):
    def stop(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("course_lib.cli.train.store", stop)  # the last moment: all but saved
    assert call("train", "next_token", "--steps", 30)[0] == 130
    monkeypatch.undo()
    monkeypatch.setenv("COURSE_RUNS", str(runs))
    code, _, err = call("train", "next_token", "--steps", 60)
    assert code == 2
    assert "next_token-seed0-unfinished.npz' cannot go on" in err
    assert "remove that file to start anew" in err
    assert err.count("\n") == 1
