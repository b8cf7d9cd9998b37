"""The layers of a transformer in the order of the lessons, each beside its backward.

Every layer follows one rule: `out, cache = name(x, ...)` and `grads = name_backward(dout, cache)`,
with one gradient for each differentiable argument, in argument order. `dout` is the gradient of the
loss with respect to `out` and has its shape. The dtype follows the arrays: float32 in, float32 out.
"""

import math

import numpy as np

from .internals.checks import (
    check_choice,
    check_ids,
    check_layer_norm,
    check_linear,
    check_probability,
)


def linear(x, W, b=None):
    """Multiply the last axis of x by W and add b: `x @ W + b`.

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
        If the last axis of x is not as long as the first axis of W.

    Examples
    --------
    >>> W = np.array([[1.0, 3.0], [0.0, 1.0]])
    >>> out, cache = linear(np.array([[1.0, 2.0]]), W, b=np.array([10.0, 20.0]))
    >>> out.tolist()
    [[11.0, 25.0]]
    """
    check_linear(x, W)
    out = x @ W if b is None else x @ W + b
    return out, (x, W, b)


def linear_backward(dout, cache):
    """Return (dx, dW, db), each with the shape of what it belongs to; db is None without a b.

    Examples
    --------
    >>> x, W = np.array([[1.0, 2.0]]), np.array([[1.0, 3.0], [0.0, 1.0]])
    >>> dx, dW, db = linear_backward(np.array([[10.0, 1.0]]), (x, W, np.zeros(2)))
    >>> dx.tolist(), dW.tolist(), db.tolist()
    ([[13.0, 1.0]], [[10.0, 1.0], [20.0, 2.0]], [10.0, 1.0])
    """
    x, W, b = cache
    d_in, d_out = W.shape
    dout_rows = dout.reshape(-1, d_out)  # (N, d_out), N vectors in all
    dx = dout @ W.T
    dW = x.reshape(-1, d_in).T @ dout_rows
    db = None if b is None else dout_rows.sum(axis=0)
    return dx, dW, db


def one_hot(ids, vocab_size, dtype=np.float64):
    """Return an array (..., vocab_size) that is 1 at each id and 0 elsewhere.

    Parameters
    ----------
    ids : int array (...)
        Each in [0, vocab_size).
    vocab_size : int
    dtype : dtype of the result

    Raises
    ------
    ValueError, TypeError
        If an id lies outside the vocabulary, or ids are not integers.

    Examples
    --------
    >>> one_hot(np.array([2, 0]), vocab_size=3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    check_ids("one_hot", ids, vocab_size)
    return (ids[..., None] == np.arange(vocab_size)).astype(dtype)


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

    Examples
    --------
    >>> W = np.array([[1.0, 2.0], [3.0, 4.0]])
    >>> out, cache = embedding(np.array([1, 0, 1]), W)
    >>> out.tolist()
    [[3.0, 4.0], [1.0, 2.0], [3.0, 4.0]]
    """
    check_ids("embedding", ids, len(W))
    out = W[ids]  # (..., d_model)
    return out, (ids, len(W))


def embedding_backward(dout, cache):
    """Return dW (vocab_size, d_model): row i is the sum of dout over the places of id i.

    The ids are not differentiable.

    Examples
    --------
    >>> _, cache = embedding(np.array([1, 0, 1]), np.zeros((2, 2)))
    >>> embedding_backward(np.array([[1.0, 2.0], [5.0, 6.0], [10.0, 20.0]]), cache).tolist()
    [[5.0, 6.0], [11.0, 22.0]]
    """
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]), dout.dtype)
    np.add.at(dW, ids, dout)
    return dW


def softmax(x, axis=-1):
    """Turn scores into weights that sum to 1 along `axis`: exp(x) / sum(exp(x)).

    The maximum along the axis is subtracted first: that leaves the result as it is and keeps exp
    from overflow.

    Parameters
    ----------
    x : array (...)
        -inf is allowed where at least one entry along the axis is finite; its weight is 0.
    axis : int

    Returns
    -------
    out : array, as x
    cache : (out, axis)

    Examples
    --------
    >>> out, cache = softmax(np.log([1.0, 3.0]))
    >>> np.round(out, 3).tolist()
    [0.25, 0.75]
    """
    powers = np.exp(x - x.max(axis=axis, keepdims=True))
    out = powers / powers.sum(axis=axis, keepdims=True)
    return out, (out, axis)


def softmax_backward(dout, cache):
    """Return dx = out (dout - sum(dout out)), as x: the product of the Jacobian with dout.

    Examples
    --------
    >>> _, cache = softmax(np.array([0.0, 0.0]))
    >>> softmax_backward(np.array([4.0, 0.0]), cache).tolist()
    [1.0, -1.0]
    """
    out, axis = cache
    return out * (dout - (dout * out).sum(axis=axis, keepdims=True))


def relu(x):
    """Set negative numbers to 0: max(x, 0), elementwise.

    Parameters
    ----------
    x : array (...)

    Returns
    -------
    out : array, as x
    cache : (x,)

    Examples
    --------
    >>> out, cache = relu(np.array([-2.0, 0.0, 3.0]))
    >>> out.tolist()
    [0.0, 0.0, 3.0]
    """
    out = np.maximum(x, 0)
    return out, (x,)


def relu_backward(dout, cache):
    """Return dx, as x: dout where x was positive, 0 elsewhere.

    Examples
    --------
    >>> _, cache = relu(np.array([-2.0, 0.0, 3.0]))
    >>> relu_backward(np.array([5.0, 5.0, 5.0]), cache).tolist()
    [0.0, 0.0, 5.0]
    """
    (x,) = cache
    return dout * (x > 0)


def gelu(x, approximate="tanh"):
    """Multiply x by Phi(x), the share of a normal distribution below x.

    This is the Gaussian error linear unit (Hendrycks and Gimpel 2016, Sec. 2).

    Parameters
    ----------
    x : array (...)
    approximate : {"tanh", "none"}
        "tanh" is the paper's approximation, used by GPT-2; "none" is exact, used by BERT, slower.

    Returns
    -------
    out : array, as x
    cache : (x, phi, approximate)
        phi, as x, is Phi(x) in the chosen form.

    Examples
    --------
    >>> out, cache = gelu(np.array([-1.0, 0.0, 1.0]), approximate="none")
    >>> np.round(out, 3).tolist()
    [-0.159, 0.0, 0.841]
    """
    check_choice("gelu", "approximate", approximate, ("tanh", "none"))
    erf = np.vectorize(math.erf, otypes=[x.dtype])
    if approximate == "tanh":
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * (x * x * x))
        phi = 0.5 * (1 + np.tanh(inner))
    else:
        phi = 0.5 * (1 + erf(x / math.sqrt(2)))
    out = x * phi
    return out, (x, phi, approximate)


def gelu_backward(dout, cache):
    """Return dx = dout (Phi(x) + x Phi'(x)), as x, with the Phi of the forward.

    Examples
    --------
    >>> _, cache = gelu(np.array([-100.0, 0.0, 100.0]))
    >>> gelu_backward(np.array([10.0, 10.0, 10.0]), cache).tolist()
    [0.0, 5.0, 10.0]
    """
    x, phi, approximate = cache
    if approximate == "none":
        dphi = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    else:
        inner_slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2)
        dphi = 2 * phi * (1 - phi) * inner_slope
    return dout * (phi + x * dphi)


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
        normalized (..., d_model), inverse_std (..., 1).

    Raises
    ------
    ValueError
        If the vectors are not as long as gamma.

    Examples
    --------
    >>> gamma, beta = np.array([1.0, 2.0]), np.array([0.0, 10.0])
    >>> out, cache = layer_norm(np.array([1.0, 3.0]), gamma, beta)
    >>> np.round(out, 3).tolist()
    [-1.0, 12.0]
    """
    check_layer_norm(x, gamma)
    mean = x.mean(axis=-1, keepdims=True)  # (..., 1)
    variance = x.var(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt(variance + eps)
    normalized = (x - mean) * inverse_std
    out = gamma * normalized + beta
    return out, (normalized, inverse_std, gamma)


def layer_norm_backward(dout, cache):
    """Return (dx, dgamma, dbeta): dx as x, the other two (d_model,).

    x acts on three paths: directly, through the mean, and through the standard deviation.

    Examples
    --------
    >>> x = np.array([1.0, 1.0, 3.0, 3.0])
    >>> _, cache = layer_norm(x, np.ones(4), np.zeros(4), eps=0.0)
    >>> dx, dgamma, dbeta = layer_norm_backward(np.array([4.0, 0.0, 0.0, 0.0]), cache)
    >>> dx.tolist()
    [2.0, -2.0, 0.0, 0.0]
    """
    normalized, inverse_std, gamma = cache
    d_model = len(gamma)
    dbeta = dout.reshape(-1, d_model).sum(axis=0)
    dgamma = (dout * normalized).reshape(-1, d_model).sum(axis=0)
    d = dout * gamma  # the gradient of normalized
    through_mean = d.mean(axis=-1, keepdims=True)
    through_deviation = normalized * (d * normalized).mean(axis=-1, keepdims=True)
    dx = inverse_std * (d - through_mean - through_deviation)
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
        Array as x, 0 or 1 / (1 - p) for each entry; None where nothing is dropped.

    Examples
    --------
    >>> out, cache = dropout(np.ones(100), 0.5, np.random.default_rng(0))
    >>> np.unique(out).tolist()
    [0.0, 2.0]
    """
    check_probability("dropout", "p", p)
    out, scale = x, None
    if rng is not None and p > 0:
        kept = rng.random(x.shape, np.float32) >= p
        scale = kept.astype(x.dtype) / (1 - p)
        out = x * scale
    return out, (scale,)


def dropout_backward(dout, cache):
    """Return dx, as x: dout times the scale of the forward, 0 where the entry was dropped.

    Examples
    --------
    >>> scale = np.array([0.0, 2.0, 2.0])
    >>> dropout_backward(np.array([1.0, 1.0, 5.0]), (scale,)).tolist()
    [0.0, 2.0, 10.0]
    """
    (scale,) = cache
    return dout if scale is None else dout * scale
