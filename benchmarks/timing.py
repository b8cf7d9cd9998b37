"""Times of several contestants in turn, so that a busy machine slows all of them alike."""

import random
import time

import numpy as np


def interleave(contestants, seconds, block=0.03, min_rounds=5, clock=time.perf_counter):
    """Time functions against each other.

    In each round every contestant has its turn, in an order that is drawn anew: one call that is
    not counted, for its data to come back into the cache, then calls for about `block` seconds.

    Parameters
    ----------
    contestants : dict of callables
    seconds : float
        About how long all of it takes.
    clock : callable
        Returns seconds. `time.process_time` leaves out what other processes do meanwhile, but adds
        up threads.

    Returns
    -------
    dict of arrays (rounds,)
        Seconds for one call, the mean of each turn.
    """
    calls = {}
    for name, function in contestants.items():
        function()
        calls[name] = max(1, round(block / min(_time(function, 1, clock) for _ in range(3))))
    times = {name: [] for name in contestants}
    order, rng = list(contestants), random.Random(0)
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times[order[0]]) < min_rounds:
        rng.shuffle(order)
        for name in order:
            contestants[name]()
            times[name].append(_time(contestants[name], calls[name], clock))
    return {name: np.array(values) for name, values in times.items()}


def _time(function, calls, clock):
    start = clock()
    for _ in range(calls):
        function()
    return (clock() - start) / calls


def ratio(times, name, other):
    """Return the median, over the rounds, of how long one takes in relation to the other."""
    return float(np.median(times[name] / times[other]))
