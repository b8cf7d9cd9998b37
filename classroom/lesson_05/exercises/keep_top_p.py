"""keep_top_p: the fewest most likely tokens that have at least p together."""

import numpy as np

from classroom.exercises import Case, Mistake, number

HAND = np.array([0.1, 0.4, 0.05, 0.3, 0.15])


def cases(rng):
    flat, sharp = np.full(7, 1 / 7), np.array([0.02, 0.9, 0.02, 0.01, 0.03, 0.01, 0.01])
    return [
        Case((HAND, 0.6), label="0.4 and 0.3 reach 0.6", expected=[0, 4 / 7, 0, 3 / 7, 0]),
        Case((HAND, 0.2), label="one token is enough", expected=[0, 1, 0, 0, 0]),
        Case(
            (np.stack([flat, sharp]), 0.8),
            label="a row without a favorite beside a row with one",
            expected=[[1 / 6] * 6 + [0], [0, 1, 0, 0, 0, 0, 0]],
        ),
        Case(
            (np.array([0.125, 0.5, 0.125, 0.25]), 0.75),
            label="0.5 and 0.25 reach 0.75 exactly",
            expected=[0, 2 / 3, 0, 1 / 3],
        ),
        Case((rng.dirichlet(np.ones(11), size=(2, 3)), 0.75), label="a batch"),
        Case((HAND, 1.0), label="p = 1 keeps everything", expected=HAND),
    ]


BELOW = (
    "You keep the tokens as long as their sum stays below p. They must reach p: the token that "
    "crosses it belongs to them. And where the first token alone is more than p, nothing is left "
    "here, and 0/0 is nan. Compare the sum *before* each token with p."
)


ORDER = 'np.argsort(-probabilities, axis=-1, kind="stable")'
TURNED = 'np.argsort(probabilities, axis=-1, kind="stable")'
PUT_BACK = "np.put_along_axis(out, order, ranked, axis=-1)"

mistakes = [
    Mistake("one_too_few", {" - ranked": "", "before <": "before <="}, BELOW),
    Mistake(
        "one_too_few_strictly",
        {" - ranked": ""},
        BELOW.replace("p. They", "p, and none with which it is p. They"),
    ),
    Mistake(
        "one_too_many",
        {"before <": "before <="},
        "Where the sum reaches p exactly you take one token more. The fewest that have at least p "
        "are wanted: keep a token only if the sum before it is below p.",
    ),
    Mistake(
        "last_of_equals",
        {ORDER: f"{TURNED}[..., ::-1]"},
        "Of equal probabilities the last are taken first. A reversed order reverses equals too: "
        "sort -probabilities, with kind='stable'.",
    ),
    Mistake(
        "one_too_few_but_one",
        {" - ranked": "", "before < p": "(before <= p) | (np.arange(before.shape[-1]) == 0)"},
        "The token with which the sum passes p is dropped. What is kept must have at least p "
        "together: keep a token if the sum *before* it is below p.",
    ),
    Mistake(
        "not_normalized",
        {" / out.sum(axis=-1, keepdims=True)": ""},
        lambda case, got, want: (
            "The right tokens are left, but their probabilities sum to "
            f"{number(np.asarray(got).reshape(-1, np.shape(got)[-1])[0].sum())}. Divide each row "
            "by its sum."
        ),
    ),
    Mistake(
        "threshold",
        {"before < p": "ranked >= p"},
        lambda case, got, want: (
            f"You keep the tokens that have {number(case.args[1])} each. It is their sum that must "
            "reach it: add up the sorted probabilities with np.cumsum."
        ),
    ),
    Mistake(
        "share_of_largest",
        {"before < p": "ranked >= p * ranked[..., :1]"},
        "You keep what has at least p times the largest probability. That is another filter, "
        "called min-p. Here the sum of those kept must reach p.",
    ),
    Mistake(
        "unsorted",
        {ORDER: "np.indices(probabilities.shape)[-1]"},
        "The running sum goes through the tokens in the order of their ids. Begin with the most "
        "likely: sort first, with np.argsort(-probabilities, axis=-1).",
    ),
    Mistake(
        "least_first",
        {ORDER: TURNED},
        "The running sum begins with the least likely token. Sort -probabilities, so that the "
        "most likely comes first.",
    ),
    Mistake(
        "tail_cut_off",
        {ORDER: TURNED, " - ranked": "", "before < p": "before >= 1 - p"},
        "You add up from the least likely end and cut off 1 - p there. Of equal probabilities "
        "that keeps the last, and should keep the first. Begin with the most likely: sort "
        "-probabilities, with kind='stable'.",
    ),
    Mistake(
        "sorted_out",
        {PUT_BACK: "out = ranked"},
        "The numbers are right, but they stand in sorted order, and entry i no longer belongs to "
        "token i. Put them back: np.put_along_axis(out, order, ranked, axis=-1).",
    ),
    Mistake(
        "put_back_wrongly",
        {PUT_BACK: "out = np.take_along_axis(ranked, order, axis=-1)"},
        "Taking along `order` a second time does not undo it. To put sorted numbers back, write "
        "them to the places in `order`: np.put_along_axis(out, order, ranked, axis=-1).",
    ),
    Mistake(
        "of_all",
        {"axis=-1": "axis=None"},
        "The whole array is treated as one row. Sort, add up and divide along the last axis.",
    ),
]

hints = [
    "Sort the tokens from likely to unlikely and add up. A token stays if those before it have "
    "not reached p yet.",
    "order = np.argsort(-probabilities, axis=-1, kind='stable'); ranked = "
    "np.take_along_axis(probabilities, order, axis=-1).",
    "before = np.cumsum(ranked, axis=-1) - ranked is the sum of all tokens before each. Keep "
    "where before < p, so the first is always kept.",
    "out = np.zeros_like(probabilities); np.put_along_axis(out, order, ranked, axis=-1) puts them "
    "back; then divide by out.sum(axis=-1, keepdims=True).",
]
