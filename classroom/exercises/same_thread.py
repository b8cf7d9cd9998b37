"""Run code within a time limit in the thread that asks for it: no thread, signal or ctypes needed.

It is stopped between two of its lines, or calls, or turns of a loop. One long operation in C, such
as an enormous matrix product, is not interrupted; what comes after it is not reached.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from types import CodeType, FrameType
from typing import Any, Literal

#: Their bookkeeping must be finished: in the last, np.errstate puts back what it has changed.
_OURS = (__file__, "sandbox.py", threading.__file__, contextlib.__file__, "_ufunc_config.py")


def is_ours(code: CodeType) -> bool:
    """Whether code keeps the books here, in threading, contextlib or np.errstate."""
    return code.co_filename.endswith(_OURS)


def run_here(job: Callable[[], None], seconds: float) -> Literal["done", "stopped"]:
    """Run `job()` in this thread, and end it at the first line that it reaches too late."""
    watch = _watch_by_monitoring if sys.version_info >= (3, 12) else _watch_by_tracing
    try:
        with watch(time.monotonic() + seconds):
            job()
    except TimeLimitHere:
        return "stopped"
    return "done"


class TimeLimitHere(BaseException):
    """Raised at every line that is reached too late, until `job` has ended.

    A trace function is gone once it has raised. A bare `except:` in a loop may swallow the
    exception; it is then deleted, and sets the trace again.
    """

    def __init__(self, frame: FrameType | None = None, trace: Any = None) -> None:
        super().__init__()
        self.frame, self.trace = frame, trace

    def __del__(self) -> None:
        frame, trace = self.frame, self.trace
        if frame is None or not trace.watching:
            return
        while frame is not None and frame.f_code is not run_here.__code__:
            frame.f_trace = trace
            frame = frame.f_back
        sys.settrace(trace)


class _Trace:
    """A trace function that raises at every line after a time."""

    def __init__(self, end: float) -> None:
        self.end, self.watching = end, True

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        if self.watching and time.monotonic() > self.end and not is_ours(frame.f_code):
            raise TimeLimitHere(frame, self)
        return self


@contextlib.contextmanager
def _watch_by_tracing(end: float) -> Iterator[None]:
    before, trace = sys.gettrace(), _Trace(end)
    sys.settrace(trace)
    try:
        yield
    finally:
        trace.watching = False
        sys.settrace(before)


@contextlib.contextmanager
def _watch_by_monitoring(end: float) -> Iterator[None]:
    """Watch lines, calls and jumps: a loop may stand within one line, or in map and sum."""
    if sys.version_info >= (3, 12):
        monitor, here = sys.monitoring, threading.get_ident()
        tool = next(
            (number for number in (4, 3, 0, 1, 2) if monitor.get_tool(number) is None), None
        )
        if tool is None:  # all are taken by debuggers and profilers
            with _watch_by_tracing(end):
                yield
            return

        def look(code: CodeType, *place: Any) -> None:
            late = time.monotonic() > end and threading.get_ident() == here
            if late and not is_ours(code):
                raise TimeLimitHere

        events = monitor.events
        watched = (events.LINE, events.PY_START, events.PY_RESUME, events.JUMP)
        monitor.use_tool_id(tool, "exercises")
        for event in watched:
            monitor.register_callback(tool, event, look)
        monitor.set_events(tool, sum(watched))
        try:
            yield
        finally:
            monitor.set_events(tool, 0)
            for event in watched:
                monitor.register_callback(tool, event, None)
            monitor.free_tool_id(tool)
    else:
        with _watch_by_tracing(end):
            yield
