"""Permutation tests done in a wrong way: the mistakes that the check recognizes."""

import itertools
import math

import numpy as np

ROUNDING = 1e-6


def deals(pooled, size):
    """All ways to deal: pairs of arrays, the first with `size` results."""
    everyone = range(len(pooled))
    for first in itertools.combinations(everyone, size):
        second = [i for i in everyone if i not in first]
        yield pooled[list(first)], pooled[second]


def variant(
    *,
    measure=lambda x, y: abs(x.mean() - y.mean()),
    counts=lambda dealt, observed: dealt >= observed - ROUNDING,
    result=lambda count, total: count / total,
    size=lambda n, m: n,
    keep=lambda first, pooled: True,
):
    """Return a test that differs in one place from the right one."""

    def chance_of_difference(a, b):
        a, b = np.asarray(a), np.asarray(b)
        pooled = np.concatenate([a, b])
        observed = measure(a, b)
        dealt = [measure(x, y) for x, y in deals(pooled, size(len(a), len(b))) if keep(x, pooled)]
        return result(sum(bool(counts(d, observed)) for d in dealt), len(dealt))

    return chance_of_difference


def one_sided(a, b):
    return variant(measure=lambda x, y: x.mean() - y.mean())(a, b)


def one_sided_other(a, b):
    return variant(measure=lambda x, y: y.mean() - x.mean())(a, b)


def half_absolute(a, b):
    observed = abs(np.mean(a) - np.mean(b))
    return variant(
        measure=lambda x, y: x.mean() - y.mean(),
        counts=lambda dealt, _: dealt >= observed - ROUNDING,
    )(a, b)


def by_value(a, b):
    a, b = list(np.asarray(a).tolist()), list(np.asarray(b).tolist())
    pooled, observed = a + b, abs(np.mean(a) - np.mean(b))
    count = total = 0
    for first in itertools.combinations(pooled, len(a)):
        second = [x for x in pooled if x not in first]
        total += 1
        rest = sum(second) / len(second) if second else math.nan
        count += abs(sum(first) / len(first) - rest) >= observed - ROUNDING
    return count / total


def without_twins(a, b):
    """Deal each set of values once: two equal results make fewer ways."""
    pooled, size = np.concatenate([a, b]), len(a)
    ways = {tuple(sorted(x.tolist())): (x, y) for x, y in deals(pooled, size)}
    observed = abs(np.mean(a) - np.mean(b))
    dealt = [abs(x.mean() - y.mean()) for x, y in ways.values()]
    return sum(d >= observed - ROUNDING for d in dealt) / len(dealt)


def pairs(a, b):
    """How often the worse wins, over all pairs."""
    a, b = np.asarray(a), np.asarray(b)
    better, worse = (a, b) if a.mean() <= b.mean() else (b, a)
    return float((worse[:, None] < better).mean())


def signs(a, b):
    """Flip the sign of each difference: a test for pairs."""
    if len(a) != len(b):
        raise ValueError("operands could not be broadcast together")
    difference = np.asarray(a) - np.asarray(b)
    observed = abs(difference.mean())
    dealt = [
        abs((difference * np.array(flip)).mean())
        for flip in itertools.product([1, -1], repeat=len(difference))
    ]
    return sum(d >= observed - ROUNDING for d in dealt) / len(dealt)


no_rounding = variant(counts=lambda dealt, observed: dealt >= observed)
strict = variant(counts=lambda dealt, observed: dealt > observed + ROUNDING)
without_observed = variant(result=lambda count, total: (count - 1) / total)
one_more = variant(result=lambda count, total: (count + 1) / (total + 1))
the_count = variant(result=lambda count, total: count)
halves = variant(size=lambda n, m: (n + m) // 2)
mirrored = variant(keep=lambda first, pooled: bool((first == pooled[0]).any()))
sums = variant(measure=lambda x, y: abs(x.sum() - y.sum()))


def at_most(a, b):
    return variant(counts=lambda dealt, observed: dealt <= observed + ROUNDING)(a, b)


def against_all(a, b):
    """Compare each dealt group with everything instead of with the other group."""
    a, b = np.asarray(a), np.asarray(b)
    pooled, observed = np.concatenate([a, b]), abs(a.mean() - b.mean())
    dealt = [abs(x.mean() - pooled.mean()) for x, _ in deals(pooled, len(a))]
    return sum(d >= observed - ROUNDING for d in dealt) / len(dealt)
