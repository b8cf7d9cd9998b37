"""pool: one vector of each sequence, of the positions that count."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    x = rng.normal(size=(3, 5, 7)) - 2.0  # mostly below 0: a padding of zeros would be the largest
    by_hand = np.array([[[1.0, -4.0], [3.0, -2.0], [50.0, 50.0]]])
    seen = np.array([[True, True, False]])
    right = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], bool)
    left = right[:, ::-1].copy()
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
        Case((x,), label="nothing said: the mean, and all positions count"),
    ]
    for how in ("mean", "first", "last", "max"):
        cases.append(Case((x, how), label=f"{how}, no padding"))
        cases.append(Case((x, how, right), label=f"{how}, padding on the right"))
        cases.append(Case((x, how, left), label=f"{how}, padding on the left"))
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
        "max_of_ties",
        {
            ".argmax(axis=1)[:, None, :]": "",
            "np.arange(T)[None, :, None] == best": "best == best.max(axis=1, keepdims=True)",
        },
        "Where two positions are equally large, both get the share 1, and their sum comes out. "
        "One position for each feature: argmax(axis=1) takes the first.",
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
