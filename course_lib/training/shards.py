"""A batch in parts: pieces that fit the processor's cache, and shards that run on a thread each."""

import contextlib
import functools
import math
import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from ..params import flatten, unflatten


@dataclass
class Computing:
    """The way in which a run computes loss and gradients, and the accuracy of its last batch.

    The accuracy is nan as long as `objective.loss_and_grads` was not called.
    """

    rng: Any = None
    label_smoothing: float = 0.0
    shards: int = 1
    accuracy: float = math.nan


_running: ContextVar[Computing | None] = ContextVar("running", default=None)


@contextlib.contextmanager
def computing(rng=None, label_smoothing=0.0, shards=1):
    """Let `loss_and_grads(batch, params, config)` compute as a run wants it, for a `with` block.

    A train_step passes batch, parameters and configuration alone. What else a run wants is set
    here, for this thread; an argument that is passed goes before it.

    Parameters
    ----------
    rng : numpy.random.Generator, optional
        For dropout.
    label_smoothing : float
    shards : int
        Parts of the batch that run on a thread each; NumPy releases Python's lock in its products.
        The gradients are added in a fixed order: the result depends on the number of shards alone.

    Yields
    ------
    Computing
    """
    token = _running.set(Computing(rng, label_smoothing, shards))
    try:
        yield _running.get()
    finally:
        _running.reset(token)


def in_parts(loss_and_grads):
    """Decorate `objective.loss_and_grads`: run a large batch a few sequences at a time.

    Their arrays then stay in the processor's cache. Losses and gradients of the parts are added up,
    each weighted with its share of the targets that count.

    Raises
    ------
    ValueError
        If there are more shards than sequences, or no target counts.
    """

    @functools.wraps(loss_and_grads)
    def add_parts(batch, params, config, rng=None, label_smoothing=0.0):
        run = _running.get() or Computing()
        rng = run.rng if rng is None else rng
        label_smoothing = label_smoothing or run.label_smoothing
        total = batch.n_counted
        if not 1 <= run.shards <= len(batch):
            raise ValueError(
                f"loss_and_grads: shards is {run.shards}; use 1 to {len(batch)}, the batch size."
            )
        if total == 0:
            raise ValueError("loss_and_grads: every target is IGNORED (-1), so none counts.")

        def one_shard(shard, rng):
            pieces = _cut(shard, _n_pieces(shard, config))
            return _add(pieces, [one_piece(piece, rng) for piece in pieces])

        def one_piece(piece, rng):
            if piece is not batch:
                n_counted = piece.n_counted
                if n_counted == 0:
                    return None
                piece = replace(piece, weight=batch.weight * (n_counted / total))
            return loss_and_grads(piece, params, config, rng, label_smoothing)

        parts = _cut(batch, run.shards)
        jobs = zip(parts, _spawn(rng, run.shards), strict=True)
        result = _add(parts, _in_threads([partial(one_shard, *job) for job in jobs]))
        run.accuracy = result.accuracy
        return result

    return add_parts


_CACHED = 1 << 19
"""Numbers in the largest array of a piece, the hidden layer or the scores: 2 MB in float32."""


def _n_pieces(batch, config):
    longest = max(ids.shape[1] for ids in batch.inputs)
    width = max(config.d_model, config.d_ff, config.n_heads * longest)
    return min(len(batch), math.ceil(len(batch) * longest * width / _CACHED))


def _cut(batch, n):
    """Cut a batch into n parts of the same size, or nearly."""
    if n == 1:
        return [batch]
    bounds = [len(batch) * i // n for i in range(n + 1)]
    return [batch.take(slice(start, end)) for start, end in pairwise(bounds)]


def _add(parts, results):
    """Add up the results of the parts in this order; that of a part that asks nothing is None."""
    if len(parts) == 1:
        return results[0]
    counted = [result for result in results if result is not None]
    if not counted:
        return None
    sums: dict[str, np.ndarray] = {}
    for result in counted:
        for name, array in flatten(result.grads).items():
            sums[name] = sums[name] + array if name in sums else array
    n_right = sum(
        len(part) if result is None else round(result.accuracy * len(part))
        for part, result in zip(parts, results, strict=True)
    )
    return counted[0]._replace(
        loss=sum(result.loss for result in counted),
        grads=unflatten(sums),
        accuracy=n_right / sum(map(len, parts)),
    )


def _in_threads(jobs):
    """Run each job on a thread of its own, the first on this one; return the results in order."""
    if len(jobs) == 1:
        return [jobs[0]()]
    # A thread starts without the caller's np.errstate; a copy of the context brings it along.
    others = [_threads(len(jobs) - 1).submit(copy_context().run, job) for job in jobs[1:]]
    return [jobs[0](), *(other.result() for other in others)]


@functools.cache
def _threads(n):
    """Return n threads that were started once: to start them takes as long as a small step."""
    return ThreadPoolExecutor(n, "shard")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_threads.cache_clear)  # threads do not survive a fork


def _spawn(rng, n):
    """Return a generator for each of n shards, that of the run itself for one alone."""
    if n == 1 or rng is None:
        return [rng] * n
    return [np.random.default_rng(rng.integers(2**63)) for _ in range(n)]
