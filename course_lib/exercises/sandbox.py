"""Run a reader's function so that nothing it prints, plots or changes reaches the notebook.

This keeps accidents away, not malice: a function may still write files, or end the process with
`os._exit`. An array that is too large for the machine raises MemoryError and is reported; one that
just fits makes it slow until the time is up.
"""

import builtins
import contextlib
import io
import random
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import swap
from .exercise import Case
from .values import fresh, snapshot
from .watchdog import run_limited

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
