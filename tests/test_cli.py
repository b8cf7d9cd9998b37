"""The command line: what it does, and that every error is one sentence and exit code 2."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from course_lib import cli
from course_lib.checkpoint import load_checkpoint
from course_lib.cli import lessons, models
from course_lib.exercises import progress
from course_lib.params import flatten
from course_lib.tasks import TASKS, load_stored, load_task

ROOT = Path(__file__).resolve().parents[1]
POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")


@pytest.fixture(autouse=True)
def runs(tmp_path, monkeypatch):
    """A folder for the trained models, apart from the reader's."""
    monkeypatch.setenv("COURSE_RUNS", str(tmp_path / "runs"))
    return tmp_path / "runs"


@pytest.fixture
def call(capsys):
    """Run a command in this process: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def start(*arguments, **settings):
    """Run a command in a process of its own."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = os.environ | {"PYTHONIOENCODING": "utf-8", "PYTHONUTF8": "1"}
    command = [sys.executable, "-m", "course_lib", *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, encoding="utf-8", **(pipes | settings)
    )


ERRORS = [
    ([], "a command is missing; choose from train, generate"),
    (["trian", "digits"], "no command 'trian'; did you mean train?"),
    (["xyz"], "no command 'xyz'; choose from train"),
    (["train"], "required: TASK"),
    (["train", "digit"], "no task named 'digit'; did you mean digits?"),
    (["train", "xyz"], "no task named 'xyz'; choose from next_token"),
    (["ask", "digits", "--preset", "two_digit"], "named 'two_digit'; did you mean two-digit"),
    (["train", "next_token", "--seed", "-1"], "'-1' is not a whole number of at least 0"),
    (["train", "next_token", "--steps", "many"], "'many' is not a whole number of at least 1"),
    (["train", "next_token", "--save", "model.pt"], "'model.pt' does not end in .npz"),
    (["train", "next_token", "--sed", "1"], "train does not know what '--sed' means"),
    (["generate", "raven", "--temperature", "hot"], "'hot' is not a number of at least 0"),
    (["generate", "raven", "--temperature", "nan"], "'nan' is not a number of at least 0"),
    (["generate", "raven", "--top-k", "0"], "'0' is not a whole number of at least 1"),
    (["generate", "raven", "--top-p", "1.5"], "'1.5' is not a probability above 0"),
    (["generate", "raven", "--length", "-3"], "'-3' is not a whole number of at least 1"),
    (["generate", "raven", "--prompt", "Once upon é"], "character 'é' (token 10 of the text)"),
    (["generate", "raven", "--prompt", ""], "the prompt is empty"),
    (["generate", "digits"], "digits answers questions and does not write"),
    (["ask", "digits", "Mux ( 5 3 9 )"], "no operation 'Mux' here; Max is close"),
    (["ask", "digits", "Max ( 5 3 )"], "Max got 2 numbers, not 3"),
    (["ask", "toy_sentences", "the cow"], "word 'cow' (token 1 of the text)"),
    (["ask", "modular", "17 + 99"], "'17 + 99' is not a sum of two numbers"),
    (["ask", "modular", "--tpo", "3", "1 + 1"], "ask does not know what '--tpo' means"),
    (["eval", "next_token", "--checkpoint", "nowhere.npz"], "no trained model 'nowhere.npz'"),
    (["eval", "next_token", "--checkpoint", "README.md"], "'README.md' is not a checkpoint"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"), ERRORS, ids=[" ".join(a) or "nothing" for a, _ in ERRORS]
)
def test_an_error_is_one_sentence_and_exit_code_2(call, monkeypatch, arguments, said):
    monkeypatch.chdir(ROOT)
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert said in err
    assert err.startswith("python -m course_lib: ")
    assert err.count("\n") == 1
    assert re.search(r"[.?]\n$", err)
    if "README.md" not in arguments:  # NumPy's own words
        assert not re.search(r"[.?!] [A-Z][a-z]+ ", err)


def test_a_missing_model_is_named_with_the_command_that_makes_it(call, monkeypatch, tmp_path):
    monkeypatch.setattr(models, "stored_path", lambda task: tmp_path / "digits-many.npz")
    code, _, err = call("ask", "digits", "--preset", "many", "Max ( 1 2 3 4 5 )")
    assert code == 2
    command = re.search(r"`python -m course_lib (.+)`", err).group(1)
    options = cli.read(shlex.split(command))
    assert (options.task, options.preset) == ("digits", "many")


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_help_shows_an_example_that_can_be_given(call, name):
    code, out, err = call(name, "--help")
    assert (code, err) == (0, "")
    example = out.split("example:\n  python -m course_lib ")[1].split("\n")[0]
    options = cli.read(shlex.split(example))
    assert shlex.split(example)[0] == name
    assert callable(options.run)
    if "TASK" in out:
        assert all(preset in out for presets in TASKS.values() for preset in presets)


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


def test_ask_shows_the_answer_and_the_probabilities_of_the_top_ones(call):
    code, out, _ = call("ask", "digits", "max(5,3,9)", "--top", 4)
    assert code == 0
    head, *candidates = out.rstrip("\n").split("\n")
    assert head == "Max ( 5 3 9 ) → 9"
    shares = [re.fullmatch(r"  (\d) +(\d+\.\d\d)%", line).groups() for line in candidates]
    assert shares[0][0] == "9"
    assert len(shares) == 4
    values = [float(share) for _, share in shares]
    assert values == sorted(values, reverse=True)
    assert 99 <= values[0] <= sum(values) <= 100.05


@pytest.mark.parametrize(
    "arguments",
    [
        ["copy", "old cat sat", "--top", "1"],
        ["copy", "--top", "1", "old cat sat"],
        ["--top", "1", "copy", "old", "cat", "sat"],
        ["copy", "old", "--top", "1", "cat", "sat"],
    ],
    ids=" ".join,
)
def test_a_question_may_stand_anywhere_and_have_several_words(call, arguments):
    code, out, err = call("ask", *arguments)
    assert (code, err) == (0, "")
    assert out.split("\n")[0] == "old cat sat → old cat sat"
    assert out.count("\n") == 2


def test_a_wrong_answer_is_called_wrong(call, runs):
    call("train", "next_token", "--steps", 1)
    _, out, _ = call("ask", "next_token", "7", "--checkpoint", runs / "next_token-seed0.npz")
    assert re.match(r"7 → \d+   \(wrong: it is 8\)\n", out)


@pytest.mark.parametrize(
    ("task", "question", "answer"),
    [
        ("next_token", "3 19", "3 19 → 4 0\n"),
        ("copy", "the old cat sat", "the old cat sat → the old cat sat\n"),
        ("induction", "7 3 9 28 4 11 7 3", "7 3 9 28 4 11 7 3 → 9\n"),
        ("modular", "40 + 12", "40 + 12 mod 47 → 5\n"),
        ("raven", "Quoth the rave", "oth the rave → n\n"),
    ],
)
def test_every_task_answers(call, task, question, answer):
    code, out, _ = call("ask", task, question)
    assert code == 0
    assert out.startswith(answer)


def test_generate_continues_the_prompt_and_repeats_itself_with_a_seed(call):
    settings = ["--prompt", "Once upon", "--length", 40, "--temperature", 0.8]
    first, again, other = (
        call("generate", "raven", *settings, "--seed", seed)[1] for seed in (1, 1, 2)
    )
    assert first.startswith("Once upon")
    assert len(first) == len("Once upon") + 40 + 1
    assert first == again != other
    assert len({call("generate", "raven", *settings)[1] for _ in range(3)}) > 1


def test_generate_samples_as_it_is_told(call):
    greedy = {call("generate", "raven", "--temperature", 0, "--seed", s)[1] for s in range(3)}
    one = {call("generate", "raven", "--top-k", 1, "--seed", s)[1] for s in range(3)}
    narrow = {call("generate", "raven", "--top-p", 1e-9, "--seed", s)[1] for s in range(3)}
    assert greedy == one == narrow
    assert len(greedy) == 1


def test_progress_lists_every_lesson(call):
    code, out, _ = call("progress")
    assert code == 0
    assert out == f"{progress()}\n"
    assert "Lesson 1" in out


def test_lab_opens_the_lessons_and_hands_its_arguments_on(call, monkeypatch):
    started = []
    monkeypatch.setattr(lessons, "become", started.append)
    assert call("lab", "--no-browser", "--port", "9999")[0] == 0
    (command,) = started
    assert command[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={ROOT}" in command
    assert "--LabApp.default_url=/lab/tree/lessons" in command
    assert command[-3:] == ["--no-browser", "--port", "9999"]


def test_lab_is_jupyterlab():
    process = start("lab", "--version")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", out)


def test_the_prompt_answers_what_comes_through_a_pipe():
    process = start("ask", "digits")
    out, err = process.communicate("Max ( 5 3 9 )\n\nMux(1 2 3)\nmin(7,8,2)\nquit\nMax(1,1,1)\n")
    assert process.returncode == 0
    heads = [line for line in out.split("\n") if "→" in line]
    assert heads == ["Max ( 5 3 9 ) → 9", "Min ( 7 8 2 ) → 2"]
    assert err.count("\n") == 1
    assert "no operation 'Mux'" in err


@POSIX_ONLY
@pytest.mark.parametrize("leave", ["\x04", "\x03"], ids=["Ctrl-D", "Ctrl-C"])
def test_the_prompt_in_a_terminal_is_left_quietly(leave):
    keyboard, terminal = os.openpty()
    process = start("ask", "digits", stdin=terminal, stdout=terminal, stderr=terminal,
                    start_new_session=True, preexec_fn=_own_terminal)  # fmt: skip
    os.close(terminal)
    screen = _read_until(keyboard, "? ")
    assert "Ctrl-D leaves." in screen
    os.write(keyboard, b"Max ( 5 3 9 )\n")
    screen = _read_until(keyboard, "%\r\n? ")
    assert "→ 9" in screen
    os.write(keyboard, leave.encode())
    rest = _read_until(keyboard, None)
    assert process.wait(timeout=30) == 0
    os.close(keyboard)
    assert "Traceback" not in rest
    assert "Interrupt" not in rest


def _own_terminal():
    """Make the terminal on stdin that of the new session, so that Ctrl-C in it is a signal."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read_until(keyboard, end):
    """Read what a terminal shows up to a text, or up to its closing."""
    screen = b""
    while end is None or end.encode() not in screen:
        try:
            piece = os.read(keyboard, 1000)
        except OSError:  # Linux says EIO when the other side has gone
            break
        if not piece:
            break
        screen += piece
    return screen.decode(errors="replace")


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


@POSIX_ONLY
def test_a_reader_that_has_seen_enough_ends_the_writing_quietly():
    process = start("generate", "toy_sentences", "--length", "3000", "--seed", "0")
    process.stdout.read(10)
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(timeout=60) == 0
    assert err == ""
