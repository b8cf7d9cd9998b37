"""role_score: how much of its attention a head pays to the keys that a role asks for."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    def weights(*shape):
        return rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])

    by_hand = np.array(
        [[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.2, 0.1, 0.7], [0.3, 0.3, 0.4], [0.6, 0.2, 0.2]]
    )
    wanted = np.zeros((5, 3), dtype=bool)
    wanted[0, 1:] = True
    wanted[2, 0] = True
    some = np.zeros((7, 11), dtype=bool)
    some[[1, 1, 4, 4, 4, 6], [0, 5, 2, 3, 10, 5]] = True
    return [
        # Query 0: 0.3 + 0.2 = 0.5. Query 2: 0.2. Queries 1, 3 and 4 are not asked.
        Case((by_hand, wanted), label="worked by hand", expected=0.35, proves="one head"),
        Case(
            (weights(5, 7, 11), some),
            label="five heads, queries with one key, several or none",
            proves="several heads",
        ),
        Case(
            (weights(2, 3, 7, 7), np.eye(7, k=-1, dtype=bool)),
            label="two blocks of three heads, the token before",
        ),
        Case(
            (weights(2, 3, 5, 7, 11), some),
            label="three axes in front",
            proves="the axes in front",
        ),
        Case((weights(3, 7, 11), np.ones((7, 11), dtype=bool)), label="every key is wanted"),
        Case(
            (np.eye(11)[[[5, 4, 2, 0, 7, 1, 6], [0, 3, 1, 5, 9, 2, 5]]], some),
            label="two heads that look at one key only",
        ),
    ]


def queries(case):
    wanted = case.args[1]
    return int(wanted.any(axis=1).sum()), len(wanted)


returns = ("score",)

GIVEN = "(weights * wanted).sum(axis=-1)"
SCORE = f"{GIVEN}[..., asked].mean(axis=-1)"

mistakes = [
    Mistake(
        "mean_of_cells",
        {SCORE: "(weights * wanted).mean(axis=(-2, -1))"},
        "You take the mean over all cells, wanted or not. First add up the weights of each query's "
        "wanted keys, then take the mean over the queries that have any.",
    ),
    Mistake(
        "made_to_sum_to_1",
        {
            SCORE: (
                "((weights * wanted) / np.maximum((weights * wanted).sum(axis=-1, keepdims=True), "
                "1e-30)).sum(axis=-1)[..., asked].mean(axis=-1)"
            )
        },
        "The weights of the wanted keys are divided by their own sum, which makes every query give "
        "1. How much of its attention they get is what is measured: leave the weights as they are.",
    ),
    Mistake(
        "median",
        {SCORE: f"np.median({GIVEN}[..., asked], axis=-1)"},
        "You take the median over the queries. The score is their mean.",
    ),
    Mistake(
        "one_query",
        [{"mean(axis=-1)": "min(axis=-1)"}, {"mean(axis=-1)": "max(axis=-1)"}],
        "One query decides your score, the smallest or the largest. Take the mean over all that "
        "have a wanted key.",
    ),
    Mistake(
        "mean_over_heads",
        {"mean(axis=-1)": "mean(axis=0)"},
        "The mean runs over the first axis, which are the heads or blocks where there are any. It "
        "runs over the queries, the last axis after the sum.",
    ),
    Mistake(
        "all_queries",
        {"[..., asked]": ""},
        lambda case, got, want: (
            "You take the mean over all {1} queries. Only {0} of them have a wanted key; "
            "the others are not asked and should not count as 0. wanted.any(axis=1) says "
            "which are asked.".format(*queries(case))
        ),
    ),
    Mistake(
        "given_alone",
        {
            "asked = wanted.any(axis=1)": "given = (weights * wanted).sum(axis=-1)",
            "(weights * wanted).sum(axis=-1)[..., asked].mean(axis=-1)": (
                "given.sum(axis=-1) / np.maximum((given > 0).sum(axis=-1), 1)"
            ),
        },
        "A query that has a wanted key and gives it nothing is left out. It is asked, and counts "
        "as 0. Which queries are asked is a matter of `wanted` alone: wanted.any(axis=1).",
    ),
    Mistake(
        "each_cell",
        {".sum(axis=-1)[..., asked].mean(axis=-1)": ".sum(axis=(-2, -1)) / wanted.sum()"},
        lambda case, got, want: (
            f"You divide by the number of wanted cells, {int(case.args[1].sum())}. A query with "
            "several wanted keys then counts several times, and its weights are averaged where "
            "they should be added: what matters is how much of its attention they get together. "
            f"Divide by the {queries(case)[0]} queries."
        ),
    ),
    Mistake(
        "sum",
        {"mean(axis=-1)": "sum(axis=-1)"},
        "This is the sum over the queries, which grows with the sentence. Divide by the number of "
        "queries that have a wanted key.",
    ),
    Mistake(
        "each_query",
        {"[..., asked].mean(axis=-1)": ""},
        lambda case, got, want: (
            f"You return one number for each of the {queries(case)[1]} queries. Take the mean "
            "over those that have a wanted key."
        ),
    ),
    Mistake(
        "mean_of_row",
        {".sum(axis=-1)": ".mean(axis=-1)"},
        "Within a query you take the mean over all keys. Add up the weights of its wanted keys: "
        "that is the share of its attention that they get.",
    ),
    Mistake(
        "mean_of_wanted",
        {"* wanted)": "* wanted / np.maximum(wanted.sum(axis=1, keepdims=True), 1))"},
        "Within a query you take the mean over its wanted keys. Add their weights up: that is the "
        "share of its attention that they get together.",
    ),
    Mistake(
        "largest",
        {".sum(": ".max("},
        "Where a query has several wanted keys you count the largest weight. Add them up.",
    ),
    Mistake(
        "keys_counted",
        {
            ".any(axis=1)": ".any(axis=0)",
            ".sum(axis=-1)[..., asked].mean(axis=-1)": ".sum(axis=(-2, -1)) / asked.sum()",
        },
        "wanted.any(axis=0) asks which *keys* are wanted by some query. The mean is taken over "
        "the queries: wanted.any(axis=1).",
    ),
    Mistake(
        "heads_mixed",
        {".mean(axis=-1)": ".mean()"},
        lambda case, got, want: (
            "You return one number for all heads, their mean. Each head has its own score: shape "
            f"{np.shape(want)} here. Sum over the last two axes only."
        ),
    ),
    Mistake(
        "hits",
        [
            {
                GIVEN + "[..., asked]": (
                    "wanted[np.flatnonzero(asked), weights.argmax(axis=-1)[..., asked]]"
                )
            },
            {GIVEN: "(weights.argmax(axis=-1) == wanted.argmax(axis=1))"},
            {GIVEN: "((weights > 0.5) & wanted).any(axis=-1)"},
        ],
        "You count the queries that look at a wanted key, by the strongest key or by a limit. The "
        "score is the weight itself: a head that gives 0.3 everywhere should not look like one "
        "that gives 1.",
    ),
    Mistake(
        "unwanted",
        {"* wanted": "* ~wanted"},
        lambda case, got, want: (
            f"This is the weight on the keys that are *not* wanted: {number(np.ravel(got)[0])} in "
            f"place of {number(np.ravel(want)[0])}."
        ),
    ),
    Mistake(
        "turned",
        {"    asked": "    wanted = wanted.T\n    asked"},
        "You turn `wanted` round. Its rows are queries and its columns keys, as in the weights.",
    ),
]

hints = [
    "weights * wanted keeps the weights of the wanted keys and makes others 0. `wanted` has no "
    "axes for blocks and heads; broadcasting supplies them.",
    "The sum along the last axis is what each query gives to its wanted keys together.",
    "asked = wanted.any(axis=1) is True for the queries that have a wanted key. Take the mean "
    "over these alone.",
    "given = (weights * wanted).sum(axis=-1); return given[..., asked].mean(axis=-1)",
]
