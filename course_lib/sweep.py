"""Sweeps: the same function for every point of a grid, on whatever computes.

from concurrent.futures import ProcessPoolExecutor

def held_out_loss(seed, lr):
    run = train(task, replace(task.recipe, lr=lr), seed=seed, progress=False)
    return evaluate(task.held_out, run.params, run.config).loss

grid = {"seed": range(10), "lr": [1e-3, 3e-3]}
outcomes = sweep(held_out_loss, grid, ProcessPoolExecutor(4))

client = dask.distributed.Client("tcp://scheduler:8786")
outcomes = sweep(held_out_loss, grid, client.get_executor())
"""

import contextlib
import itertools
import uuid
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor, wait
from typing import Any, NamedTuple


class WorkerDied(RuntimeError):
    """The process that computed a point died, by a signal or for want of memory, say."""


class Outcome(NamedTuple):
    """What came of one point: its value, or the error that was raised there."""

    point: dict[str, Any]
    value: Any = None
    error: BaseException | None = None


def sweep(function, grid, executor=None):
    """Call function(**point) for every point of a grid.

    A worker that dies loses its own point only. What else was lost with it is computed again: the
    unfinished points are run in halves, and halves of halves, until the one that kills is alone.
    A function must therefore bear to be called twice for the same point.

    Parameters
    ----------
    function : callable
        For processes and clusters one that the workers can import, with results that can be
        pickled.
    grid : dict of iterables
        The values of each argument; every combination is a point.
    executor : concurrent.futures.Executor, or a callable that returns one, optional
        Where to compute, such as ProcessPoolExecutor(4) or a Dask client's get_executor(). Points
        are computed one after the other in this process without it. A pool that breaks when a
        worker dies is replaced by a new one: by calling the callable again, or, where that is
        missing, by a ProcessPoolExecutor with the same settings.

    Returns
    -------
    list of Outcome(point, value, error)
        In the order of the grid, the last argument fastest. error is what the function raised,
        WorkerDied if it took its worker with it, and None where all went well.
    """
    points = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    if executor is None:
        return [_call(function, point) for point in points]
    outcomes: dict[int, Outcome] = {}
    with contextlib.ExitStack() as stack:
        _spread(function, dict(enumerate(points)), _Pool(executor, stack), outcomes)
    return [outcomes[i] for i in range(len(points))]


def _call(function, point):
    try:
        return Outcome(point, function(**point))
    except Exception as error:
        return Outcome(point, error=error)


def _spread(function, points, pool, outcomes):
    """Compute points {index: point} and put their outcomes {index: Outcome} to the others."""
    futures = {}
    try:
        for i, point in points.items():
            futures[i] = pool.submit(_apply, function, point, uuid.uuid4().hex)
        wait(futures.values())
    finally:
        for future in futures.values():
            future.cancel()  # after Ctrl-C: what has not begun does not begin
    unfinished = []
    for i, future in futures.items():
        error = CancelledError() if future.cancelled() else future.exception()
        if error is None:
            outcomes[i] = Outcome(points[i], future.result())
        elif not _is_death(error):
            outcomes[i] = Outcome(points[i], error=error)
        elif len(points) > 1:
            unfinished.append(i)
        else:
            outcomes[i] = Outcome(points[i], error=WorkerDied(f"the worker died at {points[i]}"))
    middle = (len(unfinished) + 1) // 2
    for half in filter(None, (unfinished[:middle], unfinished[middle:])):
        _spread(function, {i: points[i] for i in half}, pool, outcomes)


def _apply(function, point, call_id):
    """Call the function. Dask remembers how a call ended; with an id none is like another."""
    return function(**point)


def _is_death(error):
    """Does this say that a worker died? Dask has an exception of its own for it."""
    return isinstance(error, (BrokenExecutor, CancelledError)) or (
        type(error).__name__ == "KilledWorker"
    )


class _Pool:
    """An executor that is replaced when it is broken; all that it made end with the stack."""

    def __init__(self, executor, stack):
        self.stack = stack
        self.make = None if isinstance(executor, Executor) else executor
        self.executor = self.make_new() if self.make else executor

    def submit(self, *job):
        try:
            return self.executor.submit(*job)
        except BrokenExecutor:
            self.executor = self.make_new()
            return self.executor.submit(*job)

    def make_new(self):
        if self.make:
            return self.stack.enter_context(self.make())
        old = self.executor
        if not isinstance(old, ProcessPoolExecutor):
            raise BrokenExecutor(
                f"sweep: the {type(old).__name__} broke when a worker died. Give sweep a function "
                "that makes executors in place of one executor."
            )
        names = ("_max_workers", "_mp_context", "_initializer", "_initargs")
        settings = [getattr(old, name) for name in names]  # there is no public way to ask
        return self.stack.enter_context(ProcessPoolExecutor(*settings))
