"""Right answers to merge_pair, in other styles."""

from right_answers import each_is_right


def merge_pair_onto_the_last(tokens, pair):
    merged = []
    for token in tokens:
        if merged and (merged[-1], token) == pair:
            merged[-1] += token
        else:
            merged.append(token)
    return merged


def merge_pair_with_a_flag(tokens, pair):
    merged, skip = [], False
    for i, token in enumerate(tokens):
        if skip:
            skip = False
        elif i + 1 < len(tokens) and token == pair[0] and tokens[i + 1] == pair[1]:
            merged.append("".join(pair))
            skip = True
        else:
            merged.append(token)
    return merged


def merge_pair_in_a_copy(tokens, pair):
    merged = list(tokens)
    i = 0
    while i < len(merged) - 1:
        if tuple(merged[i : i + 2]) == pair:
            merged[i : i + 2] = [pair[0] + pair[1]]
        i += 1
    return merged


def merge_pair_by_recursion(tokens, pair):
    if len(tokens) < 2:
        return list(tokens)
    if (tokens[0], tokens[1]) == pair:
        return ["".join(pair), *merge_pair_by_recursion(tokens[2:], pair)]
    return [tokens[0], *merge_pair_by_recursion(tokens[1:], pair)]


ANSWERS = [
    merge_pair_onto_the_last,
    merge_pair_with_a_flag,
    merge_pair_in_a_copy,
    merge_pair_by_recursion,
]

test_is_right = each_is_right("merge_pair", ANSWERS)
