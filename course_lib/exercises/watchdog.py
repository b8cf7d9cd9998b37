"""Run code with a time limit, in any kernel or terminal and on any system.

The code runs in a thread of its own, so that a limit that strikes late strikes nobody else. Past
the limit an exception is raised inside that thread. Code that does not return to Python (a long
`time.sleep`, one enormous matrix product) cannot be stopped from within the process: it is left
behind, ends as soon as it returns, and the result says so.
"""

import contextlib
import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, Literal

GRACE = 1.5  # seconds in which a thread may end after it was told to
STACK = 64 << 20  # bytes; macOS gives a thread too little for deep recursion

_OURS = (__file__, threading.__file__)  # their bookkeeping must be finished

Ending = Literal["done", "stopped", "stuck"]


class TimeLimit(BaseException):
    """Raised inside the code whose time is up; `except Exception` lets it pass."""

    def __init__(self) -> None:
        super().__init__()
        if sys.version_info < (3, 12):
            _trace(sys._getframe(1))


def _trace(frame: FrameType | None) -> None:
    """Raise again at the next line: a bare `except:` in a loop may have swallowed the exception.

    Python makes the exception in the thread in which it is raised, where the trace must be set.
    """
    while frame is not None and frame.f_code is not _work.__code__:
        frame.f_trace = _strike
        frame = frame.f_back
    sys.settrace(_strike)


def _strike(frame: FrameType, event: str, arg: Any) -> Any:
    raise TimeLimit


@contextlib.contextmanager
def _every_line(worker: threading.Thread) -> Iterator[None]:
    """Raise at every line that the worker runs: the same for Python 3.12 and later."""
    if sys.version_info >= (3, 12):
        monitor = sys.monitoring
        tool = next((number for number in (4, 3, 0) if monitor.get_tool(number) is None), None)
        if tool is None:  # all are taken by debuggers and profilers
            yield
            return

        def strike(code: CodeType, line: int) -> None:
            if threading.get_ident() == worker.ident and code.co_filename not in _OURS:
                raise TimeLimit

        monitor.use_tool_id(tool, "exercises")
        monitor.register_callback(tool, monitor.events.LINE, strike)
        monitor.set_events(tool, monitor.events.LINE)
        try:
            yield
        finally:
            monitor.set_events(tool, 0)
            monitor.register_callback(tool, monitor.events.LINE, None)
            monitor.free_tool_id(tool)
    else:
        yield


def _work(job: Callable[[], None]) -> None:
    try:
        job()
    except TimeLimit:
        sys.settrace(None)


def run_limited(job: Callable[[], None], seconds: float) -> Ending:
    """Run `job()` and wait for it at most `seconds`.

    Returns
    -------
    "done" if it ended by itself, "stopped" if it had to be stopped, "stuck" if it could not be. An
    interrupt by the user stops it too, and is passed on.
    """
    worker = threading.Thread(target=_work, args=(job,), daemon=True, name="exercise")
    with _silent_threads(), _deep_stack():
        worker.start()
        try:
            _wait(worker, seconds)
        except BaseException:
            _stop(worker)
            raise
        if not worker.is_alive():
            return "done"
        return "stopped" if _stop(worker) else "stuck"


def _wait(worker: threading.Thread, seconds: float) -> None:
    end = time.monotonic() + seconds
    while worker.is_alive() and (left := end - time.monotonic()) > 0:
        worker.join(min(left, 0.05))  # in short waits: Windows delivers Ctrl+C only between them


def _stop(worker: threading.Thread) -> bool:
    if _told_to_end(worker, GRACE / 10):
        return True
    with _every_line(worker):
        return _told_to_end(worker, GRACE)


def _told_to_end(worker: threading.Thread, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while worker.is_alive() and time.monotonic() < end:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident or 0), ctypes.py_object(TimeLimit)
        )
        worker.join(0.02)
    return not worker.is_alive()


@contextlib.contextmanager
def _silent_threads() -> Iterator[None]:
    hook = threading.excepthook
    threading.excepthook = lambda arguments: None
    try:
        yield
    finally:
        threading.excepthook = hook


@contextlib.contextmanager
def _deep_stack() -> Iterator[None]:
    try:
        before = threading.stack_size(STACK)
    except (ValueError, RuntimeError):  # a system that does not let us choose
        yield
        return
    try:
        yield
    finally:
        threading.stack_size(before)
