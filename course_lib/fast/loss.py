"""Twins of functions of `course_lib.loss`. What they compute is read there."""

import numpy as np

from .. import loss
from ..internals.checks import check_targets
from .sums import is_moderate, row_sums

_log_softmax = loss.log_softmax


def cross_entropy(logits, targets, ignore_id=None, label_smoothing=0.0):
    """Do as `loss.cross_entropy`: no maximum of each row, no mean where nothing is smoothed."""
    targets = check_targets(logits, targets, ignore_id, label_smoothing).reshape(-1)
    n, shape = len(targets), logits.shape
    rows = logits.reshape(n, -1)
    counted = np.ones(n, bool) if ignore_id is None else targets != ignore_id
    n_counted = int(np.count_nonzero(counted))
    if n_counted < n:
        targets = np.where(counted, targets, 0)
    log_p = _log_probabilities(rows)
    surprise = -log_p[np.arange(n), targets]
    if label_smoothing:
        surprise = (1.0 - label_smoothing) * surprise - label_smoothing * log_p.mean(axis=-1)
    mean = surprise.dot(counted.astype(log_p.dtype)) / n_counted
    return mean, (log_p, targets, counted, label_smoothing, shape)


def _log_probabilities(rows):
    with np.errstate(over="ignore"):
        total = row_sums(np.exp(rows))
    if not is_moderate(total):
        return _log_softmax(rows)[0]
    return rows - np.log(total)[:, None]


def cross_entropy_backward(dloss, cache):
    """Do as `loss.cross_entropy_backward`: in place, and no array of what is wanted."""
    log_p, targets, counted, label_smoothing, shape = cache
    n, vocab_size = log_p.shape
    dlogits = np.exp(log_p)
    dlogits[np.arange(n), targets] -= 1 - label_smoothing
    if label_smoothing:
        dlogits -= label_smoothing / vocab_size
    n_counted = int(np.count_nonzero(counted))
    share = float(dloss) / n_counted
    if n_counted < n:
        share = (share * counted).astype(log_p.dtype)[:, None]
    dlogits *= share
    return dlogits.reshape(shape)
