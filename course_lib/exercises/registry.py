"""All exercises, by name. Each `lesson_NN` in this folder registers its own on import."""

import difflib
import importlib
import pkgutil
import zlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from .exercise import Case, Exercise

NOTEBOOKS = {
    1: "01_embeddings",
    2: "02_attention",
    3: "03_residual_norm_ffn",
    4: "04_blocks",
    5: "05_output_projection",
    6: "06_softmax_and_loss",
    7: "07_backpropagation",
    8: "08_training_loop",
    9: "09_training_dynamics",
}

_exercises: dict[str, Exercise] = {}


class UnknownName(LookupError):
    """A name that no exercise has. Its text lists those that come close."""


def register(exercise: Exercise) -> Exercise:
    """Add an exercise. Called by the modules in `lesson_NN`."""
    known = _exercises.get(exercise.name)
    if known is not None and known.cases.__module__ != exercise.cases.__module__:
        raise ValueError(f"two exercises are called {exercise.name!r}; names must differ.")
    if not exercise.name.isidentifier():
        raise ValueError(f"{exercise.name!r} is no function's name.")
    _exercises[exercise.name] = exercise
    return exercise


@cache
def _load_lessons() -> None:
    folder = str(Path(__file__).parent)
    for module in sorted(pkgutil.iter_modules([folder]), key=lambda found: found.name):
        if module.name.startswith("lesson_"):
            importlib.import_module(f"{__package__}.{module.name}")


def exercises() -> list[Exercise]:
    """All exercises, in the order of the lessons, within a lesson as registered."""
    _load_lessons()
    return sorted(_exercises.values(), key=lambda exercise: exercise.lesson)


def find(name: str) -> Exercise:
    """Return the exercise of that name, or raise UnknownName."""
    _load_lessons()
    if name not in _exercises:
        raise UnknownName(unknown_sentence(name, _exercises, "exercise"))
    return _exercises[name]


def unknown_sentence(name: str, known: Iterable[str], what: str) -> str:
    """Say that `name` is none of the known names, and which come close."""
    names = list(known)
    close = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    close += [other for other in names if name and name in other and other not in close][:3]
    if close:
        return f"There is no {what} called {name!r}. Did you mean {' or '.join(close)}?"
    if 0 < len(names) <= 8:
        return f"There is no {what} called {name!r}. There are: {', '.join(names)}."
    return f"There is no {what} called {name!r}."


def cases_of(exercise: Exercise) -> Sequence[Case]:
    """Make the exercise's cases: always the same ones, so that messages are too."""
    return exercise.cases(np.random.default_rng(zlib.crc32(exercise.name.encode())))
