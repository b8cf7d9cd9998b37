"""`python -m classroom`: the exercises that are right, and the lessons in JupyterLab."""

import json
import os
import re
import shlex

import pytest
from cli.process import ROOT, start

from classroom import command_line
from classroom.exercises.my_model import progress


@pytest.fixture
def call(capsys):
    """Run a command in this process: (exit code, stdout, stderr)."""

    def run(*arguments):
        code = command_line.main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_progress_lists_every_lesson(call):
    code, out, _ = call("progress")
    assert code == 0
    assert out == f"{progress()}\n"
    assert "Lesson 1" in out


def test_lab_opens_the_lessons_and_hands_its_arguments_on(call, monkeypatch, workspaces):
    started = []
    monkeypatch.setattr(command_line, "become", started.append)
    assert call("lab", "--no-browser", "--port", "9999")[0] == 0
    (command,) = started
    assert command[1:3] == ["-m", "jupyterlab"]
    assert f"--ServerApp.root_dir={ROOT}" in command
    assert f"--LabApp.default_url={FIRST}" in command
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert command[-3:] == ["--no-browser", "--port", "9999"]


@pytest.mark.parametrize("user", [0, 1000])
def test_lab_lets_root_in(call, monkeypatch, workspaces, user):
    started = []
    monkeypatch.setattr(command_line, "become", started.append)
    monkeypatch.setattr(command_line.os, "geteuid", lambda: user, raising=False)
    call("lab")
    assert ("--allow-root" in started[0]) == (user == 0)


FIRST = "/lab/workspaces/course/tree/lessons/01_embeddings.ipynb"


@pytest.fixture
def workspaces(tmp_path, monkeypatch):
    """A folder of JupyterLab's own with nothing in it."""
    monkeypatch.setenv("JUPYTERLAB_WORKSPACES_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("data", "page"),
    [
        (None, FIRST),
        ("not json", FIRST),
        ({"layout-restorer:data": {}}, FIRST),
        ({"notebook:lessons/gone.ipynb": {}}, FIRST),
        ({"notebook:lessons/04_blocks.ipynb": {}}, "/lab/workspaces/course"),
    ],
)
def test_lab_opens_what_was_open_last_and_lesson_1_at_first(workspaces, data, page):
    if data is not None:
        kept = json.dumps({"data": data, "metadata": {"id": "course"}})
        text = data if isinstance(data, str) else kept
        (workspaces / "course-48a7.jupyterlab-workspace").write_text(text)
    assert command_line.first_page() == page


def test_lab_is_jupyterlab():
    process = start("lab", "--version", package="classroom")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", out)


def test_lab_without_a_folder_of_lessons_says_what_to_do(call, monkeypatch, tmp_path):
    monkeypatch.setattr(command_line, "ROOT", tmp_path)
    code, out, err = call("lab")
    assert (code, out) == (2, "")
    assert f"there is no folder 'lessons' in {str(tmp_path)!r}; give `python3 course.py lab`" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "a command is missing; choose from progress, lab."),
        (["progres"], "there is no command 'progres'; did you mean progress?"),
        (["train"], "there is no command 'train'; choose from progress, lab."),
        (["progress", "--lesson"], "progress does not know what '--lesson' means; see python -m"),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_2(call, arguments, said):
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"python -m classroom: {said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["progress", "lab"])
def test_the_help_shows_an_example_that_can_be_given(call, name):
    code, out, err = call(name, "--help")
    assert (code, err) == (0, "")
    example = out.split("example:\n  python -m classroom ")[1].split("\n")[0]
    assert shlex.split(example)[0] == name
    assert callable(command_line.read(shlex.split(example)).run)
