"""Right answers to keep_top_p, in other styles."""

import numpy as np
from right_answers import each_is_right


def row_by_row(probabilities, p):
    rows = probabilities.reshape(-1, probabilities.shape[-1])
    out = np.zeros_like(rows)
    for row, new in zip(rows, out, strict=True):
        total = 0.0
        for token in np.argsort(-row, kind="stable"):
            if total >= p:
                break
            new[token] = row[token]
            total += row[token]
        new /= new.sum()
    return out.reshape(probabilities.shape)


def by_count(probabilities, p):
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    running = np.cumsum(np.take_along_axis(probabilities, order, axis=-1), axis=-1)
    count = (running < p).sum(axis=-1, keepdims=True) + 1
    out = probabilities * (np.argsort(order, axis=-1) < count)
    return out / out.sum(axis=-1, keepdims=True)


ANSWERS = [row_by_row, by_count]

test_is_right = each_is_right("keep_top_p", ANSWERS)
