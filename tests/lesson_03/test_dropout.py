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


def dropout_entry_by_entry(x, p, rng=None):
    if rng is None or p == 0:
        return x, (None,)
    scale = np.empty_like(x)
    for place in np.ndindex(x.shape):
        scale[place] = 0 if rng.random() < p else 1 / (1 - p)
    return scale * x, (scale,)


def dropout_flat(x, p, rng=None):
    if rng is None:
        return x.copy(), (None,)
    drawn = rng.random(x.size).reshape(x.shape)
    scale = np.ones_like(x) / (1 - p)
    scale[drawn < p] = 0
    return scale * x, (scale,)


ANSWERS = [
    dropout_with_early_return,
    dropout_by_where,
    dropout_by_binomial,
    dropout_by_uniform,
    dropout_by_choice,
    dropout_entry_by_entry,
    dropout_flat,
]

test_is_right = each_is_right("dropout", ANSWERS)
