"""pool: one vector of each sequence, of the positions that count."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    x = rng.normal(size=(3, 5, 7)) - 2.0  # mostly below 0: a padding of zeros would be the largest
    by_hand = np.array([[[1.0, -4.0], [3.0, -2.0], [50.0, 50.0]]])
    seen = np.array([[True, True, False]])
    right = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], bool)
    gaps = np.array([[0, 1, 0, 1, 0], [0, 0, 1, 1, 1], [1, 0, 0, 1, 0]], bool)
    far_below = np.array([[[-3e4, -5e4], [-4e4, -2e4], [0.0, 1.0]]])
    cases = [
        Case((by_hand, "mean", seen), label="the mean of two tokens", expected=([[2, -3]], None)),
        Case((by_hand, "last", seen), label="the last of two tokens", expected=([[3, -2]], None)),
        Case((by_hand, "first", seen), label="the first of two tokens", expected=([[1, -4]], None)),
        Case((by_hand, "max", seen), label="the largest of two tokens", expected=([[3, -2]], None)),
        Case(
            (np.array([[[2.0, -1.0], [2.0, 5.0], [0.0, 5.0]]]), "max"),
            label="the largest, twice in each feature",
            expected=([[2, 5]], None),
        ),
        Case(
            (far_below, "max", seen),
            label="the largest of two tokens far below 0",
            expected=([[-3e4, -2e4]], None),
            proves="a single sequence",
        ),
        Case((x,), label="nothing said: the mean, and all positions count"),
    ]
    for how in ("mean", "first", "last", "max"):
        cases.append(Case((x, how), label=f"{how}, no padding"))
        cases.append(Case((x, how, right), label=f"{how}, padding on the right"))
        cases.append(Case((x, how, gaps), label=f"{how}, padding in front, between and behind"))
    return cases


def divided_by_T(case, got, want):
    counted = case.args[2]
    return (
        f"The mean is divided by T = {counted.shape[1]}, but only "
        f"{' and '.join(str(n) for n in counted.sum(axis=1))} positions of the sequences count: a "
        "short sequence comes out too small. Divide by counted.sum(axis=1, keepdims=True)."
    )


TOTAL = "counted.sum(axis=1, keepdims=True)"
LAST = "T - 1 - counted[:, ::-1].argmax(axis=1)"
FIRST_REACHED = "np.cumsum(counted, axis=1) == 1"
COUNT_REACHED = "np.cumsum(counted, axis=1) == counted.sum(axis=1, keepdims=True)"
HIDDEN = "np.where(counted[:, :, None], x, -np.inf)"

mistakes = [
    Mistake(
        "ignores_counted",
        {" if counted is None else counted": ""},
        "Padding is pooled as if it were text. A position where `counted` is False must get the "
        "share 0.",
    ),
    Mistake("mean_over_T", {TOTAL: "T"}, divided_by_T),
    Mistake(
        "sum",
        {f" / {TOTAL}": ""},
        lambda case, got, want: (
            "That is the sum of the vectors, not their mean: the first entry is "
            f"{number(got[0][0, 0])} in place of {number(want[0][0, 0])}. The shares of a sequence "
            "must sum to 1."
        ),
    ),
    Mistake(
        "mean_of_all",
        {f"counted / {TOTAL}": "np.ones((B, T)) / T"},
        "The mean takes padding in. Give each position that counts the share 1 / (how many "
        "count), and the others 0.",
    ),
    Mistake(
        "turned_round",
        {"counted is None else counted": "counted is None else ~counted"},
        "The padding is pooled and the text left out: counted is True at the positions that count.",
    ),
    Mistake(
        "counted_over_the_batch",
        [{TOTAL: "counted.sum(axis=0, keepdims=True)"}, {TOTAL: "counted.sum()"}],
        "The number that you divide by is counted over the sequences as well. Divide by how many "
        "positions count in each sequence: sum along axis 1.",
    ),
    Mistake(
        "root_of_the_number",
        {TOTAL: f"np.sqrt({TOTAL})"},
        "The mean is divided by the root of the number of positions. Divide by the number itself: "
        "the shares of a sequence sum to 1.",
    ),
    Mistake(
        "divided_by_features",
        {TOTAL: "x.shape[2]"},
        "The mean is divided by d_model. It is one over positions: divide by how many of them "
        "count.",
    ),
    Mistake(
        "softmax_of_counted",
        {
            f"counted / {TOTAL}": "np.exp(1.0 * counted) / np.exp(1.0 * counted)"
            ".sum(axis=1, keepdims=True)"
        },
        "The shares are a softmax of 0 and 1, and exp(0) = 1 gives padding a share. Divide "
        "`counted` itself by its sum.",
    ),
    Mistake(
        "first_for_last",
        {'how == "first"': 'how == "last"'},
        'The first and the last position have changed places. For "first" it is the first True of '
        'a row, for "last" the last.',
    ),
    Mistake(
        "counted_from_the_end",
        {LAST: "counted[:, ::-1].argmax(axis=1)"},
        "The place of the last position is counted from the end of the row. From the front it is "
        "T - 1 minus that.",
    ),
    Mistake(
        "one_too_far",
        {LAST: LAST.replace("T - 1 -", "T -")},
        "The place of the last position is too large by 1. The last place of a row is T - 1.",
    ),
    Mistake(
        "before_the_first_padding",
        [
            {LAST: "np.where(counted.all(axis=1), T - 1, counted.argmin(axis=1) - 1)"},
            {LAST: "(counted.argmin(axis=1) - 1) % T"},
            {LAST: "counted.argmin(axis=1) - 1"},
        ],
        "You take the position before the first padding. That is the last token only where the "
        "padding stands on the right. Look for the last True.",
    ),
    Mistake(
        "last_without_gaps",
        {LAST: "counted.argmax(axis=1) + counted.sum(axis=1) - 1"},
        "From the first position that counts you go on by the number of those that count. Padding "
        "may stand between them: look for the last True.",
    ),
    Mistake(
        "no_last_axis",
        {"keepdims=True))[:, :, None]": "keepdims=True))"},
        "For the mean your share has the shape (B, T). It multiplies x, (B, T, d_model), so it "
        "needs a last axis of length 1: share[:, :, None].",
    ),
    Mistake(
        "only_the_divisor",
        {"counted /": "np.ones((B, T)) /"},
        "You divide by the number of positions that count, but the sum still runs over the "
        "padding too. Its share must be 0: start from `counted`, not from ones.",
    ),
    Mistake(
        "ends_of_the_row",
        {LAST: "np.full(B, T - 1)", "counted.argmax(axis=1)": "np.zeros(B, int)"},
        "The first and the last position of the row are taken, padding or not. Wanted are those at "
        "which `counted` is True.",
    ),
    Mistake(
        "padding_after_it",
        [
            {
                "np.arange(T) == place[:, None]": COUNT_REACHED,
                "np.arange(T) == counted.argmax(axis=1)[:, None]": FIRST_REACHED,
            },
            {"np.arange(T) == place[:, None]": COUNT_REACHED},
        ],
        "The running count stays the same over the padding behind a position, so that the padding "
        "gets a share as well. Only a position that counts has one: ask for `counted`, too.",
    ),
    Mistake(
        "last_is_padding",
        {LAST: "np.full(B, T - 1)"},
        lambda case, got, want: (
            f"The last position is taken, t = {case.args[0].shape[1] - 1}, even where it is "
            "padding. Wanted is the last position at which `counted` is True."
        ),
    ),
    Mistake(
        "last_by_count",
        {LAST: "counted.sum(axis=1) - 1"},
        "You take the position number `counted.sum() - 1`. That is the last token only where the "
        "padding stands on the right. Look for the last True: the first True of the reversed row, "
        "counted[:, ::-1].argmax(axis=1), counts from the end.",
    ),
    Mistake(
        "first_is_padding",
        {"counted.argmax(axis=1)": "np.zeros(B, int)"},
        "Position 0 is taken even where it is padding. Wanted is the first position at which "
        "`counted` is True: counted.argmax(axis=1).",
    ),
    Mistake(
        "max_with_zeros",
        {"-np.inf": "0.0"},
        "Padding is set to 0 before the maximum, and 0 beats every negative number: the padding "
        "wins. Set it to -np.inf, which nothing is smaller than.",
    ),
    Mistake(
        "not_low_enough",
        [{"-np.inf": "-100.0"}, {"-np.inf": "-1e4"}],
        lambda case, got, want: (
            "Padding is set to a number before the maximum, and here the vectors lie below it: "
            f"the largest of a feature is {number(np.min(want[0]))}. Only -np.inf is below every "
            "number."
        ),
    ),
    Mistake(
        "smallest",
        {"-np.inf).argmax": "np.inf).argmin"},
        "That is the smallest entry of each feature. The largest is wanted.",
    ),
    Mistake(
        "largest_feature",
        [
            {".argmax(axis=1)[:, None, :]": ".argmax(axis=2)[:, :, None]"},
            {
                ".argmax(axis=1)[:, None, :]": ".argmax(axis=2)[:, :, None]",
                "np.arange(T)[None, :, None]": "np.arange(x.shape[2])",
            },
            {
                f"{HIDDEN}.argmax(axis=1)[:, None, :]": "x.argmax(axis=2)[:, :, None]",
                "np.arange(T)[None, :, None]": "np.arange(x.shape[2])",
            },
        ],
        "The maximum is taken over the features of each position, axis 2. It is taken over the "
        "positions, axis 1, for each feature alone.",
    ),
    Mistake(
        "max_of_ties",
        {
            ".argmax(axis=1)[:, None, :]": "",
            "np.arange(T)[None, :, None] == best": "best == best.max(axis=1, keepdims=True)",
        },
        "Where two positions are equally large, both get the share 1, and their sum comes out. "
        "One position for each feature: argmax(axis=1) takes the first.",
    ),
    Mistake(
        "last_of_ties",
        {
            f"{HIDDEN}.argmax(axis=1)[:, None, :]": f"(T - 1 - {HIDDEN}[:, ::-1].argmax(axis=1))"
            "[:, None, :]"
        },
        "out is right. But where several positions are the largest in a feature, the last of them "
        "has the share 1 in the cache. The contract gives it to the first: argmax(axis=1) does.",
    ),
    Mistake(
        "ties_share",
        {
            ".argmax(axis=1)[:, None, :]": "",
            "np.arange(T)[None, :, None] == best": "best == best.max(axis=1, keepdims=True)\n"
            "        share = share / share.sum(axis=1, keepdims=True)",
        },
        "out is right. But where several positions are the largest in a feature, they divide the "
        "share 1 among them in the cache. The contract gives all of it to the first: "
        "argmax(axis=1).",
    ),
    Mistake(
        "hidden_in_x",
        {f"best = {HIDDEN}": f"x = {HIDDEN}\n        best = x"},
        "x itself holds -inf at padding, and the given line multiplies: 0 * -inf is nan. Put "
        "-np.inf into a copy of another name, and use it to find the places only.",
    ),
    Mistake(
        "max_of_all",
        {HIDDEN: "x"},
        "The maximum also looks at padding. Put -np.inf there first: np.where(counted[:, :, "
        "None], x, -np.inf).",
    ),
    Mistake(
        "max_of_sizes",
        {"x, -np.inf": "np.abs(x), -np.inf"},
        "That is the entry of the largest absolute value. The maximum of -3 and 1 is 1.",
    ),
    Mistake(
        "longest_vector",
        {"[:, :, None], x": ", np.linalg.norm(x, axis=-1)", "[:, None, :]": "[:, None, None]"},
        "You choose one position, that of the longest vector, for all features. The maximum is "
        "taken for each feature alone, so different features may come from different positions.",
    ),
]

hints = [
    "All four are sums over the positions, weighted with `share`. For the mean the shares are 1/n "
    "at the n positions that count; for the other three they are one 1 and zeros.",
    "Mean: counted / counted.sum(axis=1, keepdims=True), with a last axis of length 1 added by "
    "[:, :, None].",
    "First: counted.argmax(axis=1) is the place of the first True. Last: the same on the reversed "
    "row, counted from the end. Compare np.arange(T) with the place to get the one 1.",
    "Max: best = np.where(counted[:, :, None], x, -np.inf).argmax(axis=1), of shape (B, d_model); "
    "share = np.arange(T)[None, :, None] == best[:, None, :].",
]
