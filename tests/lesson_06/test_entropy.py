"""Right answers to entropy, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def entropy_in_loops(p):
    out = np.zeros(p.shape[:-1])
    for place in np.ndindex(p.shape[:-1]):
        for q in p[place]:
            if q > 0:
                out[place] -= q * math.log(q)
    return out if out.ndim else float(out)


def entropy_by_nansum(p):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nansum(-p * np.log(p), axis=-1)


def entropy_where_positive(p):
    logs = np.log(p, where=p > 0, out=np.zeros_like(p))
    return -np.einsum("...v,...v->...", p, logs)


ANSWERS = [entropy_in_loops, entropy_by_nansum, entropy_where_positive]

test_is_right = each_is_right("entropy", ANSWERS)
