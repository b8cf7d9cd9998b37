"""Right answers to scaled_dot_product_attention_backward, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def scaled_dot_product_attention_backward_by_einsum(dout, cache):
    q, k, v, w, _ = cache
    dw = np.einsum("...ie,...je->...ij", dout, v)
    ds = w * (dw - np.einsum("...ij,...ij->...i", w, dw)[..., None]) / q.shape[-1] ** 0.5
    dq, dk = np.einsum("...ij,...jd->...id", ds, k), np.einsum("...ij,...id->...jd", ds, q)
    return dq, dk, np.einsum("...ij,...ie->...je", w, dout)


def scaled_dot_product_attention_backward_query_by_query(dout, cache):
    q, k, v, weights, _ = cache
    dq, dk, dv = (np.zeros(array.shape) for array in (q, k, v))
    for front in np.ndindex(q.shape[:-2]):
        for i in range(q.shape[-2]):
            w, above = weights[front][i], dout[front][i]
            dv[front] += np.outer(w, above)
            dw = v[front] @ above
            ds = w * (dw - dw @ w) / math.sqrt(q.shape[-1])
            dq[front][i] = ds @ k[front]
            dk[front] += np.outer(ds, q[front][i])
    return dq, dk, dv


ANSWERS = [
    scaled_dot_product_attention_backward_by_einsum,
    scaled_dot_product_attention_backward_query_by_query,
]

test_is_right = each_is_right("scaled_dot_product_attention_backward", ANSWERS)
