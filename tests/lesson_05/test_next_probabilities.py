"""Right answers to next_probabilities, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib import layers


def row_by_row(logits, temperature=1.0, top_k=None, top_p=None):
    rows = logits.reshape(-1, logits.shape[-1])
    out = np.zeros_like(rows)
    for row, new in zip(rows, out, strict=True):
        order = np.argsort(-row, kind="stable")
        if temperature == 0:
            new[order[0]] = 1
            continue
        order = order[:top_k]
        powers = np.exp((row[order] - row[order[0]]) / temperature)
        kept = powers / powers.sum()
        if top_p is not None:
            kept[(np.cumsum(kept) < top_p).sum() + 1 :] = 0
        new[order] = kept / kept.sum()
    return out.reshape(logits.shape)


def logits_hidden_before_one_softmax(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        temperature, top_k, top_p = 1.0, 1, None
    scores = logits / temperature
    order = np.argsort(-scores, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1)
    if top_k is not None:
        scores = np.where(rank < top_k, scores, -np.inf)
    if top_p is not None:
        ranked = np.take_along_axis(layers.softmax(scores)[0], order, axis=-1)
        before = np.cumsum(ranked, axis=-1) - ranked
        kept = np.take_along_axis(before < top_p, rank, axis=-1)
        scores = np.where(kept, scores, -np.inf)
    return layers.softmax(scores)[0]


ANSWERS = [row_by_row, logits_hidden_before_one_softmax]

test_is_right = each_is_right("next_probabilities", ANSWERS)
