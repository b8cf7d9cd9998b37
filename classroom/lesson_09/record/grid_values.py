"""What a function returns at every point of a grid, computed on processes."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from course_lib.training.sweep import sweep


def values(function, grid, processes):
    """Return what function(**point) returns, in the order of the grid; raise what any call raises.

    Parameters
    ----------
    function, grid
        As in `sweep`.
    processes : int
        0 computes in this process.
    """
    if processes:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            outcomes = sweep(function, grid, pool)
    else:
        outcomes = sweep(function, grid)
    for outcome in outcomes:
        if outcome.error is not None:
            raise outcome.error
    return [outcome.value for outcome in outcomes]
