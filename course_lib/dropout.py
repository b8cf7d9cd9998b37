"""Dropout: a layer that does something in training only."""

import numpy as np


def dropout(x, p, rng=None):
    """Set each entry to 0 with probability p and divide the rest by 1 - p (Srivastava et al. 2014).

    Parameters
    ----------
    x : array (...)
    p : float in [0, 1)
    rng : numpy.random.Generator, optional
        Without it nothing is dropped: that is how a model is evaluated.

    Returns
    -------
    out : array, as x
    cache : (scale,)
        0 or 1 / (1 - p) for each entry; None where nothing is dropped.
    """
    if not 0.0 <= p < 1.0:
        raise ValueError(f"dropout: p is {p}; use a probability in [0, 1), such as 0.1.")
    if rng is None or p == 0.0:
        return x, (None,)
    kept = rng.random(x.shape, dtype=np.float32) >= p
    scale = kept.astype(x.dtype) / (1.0 - p)
    return x * scale, (scale,)


def dropout_backward(dout, cache):
    """Return dx: the gradient passes where the entry was kept, with the same scale."""
    (scale,) = cache
    return dout if scale is None else dout * scale
