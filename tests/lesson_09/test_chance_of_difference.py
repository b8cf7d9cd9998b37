"""Right answers to chance_of_difference, in other styles."""

import itertools
import math

import numpy as np
from right_answers import each_is_right


def with_arrays(a, b):
    a, b = np.asarray(a), np.asarray(b)
    pooled, n = np.concatenate([a, b]), len(a)
    rows = np.array(list(itertools.combinations(range(len(pooled)), n)))
    chosen = np.zeros((len(rows), len(pooled)), dtype=bool)
    np.put_along_axis(chosen, rows, True, axis=1)
    first = (pooled * chosen).sum(axis=1) / n
    second = (pooled * ~chosen).sum(axis=1) / len(b)
    return float((np.abs(first - second) >= abs(a.mean() - b.mean()) - 1e-6).mean())


def second_mean_from_the_total(a, b):
    pooled, n, m = [float(x) for x in (*a, *b)], len(a), len(b)
    total = sum(pooled)
    observed = abs(sum(map(float, a)) / n - sum(map(float, b)) / m)
    count = 0
    for x in itertools.combinations(pooled, n):
        d = abs(sum(x) / n - (total - sum(x)) / m)
        if d > observed or math.isclose(d, observed, abs_tol=1e-6):
            count += 1
    return count / math.comb(n + m, n)


ANSWERS = [with_arrays, second_mean_from_the_total]

test_is_right = each_is_right("chance_of_difference", ANSWERS)
