"""Wrong answers to induction_score."""

import numpy as np


def _matches(weights, ids):
    """Yield (b, t, earlier places of the same token)."""
    for b, row in enumerate(ids):
        for t in range(len(row)):
            yield b, t, [s for s in range(t) if row[s] == row[t]]


def at_the_token(weights, ids):
    found = [
        sum(weights[b, t, s] for s in earlier)
        for b, t, earlier in _matches(weights, ids)
        if earlier
    ]
    return float(np.mean(found))


def before_the_token(weights, ids):
    found = [
        sum(weights[b, t, s - 1] for s in earlier if s > 0)
        for b, t, earlier in _matches(weights, ids)
        if earlier
    ]
    return float(np.mean(found))


def all_queries(weights, ids):
    found = [sum(weights[b, t, s + 1] for s in earlier) for b, t, earlier in _matches(weights, ids)]
    return float(np.mean(found))


def summed(weights, ids):
    return float(
        sum(weights[b, t, s + 1] for b, t, earlier in _matches(weights, ids) for s in earlier)
    )


def over_pairs(weights, ids):
    found = [weights[b, t, s + 1] for b, t, earlier in _matches(weights, ids) for s in earlier]
    return float(np.mean(found))


def last_one(weights, ids):
    found = [weights[b, t, earlier[-1] + 1] for b, t, earlier in _matches(weights, ids) if earlier]
    return float(np.mean(found))


def first_one(weights, ids):
    found = [weights[b, t, earlier[0] + 1] for b, t, earlier in _matches(weights, ids) if earlier]
    return float(np.mean(found))


def largest_one(weights, ids):
    found = [
        max(weights[b, t, s + 1] for s in earlier)
        for b, t, earlier in _matches(weights, ids)
        if earlier
    ]
    return float(np.mean(found))


def not_the_one_before(weights, ids):
    found = []
    for b, t, earlier in _matches(weights, ids):
        if earlier and earlier != [t - 1]:
            found.append(sum(weights[b, t, s + 1] for s in earlier if s != t - 1))
    return float(np.mean(found))


def one_sequence(weights, ids):
    found = [
        sum(weights[b, t, s + 1] for s in earlier)
        for b, t, earlier in _matches(weights[:1], ids[:1])
        if earlier
    ]
    return float(np.mean(found))


def turned(weights, ids):
    found = [
        sum(weights[b, s + 1, t] for s in earlier)
        for b, t, earlier in _matches(weights, ids)
        if earlier
    ]
    return float(np.mean(found))


def each_sequence(weights, ids):
    means = []
    for b, row in enumerate(ids):
        found = []
        for t in range(len(row)):
            earlier = [s for s in range(t) if row[s] == row[t]]
            if earlier:
                found.append(sum(weights[b, t, s + 1] for s in earlier))
        if found:
            means.append(np.mean(found))
    return float(np.mean(means))


def each_query(weights, ids):
    return np.array(
        [
            sum(weights[b, t, s + 1] for s in earlier)
            for b, t, earlier in _matches(weights, ids)
            if earlier
        ]
    )


def previous_token(weights, ids):
    T = ids.shape[1]
    return float(weights[:, np.arange(1, T), np.arange(T - 1)].mean())


def the_token_itself(weights, ids):
    found = []
    for b, row in enumerate(ids):
        for t in range(len(row)):
            earlier = [s for s in range(t + 1) if row[s] == row[t]]
            if earlier:
                found.append(sum(weights[b, t, s + 1] for s in earlier))
    return float(np.mean(found))
