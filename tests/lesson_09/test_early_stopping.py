"""Right answers to early_stopping, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def by_counting(losses, patience):
    best_loss, best, waited = math.inf, 0, 0
    for i, loss in enumerate(losses):
        if loss < best_loss:
            best_loss, best, waited = loss, i, 0
        else:
            waited += 1
            if waited >= patience:
                return best, i
    return best, i


def without_a_loop(losses, patience):
    losses = np.asarray(losses)
    lowest = np.minimum.accumulate(losses)
    is_new = np.append(True, losses[1:] < lowest[:-1])
    latest = np.maximum.accumulate(np.where(is_new, np.arange(len(losses)), 0))
    ends = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stop = ends[0] if len(ends) else len(losses) - 1
    return int(latest[stop]), int(stop)


def by_the_lowest_up_to_here(losses, patience):
    for i in range(len(losses)):
        best = min(range(i + 1), key=lambda k: losses[k])
        if i - best >= patience:
            break
    return best, i


ANSWERS = [by_counting, without_a_loop, by_the_lowest_up_to_here]

test_is_right = each_is_right("early_stopping", ANSWERS)
