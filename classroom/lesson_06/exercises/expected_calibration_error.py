"""expected_calibration_error: how far what a model says is from how often it is right."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    sure = np.sqrt(rng.random(197))
    right = rng.random(197) < sure**2
    return [
        # [0, 1/2): 0.3 against 0; [1/2, 1]: (0.6 + 0.8 + 1) / 3 = 0.8 against 2/3.
        Case(
            (np.array([0.3, 0.6, 0.8, 1.0]), np.array([False, True, False, True])),
            {"n_bins": 2},
            label="two bins, worked by hand",
            expected=0.25 * 0.3 + 0.75 * (0.8 - 2 / 3),
        ),
        # Three quarters sure, and right three times of four.
        Case(
            (np.full(4, 0.75), np.array([True, False, True, True])),
            label="75% sure, 75% right",
            expected=0.0,
        ),
        Case(
            (np.array([1.0, 1.0, 0.95]), np.array([True, False, True])),
            label="answers with confidence 1",
            expected=0.95 / 3,
        ),
        Case((sure, right), label="197 answers in 10 bins"),
        Case((sure, right), {"n_bins": 7}, label="197 answers in 7 bins"),
        Case((1 - sure / 4, right), label="answers with high confidence: some bins are empty"),
        Case((sure / 2, right), label="answers with low confidence, often right"),
        # 0.25 and 0.4 share a bin, |0.325 - 1/2|; 0.5 and 0.7 another, |0.6 - 1/2|.
        Case(
            (np.array([0.25, 0.4, 0.5, 0.7]), np.array([True, False, True, False])),
            {"n_bins": 4},
            label="confidences on the edge of a bin",
            expected=0.5 * 0.175 + 0.5 * 0.1,
        ),
    ]


BINS = "np.minimum((confidence * n_bins).astype(int), n_bins - 1)"
ONE_BIN_MORE = {"range(n_bins)": "range(n_bins + 1)"}

mistakes = [
    Mistake(
        "ones_lost",
        {BINS: "(confidence * n_bins).astype(int)"},
        lambda case, got, want: (
            f"{(case.args[0] == 1).sum()} of the answers here have a confidence of exactly 1 and "
            "fall into no bin. The last bin includes its upper end."
        ),
    ),
    Mistake(
        "ones_apart",
        {BINS: "(confidence * n_bins).astype(int)", **ONE_BIN_MORE},
        "A confidence of exactly 1 gets a bin of its own, number n_bins, so there is one bin too "
        "many. It belongs into the last: np.minimum(..., n_bins - 1).",
    ),
    Mistake(
        "rounded",
        {BINS: "np.round(confidence * n_bins)", **ONE_BIN_MORE},
        "The number of the bin is rounded to the nearest. With 10 bins 0.28 would then lie in the "
        "same bin as 0.32. Round down: (confidence * n_bins).astype(int).",
    ),
    Mistake(
        "upper_edges",
        {BINS: "np.ceil(confidence * n_bins)", **ONE_BIN_MORE},
        "A confidence on the edge between two bins falls into the lower one. Here it belongs to "
        "the upper: c * n_bins, rounded down. Only 1 stays in the last bin.",
    ),
    Mistake(
        "empty_bins",
        {"inside.any()": "True"},
        "A bin without any answer has no mean: its nan spoils the sum. Leave empty bins out.",
    ),
    Mistake(
        "ten_always",
        {"bins = np": "n_bins = 10\n    bins = np"},
        "You always use 10 bins. Use the parameter n_bins.",
    ),
    Mistake(
        "not_weighted",
        {"inside.mean() * gap": "gap / len(np.unique(bins))"},
        "Every bin counts alike, though one may hold a single answer and another a hundred. Weigh "
        "each gap with the share of the answers in its bin.",
    ),
    Mistake(
        "over_all_bins",
        {"inside.mean() * gap": "gap / n_bins"},
        "The gaps are added up and divided by n_bins, the empty bins included. Weigh each gap with "
        "the share of the answers in its bin; then nothing is left to divide by.",
    ),
    Mistake(
        "not_absolute",
        {"abs(": "("},
        "Gaps of different signs cancel: too sure in one bin and too unsure in another add up to "
        "nothing. Take the absolute value of each gap.",
    ),
    Mistake(
        "one_bin",
        {"[inside]": ""},
        "You compare the mean confidence of all answers with the accuracy of all. A model that is "
        "too sure here and too unsure there would pass. Do it for each bin.",
    ),
    Mistake(
        "each_answer",
        {"e[inside].mean()": "e[inside]", "right[inside].mean())": "right[inside]).mean()"},
        "You compare each confidence with its own 0 or 1. A single answer is right or wrong and "
        "cannot be 80% right: take the means of a bin first, then the gap.",
    ),
    Mistake(
        "middles",
        {"confidence[inside].mean()": "(b + 0.5) / n_bins"},
        "You compare the accuracy with the middle of the bin. Use the mean confidence of the "
        "answers that lie in it; they may crowd at one end.",
    ),
    Mistake(
        "largest",
        {"error += inside.mean() * gap": "error = max(error, gap)"},
        "This is the largest gap of all bins. The expected one is their mean, weighted with the "
        "share of the answers in each bin.",
    ),
]

hints = [
    "First find out into which bin each answer falls: confidence times n_bins, rounded down. A "
    "confidence of 1 belongs into the last bin.",
    "In each bin that is not empty: the mean of the confidences, the mean of right "
    "(that is the accuracy), and the absolute difference of the two.",
    "Weigh each gap with the share of all answers that lie in its bin, inside.mean(), and add up.",
    "for b in range(n_bins): inside = bins == b; if inside.any(): error += "
    "inside.mean() * abs(confidence[inside].mean() - right[inside].mean())",
]
