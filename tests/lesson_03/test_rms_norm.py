"""Right answers to rms_norm, in other styles."""

import numpy as np
from right_answers import each_is_right


def rms_norm_in_a_loop(x, gamma, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    normalized, inverse = np.empty_like(rows), np.empty((len(rows), 1))
    for i, row in enumerate(rows):
        inverse[i] = (sum(value**2 for value in row) / len(row) + eps) ** -0.5
        normalized[i] = row * inverse[i]
    normalized, inverse = normalized.reshape(x.shape), inverse.reshape(*x.shape[:-1], 1)
    return normalized * gamma, (normalized, inverse, gamma)


def rms_norm_by_length(x, gamma, eps=1e-5):
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    inverse_rms = (length**2 / x.shape[-1] + eps) ** -0.5
    normalized = x * inverse_rms
    return normalized * gamma, (normalized, inverse_rms, gamma)


ANSWERS = [rms_norm_in_a_loop, rms_norm_by_length]

test_is_right = each_is_right("rms_norm", ANSWERS)
