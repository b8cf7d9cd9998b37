"""Sweeps: order, errors with their points, killed workers; on processes and on a Dask cluster."""

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest

from course_lib.objective import Batch, loss_and_grads
from course_lib.params import TransformerConfig, init_params
from course_lib.sweep import Outcome, WorkerDied, sweep

GRID = {"x": range(4), "scale": (1, 10)}
POINTS = [{"x": x, "scale": scale} for x in range(4) for scale in (1, 10)]


def multiply(x: int, scale: int) -> int:
    time.sleep(0.02 * (3 - x))  # the last point is the first to be done
    return x * scale


def refuse_two(x: int, scale: int) -> int:
    if x == 2:
        raise ValueError(f"not {x} times {scale}")
    return x * scale


def be_killed(x: int, scale: int, at: tuple) -> int:
    """Kill this process at some points: by a signal, or by leaving without a word."""
    if (x, scale) in at:
        if scale == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        os._exit(3)
    time.sleep(0.05)
    return x * scale


@pytest.fixture(scope="module")
def dask_executor() -> Iterator[Executor]:
    dask = pytest.importorskip("dask")
    distributed = pytest.importorskip("distributed")
    with (
        # How often Dask gives a task to another worker when one died; the default 3 takes longer.
        dask.config.set({"distributed.scheduler.allowed-failures": 1}),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


@pytest.fixture(params=["processes", "maker", "dask"])
def executor(request: pytest.FixtureRequest) -> Iterator[object]:
    """Processes, a function that makes executors, a Dask cluster: each can lose a worker."""
    if request.param == "processes":
        with ProcessPoolExecutor(2) as pool:
            yield pool
    elif request.param == "maker":
        yield partial(ProcessPoolExecutor, 2)
    else:
        yield request.getfixturevalue("dask_executor")


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


@pytest.mark.parametrize("at", [((0, 1),), ((1, 10),), ((3, 10), (0, 1))], ids=str)
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
    return loss_and_grads(Batch((ids,), ids), init_params(config, rng), config, shards=2).loss


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.timeout(60)
def test_threads_of_shards_do_not_survive_a_fork_but_new_ones_start() -> None:
    """A forked worker inherits the record of its parent's threads, but not the threads."""
    wanted = sharded_loss(0)
    pool = partial(ProcessPoolExecutor, 1, get_context("fork"))
    assert sweep(sharded_loss, {"seed": [0]}, pool) == [Outcome({"seed": 0}, wanted)]


def test_threads_will_do() -> None:
    with ThreadPoolExecutor(2) as pool:
        assert [
            outcome.value for outcome in sweep(multiply, {"x": [2, 1], "scale": [5]}, pool)
        ] == [
            10,
            5,
        ]


def test_a_broken_pool_is_replaced_before_the_first_point() -> None:
    with ProcessPoolExecutor(1) as pool:
        sweep(partial(be_killed, at=((0, 1),)), {"x": [0], "scale": [1]}, pool)
        (outcome,) = sweep(multiply, {"x": [3], "scale": [2]}, pool)
    assert outcome == Outcome({"x": 3, "scale": 2}, 6)


def test_an_empty_grid_has_one_point_and_an_empty_axis_none() -> None:
    assert sweep(dict, {}) == [Outcome({}, {})]
    assert sweep(multiply, {"x": [], "scale": [1]}) == []
