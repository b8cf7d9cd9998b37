"""Run a reader's function: within a time limit, and so that nothing it does reaches the notebook.

This keeps accidents away, not malice: a function may still write files, or end the process with
`os._exit`. An array that is too large for the machine raises MemoryError and is reported; one that
just fits makes it slow until the time is up.

The code runs in a thread of its own, so that a limit that strikes late strikes nobody else. Past
the limit an exception is raised inside that thread. Code that does not return to Python (a long
`time.sleep`, one enormous matrix product) cannot be stopped from within the process: it is left
behind, ends as soon as it returns, and the result says so. Where no thread can be started, as in a
browser's Python, `same_thread` does this.
"""

import builtins
import contextlib
import io
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from types import CodeType, FrameType
from typing import Any, Literal

import numpy as np

from classroom.exercises import swap
from classroom.exercises.exercise import Case
from classroom.exercises.same_thread import is_ours, run_here
from classroom.exercises.tree import fresh, snapshot

GRACE = 1.5  # seconds in which a thread may end after it was told to
STACK = 64 << 20  # bytes; macOS gives a thread too little for deep recursion

Ending = Literal["done", "stopped", "stuck"]
#: What np.empty finds while a reader's function runs: zeros by chance would hide its mistake.
LITTER = -7.0e77


@dataclass
class Run:
    """What one call did: a value or an exception, and the arguments as it left them."""

    case: Case
    value: Any = None
    error: BaseException | None = None
    args: tuple[Any, ...] = ()
    kwargs: dict[str, Any] = field(default_factory=dict)


@dataclass
class Runs:
    """The calls of all cases. Where time ran out the last cases are missing."""

    calls: list[Run]
    ending: str = "done"
    case: Case | None = None  # the one that ran when time was up


def call(function: Callable[..., Any], case: Case) -> Run:
    """Call the function on fresh copies of the arguments. Exceptions are kept, not raised."""
    run = Run(case, args=fresh(case.args), kwargs=fresh(dict(case.kwargs)))
    np.random.seed(0)  # noqa: NPY002  the reader may use it; the message must not vary
    random.seed(0)
    try:
        with np.errstate(all="ignore"):
            run.value = snapshot(function(*run.args, **run.kwargs))
    except Exception as error:
        run.error = error
    return run


def call_guarded(function: Callable[..., Any], cases: Sequence[Case], seconds: float) -> Runs:
    """Call a reader's function on all cases, within `seconds` for all together."""
    runs = Runs([])

    def job() -> None:
        for case in cases:
            runs.case = case
            runs.calls.append(_call_anything(function, case))

    runs.ending = run_limited(job, seconds)
    runs.calls = list(runs.calls)  # a thread left behind keeps its own list
    return runs


def call_all_guarded(
    functions: Sequence[Callable[..., Any]], cases: Sequence[Case], seconds: float
) -> list[list[Run]]:
    """Call several functions on all cases; for one that does not come to an end, return no runs.

    `seconds` is for all of them. The one that runs when time is up is left out, and the rest go on.
    """
    found: list[list[Run]] = []
    while len(found) < len(functions):
        done: list[list[Run]] = []

        def job(done: list[list[Run]] = done, rest: int = len(found)) -> None:
            for function in functions[rest:]:
                done.append([call(function, case) for case in cases])

        ending = run_limited(job, seconds)
        found += list(done)  # a thread left behind keeps its own list
        if ending != "done" and len(found) < len(functions):
            found.append([])
    return found


def _litter() -> None:
    """Leave LITTER in the small blocks of memory that NumPy hands out next."""
    for size in range(1, 129):
        blocks = [np.full(size, LITTER) for _ in range(3)]
        del blocks


def _call_anything(function: Callable[..., Any], case: Case) -> Run:
    _litter()
    try:
        return call(function, case)
    except (SystemExit, KeyboardInterrupt, GeneratorExit) as error:
        return Run(case, error=error)


@contextlib.contextmanager
def isolated() -> Iterator[Callable[[], str]]:
    """Keep back what is printed, displayed and plotted; put back what is global.

    Yields a function that returns what was printed so far.
    """
    numpy_state, state = np.random.get_state(), random.getstate()  # noqa: NPY002
    depth = sys.getrecursionlimit()
    with contextlib.ExitStack() as stack:
        printed = stack.enter_context(_captured())
        stack.enter_context(_no_questions())
        stack.enter_context(_no_figures())
        stack.enter_context(warnings.catch_warnings())
        stack.enter_context(np.printoptions())
        stack.enter_context(swap.originals())
        warnings.simplefilter("ignore")
        try:
            yield printed
        finally:
            np.random.set_state(numpy_state)  # noqa: NPY002
            random.setstate(state)
            sys.setrecursionlimit(depth)


@contextlib.contextmanager
def _captured() -> Iterator[Callable[[], str]]:
    if "IPython" in sys.modules:
        from IPython.core.getipython import get_ipython
        from IPython.utils.capture import capture_output

        if get_ipython() is not None:
            with capture_output() as captured:
                yield lambda: captured.stdout
            return
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        yield out.getvalue


@contextlib.contextmanager
def _no_questions() -> Iterator[None]:
    def refuse(prompt: object = "") -> str:
        raise EOFError("check runs without a keyboard: input() has nobody to ask")

    before, hook = builtins.input, sys.breakpointhook
    builtins.input, sys.breakpointhook = refuse, lambda *args, **kwargs: None
    try:
        yield
    finally:
        builtins.input, sys.breakpointhook = before, hook


@contextlib.contextmanager
def _no_figures() -> Iterator[None]:
    """Close the figures that are opened meanwhile. Does not import matplotlib by itself."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    open_before = set(pyplot.get_fignums()) if pyplot else set()
    show = pyplot.show if pyplot else None
    if pyplot:
        pyplot.show = lambda *args, **kwargs: None
    try:
        yield
    finally:
        if pyplot:
            pyplot.show = show
        pyplot = sys.modules.get("matplotlib.pyplot")
        for number in set(pyplot.get_fignums()) - open_before if pyplot else ():
            with contextlib.suppress(Exception):
                pyplot.close(number)


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
            if threading.get_ident() == worker.ident and not is_ours(code):
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
        try:
            worker.start()
        except RuntimeError:
            return run_here(job, seconds)
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
    import ctypes  # not there in every Python that cannot start a thread

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
