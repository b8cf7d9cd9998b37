"""Right answers to kl_divergence, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def kl_divergence_by_ratio(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0.0).sum(axis=-1)


def kl_divergence_as_difference(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = -np.where(p > 0, p * np.log(q), 0.0).sum(axis=-1)
        own = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=-1)
    return cross - own


def kl_divergence_in_a_loop(p, q):
    p, q = np.broadcast_arrays(p, q)
    out = np.zeros(p.shape[:-1])
    for place in np.ndindex(p.shape):
        if p[place] > 0:
            gap = math.log(p[place] / q[place]) if q[place] > 0 else math.inf
            out[place[:-1]] += p[place] * gap
    return out if out.ndim else float(out)


ANSWERS = [kl_divergence_by_ratio, kl_divergence_as_difference, kl_divergence_in_a_loop]

test_is_right = each_is_right("kl_divergence", ANSWERS)
