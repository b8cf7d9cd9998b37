"""course.py: when it installs, with what, and what it says when it cannot."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
OLD_PYTHON = """
import runpy, sys
sys.version_info = (3, 9, 2, "final", 0)
sys.argv = ["course.py", "lab"]
runpy.run_path("course.py", run_name="__main__")
"""


def run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["course.py"], "a command is missing"),
        (["course.py", "learn"], "there is no command 'learn'"),
        (["-c", OLD_PYTHON], "needs Python 3.11 or newer, and this is Python 3.9"),
    ],
)
def test_an_error_is_one_sentence_and_exit_code_2(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.startswith("course.py: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_help_shows_an_example_of_each_command() -> None:
    done = run("course.py", "--help")
    assert done.returncode == 0
    assert "python3 course.py lab --no-browser --port 9999" in done.stdout
    assert "python3 course.py test -k softmax" in done.stdout


class Bench:
    """course.py over a folder of its own; making and installing are only counted."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        spec = importlib.util.spec_from_file_location("course_under_test", ROOT / "course.py")
        self.course = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.course)
        self.monkeypatch, self.events, self.fails = monkeypatch, [], False
        self.move(folder)
        monkeypatch.setattr(self.course, "install", self.install)
        self.really_make_venv = self.course.make_venv
        monkeypatch.setattr(self.course, "make_venv", self.make_venv)
        (folder / "pyproject.toml").write_text("[project]")
        (folder / "constraints.txt").write_text("numpy==2.4.6")

    def move(self, folder: Path) -> None:
        venv = folder / ".venv"
        for name, value in {"ROOT": folder, "VENV": venv, "STAMP": venv / "course.json"}.items():
            self.monkeypatch.setattr(self.course, name, value)
        self.monkeypatch.setattr(self.course, "PYTHON", venv / "python")

    def make_venv(self) -> None:
        self.events.append("make")
        self.course.VENV.mkdir(exist_ok=True)
        self.monkeypatch.setattr(self.course, "PYTHON", Path(sys.executable))

    def install(self, extras: tuple[str, ...]) -> None:
        self.events.append(extras)
        assert self.course.read_stamp() == {}, "an interruption here must be seen next time"
        if self.fails:
            raise self.course.CourseError("no network")

    def prepare(self, *extras: str) -> list:
        """Call `prepare` and return what it did."""
        self.events.clear()
        self.course.prepare(extras)
        return list(self.events)


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def test_installs_once(bench: Bench) -> None:
    assert bench.prepare("lab") == ["make", ("lab",)]
    assert bench.prepare("lab") == []


def test_tests_are_added_to_what_is_there_and_then_cover_lab(bench: Bench) -> None:
    bench.prepare("lab")
    assert bench.prepare("lab", "test") == [("lab", "test")]
    assert bench.prepare("lab", "test") == []
    assert bench.prepare("lab") == []


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_a_changed_file_brings_everything_up_to_date(bench: Bench, name: str) -> None:
    bench.prepare("lab", "test")
    (bench.course.ROOT / name).write_text("changed")
    assert bench.prepare("lab") == [("lab", "test")]
    assert bench.prepare("lab") == []


@pytest.mark.parametrize("stamp", ["{}", "", "[]", '{"folder": "elsewhere"}'])
def test_a_half_made_venv_is_made_again(bench: Bench, stamp: str) -> None:
    bench.prepare("lab")
    bench.course.STAMP.write_text(stamp)
    assert bench.prepare("lab") == ["make", ("lab",)]


def test_after_a_failed_installation_the_next_call_starts_afresh(bench: Bench) -> None:
    bench.fails = True
    with pytest.raises(bench.course.CourseError):
        bench.prepare("lab")
    bench.fails = False
    assert bench.prepare("lab") == ["make", ("lab",)]


def test_a_venv_whose_python_is_gone_is_made_again(bench: Bench) -> None:
    bench.prepare("lab")
    bench.monkeypatch.setattr(bench.course, "PYTHON", bench.course.VENV / "gone")
    assert bench.prepare("lab") == ["make", ("lab",)]


def test_a_venv_of_another_version_is_made_again(bench: Bench) -> None:
    bench.prepare("lab")
    bench.monkeypatch.setattr(bench.course.sys, "version_info", (3, 99, 0))
    assert bench.prepare("lab")[0] == "make"


def test_a_folder_that_moved_with_its_venv_gets_a_new_one(bench: Bench) -> None:
    bench.prepare("lab")
    stamp = json.loads(bench.course.STAMP.read_text())
    bench.course.STAMP.write_text(json.dumps({**stamp, "folder": "/somewhere/else"}))
    assert bench.prepare("lab") == ["make", ("lab",)]


def test_a_venv_that_the_reader_made_is_kept(bench: Bench) -> None:
    bench.make_venv()
    assert bench.prepare("lab") == [("lab",)]
    assert bench.prepare("lab") == []


def test_a_venv_is_made_where_ensurepip_is_missing(bench: Bench) -> None:
    course = bench.course
    course.VENV.mkdir()
    (course.VENV / "left over").write_text("from before")
    bench.monkeypatch.setattr(course, "PYTHON", course.VENV / "bin" / "python")
    with bench.monkeypatch.context() as patch:
        patch.setattr(course, "succeeds", lambda *command: False)
        bench.really_make_venv()
    assert not (course.VENV / "left over").exists()
    assert course.read_stamp() == {}
    if sys.platform != "win32":
        assert course.venv_works()
        assert not course.succeeds(course.PYTHON, "-m", "pip", "--version")


def test_the_installer_is_the_first_that_answers(bench: Bench) -> None:
    course = bench.course
    answers = {str(course.PYTHON), sys.executable}
    bench.monkeypatch.setattr(course, "succeeds", lambda *command: command[0] in answers)
    bench.monkeypatch.setattr(course.shutil, "which", {"uv": "/bin/uv"}.get)
    target = str(course.PYTHON)
    assert course.installer() == [target, "-m", "pip", "install"]
    answers.remove(target)
    assert course.installer() == [sys.executable, "-m", "pip", "--python", target, "install"]
    answers.clear()
    assert course.installer() == ["/bin/uv", "pip", "install", "--python", target]
    bench.monkeypatch.setattr(course.shutil, "which", {}.get)
    with pytest.raises(course.CourseError, match="apt install python3-venv"):
        course.installer()


def test_lab_opens_the_lessons_and_hands_arguments_on(bench: Bench) -> None:
    course = bench.course
    bench.monkeypatch.setattr(course, "become", lambda command: command)
    command = course.lab(["--no-browser", "--port", "9999"])
    assert command[1:] == ["-m", "classroom", "lab", "--no-browser", "--port", "9999"]


def test_a_folder_that_cannot_be_written_to_is_named_with_the_remedy(bench, capsys) -> None:
    def refuse(extras) -> None:
        raise PermissionError(13, "Permission denied", "/opt/course/.venv")

    bench.monkeypatch.setattr(bench.course, "prepare", refuse)
    assert bench.course.main(["lab"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith("course.py: /opt/course/.venv cannot be written to")
    assert "Copy its folder to where you may write" in said


def test_test_with_arguments_is_pytest_alone(bench: Bench) -> None:
    course = bench.course
    bench.monkeypatch.setattr(course, "become", lambda command: command)
    assert course.test(["-k", "softmax"])[1:] == ["-m", "pytest", "-k", "softmax"]


def test_test_runs_every_step_and_stops_at_the_first_that_fails(bench: Bench) -> None:
    course, codes, ran = bench.course, {}, []

    def call(command, cwd):
        ran.append(command[2])
        return codes.get(command[2], 0)

    bench.monkeypatch.setattr(course.subprocess, "call", call)
    bench.monkeypatch.setattr(course, "become", lambda command: ran.append(command[2]) or 0)
    assert course.test([]) == 0
    assert ran == ["ruff", "ruff", "mypy", "pytest", "pytest"]
    ran.clear()
    codes["mypy"] = 1
    assert course.test([]) == 1
    assert ran == ["ruff", "ruff", "mypy"]
