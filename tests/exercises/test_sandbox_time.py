"""A function that does not come to an end is stopped, and nothing else is."""

import contextlib
import threading
import time

import numpy as np
import pytest

from classroom.exercises import sandbox
from classroom.exercises.grade import grade

pytestmark = pytest.mark.usefixtures("toys")


def right(x, factor):
    return x * factor, (x, factor)


def outcome_of(function, seconds=2.0):
    return grade("double", function, seconds=seconds)


def test_an_endless_loop_is_stopped() -> None:
    def double(x, factor=2.0):
        while True:
            factor += 1

    report = outcome_of(double, seconds=0.2)
    assert report.kind == "time"
    assert "stopped" in report.message
    assert "two numbers" in report.message


def test_an_endless_loop_that_swallows_exceptions_is_stopped() -> None:
    def double(x, factor=2.0):
        while True:
            try:
                np.exp(x)
                factor += 1
            except:  # noqa: E722
                pass

    before = threading.active_count()
    report = outcome_of(double, seconds=0.2)
    assert report.kind == "time"
    assert threading.active_count() == before


def test_a_function_that_sleeps_is_left_behind_and_said_so(monkeypatch) -> None:
    monkeypatch.setattr(sandbox, "GRACE", 0.2)
    wake = threading.Event()

    def double(x, factor=2.0):
        wake.wait(20)  # not interruptible from within the process, as time.sleep

    report = outcome_of(double, seconds=0.1)
    wake.set()
    assert report.kind == "time"
    assert "could not be stopped" in report.message


def test_a_limit_never_strikes_after_the_end() -> None:
    for _ in range(30):

        def double(x, factor=2.0):
            time.sleep(0.004)  # three cases: done at about the time of the limit
            return right(x, factor)

        report = outcome_of(double, seconds=0.013)
        assert report.kind in ("right", "time")
    end = time.monotonic() + 0.2
    while time.monotonic() < end:  # here an exception that came late would be raised
        sum(range(100))


def test_an_interrupt_by_the_user_is_passed_on(monkeypatch) -> None:
    def interrupt(worker, seconds):
        raise KeyboardInterrupt

    monkeypatch.setattr(sandbox, "_wait", interrupt)

    def double(x, factor=2.0):
        while True:
            factor += 1

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        outcome_of(double)
    assert threading.active_count() == before


def test_the_limit_holds_outside_the_main_thread_too() -> None:
    found = []

    def double(x, factor=2.0):
        while True:
            factor += 1

    thread = threading.Thread(target=lambda: found.append(outcome_of(double, seconds=0.1).kind))
    thread.start()
    thread.join(10)
    assert found == ["time"]


def test_suppressing_all_exceptions_in_a_loop_does_not_help() -> None:
    def double(x, factor=2.0):
        while True:
            with contextlib.suppress(BaseException):
                while True:
                    factor += 1

    assert outcome_of(double, seconds=0.1).kind == "time"
