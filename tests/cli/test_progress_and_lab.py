"""`progress` and `lab`: the exercises that are right, and the lessons in JupyterLab."""

import re

from course_lib.cli import lessons
from course_lib.exercises import progress

from .process import ROOT, start


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
