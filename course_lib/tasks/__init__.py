"""The jobs that models of the course are trained for: each is data, a configuration and a recipe.

    task = load_task("digits")
    run = train(task)                      # or: params, about = load_stored(task)
    task, params = load_trained("digits")  # task and trained model at once, in float64

A task is a module of this package with `PRESETS`, a dict from each preset to one sentence about it
(the first is the default), and `load(preset) -> Task`.
"""

import difflib
from importlib import import_module

import numpy as np

from .stored import load_stored
from .task import Answer, Task

__all__ = ["TASKS", "Answer", "Task", "load_stored", "load_task", "load_trained"]

_MODULES = (
    "next_token",
    "digits",
    "copy",
    "raven",
    "toy_sentences",
    "induction",
    "modular",
)

TASKS: dict[str, dict[str, str]] = {
    name: import_module(f".{name}", __name__).PRESETS for name in _MODULES
}
"""Name of each task -> {preset: one sentence}; the first preset is the default."""


def load_task(name, preset=None):
    """Make a task: its data, the configuration of its model, its recipe.

    Parameters
    ----------
    name : str
        One of TASKS.
    preset : str, optional
        One of TASKS[name]; the first by default.

    Returns
    -------
    Task

    Raises
    ------
    ValueError
        If there is no such task or preset; names those that are close, or all.
    """
    _check_known("task", name, TASKS)
    preset = next(iter(TASKS[name])) if preset is None else preset
    _check_known(f"preset of {name}", preset, TASKS[name])
    return import_module(f".{name}", __name__).load(preset)


def load_trained(name, preset=None, dtype=np.float64):
    """Make a task and read the trained model that the course keeps of it, in float64.

    Parameters
    ----------
    name, preset : str
        As for `load_task`.
    dtype : dtype
        What the parameters are turned into; see `load_stored`.

    Returns
    -------
    task : Task
    params : nested dict of arrays
    """
    task = load_task(name, preset)
    params, _ = load_stored(task, dtype=dtype)
    return task, params


def _check_known(kind, name, known):
    if name in known:
        return
    close = difflib.get_close_matches(str(name).lower(), known, n=2, cutoff=0.5)
    advice = f"Did you mean {' or '.join(close)}?" if close else f"Choose from {', '.join(known)}."
    raise ValueError(f"load_task: there is no {kind} named {name!r}. {advice}")
