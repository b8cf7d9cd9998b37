"""`python -m classroom`: the exercises that are right, and the lessons in JupyterLab."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from classroom.exercises.solutions import CLASSROOM, NOTEBOOKS
from course_lib.cli import execute
from course_lib.cli.messages import CommandError, Parser, check_command

PROGRAM = "python -m classroom"
ROOT = CLASSROOM.parent
#: JupyterLab keeps under this name which notebooks are open, apart from the reader's other work.
WORKSPACE = "course"


def main(arguments=None):
    """Run one command; return its exit code."""
    return execute(PROGRAM, read, arguments)


def read(arguments):
    """Return the options of a command; refuse an unknown one."""
    parser = Parser(
        prog=PROGRAM,
        description="See which exercises are right; open the lessons.",
        example=f"{PROGRAM} progress",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=Parser)
    progress = commands.add_parser(
        "progress",
        help="say which exercises are right",
        description="Say which exercises are right and saved, lesson by lesson.",
        example=f"{PROGRAM} progress",
    )
    progress.set_defaults(run=run_progress)
    lab = commands.add_parser(
        "lab",
        help="open the lessons in JupyterLab",
        description="Open the lessons in JupyterLab. What follows `lab` is handed on to it.",
        example=f"{PROGRAM} lab --no-browser --port 9999",
    )
    lab.set_defaults(run=run_lab)
    if not arguments:
        raise CommandError("a command is missing; choose from progress, lab.")
    check_command(arguments[0], ["progress", "lab"])
    options, rest = parser.parse_known_args(arguments)
    if rest and arguments[0] != "lab":
        raise CommandError(
            f"{arguments[0]} does not know what {rest[0]!r} means; "
            f"see {PROGRAM} {arguments[0]} --help."
        )
    options.arguments = rest
    return options


def run_progress(options):
    """Check every saved answer again and print the state of all lessons."""
    from classroom import progress

    print(progress())


def run_lab(options):
    """Become JupyterLab, which serves the whole repository: lessons link to solutions.

    Its kernels have one BLAS thread each, unless the caller has set another number: on matrices of
    this size two threads wait for each other, and lesson 8 would train several times as long.
    """
    install = "give `python3 course.py lab` in the folder of the course, which installs all"
    if find_spec("jupyterlab") is None:
        raise CommandError(f"JupyterLab is not installed; {install}.")
    if not (ROOT / "lessons").is_dir():
        raise CommandError(f"there is no folder 'lessons' in {str(ROOT)!r}; {install}.")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--LabApp.default_url={first_page()}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return become([*command, *options.arguments])


def first_page():
    """Return the address of the notebooks that were open last; of lesson 1 if there were none."""
    page = f"/lab/workspaces/{WORKSPACE}"
    return page if notebooks_left_open() else f"{page}/tree/lessons/{NOTEBOOKS[1]}.ipynb"


def notebooks_left_open():
    """Tell whether JupyterLab would open notebooks again, those that are still there."""
    from jupyter_core.paths import jupyter_config_dir

    folder = os.environ.get("JUPYTERLAB_WORKSPACES_DIR") or f"{jupyter_config_dir()}/lab/workspaces"
    for path in Path(folder).glob(f"{WORKSPACE}-*.jupyterlab-workspace"):
        try:
            kept = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        if kept.get("metadata", {}).get("id") != WORKSPACE:
            continue
        names = [key.partition("notebook:")[2] for key in kept.get("data", {})]
        if any(name and (ROOT / name).is_file() for name in names):
            return True
    return False


def become(command):
    """Go on as another program, so that Ctrl-C and signals reach it alone."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)
