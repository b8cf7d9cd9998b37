"""Right answers to sample, in other styles."""

import numpy as np
from right_answers import each_is_right


def with_choice(probabilities, rng):
    return np.array([rng.choice(len(row), p=row) for row in probabilities])


def with_searchsorted(probabilities, rng):
    drawn = rng.random(len(probabilities))
    pairs = zip(np.cumsum(probabilities, axis=-1), drawn, strict=True)
    return np.array([np.searchsorted(running, u * running[-1], "right") for running, u in pairs])


def token_by_token(probabilities, rng):
    ids = []
    for row in probabilities:
        left, token = rng.random(), 0
        while left >= row[token] and token < len(row) - 1:
            left -= row[token]
            token += 1
        ids.append(token)
    return np.array(ids)


def cut_at_the_last_token(probabilities, rng):
    drawn = rng.random((len(probabilities), 1))
    ids = (np.cumsum(probabilities, axis=1) <= drawn).sum(axis=1)
    return ids.clip(max=probabilities.shape[1] - 1)


def with_normalized_sums(probabilities, rng):
    running = np.add.accumulate(probabilities, axis=1)
    running /= running[:, -1:]
    return np.argmax(running > np.array([[rng.random()] for _ in running]), axis=1)


ANSWERS = [
    with_choice,
    with_searchsorted,
    token_by_token,
    cut_at_the_last_token,
    with_normalized_sums,
]

test_is_right = each_is_right("sample", ANSWERS)
