"""Right answers to attention_scores, in other styles."""

import numpy as np
from right_answers import each_is_right


def scores_in_loops(q, k):
    d_k = q.shape[-1]
    out = np.zeros((*q.shape[:-1], k.shape[-2]))
    for *place, i in np.ndindex(q.shape[:-1]):
        for j in range(k.shape[-2]):
            for f in range(d_k):
                out[(*place, i, j)] += q[(*place, i, f)] * k[(*place, j, f)]
    return out / d_k**0.5


def scores_by_einsum(q, k):
    return np.einsum("...if,...jf->...ij", q / np.sqrt(q.shape[-1]), k)


def scores_by_broadcasting(q, k):
    return (q[..., :, None, :] * k[..., None, :, :]).sum(axis=-1) * q.shape[-1] ** -0.5


ANSWERS = [scores_in_loops, scores_by_einsum, scores_by_broadcasting]

test_is_right = each_is_right("attention_scores", ANSWERS)
