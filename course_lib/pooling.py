"""Pooling: one vector for a whole sequence."""

import numpy as np

from .internals.checks import check_choice


def pool(x, how="mean", counted=None):
    """Make one vector of each sequence.

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
        If a sequence has no position that counts.
    """
    check_choice("pool", "how", how, ("mean", "first", "last", "max"))
    B, T, _ = x.shape
    counted = np.ones((B, T), bool) if counted is None else counted
    if not counted.any(axis=1).all():
        raise ValueError(f"pool: sequence {int(np.argmin(counted.any(axis=1)))} is all padding.")
    if how == "mean":
        share = (counted / counted.sum(axis=1, keepdims=True))[:, :, None]
    elif how == "max":
        best = np.where(counted[:, :, None], x, -np.inf).argmax(axis=1)[:, None, :]
        share = np.arange(T)[None, :, None] == best
    else:
        at = counted.argmax(axis=1) if how == "first" else T - 1 - counted[:, ::-1].argmax(axis=1)
        share = (np.arange(T) == at[:, None])[:, :, None]
    share = share.astype(x.dtype)
    return (share * x).sum(axis=1), (share, x.shape)


def pool_backward(dout, cache):
    """Return dx: each position receives its share of dout."""
    share, shape = cache
    return np.broadcast_to(share * dout[:, None, :], shape)
