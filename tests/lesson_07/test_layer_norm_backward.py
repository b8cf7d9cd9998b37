"""Right answers to layer_norm_backward, in other styles."""

import numpy as np
from right_answers import each_is_right


def layer_norm_backward_by_jacobians(dout, cache):
    normalized, inverse_std, gamma = cache
    n = len(gamma)
    dx = np.empty_like(normalized)
    for place in np.ndindex(normalized.shape[:-1]):
        z = normalized[place]
        jacobian = (np.eye(n) - np.ones((n, n)) / n - np.outer(z, z) / n) * inverse_std[place]
        dx[place] = jacobian @ (gamma * dout[place])
    dgamma = np.einsum("nd,nd->d", dout.reshape(-1, n), normalized.reshape(-1, n))
    return dx, dgamma, np.einsum("nd->d", dout.reshape(-1, n))


def layer_norm_backward_by_sums(dout, cache):
    normalized, inverse_std, gamma = cache
    n, front = len(gamma), tuple(range(dout.ndim - 1))
    d = gamma * dout
    total = d.sum(-1, keepdims=True)
    along = np.sum(d * normalized, -1, keepdims=True)
    dx = (n * d - total - normalized * along) * inverse_std / n
    return dx, np.sum(dout * normalized, axis=front), np.sum(dout, axis=front)


def layer_norm_backward_step_by_step(dout, cache):
    normalized, inverse_std, gamma = cache
    n, centered = len(gamma), normalized / inverse_std
    dnormalized = dout * gamma
    dvariance = -0.5 * inverse_std**3 * (dnormalized * centered).sum(axis=-1, keepdims=True)
    dmean = -inverse_std * dnormalized.sum(axis=-1, keepdims=True)
    dx = inverse_std * dnormalized + 2 * centered * dvariance / n + dmean / n
    dgamma = (dout * normalized).reshape(-1, n).sum(axis=0)
    return dx, dgamma, dout.reshape(-1, n).sum(axis=0)


ANSWERS = [
    layer_norm_backward_by_jacobians,
    layer_norm_backward_by_sums,
    layer_norm_backward_step_by_step,
]

test_is_right = each_is_right("layer_norm_backward", ANSWERS)
