"""What training minimizes: loss and gradients of a batch; and the measure of a model."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .. import fast, loss, model
from .shards import in_parts

IGNORED = -1
"""A target that is not counted: padding, or a token of the question."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Some examples side by side; their number is `len(batch)`.

    `inputs` holds what the model reads: (ids,) or (source_ids, target_ids), each int (B, T).
    `targets` are the ids asked for, int (B, T), or the labels (B,) of a classifier; IGNORED where
    nothing is asked. `groups` may name the kind of each example, an array (B,) of str. `weight`
    multiplies the loss and its gradients: that of a part is its share of the whole batch.
    """

    inputs: tuple[np.ndarray, ...]
    targets: np.ndarray
    groups: np.ndarray | None = None
    weight: float = 1.0

    def __len__(self):
        return len(self.targets)

    @property
    def n_counted(self):
        """How many targets count."""
        return int(np.count_nonzero(self.targets != IGNORED))

    def take(self, rows):
        """Return the examples at these rows, a slice or an array of indices."""
        groups = None if self.groups is None else self.groups[rows]
        return Batch(tuple(ids[rows] for ids in self.inputs), self.targets[rows], groups)


def forward(inputs, params, config, rng=None):
    """Return (logits, cache) of the model of this configuration's family."""
    if config.family == "encoder-decoder":
        source_ids, target_ids = inputs
        return model.encoder_decoder(source_ids, target_ids, params, config, rng)
    (ids,) = inputs
    if config.family == "encoder":
        return model.classifier(ids, params, config, rng)
    return model.language_model(ids, params, config, rng)


def backward(dlogits, cache, config):
    """Return the gradients of all parameters."""
    if config.family == "encoder-decoder":
        return model.encoder_decoder_backward(dlogits, cache)
    if config.family == "encoder":
        return model.classifier_backward(dlogits, cache)
    return model.language_model_backward(dlogits, cache)


class Gradients(NamedTuple):
    """Loss of a batch (nats per counted token), its gradients, accuracy (exact match)."""

    loss: float
    grads: dict
    accuracy: float


@fast.kernels()
@in_parts
def loss_and_grads(batch, params, config, rng=None, label_smoothing=0.0):
    """Return the loss of a batch, its gradients and the accuracy: forward, loss, backward.

    A large batch is run in parts (`shards.in_parts`). In a training the first three arguments are
    enough: dropout and label smoothing are those of the run (`shards.computing`).

    Parameters
    ----------
    batch : Batch
    params, config
    rng : numpy.random.Generator, optional
        For dropout.
    label_smoothing : float

    Returns
    -------
    Gradients(loss, grads, accuracy)

    Raises
    ------
    ValueError
        If no target counts.

    Examples
    --------
    Without parameters in the output, both tokens are equally likely, and the loss is ln 2.

    >>> config = TransformerConfig("decoder", vocab_size=2, d_model=4, n_heads=1, n_layers=1)
    >>> params = init_params(config, np.random.default_rng(0), np.float64)
    >>> params["output"]["W"][...] = 0.0
    >>> ids = np.array([[0, 1, 1], [1, 1, 0]])
    >>> value, grads, accuracy = loss_and_grads(Batch((ids,), 1 - ids), params, config)
    >>> round(value, 3), grads["output"]["b"].round(3).tolist()
    (0.693, [-0.167, 0.167])
    """
    logits, cache = forward(batch.inputs, params, config, rng)
    mean, loss_cache = loss.cross_entropy(logits, batch.targets, IGNORED, label_smoothing)
    dlogits = loss.cross_entropy_backward(batch.weight, loss_cache)
    grads = backward(dlogits, cache, config)
    n_right = int(np.count_nonzero(_matches(logits, batch)))
    return Gradients(batch.weight * float(mean), grads, n_right / len(batch))


def _matches(logits, batch):
    """Return bool (B,): is every counted target the most likely token?"""
    right = (logits.argmax(axis=-1) == batch.targets) | (batch.targets == IGNORED)
    return right.reshape(len(batch), -1).all(axis=1)


class Evaluation(NamedTuple):
    """Loss (nats per counted token) and accuracy (exact match) on data, and that of each group.

    An answer counts when all its tokens are right. That is also when greedy decoding would give it:
    as long as every token is right, decoding reads what teacher forcing shows.
    """

    loss: float
    accuracy: float
    by_group: dict[str, float]


@fast.kernels()
def evaluate(data, params, config, batch_size=256):
    """Return the loss and the exact matches of a model on data, without dropout.

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
        n = batch.n_counted
        value, _ = loss.cross_entropy(logits, batch.targets, IGNORED)
        total, counted = total + float(value) * n, counted + n
        matches.append(_matches(logits, batch))
    right = np.concatenate(matches)
    names = [] if data.groups is None else sorted(set(data.groups.tolist()))
    by_group = {name: float(right[data.groups == name].mean()) for name in names}
    return Evaluation(total / counted, float(right.mean()), by_group)
