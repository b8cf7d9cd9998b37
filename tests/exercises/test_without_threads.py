"""`check` where no thread can be started and no signal sent, as in a browser's Python."""

import contextlib
import itertools
import signal
import sys
import threading
import time

import numpy as np
import pytest

from classroom.exercises import sandbox
from classroom.exercises.grade import grade

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _no_threads_and_no_signals(monkeypatch) -> None:
    def refuse(*args) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    for name in ("setitimer", "alarm", "signal", "pthread_kill"):
        if hasattr(signal, name):
            monkeypatch.setattr(signal, name, refuse)
    monkeypatch.setitem(sys.modules, "ctypes", None)


def test_a_right_answer_is_right() -> None:
    def double(x, factor=2.0):
        return x * factor, (x, factor)

    assert grade("double", double).outcome == "right"


def test_a_mistake_is_found() -> None:
    def double(x, factor=2.0):
        return x * x, (x, factor)

    assert grade("double", double).mistake == "squared"


def in_one_line(x):
    while True:
        x = x + 1


def over_several_lines(x):
    while True:
        x = x + 1


def swallowed(x):
    while True:
        try:
            x = x + 1
        except:  # noqa: E722
            x = x + 1


def swallowed_by_loops_in_loops(x):
    while True:
        with contextlib.suppress(BaseException):
            while True:
                try:
                    np.exp(x)
                except BaseException:
                    x = x + 1


def in_a_comprehension(x):
    return [x for _ in itertools.count() if x is None]


def in_a_sum(x):
    return sum(0 for _ in itertools.count())


def in_map(x):
    return max(map(lambda number: 0, itertools.count()))  # noqa: C417


def in_a_helper(x):
    over_several_lines(x)


@pytest.mark.parametrize(
    "loop",
    [
        in_one_line,
        over_several_lines,
        swallowed,
        swallowed_by_loops_in_loops,
        in_a_comprehension,
        in_a_sum,
        in_map,
        in_a_helper,
    ],
    ids=lambda loop: loop.__name__,
)
def test_an_endless_loop_is_stopped(loop) -> None:
    def double(x, factor=2.0):
        return loop(x)

    state, trace, began = np.geterr(), sys.gettrace(), time.monotonic()
    report = grade("double", double, seconds=0.2)
    assert report.kind == "time"
    assert "had not come to an end after 0.2 seconds and was stopped" in report.message
    assert time.monotonic() - began < 5
    assert (np.geterr(), sys.gettrace()) == (state, trace)
    sum(number for number in range(100))  # an exception that came late would be raised here


def test_a_mistake_that_does_not_end_is_left_out_and_the_others_are_told() -> None:
    def endless(x):
        while True:
            x = x + 1

    case = sandbox.Case((np.arange(3.0),))
    runs = sandbox.call_all_guarded([np.negative, endless, np.square], [case], 0.2)
    assert [len(calls) for calls in runs] == [1, 0, 1]


def test_what_is_slow_but_ends_in_time_is_graded() -> None:
    def double(x, factor=2.0):
        time.sleep(0.01)
        return x * factor, (x, factor)

    assert grade("double", double, seconds=2).outcome == "right"
