"""Wrong ways to compute a loss, for the catalogue of `cross_entropy`."""

import math

import numpy as np

from course_lib import layers, loss


def flat(logits, targets, pad_id):
    """Return log_p (N, vocab_size), targets (N,), counted (N,) and the shape of the logits."""
    shape = logits.shape
    targets = np.reshape(targets, -1)
    counted = np.ones(len(targets), bool) if pad_id is None else targets != pad_id
    log_p, _ = loss.log_softmax(logits.reshape(-1, shape[-1]))
    return log_p, np.where(counted, targets, 0), counted, shape


def surprises(logits, targets, pad_id, eps):
    """Return the surprise of each position, smoothed, and which of them count."""
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    surprise = -log_p[np.arange(len(targets)), targets]
    return (1 - eps) * surprise - eps * log_p.mean(axis=-1), counted


def padding_counted(logits, targets, pad_id=None, label_smoothing=0.0):
    surprise, _ = surprises(logits, targets, pad_id, label_smoothing)
    return surprise.mean()


def divided_by_all(logits, targets, pad_id=None, label_smoothing=0.0):
    surprise, counted = surprises(logits, targets, pad_id, label_smoothing)
    return surprise[counted].sum() / len(surprise)


def smoothing_ignored(logits, targets, pad_id=None, label_smoothing=0.0):
    return loss.cross_entropy(logits, targets, pad_id)[0]


def smoothing_over_others(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    own = log_p[np.arange(len(targets)), targets]
    others = (log_p.sum(axis=-1) - own) / (log_p.shape[-1] - 1)
    return -((1 - label_smoothing) * own + label_smoothing * others)[counted].mean()


def probability_smoothed(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    own = np.exp(log_p[np.arange(len(targets)), targets])
    mixed = (1 - label_smoothing) * own + label_smoothing / log_p.shape[-1]
    return -np.log(mixed[counted]).mean()


def log_of_softmax(logits, targets, pad_id=None, label_smoothing=0.0):
    _, targets, counted, _ = flat(logits, targets, pad_id)
    log_p = np.log(layers.softmax(logits.reshape(-1, logits.shape[-1]))[0])
    own = log_p[np.arange(len(targets)), targets]
    mixed = (1 - label_smoothing) * own + label_smoothing * log_p.mean(axis=-1)
    return -mixed[counted].mean()


def tuple_kept(logits, targets, pad_id=None, label_smoothing=0.0):
    _, targets, _, shape = flat(logits, targets, pad_id)
    return loss.log_softmax(logits.reshape(-1, shape[-1]))[np.arange(len(targets)), targets]


def no_share_for_target(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, shape = flat(logits, targets, pad_id)
    wanted = np.full(log_p.shape, label_smoothing / shape[-1])
    wanted[np.arange(len(targets)), targets] = 1 - label_smoothing
    return -(wanted * log_p).sum(axis=-1)[counted].mean()


def smoothing_without_surprise(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, shape = flat(logits, targets, pad_id)
    own = -log_p[np.arange(len(targets)), targets]
    return ((1 - label_smoothing) * own + label_smoothing / shape[-1])[counted].mean()


def logarithm_smoothed(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, shape = flat(logits, targets, pad_id)
    smoothed = (1 - label_smoothing) * log_p + label_smoothing / shape[-1]
    return -smoothed[np.arange(len(targets)), targets][counted].mean()


def smoothing_summed(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    own = log_p[np.arange(len(targets)), targets]
    mixed = (1 - label_smoothing) * own + label_smoothing * log_p.sum(axis=-1)
    return -mixed[counted].mean()


def smoothing_mean_of_all(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    own = log_p[np.arange(len(targets)), targets][counted].mean()
    return -((1 - label_smoothing) * own + label_smoothing * log_p.mean())


def smoothing_added(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    own = log_p[np.arange(len(targets)), targets]
    return -(own + label_smoothing * log_p.mean(axis=-1))[counted].mean()


def sign(logits, targets, pad_id=None, label_smoothing=0.0):
    return -loss.cross_entropy(logits, targets, pad_id, label_smoothing)[0]


def summed(logits, targets, pad_id=None, label_smoothing=0.0):
    surprise, counted = surprises(logits, targets, pad_id, label_smoothing)
    return surprise[counted].sum()


def per_position(logits, targets, pad_id=None, label_smoothing=0.0):
    surprise, counted = surprises(logits, targets, pad_id, label_smoothing)
    return surprise[counted]


def every_pair(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    own = log_p[:, targets]
    mixed = (1 - label_smoothing) * own + label_smoothing * log_p.mean(axis=-1, keepdims=True)
    return -mixed[counted].mean()


def probability(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    return 1 - np.exp(log_p[np.arange(len(targets)), targets])[counted].mean()


def log_of_mean(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, targets, counted, _ = flat(logits, targets, pad_id)
    return -np.log(np.exp(log_p[np.arange(len(targets)), targets])[counted].mean())


def in_bits(logits, targets, pad_id=None, label_smoothing=0.0):
    return loss.cross_entropy(logits, targets, pad_id, label_smoothing)[0] / math.log(2)


def no_softmax(logits, targets, pad_id=None, label_smoothing=0.0):
    _, targets, counted, _ = flat(logits, targets, pad_id)
    rows = logits.reshape(-1, logits.shape[-1])
    return -rows[np.arange(len(targets)), targets][counted].mean()


def mean_of_every_entry(logits, targets, pad_id=None, label_smoothing=0.0):
    surprise, counted = surprises(logits, targets, pad_id, label_smoothing)
    return surprise[counted].mean() / logits.shape[-1]


def mean_of_masked_entries(logits, targets, pad_id=None, label_smoothing=0.0):
    surprise, counted = surprises(logits, targets, pad_id, label_smoothing)
    return (surprise * counted).mean() / logits.shape[-1]


def mean_over_vocabulary(logits, targets, pad_id=None, label_smoothing=0.0):
    log_p, _, counted, _ = flat(logits, targets, pad_id)
    return -log_p[counted].mean()
