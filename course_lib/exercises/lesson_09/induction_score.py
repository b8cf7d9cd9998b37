"""Exercise: induction_score."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_induction as wrong


def induction_score(weights, ids):
    """Mean weight on what followed the current token at its earlier places: one number."""
    found = []
    for b, row in enumerate(ids):
        for t in range(len(row)):
            earlier = [s for s in range(t) if row[s] == row[t]]
            if earlier:
                found.append(sum(weights[b, t, s + 1] for s in earlier))
    return float(np.mean(found))


def _causal(rng, B, T):
    weights = np.tril(rng.random((B, T, T)))
    return weights / weights.sum(axis=-1, keepdims=True)


def induction_score_cases(rng):
    by_hand = np.array(
        [
            [
                [1.0, 0.0, 0.0, 0.0, 0.0],
                [0.5, 0.5, 0.0, 0.0, 0.0],
                [0.2, 0.2, 0.6, 0.0, 0.0],
                [0.1, 0.8, 0.1, 0.0, 0.0],
                [0.0, 0.3, 0.4, 0.1, 0.2],
            ]
        ]
    )
    return [
        # 7 3 9 7 3: query 3 should look at 1 (0.8), query 4 at 2 (0.4); 0 to 2 have no earlier one.
        Case(
            (by_hand, np.array([[7, 3, 9, 7, 3]])),
            label="7 3 9 7 3, worked by hand",
            expected=0.6,
        ),
        # 5 5 5: query 1 looks at 1, 0.25; query 2 at 1 and 2, 0.5 + 0.25.
        Case(
            (
                np.array([[[1.0, 0.0, 0.0], [0.75, 0.25, 0.0], [0.25, 0.5, 0.25]]]),
                np.array([[5, 5, 5]]),
            ),
            label="5 5 5, worked by hand",
            expected=0.5,
        ),
        Case(
            (_causal(rng, 3, 11), rng.integers(5, size=(3, 11))),
            label="three sequences of few tokens",
        ),
        Case(
            (
                _causal(rng, 2, 7),
                np.array([[1, 2, 3, 4, 5, 6, 1], [1, 2, 3, 1, 2, 3, 1]]),
            ),
            label="one sequence with a single repetition, one with many",
        ),
        Case(
            (_causal(rng, 2, 5), np.array([[1, 2, 3, 4, 5], [4, 3, 4, 3, 4]])),
            label="a sequence in which nothing is repeated",
        ),
    ]


def _with_masks(weights, ids):
    B, T = ids.shape
    before = np.concatenate([np.full((B, 1), -1), ids[:, :-1]], axis=1)
    wanted = (before[:, None, :] == ids[:, :, None]) & np.tri(T, dtype=bool)
    again = wanted.any(axis=2)
    return (weights * wanted).sum(axis=2)[again].mean()


def _two_counts(weights, ids):
    total, count = 0.0, 0
    for b in range(ids.shape[0]):
        for t in range(1, ids.shape[1]):
            seen = False
            for key in range(1, t + 1):
                if ids[b, key - 1] == ids[b, t]:
                    total += weights[b, t, key]
                    seen = True
            count += seen
    return total / count


register(
    Exercise(
        name="induction_score",
        lesson=9,
        reference=induction_score,
        cases=induction_score_cases,
        returns=("score",),
        mistakes=(
            Mistake(
                "at_the_token",
                wrong.at_the_token,
                lambda case, got, want: (
                    f"You add up the weights on the earlier places themselves, {number(got)}. What "
                    f"is to be copied stands one further, at s + 1: {number(want)}."
                ),
            ),
            Mistake(
                "before_the_token",
                wrong.before_the_token,
                "You look one place before the earlier occurrence. What followed it stands one "
                "place after it: s + 1.",
            ),
            Mistake(
                "all_queries",
                wrong.all_queries,
                lambda case, got, want: (
                    "You divide by the number of all queries. Those whose token comes up for the "
                    f"first time have nowhere to look and do not count: {number(want)}, and not "
                    f"{number(got)}."
                ),
            ),
            Mistake(
                "the_token_itself",
                wrong.the_token_itself,
                "You count the query itself as an earlier place. It is not: s runs from 0 to "
                "t − 1. At the last query there is not even a place after it.",
            ),
            Mistake(
                "summed",
                wrong.summed,
                lambda case, got, want: (
                    f"{number(got)} is the sum over the queries. The score is their mean."
                ),
            ),
            Mistake(
                "over_pairs",
                wrong.over_pairs,
                "Where a token came up several times you average over its earlier places. A head "
                "may share its attention among them, so first add up what they get; then take the "
                "mean over the queries.",
            ),
            Mistake(
                "last_one",
                wrong.last_one,
                "You count the latest earlier place only. A head may look at any of them: add up "
                "the weights on s + 1 for every earlier s.",
            ),
            Mistake(
                "first_one",
                wrong.first_one,
                "You count the first place only. A head may look at any earlier one: add up the "
                "weights on s + 1 for every earlier s.",
            ),
            Mistake(
                "largest_one",
                wrong.largest_one,
                "You count only the earlier place that gets most. A head may share its attention: "
                "add up the weights on s + 1 for every earlier s.",
            ),
            Mistake(
                "not_the_one_before",
                wrong.not_the_one_before,
                "You leave out the place just before the query, s = t − 1. It is earlier, too: in "
                "5 5 the second 5 should look at what followed the first, which is itself.",
            ),
            Mistake(
                "one_sequence",
                wrong.one_sequence,
                lambda case, got, want: (
                    f"You measure the first sequence alone. Here are {len(case.args[1])}: go "
                    "through all of them."
                ),
            ),
            Mistake(
                "turned",
                wrong.turned,
                "Query and key are exchanged: weights[b, s + 1, t] is how much the earlier token "
                "attends to the later one. The query comes first: weights[b, t, s + 1].",
            ),
            Mistake(
                "each_sequence",
                wrong.each_sequence,
                "You take the mean of each sequence and then the mean of these. A sequence with "
                "one repetition then counts as much as one with many. Take one mean over all "
                "queries that count.",
            ),
            Mistake(
                "each_query",
                wrong.each_query,
                "These are the weights of each query that counts, and they are right. Return one "
                "number: their mean.",
            ),
            Mistake(
                "previous_token",
                wrong.previous_token,
                "This is the mean weight on the position before, the mark of a previous-token "
                "head. An induction head looks at what followed an earlier occurrence of the "
                "token.",
            ),
        ),
        correct=(_with_masks, _two_counts),
        hints=(
            "Go through every query of every sequence. Where did its token stand before? Where "
            "should the head look, then?",
            "earlier = [s for s in range(t) if row[s] == row[t]] are the earlier places. If the "
            "list is empty, the query does not count.",
            "For a query that counts, add up weights[b, t, s + 1] over all earlier s, and collect "
            "these sums in a list. The score is the mean of the list.",
        ),
    )
)
