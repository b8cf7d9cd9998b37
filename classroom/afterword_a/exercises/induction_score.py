"""induction_score: how much a head looks at what followed the current token before."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def causal(rng, B, T):
    weights = np.tril(rng.random((B, T, T)))
    return weights / weights.sum(axis=-1, keepdims=True)


def cases(rng):
    tenths = [[10, 0, 0, 0, 0], [5, 5, 0, 0, 0], [2, 2, 6, 0, 0], [1, 8, 1, 0, 0], [0, 3, 4, 1, 2]]
    thrice = np.array([[[1.0, 0.0, 0.0], [0.75, 0.25, 0.0], [0.25, 0.5, 0.25]]])
    return [
        # 7 3 9 7 3: query 3 should look at 1 (0.8), query 4 at 2 (0.4); 0 to 2 have no earlier one.
        Case(
            (np.array([tenths]) / 10, np.array([[7, 3, 9, 7, 3]])),
            label="7 3 9 7 3, worked by hand",
            expected=0.6,
            proves="tokens with one earlier place",
        ),
        # 0 0 0: query 1 looks at 1, 0.25; query 2 at 1 and 2, 0.5 + 0.25.
        Case(
            (thrice, np.array([[0, 0, 0]])),
            label="0 0 0, worked by hand",
            expected=0.5,
            proves="one sequence",
        ),
        Case(
            (causal(rng, 3, 11), rng.integers(5, size=(3, 11))),
            label="three sequences of few tokens",
        ),
        Case(
            (causal(rng, 2, 7), np.array([[1, 2, 3, 4, 5, 6, 1], [1, 2, 3, 1, 2, 3, 1]])),
            label="one sequence with a single repetition, one with many",
        ),
        Case(
            (causal(rng, 2, 5), np.array([[1, 2, 3, 4, 5], [4, 3, 4, 3, 4]])),
            label="a sequence in which nothing is repeated",
        ),
    ]


returns = ("score",)

SUM = "sum(weights[b, t, s + 1] for s in earlier)"


def at_distance(of_length):
    """Return the wrong answer that looks at one distance, which depends on T alone."""

    def answer(weights, ids):
        return float(np.diagonal(weights, -of_length(ids.shape[1]), 1, 2).mean())

    return answer


mistakes = [
    Mistake(
        "zero_is_no_token",
        {"if row[s] == row[t]": "if row[s] and row[s] == row[t]"},
        "Tokens with the id 0 are left out: 0 counts as false in a condition. There is no padding, "
        "and 0 is a token like any other.",
    ),
    Mistake(
        "fixed_distance",
        [
            at_distance(lambda T: T // 2 - 1),
            at_distance(lambda T: T // 2),
            at_distance(lambda T: (T - 1) // 2),
        ],
        "You look at one fixed distance, that of a sequence made of two equal halves. Here a token "
        "may come back after any number of places: for each query find where its token stood "
        "before.",
    ),
    Mistake(
        "own_place",
        lambda weights, ids: float(np.diagonal(weights, 0, 1, 2).mean()),
        "This is the mean weight that a token gives to its own place. Asked for is the weight on "
        "what followed its earlier places.",
    ),
    Mistake(
        "at_the_token",
        {"s + 1": "s"},
        lambda case, got, want: (
            f"You add up the weights on the earlier places themselves, {number(got)}. What is to "
            f"be copied stands one further, at s + 1: {number(want)}."
        ),
    ),
    Mistake(
        "before_the_token",
        {"s + 1] for s in earlier": "s - 1] for s in earlier if s > 0"},
        "You look one place before the earlier occurrence. What followed it stands one place "
        "after it: s + 1.",
    ),
    Mistake(
        "all_queries",
        [
            {"if earlier:\n                found": "found"},
            {
                "range(t)": "range(t + 1)",
                SUM: "sum(weights[b, t, s + 1] for s in earlier if s + 1 < len(row))",
            },
        ],
        lambda case, got, want: (
            "You divide by the number of all queries. Those whose token comes up for the first "
            f"time have nowhere to look and do not count: {number(want)}, and not {number(got)}. "
            "All of them count, too, if a query is taken for an earlier place of itself, s = t."
        ),
    ),
    Mistake(
        "the_token_itself",
        [
            {"range(t)": "range(t + 1)"},
            {"range(t)": "range(min(t + 1, len(row) - 1))"},
        ],
        "You count the query itself as an earlier place. It is not: s runs from 0 to t − 1. At "
        "the last query there is not even a place after it.",
    ),
    Mistake(
        "later_places",
        {"range(t)": "range(t + 1, len(row) - 1)"},
        "You look for the token at later places. A causal head cannot see them, so their weights "
        "are 0: s is to come before the query, s < t.",
    ),
    Mistake(
        "place_after_the_one_before",
        {"range(t) if row[s] == row[t]": "range(t - 1) if row[s] == row[t - 1]"},
        "You look for the token before the query, and at the place after it: that is where the "
        "query's own token stood. The head is to find the query's token, row[s] == row[t], and "
        "look at what followed.",
    ),
    Mistake(
        "share_of_queries",
        {"float(np.mean(found))": "len(found) / ids.size"},
        lambda case, got, want: (
            f"{number(got)} is the share of the queries that count. The score is the mean of their "
            f"weights on the wanted places, {number(want)}."
        ),
    ),
    Mistake(
        "by_sequences",
        {"np.mean(found)": "np.sum(found) / len(ids)"},
        lambda case, got, want: (
            "You divide by the number of sequences. Divide by the number of queries that count: "
            f"the score is a mean over them, {number(want)}."
        ),
    ),
    Mistake(
        "strongest_key",
        {SUM: "weights[b, t].argmax() - 1 in earlier"},
        "You count how often the strongest key is a wanted one. The score is the weight itself.",
    ),
    Mistake(
        "median",
        {"np.mean": "np.median"},
        "You take the median over the queries. The score is their mean.",
    ),
    Mistake(
        "one_query_early",
        {"weights[b, t, s": "weights[b, t - 1, s"},
        "These are the weights of the query before, t − 1. What stands at t has come up before, so "
        "look at what query t attends to.",
    ),
    Mistake(
        "summed",
        {"np.mean": "np.sum"},
        lambda case, got, want: (
            f"{number(got)} is the sum over the queries. The score is their mean."
        ),
    ),
    Mistake(
        "over_pairs",
        {"append(sum(": "extend(("},
        "Where a token came up several times you average over its earlier places. A head may "
        "share its attention among them, so first add up what they get; then take the mean over "
        "the queries.",
    ),
    Mistake(
        "last_one",
        {"in earlier)": "in earlier[-1:])"},
        "You count the latest earlier place only. A head may look at any of them: add up the "
        "weights on s + 1 for every earlier s.",
    ),
    Mistake(
        "first_one",
        {"in earlier)": "in earlier[:1])"},
        "You count the first place only. A head may look at any earlier one: add up the weights "
        "on s + 1 for every earlier s.",
    ),
    Mistake(
        "largest_one",
        {"sum(": "max("},
        "You count only the earlier place that gets most. A head may share its attention: add up "
        "the weights on s + 1 for every earlier s.",
    ),
    Mistake(
        "not_the_one_before",
        {"range(t)": "range(t - 1)"},
        "You leave out the place just before the query, s = t − 1. It is earlier, too: in 5 5 the "
        "second 5 should look at what followed the first, which is itself.",
    ),
    Mistake(
        "one_sequence",
        {"enumerate(ids)": "enumerate(ids[:1])"},
        lambda case, got, want: (
            f"You measure the first sequence alone. Here are {len(case.args[1])}: go through all "
            "of them."
        ),
    ),
    Mistake(
        "turned",
        {"t, s + 1": "s + 1, t"},
        "Query and key are exchanged: weights[b, s + 1, t] is how much the earlier token attends "
        "to the later one. The query comes first: weights[b, t, s + 1].",
    ),
    Mistake(
        "each_sequence",
        {
            "found = []": "means = []",
            "enumerate(ids):\n": "enumerate(ids):\n        found = []\n",
            "    return": "        if found:\n            means.append(np.mean(found))\n    return",
            "float(np.mean(found))": "float(np.mean(means))",
        },
        "You take the mean of each sequence and then the mean of these. A sequence with one "
        "repetition then counts as much as one with many. Take one mean over all queries that "
        "count.",
    ),
    Mistake(
        "each_query",
        {"float(np.mean(found))": "np.array(found)"},
        "These are the weights of each query that counts, and they are right. Return one number: "
        "their mean.",
    ),
    Mistake(
        "previous_token",
        lambda weights, ids: float(np.diagonal(weights, -1, 1, 2).mean()),
        "This is the mean weight on the position before, the mark of a previous-token head. An "
        "induction head looks at what followed an earlier occurrence of the token.",
    ),
]

hints = [
    "Go through every query of every sequence. Where did its token stand before? Where should the "
    "head look, then?",
    "earlier = [s for s in range(t) if row[s] == row[t]] are the earlier places. If the list is "
    "empty, the query does not count.",
    "For a query that counts, add up weights[b, t, s + 1] over all earlier s, and collect these "
    "sums in a list. The score is the mean of the list.",
]
