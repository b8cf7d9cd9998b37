"""Pooling: one vector for a whole sequence."""

import numpy as np

from .internals.checks import check_pooling


def pool(x, how="mean", counted=None):
    """Make one vector of each sequence: (B, T, d_model) to (B, d_model).

    Parameters
    ----------
    x : array (B, T, d_model)
    how : {"mean", "first", "last", "max"}
        "last" is the last position that counts; "max" is taken for each feature alone.
    counted : bool array (B, T), optional
        False at padding, which no pooling reads. All positions count by default.

    Returns
    -------
    out : array (B, d_model)
    cache : (share, shape of x)
        share (B, T, 1 or d_model) says how much of each position is in `out`.

    Raises
    ------
    ValueError
        If a sequence has no position that counts, or `how` is none of the four.

    Examples
    --------
    >>> x = np.array([[[1.0, 8.0], [3.0, 6.0], [99.0, 99.0]]])
    >>> out, cache = pool(x, "mean", counted=np.array([[True, True, False]]))
    >>> out.tolist()
    [[2.0, 7.0]]
    """
    check_pooling(how, counted)
    B, T, _ = x.shape
    counted = np.ones((B, T), bool) if counted is None else counted
    if how == "mean":
        share = (counted / counted.sum(axis=1, keepdims=True))[:, :, None]  # (B, T, 1)
    elif how == "max":
        best = np.where(counted[:, :, None], x, -np.inf).argmax(axis=1)[:, None, :]
        share = np.arange(T)[None, :, None] == best  # (B, T, d_model)
    elif how == "first":
        share = (np.arange(T) == counted.argmax(axis=1)[:, None])[:, :, None]
    else:
        place = T - 1 - counted[:, ::-1].argmax(axis=1)  # (B,)
        share = (np.arange(T) == place[:, None])[:, :, None]
    share = share.astype(x.dtype)
    return (share * x).sum(axis=1), (share, x.shape)


def pool_backward(dout, cache):
    """Return dx (B, T, d_model): each position receives its share of dout.

    Examples
    --------
    >>> _, cache = pool(np.zeros((1, 3, 1)), "mean", counted=np.array([[True, True, False]]))
    >>> pool_backward(np.array([[10.0]]), cache).tolist()
    [[[5.0], [5.0], [0.0]]]
    """
    share, shape = cache
    return np.broadcast_to(share * dout[:, None, :], shape)
