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


def one_after_the_other(query, vectors, n):
    lengths = np.sqrt((vectors**2).sum(axis=1)) * np.sqrt(query @ query)
    left = np.divide(vectors @ query, lengths, out=np.zeros(len(vectors)), where=lengths > 0)
    indices, similarities = [], []
    for _ in range(n):
        indices.append(int(left.argmax()))
        similarities.append(left[indices[-1]])
        left[indices[-1]] = -np.inf
    return np.array(indices), np.array(similarities)


ANSWERS = [in_a_loop, with_unit_vectors, one_after_the_other]

test_is_right = each_is_right("most_similar", ANSWERS)
