"""Small worked cases of a view."""

import numpy as np

WORDS = ["Quoth", "the", "raven", ",\n", '"', "Nevermore", ".", '"']


def causal_case(n_layers=2, n_heads=3, count=8, seed=0):
    """Weights under a causal mask, (n_layers, n_heads, T, T), and the mask."""
    mask = np.tri(count, dtype=bool)
    scores = np.random.default_rng(seed).standard_normal((n_layers, n_heads, count, count))
    powers = np.where(mask, np.exp(3 * scores), 0)
    return powers / powers.sum(axis=-1, keepdims=True), mask


THREE = np.array([[1, 0, 0], [0.25, 0.75, 0], [0.04, 0.32, 0.64]])
"""One head over three tokens, whose numbers are easy to follow."""
