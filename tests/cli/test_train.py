"""`train`: what was reached, where it lies, and going on after a stop."""

import re
import signal
import time
from pathlib import Path

import numpy as np

from course_lib.params import flatten
from course_lib.training.checkpoint import load_checkpoint

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
