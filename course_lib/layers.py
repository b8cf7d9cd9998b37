"""The layers of a transformer in the order of the lessons, each beside its backward.

Every layer follows one rule: `out, cache = name(x, ...)` and `grads = name_backward(dout, cache)`,
with one gradient for each differentiable argument, in argument order. `dout` is the gradient of the
loss with respect to `out` and has its shape. The dtype follows the arrays: float32 in, float32 out.
"""

import math

import numpy as np

from .internals.checks import check_choice, check_ids, shape_error
from .internals.sums import axis_dot, axis_sum, row_dot, row_mean, sum_rows


def linear(x, W, b=None):
    """Affine map of the last axis, `x @ W + b`.

    Parameters
    ----------
    x : array (..., d_in)
    W : array (d_in, d_out)
    b : array (d_out,), optional

    Returns
    -------
    out : array (..., d_out)
    cache : (x, W, b)

    Raises
    ------
    ValueError
        If the last axis of x is not the first axis of W.
    """
    d_in, d_out = W.shape
    if x.shape[-1] != d_in:
        raise shape_error(
            f"linear: d_in is {x.shape[-1]} in x but {d_in} in W.",
            [("x", x, "(..., d_in)"), ("W", W, "(d_in, d_out)")],
            "each row of x meets each column of W in a dot product.",
        )
    out = x.reshape(-1, d_in) @ W
    if b is not None:
        out += b
    return out.reshape(*x.shape[:-1], d_out), (x, W, b)


def linear_backward(dout, cache):
    """Return (dx, dW, db); db is None where there was no b."""
    x, W, b = cache
    d_in, d_out = W.shape
    dout_rows = dout.reshape(-1, d_out)
    dx = (dout_rows @ W.T).reshape(x.shape)
    dW = x.reshape(-1, d_in).T @ dout_rows
    db = None if b is None else sum_rows(dout_rows)
    return dx, dW, db


def one_hot(ids, vocab_size, dtype=np.float64):
    """Return an array (..., vocab_size) that is 1 at each id and 0 elsewhere."""
    check_ids("one_hot", ids, vocab_size)
    return (np.asarray(ids)[..., None] == np.arange(vocab_size)).astype(dtype)


def embedding(ids, W):
    """Look up one row of W for each id; the same as `one_hot(ids) @ W`.

    Parameters
    ----------
    ids : int array (...)
        Each in [0, vocab_size).
    W : array (vocab_size, d_model)

    Returns
    -------
    out : array (..., d_model)
    cache : (ids, vocab_size)

    Raises
    ------
    ValueError, TypeError
        If an id lies outside the vocabulary, or ids are not integers.
    """
    check_ids("embedding", ids, len(W))
    return W[ids], (ids, len(W))


def embedding_backward(dout, cache):
    """Return dW: row i adds up dout wherever id i stood. The ids are not differentiable."""
    ids, vocab_size = cache
    rows = dout.reshape(-1, dout.shape[-1])
    chosen = np.zeros((len(rows), vocab_size), dout.dtype)
    chosen[np.arange(len(rows)), np.reshape(ids, -1)] = 1.0
    return chosen.T @ rows


def softmax(x, axis=-1):
    """Turn scores into weights that are positive and sum to 1 along `axis`.

    Large scores have the maximum of their row subtracted first: that leaves the result as it is
    and keeps exp from overflow.

    Parameters
    ----------
    x : array (...)
        -inf is allowed where at least one entry along the axis is finite; its weight is 0.
    axis : int

    Returns
    -------
    out : array, as x
    cache : (out, axis)
    """
    # The maximum of all is cheap, one for each row is slow. Where no exp can overflow and no row
    # vanishes, none is needed; a row then does not depend on the others, not even in rounding.
    exps = np.exp(x) if x.max() < 60.0 else np.zeros_like(x)
    total = axis_sum(exps, axis)
    if not total.min() > 1e-20:
        exps = np.exp(x - x.max(axis=axis, keepdims=True))
        total = axis_sum(exps, axis)
    exps /= total
    return exps, (exps, axis)


def softmax_backward(dout, cache):
    """Return dx = out (dout - sum(dout out)), the product with the softmax's Jacobian."""
    out, axis = cache
    dx = dout - axis_dot(dout, out, axis)
    dx *= out
    return dx


def relu(x):
    """max(x, 0), elementwise. Returns (out, cache) with cache = (x,)."""
    out = np.zeros_like(x)  # with an array of zeros NumPy is faster than with one 0
    return np.maximum(x, out, out=out), (x,)


def relu_backward(dout, cache):
    """Return dx: dout where x was positive, 0 elsewhere."""
    (x,) = cache
    dx = (x > 0).astype(dout.dtype)
    dx *= dout
    return dx


_erf = np.frompyfunc(math.erf, 1, 1)
_SQRT_2_OVER_PI = math.sqrt(2.0 / math.pi)


def gelu(x, approximate="tanh"):
    """Gaussian error linear unit, x Phi(x) (Hendrycks and Gimpel 2016, Sec. 2).

    Parameters
    ----------
    x : array (...)
    approximate : {"tanh", "none"}
        "tanh" is the paper's approximation, used by GPT-2; "none" is exact, used by BERT, slower.

    Returns
    -------
    out : array, as x
    cache : (x, phi, approximate)
    """
    check_choice("gelu", "approximate", approximate, ("tanh", "none"))
    if approximate == "tanh":
        # (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2, step by step in one array
        phi = np.asarray(x * (_SQRT_2_OVER_PI * 0.044715))
        phi *= x
        phi += _SQRT_2_OVER_PI
        phi *= x
        np.tanh(phi, out=phi)
    else:
        phi = _erf(x / math.sqrt(2.0)).astype(x.dtype)
    phi *= 0.5
    phi += 0.5
    return x * phi, (x, phi, approximate)


def gelu_backward(dout, cache):
    """Return dx = dout (Phi(x) + x Phi'(x)), with the Phi of the forward."""
    x, phi, approximate = cache
    if approximate == "tanh":
        # Phi = (1 + tanh(inner)) / 2, so x Phi' = 2 Phi (1 - Phi) x inner'.
        dx = x * (6 * _SQRT_2_OVER_PI * 0.044715)
        dx *= x
        dx += 2 * _SQRT_2_OVER_PI
        dx *= x
        dx *= (1.0 - phi) * phi
    else:
        dx = np.exp(-0.5 * x * x) / math.sqrt(2.0 * math.pi)
        dx *= x
    dx += phi
    dx *= dout
    return dx


def layer_norm(x, gamma, beta, eps=1e-5):
    """Bring each vector to mean 0, variance 1; then apply gamma, beta (Ba et al. 2016, Eq. 4).

    Parameters
    ----------
    x : array (..., d_model)
    gamma, beta : arrays (d_model,)
    eps : float
        Added to the variance under the root, as PyTorch does; the paper has none.

    Returns
    -------
    out : array (..., d_model)
    cache : (normalized, inverse_std, gamma)
    """
    d_model = len(gamma)
    if x.shape[-1] != d_model:
        raise shape_error(
            f"layer_norm: d_model is {x.shape[-1]} in x but {d_model} in gamma.",
            [("x", x, "(..., d_model)"), ("gamma", gamma, "(d_model,)")],
            "gamma and beta hold one number for each feature of a vector.",
        )
    normalized = x - row_mean(x)
    inverse_std = (axis_dot(normalized, normalized, -1) / d_model + eps) ** -0.5
    normalized *= inverse_std
    out = normalized * gamma
    out += beta
    return out, (normalized, inverse_std, gamma)


def layer_norm_backward(dout, cache):
    """Return (dx, dgamma, dbeta). The two means are the paths through the variance and the mean."""
    normalized, inverse_std, gamma = cache
    d_model = len(gamma)
    along = dout * normalized
    dgamma = sum_rows(along.reshape(-1, d_model))
    dbeta = sum_rows(dout.reshape(-1, d_model))
    # With dnormalized = dout gamma, these are its mean and that of dnormalized normalized.
    share = gamma / d_model
    mean, mean_along = row_dot(dout, share), row_dot(along, share)
    # dx = inverse_std (dout gamma - mean - normalized mean_along)
    dx = dout * gamma
    dx -= mean
    dx -= np.multiply(normalized, mean_along, out=along)
    dx *= inverse_std
    return dx, dgamma, dbeta


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
