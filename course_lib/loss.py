"""The loss: how surprised the model is by the right answer, in nats per counted token."""

import math

import numpy as np

from .internals.checks import check_targets


def log_softmax(x):
    """Return the logarithm of the softmax over the last axis, without the log of a small number.

    Returns
    -------
    out : array, as x
    cache : (out,)

    Examples
    --------
    >>> out, cache = log_softmax(np.log([1.0, 1.0, 2.0]))
    >>> np.exp(out).round(2).tolist()
    [0.25, 0.25, 0.5]
    """
    shifted = x - x.max(axis=-1, keepdims=True)
    out = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return out, (out,)


def log_softmax_backward(dout, cache):
    """Return dx = dout - softmax(x) sum(dout), the sum over the last axis.

    Examples
    --------
    >>> out, cache = log_softmax(np.log([1.0, 1.0, 2.0]))
    >>> log_softmax_backward(np.array([0.0, 0.0, 1.0]), cache).round(2).tolist()
    [-0.25, -0.25, 0.5]
    """
    (out,) = cache
    return dout - np.exp(out) * dout.sum(axis=-1, keepdims=True)


def cross_entropy(logits, targets, ignore_id=None, label_smoothing=0.0):
    """Return the mean surprise -log p(target) over the targets that count.

    With label smoothing eps, the wanted distribution has 1 - eps on the target and eps spread
    evenly over the whole vocabulary, target included (Szegedy et al. 2016, Sec. 7).

    Parameters
    ----------
    logits : array (..., vocab_size)
    targets : int array (...)
    ignore_id : int, optional
        Targets equal to it are not counted.
    label_smoothing : float in [0, 1)

    Returns
    -------
    mean : scalar, nats per counted token
    cache : (log_p, targets, counted, label_smoothing, shape of logits)
        Flattened over the leading axes; log_p (N, vocab_size), counted (N,) bool.

    Raises
    ------
    ValueError, TypeError
        If shapes differ, a target is outside the vocabulary, or no target counts.

    Examples
    --------
    The second target does not count; the first has the probability 1/2, whose surprise is ln 2.

    >>> logits = np.log([[1.0, 1.0, 2.0], [1.0, 1.0, 2.0]])
    >>> mean, cache = cross_entropy(logits, np.array([2, 0]), ignore_id=0)
    >>> round(float(mean), 3)
    0.693
    """
    targets = check_targets(logits, targets, ignore_id, label_smoothing)
    shape, vocab_size = logits.shape, logits.shape[-1]
    logits, targets = logits.reshape(-1, vocab_size), targets.reshape(-1)
    counted = np.ones(len(targets), bool) if ignore_id is None else targets != ignore_id
    targets = np.where(counted, targets, 0)
    log_p, _ = log_softmax(logits)
    surprise = -log_p[np.arange(len(targets)), targets]
    even = -log_p.mean(axis=-1)
    surprise = (1 - label_smoothing) * surprise + label_smoothing * even
    mean = surprise[counted].mean()
    return mean, (log_p, targets, counted, label_smoothing, shape)


def cross_entropy_backward(dloss, cache):
    """Return dlogits = dloss (p - wanted) / n at each of n counted positions, 0 at the others.

    Examples
    --------
    >>> logits = np.log([[1.0, 1.0, 2.0]])
    >>> mean, cache = cross_entropy(logits, np.array([2]))
    >>> cross_entropy_backward(1.0, cache).round(2).tolist()
    [[0.25, 0.25, -0.5]]
    """
    log_p, targets, counted, label_smoothing, shape = cache
    vocab_size = log_p.shape[-1]
    wanted = np.full_like(log_p, label_smoothing / vocab_size)
    wanted[np.arange(len(targets)), targets] += 1 - label_smoothing
    share = counted.astype(log_p.dtype) / int(np.count_nonzero(counted))
    dlogits = dloss * share[:, None] * (np.exp(log_p) - wanted)
    return dlogits.reshape(shape)


def perplexity(loss):
    """Return exp(loss): among how many equally likely tokens one would be as unsure.

    Parameters
    ----------
    loss : float, nats per token

    Examples
    --------
    >>> round(perplexity(math.log(8)), 3)
    8.0
    """
    return math.exp(loss)


def bits_per_character(loss, characters_per_token=1.0):
    """Return a loss in nats per token as bits per character.

    Examples
    --------
    >>> round(bits_per_character(math.log(8), characters_per_token=1.5), 3)
    2.0
    """
    return loss / math.log(2) / characters_per_token
