"""What training minimizes: loss and gradients of a batch; and the measure of a model."""

import functools
import math
import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from .. import loss, model
from ..params import flatten, unflatten

IGNORED = -1
"""A target that is not counted: padding, or a token of the question."""

_MODELS = {
    "encoder": "classifier",
    "decoder": "language_model",
    "encoder-decoder": "encoder_decoder",
}


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples side by side; their number is `len(batch)`.

    `inputs` holds what the model reads: (ids,) or (source_ids, target_ids), each int (B, T).
    `targets` are the ids asked for, int (B, T), or the labels (B,) of a classifier; IGNORED where
    nothing is asked. `groups` may name the kind of each example, an array (B,) of str.
    """

    inputs: tuple[np.ndarray, ...]
    targets: np.ndarray
    groups: np.ndarray | None = None

    def __len__(self):
        return len(self.targets)

    def take(self, rows):
        """Return the examples at these rows, a slice or an array of indices."""
        groups = None if self.groups is None else self.groups[rows]
        return Batch(tuple(ids[rows] for ids in self.inputs), self.targets[rows], groups)


def forward(inputs, params, config, rng=None):
    """Run the model of this configuration's family. Returns (logits, cache)."""
    return getattr(model, _MODELS[config.family])(*inputs, params, config, rng=rng)


def backward(dlogits, cache, config):
    """Return the gradients of all parameters."""
    return getattr(model, _MODELS[config.family] + "_backward")(dlogits, cache)


class Gradients(NamedTuple):
    """Of one batch: loss (nats per counted token), gradients, exact-match accuracy if wanted."""

    loss: float
    grads: dict
    accuracy: float | None


def loss_and_grads(
    batch, params, config, rng=None, label_smoothing=0.0, shards=1, with_accuracy=True
):
    """Forward, loss, backward.

    Where the batch is large, a few sequences at a time: their arrays then stay in the processor's
    cache, and the gradients are added up.

    Parameters
    ----------
    batch : Batch
    params, config
    rng : numpy.random.Generator, optional
        For dropout.
    label_smoothing : float
    shards : int
        Parts of the batch that run on a thread each; NumPy releases Python's lock in its products.
        The gradients are added in a fixed order: the result depends on the number of shards alone.
    with_accuracy : bool
        Count the exact matches, too.

    Returns
    -------
    Gradients(loss, grads, accuracy)

    Raises
    ------
    ValueError
        If there are more shards than sequences, or no target counts.
    """
    if not 1 <= shards <= len(batch):
        raise ValueError(
            f"loss_and_grads: shards is {shards}; use 1 to {len(batch)}, the batch size."
        )
    total = _n_counted(batch)
    if total == 0:
        raise ValueError("loss_and_grads: every target is IGNORED (-1), so none counts.")

    def one_shard(shard, rng):
        return _add([one_piece(piece, rng) for piece in _cut(shard, _n_pieces(shard, config))])

    def one_piece(piece, rng):
        share = 1.0 if piece is batch else _n_counted(piece) / total
        if share == 0.0:
            return 0.0, {}, len(piece)
        logits, cache = forward(piece.inputs, params, config, rng)
        value, loss_cache = loss.cross_entropy(logits, piece.targets, IGNORED, label_smoothing)
        grads = backward(loss.cross_entropy_backward(share, loss_cache), cache, config)
        n_right = np.count_nonzero(_matches(logits, piece)) if with_accuracy else 0
        return value * share, grads, n_right

    if shards == 1:
        value, grads, n_right = one_shard(batch, rng)
    else:
        jobs = zip(_cut(batch, shards), _spawn(rng, shards), strict=True)
        value, grads, n_right = _add(_in_threads([partial(one_shard, *job) for job in jobs]))
    accuracy = n_right / len(batch) if with_accuracy else None
    return Gradients(float(value), grads, accuracy)


def _n_counted(batch):
    return np.count_nonzero(batch.targets != IGNORED)


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


def _add(parts):
    """Add up losses, gradients and numbers of right answers, in this order of the parts."""
    if len(parts) == 1:
        return parts[0]
    values, all_grads, n_right = zip(*parts, strict=True)
    sums: dict[str, np.ndarray] = {}
    for grads in all_grads:
        for name, array in flatten(grads).items():
            sums[name] = sums[name] + array if name in sums else array
    return sum(values), unflatten(sums), sum(n_right)


def _in_threads(jobs):
    """Run each job on a thread of its own, the first on this one; return the results in order."""
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
    return [None if rng is None else np.random.default_rng(rng.integers(2**63)) for _ in range(n)]


def _matches(logits, batch):
    """Return bool (B,): is every counted target the most likely token?"""
    right = (logits.argmax(axis=-1) == batch.targets) | (batch.targets == IGNORED)
    return right.reshape(len(batch), -1).all(axis=1)


class Evaluation(NamedTuple):
    """Loss (nats per counted token), accuracy (exact match), accuracy of each group.

    An answer counts when all its tokens are right. That is also when greedy decoding would give it:
    as long as every token is right, decoding reads what teacher forcing shows.
    """

    loss: float
    accuracy: float
    by_group: dict[str, float]


def evaluate(data, params, config, batch_size=256):
    """Measure loss and exact match of a model, without dropout.

    Parameters
    ----------
    data : Batch
        All the examples; they are run batch_size at a time.

    Returns
    -------
    Evaluation(loss, accuracy, by_group)
    """
    total, counted, matches = 0.0, 0, []
    for start in range(0, len(data), batch_size):
        batch = data.take(slice(start, start + batch_size))
        logits, _ = forward(batch.inputs, params, config)
        n = int((batch.targets != IGNORED).sum())
        value, _ = loss.cross_entropy(logits, batch.targets, IGNORED)
        total, counted = total + float(value) * n, counted + n
        matches.append(_matches(logits, batch))
    right = np.concatenate(matches)
    names = [] if data.groups is None else sorted(set(data.groups.tolist()))
    by_group = {name: float(right[data.groups == name].mean()) for name in names}
    return Evaluation(total / counted, float(right.mean()), by_group)
