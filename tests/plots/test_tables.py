"""A printed table."""

import doctest

import numpy as np
import pytest

from classroom.plots import table, tables


def test_words_stand_left_and_numbers_right():
    shown = table(
        {"part": ["attention", "norm"], "numbers": [12_345, 7], "share": [0.98765, None]},
        formats={"share": ".1%"},
    )
    assert shown.splitlines() == [
        "part       numbers  share",
        "attention   12,345  98.8%",
        "norm             7",
    ]
    assert repr(shown) == str(shown)


def test_numbers_of_numpy_are_numbers():
    shown = table({"x": np.array([1.0, 0.123456]), "n": np.array([1, 2])}, digits=2)
    assert shown.splitlines() == ["   x  n", "   1  1", "0.12  2"]


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"differ in length \(a: 1, b: 2\)"):
        table({"a": [1], "b": [1, 2]})
    with pytest.raises(ValueError, match="no column 'c'"):
        table({"a": [1]}, formats={"c": ".1f"})


def test_the_example_runs():
    assert doctest.testmod(tables).failed == 0
