"""What a reader's function may do to the process: nothing."""

import builtins
import random
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pytest

mpl.use("agg")
import matplotlib.pyplot as plt

from classroom.exercises.grade import grade
from course_lib import layers

pytestmark = pytest.mark.usefixtures("toys")


def right(x, factor):
    return x * factor, (x, factor)


def outcome_of(function, seconds=2.0):
    return grade("double", function, seconds=seconds)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_leaving_python_is_reported(error) -> None:
    def double(x, factor=2.0):
        raise error

    report = outcome_of(double)
    assert report.kind == "raised"
    assert f"raised a {type(error).__name__}" in report.message


def test_printing_reaches_nobody(capsys) -> None:
    def double(x, factor=2.0):
        print("noise", x)
        print("noise", file=sys.stderr)
        warnings.warn("noise", stacklevel=1)
        np.log(-np.ones(2))
        return right(x, factor)

    assert outcome_of(double).outcome == "right"
    assert capsys.readouterr() == ("", "")


def test_figures_are_closed_and_not_shown(monkeypatch) -> None:
    shown = []
    monkeypatch.setattr(plt, "show", lambda *args, **kwargs: shown.append(1))
    mine = plt.figure()

    def double(x, factor=2.0):
        plt.figure()
        plt.plot(x.ravel())
        plt.show()
        return right(x, factor)

    assert outcome_of(double).outcome == "right"
    assert plt.get_fignums() == [mine.number]
    assert shown == []
    plt.close(mine)


def test_questions_do_not_wait() -> None:
    def double(x, factor=2.0):
        return input("factor? ")

    report = outcome_of(double)
    assert report.kind == "raised"
    assert "without a keyboard" in report.message
    assert builtins.input is not None


def test_breakpoints_do_not_wait() -> None:
    def double(x, factor=2.0):
        breakpoint()
        return right(x, factor)

    assert outcome_of(double).outcome == "right"


def test_global_state_is_put_back() -> None:
    def double(x, factor=2.0):
        np.random.seed(3)  # noqa: NPY002
        random.seed(3)
        np.seterr(all="raise")
        np.set_printoptions(precision=1)
        sys.setrecursionlimit(5000)
        layers.softmax = None
        return right(x, factor)

    before = (
        np.geterr(),
        np.get_printoptions(),
        sys.getrecursionlimit(),
        random.getstate(),
        np.random.get_state()[1].tolist(),  # noqa: NPY002
        layers.softmax,
    )
    assert outcome_of(double).outcome == "right"
    assert before == (
        np.geterr(),
        np.get_printoptions(),
        sys.getrecursionlimit(),
        random.getstate(),
        np.random.get_state()[1].tolist(),  # noqa: NPY002
        layers.softmax,
    )


def test_inputs_of_one_call_are_not_those_of_the_next() -> None:
    seen = []

    def double(x, factor=2.0):
        seen.append(x)
        out = right(x.copy(), factor)
        x[...] = -1
        return out

    assert outcome_of(double).kind == "changed input"
    assert outcome_of(double).kind == "changed input"
    assert len({id(x) for x in seen}) == len(seen)


def test_a_result_that_is_changed_later_counts_as_it_was() -> None:
    buffer = np.zeros((2, 3, 5))

    def double(x, factor=2.0):
        if x.shape != buffer.shape:
            buffer[...] = 9
            return right(x, factor)
        buffer[...] = x * factor
        return buffer, (x, factor)

    assert outcome_of(double).outcome == "right"


def test_endless_recursion_is_said() -> None:
    def double(x, factor=2.0):
        return double(x, factor)

    report = outcome_of(double)
    assert report.kind == "raised"
    assert "calls itself without end" in report.message


def test_too_much_memory_is_said() -> None:
    def double(x, factor=2.0):
        return np.ones((1 << 23, 1 << 23)), None

    report = outcome_of(double)
    assert report.kind == "raised"
    assert "more memory than there is" in report.message


def test_memory_that_is_not_filled_is_not_zero_by_chance() -> None:
    def double(x, factor=2.0):
        out = np.empty(x.shape)
        out[..., 0] = x[..., 0] * factor
        return out, (x, factor)

    report = outcome_of(double)
    assert report.kind == "unfilled"
    assert "never filled" in report.message


def test_a_reader_who_prints_is_told_where_the_text_has_gone() -> None:
    def double(x, factor=2.0):
        print(x)
        return x, (x, factor)

    assert "What your function prints is not shown here" in outcome_of(double).message

    def silent(x, factor=2.0):
        return x, (x, factor)

    silent.__name__ = "double"
    assert "prints" not in outcome_of(silent).message


def test_a_comprehension_is_named_by_its_function() -> None:
    def double(x, factor=2.0):
        rows = [row + nowhere for row in x]  # noqa: F821
        return np.array(rows), (x, factor)

    assert "in line 2 of double:" in outcome_of(double).message


@pytest.mark.parametrize(
    ("odd", "text"),
    [(None, "among them None"), ("<unk>", "an array of strings, among them '<unk>'")],
)
def test_what_is_no_number_is_shown(odd, text) -> None:
    def double(x, factor=2.0):
        return np.array([odd] * x.size).reshape(x.shape), (x, factor)

    assert text in " ".join(outcome_of(double).message.split())
