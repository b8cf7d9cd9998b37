"""Twins of functions of `course_lib.layers`. What they compute is read there."""

import math

import numpy as np

from .. import layers
from ..internals.checks import check_layer_norm, check_linear
from .sums import row_means, sum_rows


def linear(x, W, b=None):
    """Do as `layers.linear`: one large product for all leading axes, not one for each sequence."""
    check_linear(x, W)
    d_in, d_out = W.shape
    out = x.reshape(-1, d_in) @ W
    if b is not None:
        out += b
    return out.reshape(*x.shape[:-1], d_out), (x, W, b)


def linear_backward(dout, cache):
    """Do as `layers.linear_backward`: large products, and the sum of the rows as one, too."""
    x, W, b = cache
    d_in, d_out = W.shape
    dout_rows = dout.reshape(-1, d_out)
    dx = (dout_rows @ W.T).reshape(x.shape)
    dW = x.reshape(-1, d_in).T @ dout_rows
    db = None if b is None else sum_rows(dout_rows)
    return dx, dW, db


def embedding_backward(dout, cache):
    """Do as `layers.embedding_backward`: BLAS adds the rows, as a product with one-hot rows."""
    ids, vocab_size = cache
    rows = dout.reshape(-1, dout.shape[-1])
    chosen = np.zeros((len(rows), vocab_size), dout.dtype)
    chosen[np.arange(len(rows)), np.reshape(ids, -1)] = 1.0
    return chosen.T @ rows


_C1 = 2 * math.sqrt(2 / math.pi)
_C3 = 0.044715 * _C1


def gelu(x, approximate="tanh"):
    """Do as `layers.gelu`: Phi = 1 / (1 + exp(-2u)), because exp costs half of tanh; in place."""
    if approximate != "tanh":
        return _gelu(x, approximate)
    phi = x * x
    phi *= -_C3
    phi -= _C1
    phi *= x
    with np.errstate(over="ignore"):  # far below 0, where phi is 1 / inf
        np.exp(phi, out=phi)
    phi += 1
    np.divide(1, phi, out=phi)
    return x * phi, (x, phi, approximate)


def gelu_backward(dout, cache):
    """Do as `layers.gelu_backward`: phi (1 + x (1 - phi) (inner slope)), in place."""
    x, phi, approximate = cache
    if approximate != "tanh":
        return _gelu_backward(dout, cache)
    dx = x * x
    dx *= 3 * _C3
    dx += _C1
    dx *= x
    dx *= 1 - phi
    dx += 1
    dx *= phi
    dx *= dout
    return dx


_gelu, _gelu_backward = layers.gelu, layers.gelu_backward


def layer_norm(x, gamma, beta, eps=1e-5):
    """Do as `layers.layer_norm`: means as products, the rest in place."""
    check_layer_norm(x, gamma)
    d_model = len(gamma)
    rows = x.reshape(-1, d_model)
    normalized = rows - row_means(rows)[:, None]
    inverse_std = row_means(normalized * normalized)
    inverse_std += eps
    np.sqrt(inverse_std, out=inverse_std)
    np.reciprocal(inverse_std, out=inverse_std)
    normalized *= inverse_std[:, None]
    out = normalized * gamma
    out += beta
    shape = x.shape
    cache = normalized.reshape(shape), inverse_std.reshape(*shape[:-1], 1), gamma
    return out.reshape(shape), cache


def layer_norm_backward(dout, cache):
    """Do as `layers.layer_norm_backward`: sums and means as products, the rest in place."""
    normalized, inverse_std, gamma = cache
    shape, d_model = dout.shape, len(gamma)
    dout, normalized = dout.reshape(-1, d_model), normalized.reshape(-1, d_model)
    along = dout * normalized
    dgamma, dbeta = sum_rows(along), sum_rows(dout)
    # The mean of dout gamma, and that of dout gamma normalized.
    share = gamma / d_model
    mean, mean_along = dout.dot(share)[:, None], along.dot(share)[:, None]
    dx = dout * gamma
    dx -= mean
    dx -= np.multiply(normalized, mean_along, out=along)
    dx *= inverse_std.reshape(-1, 1)
    return dx.reshape(shape), dgamma, dbeta
