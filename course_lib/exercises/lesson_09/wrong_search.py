"""Wrong answers to most_similar."""

import numpy as np


def _cosines(query, vectors):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    return vectors @ query / np.where(lengths > 0, lengths, 1.0)


def _unit(array, axis=None):
    length = np.linalg.norm(array, axis=axis, keepdims=True)
    return array / np.where(length > 0, length, 1.0)


def _best(similarities, n):
    indices = np.argsort(-similarities, kind="stable")[:n]
    return indices, similarities[indices]


def dot_products(query, vectors, n):
    return _best(vectors @ query, n)


def query_as_it_is(query, vectors, n):
    return _best(_unit(vectors, 1) @ query, n)


def rows_as_they_are(query, vectors, n):
    return _best(vectors @ _unit(query), n)


def wrong_axis(query, vectors, n):
    return _best(_unit(vectors, 0) @ _unit(query), n)


def one_length(query, vectors, n):
    return _best(_unit(vectors) @ _unit(query), n)


def euclidean(query, vectors, n):
    distances = np.linalg.norm(vectors - query, axis=1)
    indices = np.argsort(distances, kind="stable")[:n]
    return indices, distances[indices]


def cosine_distance(query, vectors, n):
    indices, similarities = _best(_cosines(query, vectors), n)
    return indices, 1 - similarities


def partitioned(query, vectors, n):
    similarities = _cosines(query, vectors)
    indices = np.argpartition(-similarities, n - 1)[:n]
    return indices, similarities[indices]


def least_similar(query, vectors, n):
    similarities = _cosines(query, vectors)
    indices = np.argsort(similarities, kind="stable")[:n]
    return indices, similarities[indices]


def ascending(query, vectors, n):
    indices, similarities = _best(_cosines(query, vectors), n)
    return indices[::-1], similarities[::-1]


def ties_turned(query, vectors, n):
    similarities = _cosines(query, vectors)
    indices = np.argsort(similarities, kind="stable")[::-1][:n]
    return indices, similarities[indices]


def first_left_out(query, vectors, n):
    indices, similarities = _best(_cosines(query, vectors), n + 1)
    return indices[1:], similarities[1:]


def all_rows(query, vectors, n):
    return _best(_cosines(query, vectors), len(vectors))


def not_in_this_order(query, vectors, n):
    similarities = _cosines(query, vectors)
    return _best(similarities, n)[0], similarities[:n]


def swapped(query, vectors, n):
    return _best(_cosines(query, vectors), n)[::-1]


def size_alone(query, vectors, n):
    return _best(np.abs(_cosines(query, vectors)), n)


def divides_by_zero(query, vectors, n):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    return _best(vectors @ query / lengths, n)


def last_rows(query, vectors, n):
    similarities = _cosines(query, vectors)
    indices = np.argsort(similarities, kind="stable")[-n:]
    return indices, similarities[indices]


def squared_lengths(query, vectors, n):
    squares = (vectors**2).sum(axis=1) * (query**2).sum()
    return _best(vectors @ query / np.where(squares > 0, squares, 1.0), n)


def turned_and_by_zero(query, vectors, n):
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(query)
    similarities = vectors @ query / lengths
    indices = np.argsort(similarities, kind="stable")[::-1][:n]
    return indices, similarities[indices]
