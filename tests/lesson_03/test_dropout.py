"""Right answers to dropout, in other styles."""

import numpy as np
from right_answers import each_is_right


def dropout_with_early_return(x, p, rng=None):
    if rng is None:
        return x, (None,)
    kept = rng.random(x.shape) >= p
    scale = kept.astype(x.dtype) / (1 - p)
    return x * scale, (scale,)


def dropout_by_where(x, p, rng=None):
    scale = None
    if rng is not None:
        scale = np.where(rng.random(x.shape) < p, 0.0, 1 / (1 - p))
    return (x if scale is None else x * scale), (scale,)


def dropout_by_binomial(x, p, rng=None):
    if rng is None:
        return x, (None,)
    scale = rng.binomial(1, 1 - p, x.shape) / (1 - p)
    return x * scale, (scale,)


def dropout_by_uniform(x, p, rng=None):
    if rng is None:
        return x, (None,)
    scale = (rng.uniform(0, 1, size=x.shape) >= p) / (1 - p)
    return x * scale, (scale,)


def dropout_by_choice(x, p, rng=None):
    if rng is None:
        return x, (None,)
    scale = rng.choice([0.0, 1.0], size=x.shape, p=[p, 1 - p]) / (1 - p)
    return x * scale, (scale,)


ANSWERS = [
    dropout_with_early_return,
    dropout_by_where,
    dropout_by_binomial,
    dropout_by_uniform,
    dropout_by_choice,
]

test_is_right = each_is_right("dropout", ANSWERS)
