"""The loss: how surprised the model is by the right answer, in nats per counted token."""

import math

import numpy as np

from .internals.checks import check_ids, shape_error
from .internals.sums import axis_sum


def log_softmax(x):
    """Logarithm of the softmax over the last axis, without taking the logarithm of a small number.

    Returns
    -------
    out : array, as x
    cache : (out,)
    """
    out = x - x.max(axis=-1, keepdims=True)
    out -= np.log(axis_sum(np.exp(out), -1))
    return out, (out,)


def log_softmax_backward(dout, cache):
    """Return dx = dout - softmax(x) sum(dout)."""
    (out,) = cache
    return dout - np.exp(out) * axis_sum(dout, -1)


def cross_entropy(logits, targets, pad_id=None, label_smoothing=0.0):
    """Mean surprise -log p(target), over the targets that are not padding.

    With label smoothing eps, the wanted distribution has 1 - eps on the target and eps spread
    evenly over the whole vocabulary, target included (Szegedy et al. 2016, Sec. 7).

    Parameters
    ----------
    logits : array (..., vocab_size)
    targets : int array (...)
    pad_id : int, optional
        Targets equal to it are not counted.
    label_smoothing : float in [0, 1)

    Returns
    -------
    loss : scalar, nats per counted token
    cache : (log_p, targets, counted, label_smoothing, shape of logits)
        Flattened over the leading axes; log_p (N, vocab_size), counted (N,) bool.

    Raises
    ------
    ValueError, TypeError
        If shapes differ, a target is outside the vocabulary, or no target counts.
    """
    vocab_size = logits.shape[-1]
    if logits.shape[:-1] != np.shape(targets):
        raise shape_error(
            "cross_entropy: logits and targets do not belong together.",
            [("logits", logits, "(..., vocab_size)"), ("targets", targets, "(...)")],
            "there is one row of logits for each target.",
        )
    if not 0.0 <= label_smoothing < 1.0:
        raise ValueError(
            f"cross_entropy: label_smoothing is {label_smoothing}; use [0, 1), such as 0.1."
        )
    targets = np.reshape(targets, -1)
    counted = np.ones(len(targets), bool) if pad_id is None else targets != pad_id
    n = int(np.count_nonzero(counted))
    if n == 0:
        raise ValueError(
            f"cross_entropy: all {len(targets)} targets are padding (pad_id {pad_id}); none counts."
        )
    if n < len(targets):
        targets = np.where(counted, targets, 0)
    check_ids("cross_entropy", targets, vocab_size)
    log_p, _ = log_softmax(logits.reshape(-1, vocab_size))
    surprise = -log_p[np.arange(len(targets)), targets]
    if label_smoothing:
        surprise = (1.0 - label_smoothing) * surprise - label_smoothing * log_p.mean(axis=-1)
    loss = surprise.dot(counted.astype(surprise.dtype)) / n
    return loss, (log_p, targets, counted, label_smoothing, logits.shape)


def cross_entropy_backward(dloss, cache):
    """Return dlogits = dloss (p - wanted) / n at each counted position, 0 at padding."""
    log_p, targets, counted, label_smoothing, shape = cache
    vocab_size = log_p.shape[-1]
    dlogits = np.exp(log_p)
    if label_smoothing:
        dlogits -= label_smoothing / vocab_size
    dlogits[np.arange(len(targets)), targets] -= 1.0 - label_smoothing
    share = dloss / np.count_nonzero(counted)
    dlogits *= (counted * share).astype(log_p.dtype)[:, None]
    return dlogits.reshape(shape)


def perplexity(loss):
    """exp(loss): among how many equally likely tokens one would be as unsure. `loss` in nats."""
    return math.exp(loss)


def bits_per_character(loss, characters_per_token=1.0):
    """Turn nats per token into bits per character."""
    return loss / math.log(2.0) / characters_per_token
