"""keep_top_k: the k most likely tokens of each row."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    rows = rng.dirichlet(np.ones(7), size=(2, 3))
    parts = rng.integers(1, 3, size=(5, 97))
    return [
        Case(
            (np.array([0.1, 0.4, 0.05, 0.3, 0.15]), 2),
            label="two of five tokens",
            expected=[0, 4 / 7, 0, 3 / 7, 0],
            proves="a single row without equals",
        ),
        Case((rows[0], 3), label="three of seven, each row for itself"),
        Case((rows, 1), label="one token: greedy"),
        Case(
            (rng.dirichlet(np.ones(11), size=(2, 3, 5)), 7),
            label="three axes in front",
            proves="the axes in front",
        ),
        Case((rows[0], 7), label="k as large as the vocabulary", expected=rows[0]),
        Case((rows[0], 11), label="k larger than the vocabulary", expected=rows[0]),
        Case(
            (np.array([[0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.2, 0.5]]), 2),
            label="equal probabilities: the first of them stay",
            expected=[[0.5, 0.5, 0, 0], [0, 2 / 7, 0, 5 / 7]],
        ),
        Case(
            (parts / parts.sum(axis=-1, keepdims=True), 11),
            label="many equal probabilities in long rows",
        ),
    ]


ORDER = 'np.argsort(-probabilities, axis=-1, kind="stable")'
TURNED = 'np.argsort(probabilities, axis=-1, kind="stable")'
PUT = "np.put_along_axis(kept, order[..., :k], True, axis=-1)"
LEAST = "-np.sort(-probabilities, axis=-1)[..., :k][..., -1:]"

mistakes = [
    Mistake(
        "not_normalized",
        {" / out.sum(axis=-1, keepdims=True)": ""},
        lambda case, got, want: (
            "The right tokens are left, but their probabilities sum to "
            f"{number(np.asarray(got).reshape(-1, np.shape(got)[-1])[0].sum())}. Divide each row "
            "by its sum, so that it is a choice among what is left."
        ),
    ),
    Mistake(
        "least",
        {"-probabilities": "probabilities"},
        "You keep the k least likely tokens. np.argsort sorts from small to large: sort "
        "-probabilities.",
    ),
    Mistake(
        "order_for_rank",
        [
            {"where(kept": "where(order < k"},
            {
                "where(kept": "where(np.argsort(probabilities, axis=-1) "
                ">= probabilities.shape[-1] - k"
            },
            {"where(kept": "where(np.argsort(probabilities, axis=-1)[..., ::-1] < k"},
        ],
        "What np.argsort returns is compared with k as if entry i were the rank of token i. It is "
        "the other way round: entry i is the token that has rank i. The first k entries are the "
        "tokens to keep.",
    ),
    Mistake(
        "tokens_of_all_rows",
        [
            {PUT: "kept[..., order[..., :k]] = True"},
            {
                PUT: "for row in order.reshape(-1, order.shape[-1]):\n"
                "        kept[..., row[:k]] = True"
            },
        ],
        "In every row the tokens are kept that are among the first k of any row. Indexing with "
        "[..., order] marks the columns of all rows; np.put_along_axis goes through rows and "
        "columns together.",
    ),
    Mistake(
        "too_large",
        {"where(kept": "where(probabilities >= np.sort(probabilities, axis=-1)[..., -k, None]"},
        lambda case, got, want: (
            f"k = {case.args[1]} is more than the row has tokens. Then all of them stay: a "
            "slice such as order[..., :k] allows that, an index does not."
            if isinstance(got, Exception)
            else "You keep all tokens that are as likely as the k-th. Where several are "
            "equal there, more than k stay; of those the first should."
        ),
    ),
    Mistake(
        "threshold",
        {"where(kept": f"where(probabilities >= {LEAST}"},
        lambda case, got, want: (
            "You keep all tokens that are as likely as the k-th, which here are "
            f"{int((np.asarray(got) > 0).sum(axis=-1).max())} and not {case.args[1]}. Of equal "
            "ones the first stay: choose by place in a stable order, not by value."
        ),
    ),
    Mistake(
        "last_of_equals",
        [
            {ORDER: f"{TURNED}[..., ::-1]"},
            {ORDER: "np.argsort(probabilities, axis=-1)[..., ::-1]"},
        ],
        "Of equal probabilities the last ones stay here, and the first ones should. An order from "
        "small to large, reversed or read from its end, has equals the wrong way round: sort "
        "-probabilities, with kind='stable'.",
    ),
    Mistake(
        "equals_in_any_order",
        [
            {', kind="stable"': ""},
            {ORDER: "np.argpartition(-probabilities, min(k, probabilities.shape[-1]) - 1)"},
        ],
        "Which of several equal tokens stay is left to chance. np.argsort and np.argpartition keep "
        "equals in their order only with kind='stable', which argsort has.",
    ),
    Mistake(
        "k_dropped",
        {ORDER: TURNED, "where(kept": "where(~kept"},
        "The k least likely tokens are set to 0. k is how many stay, not how many fall away.",
    ),
    Mistake(
        "largest_dropped",
        {"where(kept": "where(~kept"},
        "The k most likely tokens are set to 0, and the others stay. It is the k most likely that "
        "are kept.",
    ),
    Mistake(
        "strict_threshold",
        {"where(kept": f"where(probabilities > {LEAST}"},
        "The k-th token itself is dropped, so that k - 1 are left. It belongs to the k most "
        "likely.",
    ),
    Mistake(
        "one_more",
        {":k": ": k + 1"},
        lambda case, got, want: (
            f"{case.args[1] + 1} tokens are left where k is {case.args[1]}. The slice [:k] holds k "
            "entries, the places 0 to k - 1."
        ),
    ),
    Mistake(
        "one_less",
        {":k": ": k - 1"},
        lambda case, got, want: (
            f"{case.args[1] - 1} tokens are left where k is {case.args[1]}. The slice [:k] holds k "
            "entries, the places 0 to k - 1."
        ),
    ),
    Mistake(
        "first_k",
        {"where(kept": "where(np.arange(probabilities.shape[-1]) < k"},
        "You keep the tokens with the k smallest ids. Which ones are likely has to be looked up: "
        "np.argsort(-probabilities, axis=-1).",
    ),
    Mistake(
        "sorted_out",
        {"    return": "    out = -np.sort(-out, axis=-1)\n    return"},
        "The numbers are right, but they stand in sorted order, and entry i no longer belongs to "
        "token i. Put them back to the places that argsort gave.",
    ),
    Mistake(
        "from_all",
        [
            {"axis=-1": "axis=None"},
            {
                "where(kept": "where(probabilities >= np.sort(probabilities, axis=None)[::-1]"
                "[min(k, probabilities.size) - 1]"
            },
        ],
        "You keep the k largest of the whole array. Each row is a choice of its own: sort along "
        "the last axis.",
    ),
    Mistake(
        "first_axis",
        {
            "axis=-1, kind": "axis=0, kind",
            "order[..., :k], True, axis=-1": "order[:k], True, axis=0",
        },
        "You rank along the first axis, across the sequences. The tokens lie along the last one: "
        "axis=-1.",
    ),
    Mistake(
        "over_everything",
        {"out.sum(axis=-1, keepdims=True)": "out.sum()"},
        "You divide by the sum of the whole array. Each row must sum to 1 on its own: "
        "sum(axis=-1, keepdims=True).",
    ),
    Mistake(
        "summed_over_rows",
        {"sum(axis=-1": "sum(axis=0"},
        "You divide by sums along axis 0, which add up what several sequences give to one token. "
        "Each row must sum to 1: sum along the last axis.",
    ),
    Mistake(
        "divided_by_largest",
        {"out.sum": "out.max"},
        "You divide by the largest of what is left, so that it becomes 1. It is the sum of each "
        "row that must be 1.",
    ),
    Mistake(
        "all_alike",
        {"out / out.sum": "kept / kept.sum"},
        lambda case, got, want: (
            f"The {case.args[1]} tokens that stay get the same probability. They keep their "
            "proportions: what was three times as likely still is."
        ),
    ),
    Mistake(
        "rest_spread",
        {
            "return out / out.sum(axis=-1, keepdims=True)": "rest = 1 - out.sum(axis=-1, "
            "keepdims=True)\n    return kept * (out + rest / kept.sum(axis=-1, keepdims=True))"
        },
        "What the others had is added to those that stay in equal parts. They keep their "
        "proportions: divide each row by its sum.",
    ),
    Mistake(
        "only_the_kept",
        {"return out": "out = np.take_along_axis(out, order[..., :k], axis=-1)\n    return out"},
        lambda case, got, want: (
            f"Only the {case.args[1]} tokens that stay are returned, from likely to unlikely. "
            f"Return all {np.shape(want)[-1]}, each in its place, and 0 for the others."
        ),
    ),
    Mistake(
        "softmax_again",
        {"kept, probabilities": "kept, np.exp(probabilities)"},
        "The kept probabilities go through a softmax once more, which brings them nearer to each "
        "other. They are probabilities already: divide by their sum.",
    ),
]

hints = [
    "Three steps: find the k largest of each row, set all others to 0, divide the row by what is "
    "left.",
    "order = np.argsort(-probabilities, axis=-1, kind='stable') lists the tokens from likely to "
    "unlikely; its first k columns are the ones to keep.",
    "np.put_along_axis(kept, order[..., :k], True, axis=-1) marks them in a boolean array kept = "
    "np.zeros(probabilities.shape, bool).",
    "out = np.where(kept, probabilities, 0.0), then divide by out.sum(axis=-1, keepdims=True).",
]
