"""Which task is meant, and where its trained model lies."""

import os
from pathlib import Path

from ..internals.files import work_folder
from ..tasks import TASKS, load_stored, load_task
from ..tasks.stored import stored_path
from ..training.checkpoint import load_checkpoint
from .messages import PROGRAM, CommandError

UNFINISHED = "-unfinished"
"""Ends the name of a file that holds a training on its way."""


def add_task(parser):
    """Add TASK and --preset."""
    parser.add_argument("task", metavar="TASK", help=f"one of {', '.join(TASKS)}")
    parser.add_argument("--preset", metavar="NAME", help="a variant of the task; listed below")


def add_model(parser):
    """Add TASK, --preset and --checkpoint."""
    add_task(parser)
    parser.add_argument(
        "--checkpoint", metavar="FILE", type=Path, help="a model that `train` saved, to be used"
    )


def list_presets():
    """Return the presets of every task, for the help."""
    lines = [f"  {name + ':':<15}{', '.join(presets)}" for name, presets in TASKS.items()]
    return "\n".join(["tasks and their presets (the first is the default):", *lines])


def runs_folder():
    """Return the folder of the reader's own models: COURSE_RUNS, or `runs` in `work_folder()`."""
    named = os.environ.get("COURSE_RUNS")
    return Path(named).expanduser() if named else work_folder() / "runs"


def run_path(task, seed):
    """Return where `train` saves the model of this seed."""
    return runs_folder() / f"{stored_path(task).stem}-seed{seed}.npz"


def find_task(options):
    """Return the Task that a command is about; a file of --checkpoint knows its preset."""
    return load_task(options.task, options.preset or _preset_of(options))


def load_model(task, options):
    """Read the model that a command is about.

    That is the file of --checkpoint; else the model that comes with the course; else the newest
    one of this task and preset that `train` saved.

    Returns
    -------
    params : nested dict of arrays
    path : Path

    Raises
    ------
    CommandError
        If there is none; says how to make it.
    """
    path = options.checkpoint
    if path is None:
        own = runs_folder().glob(f"{stored_path(task).stem}-seed*.npz")
        own = [path for path in own if not path.stem.endswith(UNFINISHED)]
        newest = max(own, key=lambda path: path.stat().st_mtime, default=stored_path(task))
        path = stored_path(task) if stored_path(task).exists() else newest
    if not path.exists():
        raise CommandError(
            f"there is no trained model {shown(path)!r}; make one with `{train_command(task)}`."
        )
    params, _ = load_stored(task, path)
    return params, path


def _preset_of(options):
    """Return the preset that the file of --checkpoint was trained for, or None."""
    if options.checkpoint is None or not options.checkpoint.exists():
        return None
    about = load_checkpoint(options.checkpoint)[2]
    if about.get("task", options.task) != options.task:
        raise CommandError(
            f"{shown(options.checkpoint)!r} holds a model of {about['task']}, "
            f"not of {options.task}."
        )
    return about.get("preset")


def train_command(task):
    """Return the command that trains this task and preset."""
    preset = "" if task.preset == next(iter(TASKS[task.name])) else f" --preset {task.preset}"
    return f"{PROGRAM} train {task.name}{preset}"


def shown(path):
    """Return a path as text, relative where that is shorter."""
    relative = os.path.relpath(path)
    return relative if len(relative) < len(str(path)) else str(path)


def title(task):
    """Name a task and its preset."""
    return task.name if task.preset == task.name else f"{task.name} ({task.preset})"
