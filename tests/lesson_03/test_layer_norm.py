"""Right answers to layer_norm, in other styles."""

import numpy as np
from right_answers import each_is_right


def layer_norm_by_mean_squares(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt(variance + eps)
    normalized = (x - mean) * inverse_std
    return gamma * normalized + beta, (normalized, inverse_std, gamma)


def layer_norm_in_a_loop(x, gamma, beta, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    normalized, inverse = np.empty_like(rows), np.empty((len(rows), 1))
    for i, row in enumerate(rows):
        inverse[i] = 1 / np.sqrt(np.var(row) + eps)
        normalized[i] = (row - np.mean(row)) * inverse[i]
    normalized, inverse = normalized.reshape(x.shape), inverse.reshape(*x.shape[:-1], 1)
    return normalized * gamma + beta, (normalized, inverse, gamma)


def layer_norm_by_einsum(x, gamma, beta, eps=1e-5):
    centered = x - np.einsum("...d->...", x)[..., None] / x.shape[-1]
    variance = np.einsum("...d,...d->...", centered, centered)[..., None] / x.shape[-1]
    inverse_std = (variance + eps) ** -0.5
    normalized = centered * inverse_std
    return normalized * gamma + beta, (normalized, inverse_std, gamma)


def layer_norm_by_difference_of_squares(x, gamma, beta, eps=1e-5):
    mean = np.mean(x, axis=-1)[..., None]
    variance = np.mean(x**2, axis=-1)[..., None] - mean**2
    root = np.sqrt(variance + eps)
    normalized = np.divide(x - mean, root)
    return np.add(normalized * gamma, beta), (normalized, 1 / root, gamma)


ANSWERS = [
    layer_norm_by_mean_squares,
    layer_norm_in_a_loop,
    layer_norm_by_einsum,
    layer_norm_by_difference_of_squares,
]

test_is_right = each_is_right("layer_norm", ANSWERS)
