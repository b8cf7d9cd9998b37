"""Right answers to keep_top_k, in other styles."""

import numpy as np
from right_answers import each_is_right


def row_by_row(probabilities, k):
    rows = probabilities.reshape(-1, probabilities.shape[-1])
    out = np.zeros_like(rows)
    for row, new in zip(rows, out, strict=True):
        for token in np.lexsort((np.arange(len(row)), -row))[:k]:
            new[token] = row[token]
        new /= new.sum()
    return out.reshape(probabilities.shape)


def by_rank(probabilities, k):
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    out = probabilities * (np.argsort(order, axis=-1) < k)
    return out / out.sum(axis=-1, keepdims=True)


ANSWERS = [row_by_row, by_rank]

test_is_right = each_is_right("keep_top_k", ANSWERS)
