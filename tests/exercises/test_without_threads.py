"""`check` where no thread can be started, as in a browser's Python."""

import threading

import pytest

from classroom.exercises.grade import grade

pytestmark = pytest.mark.usefixtures("toys")


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch) -> None:
    def refuse(thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)


def test_a_right_answer_is_right() -> None:
    def double(x, factor=2.0):
        return x * factor, (x, factor)

    assert grade("double", double).outcome == "right"


def test_a_mistake_is_found() -> None:
    def double(x, factor=2.0):
        return x * x, (x, factor)

    assert grade("double", double).mistake == "squared"


def test_an_endless_loop_is_stopped() -> None:
    def double(x, factor=2.0):
        while True:
            x = x + 1

    report = grade("double", double, seconds=0.3)
    assert report.kind == "time"
    assert "had not come to an end after 0.3 seconds and was stopped" in report.message
