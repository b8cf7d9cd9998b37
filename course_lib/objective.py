"""What training minimizes: loss and gradients of a batch; and the measure of a model."""

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from . import loss, model
from .params import flatten, unflatten

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
    """Of one batch: loss (nats per counted token), gradients, exact-match accuracy."""

    loss: float
    grads: dict
    accuracy: float


def loss_and_grads(batch, params, config, rng=None, label_smoothing=0.0, shards=1):
    """Forward, loss, backward.

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

    Returns
    -------
    Gradients(loss, grads, accuracy)
    """
    if not 1 <= shards <= len(batch):
        raise ValueError(
            f"loss_and_grads: shards is {shards}; use 1 to {len(batch)}, the batch size."
        )
    if shards == 1:
        value, grads, matches = _share(batch, params, config, rng, label_smoothing)
        return Gradients(float(value), grads, np.count_nonzero(matches) / len(batch))
    bounds = [len(batch) * i // shards for i in range(shards + 1)]
    parts = [batch.take(slice(a, b)) for a, b in pairwise(bounds)]
    counted = [np.count_nonzero(part.targets != IGNORED) for part in parts]
    jobs = [
        partial(_share, part, params, config, part_rng, label_smoothing, n / sum(counted))
        for part, part_rng, n in zip(parts, _spawn(rng, shards), counted, strict=True)
    ]
    done = _in_threads(jobs)
    grads = flatten(done[0][1])
    for _, more, _ in done[1:]:
        for name, array in flatten(more).items():
            grads[name] = grads[name] + array
    matches = np.concatenate([part[2] for part in done])
    return Gradients(float(sum(p[0] for p in done)), unflatten(grads), float(matches.mean()))


def _share(batch, params, config, rng, label_smoothing, share=1.0):
    """Loss and gradients of a batch that is a share of a larger one, and `_matches`."""
    logits, cache = forward(batch.inputs, params, config, rng)
    value, loss_cache = loss.cross_entropy(logits, batch.targets, IGNORED, label_smoothing)
    grads = backward(loss.cross_entropy_backward(share, loss_cache), cache, config)
    return value * share, grads, _matches(logits, batch)


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
