"""keep_top_p: the fewest most likely tokens that have at least p together."""

import numpy as np

from classroom.exercises import Case, Mistake, number

HAND = np.array([0.1, 0.4, 0.05, 0.3, 0.15])


def cases(rng):
    flat, sharp = np.full(7, 1 / 7), np.array([0.02, 0.9, 0.02, 0.01, 0.03, 0.01, 0.01])
    short = 0.25 - 2.0**-18
    parts = rng.integers(1, 3, size=(5, 97))
    return [
        Case((HAND, 0.6), label="0.4 and 0.3 reach 0.6", expected=[0, 4 / 7, 0, 3 / 7, 0]),
        Case(
            (HAND, 0.2),
            label="one token is enough",
            expected=[0, 1, 0, 0, 0],
        ),
        Case(
            (np.array([0.125, 0.5, 0.125, 0.25]), 0.75),
            label="0.5 and 0.25 reach 0.75 exactly",
            expected=[0, 2 / 3, 0, 1 / 3],
        ),
        Case(
            (np.array([0.125, 0.5, 0.375 - short, short]), 0.75),
            label="0.5 and nearly 0.25 stay a trace below 0.75",
            expected=np.array([0, 0.5, 0.375 - short, short]) / 0.875,
        ),
        Case(
            (HAND, 1.0),
            label="p = 1 keeps everything",
            expected=HAND,
            proves="a single row without equals",
        ),
        Case((rng.dirichlet(np.ones(11), size=(2, 3, 5)), 0.75), label="three axes in front"),
        Case(
            (np.stack([flat, sharp]), 0.8),
            label="a row without a favorite beside a row with one",
            expected=[[1 / 6] * 6 + [0], [0, 1, 0, 0, 0, 0, 0]],
        ),
        Case(
            (parts / parts.sum(axis=-1, keepdims=True), 0.1),
            label="many equal probabilities in long rows",
        ),
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
        [
            {ORDER: f"{TURNED}[..., ::-1]"},
            {ORDER: "np.argsort(probabilities, axis=-1)[..., ::-1]"},
        ],
        "Of equal probabilities the last are taken first. An order from small to large, reversed "
        "or read from its end, has equals the wrong way round: sort -probabilities, with "
        "kind='stable'.",
    ),
    Mistake(
        "equals_in_any_order",
        {', kind="stable"': ""},
        "Which of several equal tokens come first is left to chance. np.argsort keeps equals in "
        "their order only with kind='stable'.",
    ),
    Mistake(
        "all_equals",
        {
            "out = np.zeros": "least = np.where(ranked > 0, ranked, 2).min(axis=-1, keepdims=True)"
            "\n    out = np.where(probabilities >= least, probabilities, 0.0)\n    np.zeros",
            PUT_BACK: "",
        },
        "All tokens are kept that are as likely as the last one needed. Where several are equal "
        "there, more stay than the sum needs; the first of them are enough.",
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
        "threshold_of_the_rest",
        [{"before < p": "ranked >= 1 - p"}, {"before < p": "ranked > 1 - p"}],
        "You compare each probability with 1 − p. It is the sum of the most likely ones that must "
        "reach p: add up the sorted probabilities with np.cumsum.",
    ),
    Mistake(
        "threshold",
        [
            {"before < p": "ranked >= p"},
            {"before < p": "(ranked >= p) | (np.arange(ranked.shape[-1]) == 0)"},
            {"before < p": "(ranked >= p) | (ranked == ranked[..., :1])"},
        ],
        lambda case, got, want: (
            f"You keep the tokens that have {number(case.args[1])} each, and perhaps the largest "
            "where none has. It is their sum that must "
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
        "mask_in_sorted_order",
        {PUT_BACK: "out = np.where(before < p, probabilities, 0.0)"},
        "What is kept was found in sorted order, and is applied to the tokens in the order of "
        "their ids. Entry i of the sorted row belongs to token order[i]: put what was found back "
        "to these places first.",
    ),
    Mistake(
        "mask_put_back_wrongly",
        {
            PUT_BACK: "kept = np.take_along_axis(before < p, order, axis=-1)\n"
            "    out = np.where(kept, probabilities, 0.0)"
        },
        "Which tokens are kept was found in sorted order, and taking along `order` a second time "
        "does not undo the sorting. Write it to the places in `order`: np.put_along_axis.",
    ),
    Mistake(
        "as_many_in_every_row",
        [
            {"before < p": f"np.arange(before.shape[-1]) < (before < p).sum(axis=-1).{number}"}
            for number in ("max()", "min()", "flat[0]")
        ],
        "As many tokens are kept in each row as one of the rows needs, the first or that with the "
        "most or the fewest. How many reach p differs from row to row.",
    ),
    Mistake(
        "sum_runs_on",
        {"np.cumsum(ranked, axis=-1)": "np.cumsum(ranked).reshape(ranked.shape)"},
        "The running sum goes on from row to row: np.cumsum without an axis treats the array as "
        "one long row. Each row begins anew: axis=-1.",
    ),
    Mistake(
        "rest_of_p",
        {"before < p": "before < 1 - p"},
        lambda case, got, want: (
            f"You keep what has {number(1 - case.args[1])} together, 1 - p. p is what must stay, "
            "and not what is cut off."
        ),
    ),
    Mistake(
        "all_alike",
        {"before < p, ranked": "before < p, 1.0"},
        "The tokens that stay get the same probability. They keep their proportions: divide each "
        "row by the sum of what is left.",
    ),
    Mistake(
        "divided_by_largest",
        {"out.sum": "out.max"},
        "You divide by the largest of what is left, so that it becomes 1. It is the sum of each "
        "row that must be 1.",
    ),
    Mistake(
        "softmax_again",
        {"return out": "out = np.where(out > 0, np.exp(out), 0)\n    return out"},
        "What is left goes through a softmax once more, which brings the probabilities nearer to "
        "each other. They are probabilities already: divide by their sum.",
    ),
    Mistake(
        "sorted_out",
        {PUT_BACK: "out = ranked"},
        "The numbers are right, but they stand in sorted order, and entry i no longer belongs to "
        "token i. Put them back: np.put_along_axis(out, order, ranked, axis=-1).",
    ),
    Mistake(
        "rest_kept",
        {"before < p": "before >= p"},
        "You keep what comes after p is reached, and set the most likely tokens to 0. Keep a token "
        "if the sum before it is below p.",
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
