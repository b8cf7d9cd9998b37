"""Right answers to most_similar, in other styles."""

import numpy as np
from right_answers import each_is_right


def in_a_loop(query, vectors, n):
    found = []
    for index, vector in enumerate(vectors):
        lengths = float(np.sqrt((query**2).sum()) * np.sqrt((vector**2).sum()))
        found.append((-(float(query @ vector) / lengths) if lengths else 0.0, index))
    best = sorted(found)[:n]
    return np.array([index for _, index in best]), np.array([-s for s, _ in best])


def with_unit_vectors(query, vectors, n):
    tiny = np.finfo(float).tiny
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), tiny)
    similarities = unit @ (query / max(float(np.linalg.norm(query)), tiny))
    indices = np.lexsort((np.arange(len(vectors)), -similarities))[:n]
    return indices, similarities[indices]


ANSWERS = [in_a_loop, with_unit_vectors]

test_is_right = each_is_right("most_similar", ANSWERS)
