"""Exercises of the tests' own, and a folder of the tests' own for saved answers."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from classroom.exercises import exercise as catalogue
from classroom.exercises import saved
from classroom.exercises.exercise import Case, Exercise, Mistake


def double(x, factor=2.0):
    """Return (out, cache) with cache = (x, factor)."""
    out = x * factor
    return out, (x, factor)


def pairs(q, k, mask=None):
    """Scores (B, T_q, T_k), 0 where the mask is False, and the sums of their rows."""
    scores = q @ k.swapaxes(-1, -2)
    if mask is not None:
        scores = np.where(mask, scores, 0.0)
    total = scores.sum(axis=-1)
    return scores, total


def _double_cases(rng):
    return [
        Case((np.array([1.0, 2.0]),), label="two numbers", expected=([2.0, 4.0], None)),
        Case((rng.normal(size=(2, 3, 5)) + 1,), label="a batch"),
        Case((rng.normal(size=(3, 5)) + 1,), {"factor": 3.0}, label="another factor"),
    ]


def _pairs_cases(rng):
    q, k = rng.normal(size=(2, 3, 7)), rng.normal(size=(2, 5, 7))
    mask = np.ones((3, 5), dtype=bool)
    mask[1, 2:] = False
    return [Case((q, k), label="without a mask"), Case((q, k, mask), label="with a mask")]


DOUBLE = Exercise(
    name="double",
    lesson=2,
    reference=double,
    cases=_double_cases,
    mistakes=(
        Mistake("squared", lambda x, factor=2.0: x * x, "You square it."),
        Mistake(
            "added",
            lambda x, factor=2.0: x + factor,
            lambda case, got, want: f"You add {case.kwargs.get('factor', 2.0)}.",
        ),
        Mistake("cache_order", lambda x, factor=2.0: (x * factor, (factor, x)), "The cache …"),
    ),
    hints=("first", "second", "third"),
)
PAIRS = Exercise("pairs", 2, pairs, _pairs_cases, hints=("a", "b", "c"))


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small exercises, double and pairs, beside the real ones."""
    for exercise in (DOUBLE, PAIRS):
        monkeypatch.setitem(catalogue.added, exercise.name, exercise)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder for saved answers: never the reader's own."""
    monkeypatch.setenv("COURSE_WORK", str(tmp_path / "work"))
    saved.saving_on()
    yield tmp_path / "work"
    saved.saving_on()
