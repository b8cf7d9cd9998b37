"""Right answers to most_frequent_pair, in other styles."""

from collections import Counter
from itertools import pairwise

from right_answers import each_is_right


def most_frequent_pair_by_counter(tokens):
    counts = Counter(pairwise(tokens)).most_common(1)
    return counts[0][0] if counts else None


def most_frequent_pair_in_a_loop(tokens):
    best, most, counts = None, 0, {}
    pairs = [(tokens[i], tokens[i + 1]) for i in range(len(tokens) - 1)]
    for pair in pairs:
        counts.setdefault(pair, 0)
        counts[pair] += 1
    for pair, count in counts.items():
        if count > most:
            best, most = pair, count
    return best


def most_frequent_pair_by_sorting(tokens):
    pairs = [(tokens[i], token) for i, token in enumerate(tokens[1:])]
    ranked = sorted(set(pairs), key=lambda pair: (-pairs.count(pair), pairs.index(pair)))
    return list(ranked[0]) if ranked else None


def most_frequent_pair_by_index(tokens):
    if len(tokens) < 2:
        return None
    pairs = [tuple(tokens[i - 1 : i + 1]) for i in range(1, len(tokens))]
    return max(pairs, key=pairs.count)


ANSWERS = [
    most_frequent_pair_by_counter,
    most_frequent_pair_in_a_loop,
    most_frequent_pair_by_sorting,
    most_frequent_pair_by_index,
]

test_is_right = each_is_right("most_frequent_pair", ANSWERS)
