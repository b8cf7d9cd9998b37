"""`progress` and `lab`: the exercises that are right, and the lessons in JupyterLab."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import course_lib

from .messages import PROGRAM, CommandError, Parser


def add(name, commands, summary):
    """Add one of the two commands to the parser."""
    parser: Parser = commands.add_parser(
        name, help=summary, description=DESCRIPTIONS[name], example=f"{PROGRAM} {EXAMPLES[name]}"
    )
    parser.set_defaults(run=RUN[name])


def run_progress(options):
    """Check every saved answer again and print the state of all lessons."""
    try:
        from ..exercises import progress
    except ModuleNotFoundError as error:
        raise CommandError(
            f"the exercises need {error.name}, which is not installed; {INSTALL}."
        ) from error
    print(progress())


def run_lab(options):
    """Become JupyterLab, which serves the whole repository: lessons link to solutions."""
    root = Path(course_lib.__file__).parents[1]
    if find_spec("jupyterlab") is None:
        raise CommandError(f"JupyterLab is not installed; {INSTALL}.")
    if not (root / "lessons").is_dir():
        raise CommandError(f"there is no folder 'lessons' in {str(root)!r}; {INSTALL}.")
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={root}"]
    command += ["--LabApp.default_url=/lab/tree/lessons"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    command += options.arguments
    return become(command)


def become(command):
    """Go on as another program, so that Ctrl-C and signals reach it alone."""
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)


INSTALL = "give `python3 course.py lab` in the folder of the course, which installs all"
DESCRIPTIONS = {
    "progress": "Say which exercises are right and saved, lesson by lesson.",
    "lab": "Open the lessons in JupyterLab. What follows `lab` is handed on to it.",
}
EXAMPLES = {"progress": "progress", "lab": "lab --no-browser --port 9999"}
RUN = {"progress": run_progress, "lab": run_lab}
