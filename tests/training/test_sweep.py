"""Sweeps: order, errors with their points, killed workers; on processes and on a Dask cluster."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from multiprocessing import get_context
from traceback import format_exception_only
from types import SimpleNamespace

import numpy as np
import pytest

from course_lib.params import TransformerConfig, init_params
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.objective import Batch, evaluate, loss_and_grads
from course_lib.training.shards import computing
from course_lib.training.sweep import Outcome, WorkerDied, sweep

pytestmark = pytest.mark.timeout(100)

GRID = {"x": range(3), "scale": (1, 10)}
POINTS = [{"x": x, "scale": scale} for x in range(3) for scale in (1, 10)]


def multiply(x: int, scale: int) -> int:
    time.sleep(0.02 * (2 - x))  # the last point is the first to be done
    return x * scale


def refuse_two(x: int, scale: int) -> int:
    if x == 2:
        raise ValueError(f"not {x} times {scale}")
    return x * scale


class TwoPartError(Exception):
    """Pickle takes it apart and cannot put it together again."""

    def __init__(self, x: int, scale: int) -> None:
        super().__init__(f"neither {x} nor {scale}")


def refuse_in_two_parts(x: int, scale: int) -> int:
    raise TwoPartError(x, scale)


def be_killed(x: int, scale: int, at: tuple) -> int:
    """Kill this process at some points: by a signal, or by leaving without a word."""
    time.sleep(0.1)
    if (x, scale) in at:
        if scale == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(3)
    return x * scale


def held_out_loss(seed: int, lr: float) -> float:
    task = load_task("next_token")
    run = train(task, replace(task.recipe, steps=60, lr=lr), seed=seed, progress=False)
    return evaluate(task.held_out, run.params, run.config).loss


DASK = {
    # How often Dask gives a task to another worker when one died; the default 3 takes longer.
    "distributed.scheduler.allowed-failures": 1,
    # A LocalCluster gives a worker up that is being restarted just so long after it died before.
    "distributed.deploy.lost-worker-timeout": "1 hour",
    "distributed.scheduler.no-workers-timeout": "60s",  # fail in place of waiting for ever
}


@pytest.fixture(scope="module", params=["fork", "spawn", "dask"])
def computers(request: pytest.FixtureRequest) -> Iterator[Callable[[], object]]:
    """What can lose a worker: processes, a function that makes such executors, a Dask cluster.

    One after the other: what forks should not do so beside the threads of Dask.
    """
    if request.param == "fork":
        if not hasattr(os, "fork"):
            pytest.skip("this system does not fork")
        yield partial(ProcessPoolExecutor, 2, get_context("fork"))
    elif request.param == "spawn":
        yield lambda: partial(ProcessPoolExecutor, 2, get_context("spawn"))
    else:
        dask = pytest.importorskip("dask")
        distributed = pytest.importorskip("distributed")
        local = partial(
            distributed.LocalCluster, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        )
        with (
            dask.config.set(DASK),
            local(n_workers=2) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client.get_executor


@pytest.fixture
def executor(computers: Callable[[], object]) -> Iterator[object]:
    executor = computers()
    yield executor
    if isinstance(executor, Executor):
        executor.shutdown()


def test_outcomes_come_in_the_order_of_the_grid(executor: object) -> None:
    wanted = [Outcome(point, point["x"] * point["scale"]) for point in POINTS]
    assert sweep(multiply, GRID) == wanted
    assert sweep(multiply, GRID, executor) == wanted


def test_an_error_stays_with_its_point(executor: object) -> None:
    for outcomes in (sweep(refuse_two, GRID), sweep(refuse_two, GRID, executor)):
        assert [outcome.point for outcome in outcomes] == POINTS
        for point, value, error in outcomes:
            if point["x"] == 2:
                assert value is None
                assert isinstance(error, ValueError)
                assert str(error) == f"not 2 times {point['scale']}"
            else:
                assert (value, error) == (point["x"] * point["scale"], None)


def test_an_error_that_cannot_travel_is_told_and_kills_nobody(executor: object) -> None:
    grid = {"x": [3], "scale": [1]}
    for outcomes in (sweep(refuse_in_two_parts, grid), sweep(refuse_in_two_parts, grid, executor)):
        told = "".join(format_exception_only(outcomes[0].error))
        assert "TwoPartError: neither 3 nor 1" in told
        assert "sweep: at {'x': 3, 'scale': 1}" in told
        assert "in refuse_in_two_parts" in told  # a line of the traceback


def test_seeds_of_a_real_training(executor: object) -> None:
    grid = {"seed": range(2), "lr": [0.01, 0.3]}
    outcomes = sweep(held_out_loss, grid, executor)
    losses = np.reshape([outcome.value for outcome in outcomes], (2, 2))  # seeds by rates
    assert (losses[:, 0] > 2).all()
    assert (losses[:, 1] < 1).all()
    assert len(np.unique(losses)) == 4
    assert outcomes[3].value == held_out_loss(**outcomes[3].point)


def test_an_executor_that_is_shut_down_is_named(executor: object) -> None:
    if not isinstance(executor, Executor):
        pytest.skip("a function makes new executors")
    executor.shutdown()
    with pytest.raises(RuntimeError, match=r"takes no more points: .* after shutdown"):
        sweep(multiply, GRID, executor)


@pytest.mark.parametrize("at", [((1, 10),), ((2, 10), (0, 1))], ids=str)
def test_a_worker_that_is_killed_loses_its_own_point_only(executor: object, at: tuple) -> None:
    outcomes = sweep(partial(be_killed, at=at), GRID, executor)
    assert [outcome.point for outcome in outcomes] == POINTS
    for point, value, error in outcomes:
        if (point["x"], point["scale"]) in at:
            assert value is None
            assert isinstance(error, WorkerDied)
            assert str(point) in str(error)
        else:
            assert (value, error) == (point["x"] * point["scale"], None)


def sharded_loss(seed: int) -> float:
    config = TransformerConfig("decoder", 7, d_model=4, n_heads=2, n_layers=1, d_ff=4, max_len=3)
    rng = np.random.default_rng(seed)
    ids = rng.integers(7, size=(4, 3))
    with computing(shards=2):
        return loss_and_grads(Batch((ids,), ids), init_params(config, rng), config).loss


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.timeout(60)
def test_threads_of_shards_do_not_survive_a_fork_but_new_ones_start() -> None:
    """A forked worker inherits the record of its parent's threads, but not the threads."""
    wanted = sharded_loss(0)
    pool = partial(ProcessPoolExecutor, 1, get_context("fork"))
    assert sweep(sharded_loss, {"seed": [0]}, pool) == [Outcome({"seed": 0}, wanted)]


def test_threads_will_do() -> None:
    with ThreadPoolExecutor(2) as pool:
        outcomes = sweep(multiply, {"x": [2, 1], "scale": [5]}, pool)
    assert [outcome.value for outcome in outcomes] == [10, 5]


def test_a_broken_pool_is_replaced_before_the_first_point() -> None:
    with ProcessPoolExecutor(1) as pool:
        sweep(partial(be_killed, at=((0, 1),)), {"x": [0], "scale": [1]}, pool)
        (outcome,) = sweep(multiply, {"x": [2], "scale": [2]}, pool)
    assert outcome == Outcome({"x": 2, "scale": 2}, 4)


def test_an_empty_grid_has_one_point_and_an_empty_axis_none() -> None:
    assert sweep(dict, {}) == [Outcome({}, {})]
    assert sweep(multiply, {"x": [], "scale": [1]}) == []


def die() -> None:
    os._exit(3)


def test_processes_that_cannot_begin_are_not_taken_for_points_that_kill() -> None:
    with (
        ProcessPoolExecutor(1, initializer=die) as pool,
        pytest.raises(BrokenExecutor, match="before it computes a point"),
    ):
        sweep(multiply, GRID, pool)


def slow(x: int) -> int:
    time.sleep(0.3)
    return x


def test_a_pool_that_is_shut_down_meanwhile_ends_the_sweep() -> None:
    pool = ProcessPoolExecutor(1)
    timer = threading.Timer(0.5, pool.shutdown, kwargs={"cancel_futures": True})
    timer.start()
    with pytest.raises(RuntimeError, match="shut down before the end"):
        sweep(slow, {"x": range(9)}, pool)
    timer.join()


def test_a_result_that_is_lost_for_good_with_its_worker_ends_the_wait_for_it() -> None:
    """Dask's own executor forgets such a future; here the fetch fails as Client._gather does."""
    cfexecutor = pytest.importorskip("distributed.cfexecutor")

    class LostFuture:
        client: SimpleNamespace

        def __await__(self) -> Iterator[None]:
            yield
            raise KilledWorker

    class KilledWorker(Exception):
        pass

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    LostFuture.client = SimpleNamespace(loop=SimpleNamespace(asyncio_loop=loop))
    client = SimpleNamespace(submit=lambda *job, pure: LostFuture())
    dask_executor = cfexecutor.ClientExecutor(client)
    try:
        (outcome,) = sweep(slow, {"x": [1]}, dask_executor)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
    assert isinstance(outcome.error, WorkerDied)
