"""Right answers to rms_norm_backward, in other styles."""

import numpy as np
from right_answers import each_is_right


def rms_norm_backward_by_jacobians(dout, cache):
    normalized, inverse_rms, gamma = cache
    n = len(gamma)
    dx = np.empty_like(normalized)
    for place in np.ndindex(normalized.shape[:-1]):
        z = normalized[place]
        jacobian = inverse_rms[place] * (np.eye(n) - np.outer(z, z) / n)
        dx[place] = jacobian.T @ (gamma * dout[place])
    return dx, np.einsum("nd,nd->d", dout.reshape(-1, n), normalized.reshape(-1, n))


def rms_norm_backward_from_x(dout, cache):
    normalized, inverse_rms, gamma = cache
    x = normalized / inverse_rms
    d = dout * gamma
    dinverse = np.sum(d * x, axis=-1, keepdims=True)
    dmean_square = dinverse * -0.5 * inverse_rms**3
    dx = d * inverse_rms + dmean_square * 2 * x / x.shape[-1]
    return dx, np.sum(dout * normalized, axis=tuple(range(dout.ndim - 1)))


def rms_norm_backward_in_loops(dout, cache):
    normalized, inverse_rms, gamma = cache
    n = len(gamma)
    dx, dgamma = np.zeros(dout.shape), np.zeros(n)
    for place in np.ndindex(dout.shape[:-1]):
        z, r = normalized[place], inverse_rms[place][0]
        for j in range(n):
            dgamma[j] += dout[place][j] * z[j]
            for i in range(n):
                slope = ((i == j) - z[i] * z[j] / n) * r
                dx[place][j] += gamma[i] * dout[place][i] * slope
    return dx, dgamma


ANSWERS = [
    rms_norm_backward_by_jacobians,
    rms_norm_backward_from_x,
    rms_norm_backward_in_loops,
]

test_is_right = each_is_right("rms_norm_backward", ANSWERS)
