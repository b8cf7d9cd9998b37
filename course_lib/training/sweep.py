"""Sweeps: the same function for every point of a grid, on whatever computes.

from concurrent.futures import ProcessPoolExecutor

def held_out_loss(seed, lr):
    task = load_task("next_token")
    run = train(task, replace(task.recipe, lr=lr), seed=seed, progress=False)
    return evaluate(task.held_out, run.params, run.config).loss

grid = {"seed": range(10), "lr": [0.1, 0.3]}
outcomes = sweep(held_out_loss, grid, ProcessPoolExecutor(4))

client = dask.distributed.Client("tcp://scheduler:8786")
outcomes = sweep(held_out_loss, grid, client.get_executor())
"""

import asyncio
import contextlib
import copy
import itertools
import pickle
import traceback
from concurrent.futures import BrokenExecutor, CancelledError, Executor, ProcessPoolExecutor
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
        For processes and clusters one that the workers can import, with results that pickle.
    grid : dict of iterables
        The values of each argument; every combination is a point.
    executor : concurrent.futures.Executor, or a callable that returns one, optional
        Where to compute, such as ProcessPoolExecutor(4) or a Dask client's get_executor(); without
        it in this process, one point after the other. A pool that breaks when a worker dies is
        replaced: by calling the callable again, or by a ProcessPoolExecutor with the same settings.
        A Dask cluster starts new workers itself. One that has none left waits for them, as long as
        Dask's setting distributed.scheduler.no-workers-timeout lets it.

    Returns
    -------
    list of Outcome(point, value, error)
        In the order of the grid, the last argument fastest. error is what the function raised (with
        its traceback in a note), WorkerDied if its worker died of it, None where all went well.

    Raises
    ------
    RuntimeError
        If the executor is shut down or broken, so that no point can be computed.
    """
    points = [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]
    if executor is None:
        return [Outcome(point, *_call(function, point)) for point in points]
    outcomes: dict[int, Outcome] = {}
    with contextlib.ExitStack() as stack:
        _spread(function, dict(enumerate(points)), _Pool(executor, stack), outcomes)
    return [outcomes[i] for i in range(len(points))]


def _call(function, point):
    """Return (value, error): what the function raises comes back, what a future raises is other."""
    try:
        return function(**point), None
    except Exception as error:
        error.add_note(f"sweep: at {point}\n{''.join(traceback.format_tb(error.__traceback__))}")
        try:
            pickle.loads(pickle.dumps(error))
        except Exception:  # an error whose arguments are more than its message, say
            return None, RuntimeError("".join(traceback.format_exception_only(error)))
        return None, error


def _spread(function, points, pool, outcomes):
    """Compute points {index: point} and put their outcomes {index: Outcome} to the others."""
    futures, unfinished = {}, []
    try:
        for i, point in points.items():
            futures[i] = pool.submit(_call, function, point)
        for i, future in futures.items():
            try:
                value, error = future.result()
            except CancelledError as stopped:
                raise RuntimeError("sweep: the executor was shut down before the end.") from stopped
            except Exception as other:
                value, error = None, other  # that a value does not pickle, say
                if isinstance(error, BrokenExecutor) or type(error).__name__ == "KilledWorker":
                    error = WorkerDied(f"the worker died at {points[i]}")
                    unfinished.append(i)
            outcomes[i] = Outcome(points[i], value, error)
    finally:
        for future in futures.values():
            future.cancel()  # after Ctrl-C: what has not begun does not begin
    if len(points) == 1:
        return
    middle = (len(unfinished) + 1) // 2
    for half in filter(None, (unfinished[:middle], unfinished[middle:])):
        _spread(function, {i: points[i] for i in half}, pool, outcomes)


class _Pool:
    """An executor that is replaced when it is broken; all that it made end with the stack."""

    def __init__(self, executor, stack):
        self.stack = stack
        self.make = executor if not isinstance(executor, Executor) else None
        self.executor = _repaired(executor) if not self.make else self.make_new()

    def submit(self, *job):
        try:
            return self.executor.submit(*job)
        except BrokenExecutor:
            self.executor = self.make_new()
            return self.executor.submit(*job)
        except Exception as error:
            raise RuntimeError(f"sweep: the executor takes no more points: {error}.") from error

    def make_new(self):
        new = self.stack.enter_context(_repaired((self.make or self.make_like)()))
        try:
            new.submit(int).result()
        except BrokenExecutor as error:
            raise BrokenExecutor(
                "sweep: a new executor breaks before it computes a point. Does its initializer "
                'fail, or does the script lack `if __name__ == "__main__":`?'
            ) from error
        return new

    def make_like(self):
        if not isinstance(self.executor, ProcessPoolExecutor):
            raise BrokenExecutor("sweep: the executor broke. Give a function that makes new ones.")
        names = ("_max_workers", "_mp_context", "_initializer", "_initargs")
        settings = (getattr(self.executor, name) for name in names)  # no public way to ask
        return ProcessPoolExecutor(*settings)


def _repaired(executor):
    """Return Dask's executor with futures that always end; others as they are.

    Dask's forgets a future whose result dies with its worker before it is fetched and cannot be had
    again: what Client._gather raises escapes distributed.cfexecutor._cascade_future, and the one
    who waits, waits for ever. pure=False, or Dask would answer a second call from the first.
    """
    if hasattr(executor, "_wrap_future"):
        executor = copy.copy(executor)
        executor._wrap_future = _as_concurrent
        executor._kwargs = {**executor._kwargs, "pure": False}
    return executor


def _as_concurrent(dask_future):
    async def fetch():
        return await dask_future

    return asyncio.run_coroutine_threadsafe(fetch(), dask_future.client.loop.asyncio_loop)
