"""Which model a command is about: the stored one, the newest that was trained, a file."""

import os

import numpy as np

from course_lib import cli
from course_lib.cli import models
from course_lib.tasks import load_stored, load_task


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
