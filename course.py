#!/usr/bin/env python3
"""The two commands of the course, on the standard library alone.

    python3 course.py lab     open the lessons in JupyterLab
    python3 course.py test    run every check and every test

The first call makes `.venv` beside this file and installs the course into it, at the versions that
constraints.txt names; a later call starts at once. What follows the command is handed on:

    python3 course.py lab --no-browser --port 9999    (to JupyterLab)
    python3 course.py test -k softmax                 (to pytest, which then runs alone)
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python is told so, where it can still read)
    sys.stderr.write(
        "course.py: the course needs Python 3.11 or newer, and this is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]} ({sys.executable}).\n"
    )
    sys.exit(2)

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
STAMP = VENV / "course.json"  # what was installed; empty while an installation is under way
EXTRAS = {"lab": ("lab",), "test": ("lab", "test")}
#: JupyterLab would ask about news and look for updates before the first lesson is seen.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}
}
NO_PIP = """\
this Python ({python}) has neither pip nor ensurepip, so nothing can be installed.
On Debian and Ubuntu `apt install python3-venv` brings them (with sudo, unless you are root); having
`uv` on the PATH is enough too. Then give the same command again."""

NO_WRITING = """\
{path} cannot be written to, but the course is installed beside course.py. Copy its folder to
where you may write, such as your home folder, and give the same command there."""


class CourseError(Exception):
    """What stops a command, in words for the reader."""


def succeeds(*command: str | Path) -> bool:
    """Tell whether `command` can be run and ends well; its output is not shown."""
    try:
        return (
            subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode == 0
        )
    except OSError:
        return False


def fingerprint() -> str:
    """Return a digest of the files that say what is installed: .venv follows when they change."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict | None:
    """Return what was installed; {} if an installation did not end; None if there was none."""
    try:
        stamp = json.loads(STAMP.read_text())
    except FileNotFoundError:
        return None
    except ValueError:
        return {}
    return stamp if isinstance(stamp, dict) else {}


def venv_works() -> bool:
    """Tell whether the interpreter of .venv runs, and is of the version of this one."""
    same = f"import sys; sys.exit(sys.version_info[:2] != {tuple(sys.version_info[:2])})"
    return succeeds(PYTHON, "-c", same)


def make_venv() -> None:
    """Make .venv anew, with pip in it where this Python can put it there.

    Debian keeps what `venv` needs for that in a package of its own, so it may be missing.
    """
    if VENV.exists():
        shutil.rmtree(VENV)
    VENV.mkdir()
    STAMP.write_text("{}")
    command = [sys.executable, "-m", "venv", str(VENV)]
    if not succeeds(*command) and subprocess.call([*command, "--without-pip"]) != 0:
        raise CourseError(f"{sys.executable} cannot make .venv, for the reason above.")


def installer() -> list[str]:
    """Return the command that installs into .venv: its own pip, else this Python's pip, else uv."""
    for pip in (
        [str(PYTHON), "-m", "pip"],
        [sys.executable, "-m", "pip", "--python", str(PYTHON)],
    ):
        if succeeds(*pip, "--version"):
            return [*pip, "install"]
    uv = shutil.which("uv")
    if uv:
        return [uv, "pip", "install", "--python", str(PYTHON)]
    raise CourseError(NO_PIP.format(python=sys.executable))


def install(extras: tuple[str, ...]) -> None:
    """Install the course with `extras` into .venv."""
    command = installer()
    if not sys.stdout.isatty():
        command.append("--quiet")
    command += ["-c", "constraints.txt", "-e", f".[{','.join(extras)}]"]
    env = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    if subprocess.call(command, cwd=ROOT, env=env) != 0:
        raise CourseError(
            "the installation failed, for the reason above; give the command again to start afresh."
        )
    settings = VENV / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=2))
    # Else the first figure of the first lesson builds the font cache, with a warning.
    succeeds(PYTHON, "-c", "import matplotlib.font_manager")


def prepare(extras: tuple[str, ...]) -> None:
    """See to it that .venv holds the course with `extras`; do nothing where it already does."""
    stamp, files = read_stamp(), fingerprint()
    installed = tuple((stamp or {}).get("extras", ()))
    usable = venv_works() and (stamp is None or stamp.get("folder") == str(ROOT))
    if usable and stamp and stamp.get("files") == files and set(extras) <= set(installed):
        return
    print("Installing the course into .venv; the first time, this takes a minute ...", flush=True)
    if not usable:  # none yet, half-made, of another Python, or moved here with its folder
        make_venv()
    extras = tuple(dict.fromkeys((*installed, *extras)))
    STAMP.write_text("{}")
    install(extras)
    STAMP.write_text(json.dumps({"folder": str(ROOT), "files": files, "extras": extras}))


def become(command: list[str]) -> int:
    """Go on as `command`, so that Ctrl-C and signals reach it alone."""
    sys.stdout.flush()
    if os.name == "posix":
        os.chdir(ROOT)
        os.execv(command[0], command)
    return subprocess.call(command, cwd=ROOT)


def lab(arguments: list[str]) -> int:
    """Open the lessons in JupyterLab: see classroom/command_line.py."""
    return become([str(PYTHON), "-m", "classroom", "lab", *arguments])


def test(arguments: list[str]) -> int:
    """Run format, lint, types, then all tests; with arguments, pytest alone with these.

    The browser tests come first and alone: they measure how fast a slider answers.
    """
    if arguments:
        return become([str(PYTHON), "-m", "pytest", *arguments])
    for step in (
        ["ruff", "format", "--check", "."],
        ["ruff", "check", "."],
        ["mypy"],
        ["pytest", "tests/browser"],
    ):
        print("$", *step, flush=True)
        code = subprocess.call([str(PYTHON), "-m", *step], cwd=ROOT)
        if code != 0:
            return code
    rest = ["pytest", "-n", "2", "--dist", "loadfile", "--ignore=tests/browser"]
    print("$", *rest, flush=True)
    return become([str(PYTHON), "-m", *rest])


def main(arguments: list[str]) -> int:
    command = arguments[0] if arguments else ""
    if command in ("-h", "--help"):
        print(__doc__)
        return 0
    if command not in EXTRAS:
        asked = f"there is no command '{command}'" if command else "a command is missing"
        print(f"course.py: {asked}; the commands are `lab` and `test`.", file=sys.stderr)
        return 2
    try:
        prepare(EXTRAS[command])
    except PermissionError as error:
        print(f"course.py: {NO_WRITING.format(path=error.filename or ROOT)}", file=sys.stderr)
        return 2
    except (CourseError, OSError) as error:
        print(f"course.py: {error}", file=sys.stderr)
        return 2
    return {"lab": lab, "test": test}[command](arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
