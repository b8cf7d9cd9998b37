"""Right answers to cross_entropy_backward, in other styles."""

import numpy as np
from right_answers import each_is_right


def cross_entropy_backward_entry_by_entry(dloss, cache):
    log_p, targets, counted, smoothing, shape = cache
    dlogits = np.zeros(log_p.shape)
    for n in np.flatnonzero(counted):
        for j in range(log_p.shape[1]):
            wanted = smoothing / log_p.shape[1] + (1 - smoothing) * (j == targets[n])
            dlogits[n, j] = dloss * (np.exp(log_p[n, j]) - wanted) / np.count_nonzero(counted)
    return dlogits.reshape(shape)


def cross_entropy_backward_by_one_hot(dloss, cache):
    log_p, targets, counted, smoothing, shape = cache
    V = log_p.shape[1]
    wanted = (1 - smoothing) * np.eye(V)[targets] + smoothing / V
    dlogits = np.where(counted[:, None], np.exp(log_p) - wanted, 0.0)
    return (dloss / counted.sum() * dlogits).reshape(shape)


def cross_entropy_backward_of_counted_rows(dloss, cache):
    log_p, targets, counted, smoothing, shape = cache
    p = np.exp(log_p[counted])
    p[np.arange(len(p)), targets[counted]] -= 1 - smoothing
    dlogits = np.zeros(log_p.shape)
    dlogits[counted] = dloss * (p - smoothing / log_p.shape[1]) / len(p)
    return dlogits.reshape(shape)


ANSWERS = [
    cross_entropy_backward_entry_by_entry,
    cross_entropy_backward_by_one_hot,
    cross_entropy_backward_of_counted_rows,
]

test_is_right = each_is_right("cross_entropy_backward", ANSWERS)
