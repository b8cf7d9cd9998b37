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
            proves="the weighted mean of two gaps",
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
        # (0 + 0.9) / 2 = 0.45 against 1/2.
        Case(
            (np.array([0.0, 0.9]), np.array([False, True])),
            {"n_bins": 1},
            label="one bin, and a confidence of 0",
            expected=0.05,
        ),
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
        [
            {BINS: "np.round(confidence * n_bins)", **ONE_BIN_MORE},
            {BINS: "np.minimum(np.round(confidence * n_bins), n_bins - 1)"},
            {BINS: "np.floor(confidence * n_bins + 0.5)", **ONE_BIN_MORE},
            {BINS: "np.minimum(np.floor(confidence * n_bins + 0.5), n_bins - 1)"},
        ],
        "The number of the bin is rounded to the nearest. With 10 bins 0.28 would then lie in the "
        "same bin as 0.32. Round down: (confidence * n_bins).astype(int).",
    ),
    Mistake(
        "upper_edges",
        [
            {BINS: "np.ceil(confidence * n_bins)", **ONE_BIN_MORE},
            {BINS: "np.ceil(confidence * n_bins) - 1"},
            {BINS: "np.maximum(np.ceil(confidence * n_bins) - 1, 0)"},
        ],
        "A confidence on the edge between two bins falls into the lower one. Here it belongs to "
        "the upper: c * n_bins, rounded down. Only 1 stays in the last bin, and 0 is in the first.",
    ),
    Mistake(
        "empty_bins",
        {"inside.any()": "True"},
        "A bin without any answer has no mean: its nan spoils the sum. Leave empty bins out.",
    ),
    Mistake(
        "a_bin_left_out",
        [
            {"range(n_bins)": "range(1, n_bins)"},
            {"range(n_bins)": "range(n_bins - 1)"},
            {BINS: "np.digitize(confidence, np.linspace(0, 1, n_bins + 1)[:-1])"},
            {BINS: "np.digitize(confidence, np.linspace(0, 1, n_bins + 1))"},
        ],
        "The first or the last bin is left out. The bins have the numbers 0 to n_bins - 1, and all "
        "of them count; np.digitize numbers them from 1.",
    ),
    Mistake(
        "one_bin_too_few",
        {"confidence * n_bins": "confidence * (n_bins - 1)"},
        "The bins are too wide: with n_bins - 1 in place of n_bins there is one less of them.",
    ),
    Mistake(
        "as_many_in_each",
        [
            {BINS: "np.argsort(np.argsort(confidence, kind='stable')) * n_bins // len(confidence)"},
            {
                BINS: "np.zeros(len(confidence), int)\n    order = np.argsort(confidence)\n"
                "    for b, part in enumerate(np.array_split(order, n_bins)):\n"
                "        bins[part] = b"
            },
        ],
        "Each bin holds as many answers as the others. Here the bins are equally wide, from 0 to "
        "1, and some may hold few answers or none.",
    ),
    Mistake(
        "from_least_to_most",
        {
            BINS: "np.clip(np.digitize(confidence, np.linspace(confidence.min(), confidence.max(), "
            "n_bins + 1)) - 1, 0, n_bins - 1)"
        },
        "The bins reach from the least confidence to the largest. They divide the whole range, "
        "from 0 to 1, whatever the answers are.",
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
        "in_two_bins",
        {"bins == b": "(confidence >= b / n_bins) & (confidence <= (b + 1) / n_bins)"},
        "A confidence on the edge between two bins is counted in both. It belongs to the upper one "
        "alone; only the last bin has its upper end.",
    ),
    Mistake(
        "gaps_added",
        {"inside.mean() * gap": "gap"},
        "The gaps of the bins are added up as they are. Weigh each with the share of the answers "
        "that lie in its bin.",
    ),
    Mistake(
        "count_for_share",
        [
            {"inside.mean() * gap": "inside.sum() * gap"},
            {"inside.mean() * gap": "inside.sum() * gap / len(np.unique(bins))"},
            {"inside.mean() * gap": "inside.sum() * gap / n_bins"},
        ],
        "Each gap is weighed with the number of answers in its bin, and what comes out is not "
        "divided by the number of all answers. Weigh it with their share.",
    ),
    Mistake(
        "squared",
        [
            {"abs(": "np.square("},
            {"abs(": "np.square(", "return error": "return error**0.5"},
        ],
        "The gaps are squared. Here each counts as it is: take its absolute value, and of these "
        "the weighted mean.",
    ),
    Mistake(
        "one_sided",
        [{"abs(": "max(0.0, "}, {"abs(": "max(0.0, -", "- right": "+ right"}],
        "Only the gaps of one sign count: too sure, or too unsure. Both are badly calibrated: take "
        "the absolute value.",
    ),
    Mistake(
        "accuracy_turned_round",
        {"right[inside].mean()": "(1 - right[inside].mean())"},
        "The confidence is compared with the share of wrong answers. It is to be as large as the "
        "share of right ones.",
    ),
    Mistake(
        "sums_for_means",
        {"[inside].mean()": "[inside].sum()"},
        "A bin's confidences and right answers are added up and not averaged, and the gap is then "
        "weighed with the share once more. Take the means of the bin.",
    ),
    Mistake(
        "last_bin_alone",
        {"error += ": "error = "},
        "Each bin replaces what the others have given, so only the last one is left. Add up.",
    ),
    Mistake(
        "divided_again",
        [{"return error": "return error / n_bins"}, {"return error": "return error / len(bins)"}],
        "The sum is divided once more at the end. The shares are the weights of a mean and sum to "
        "1: nothing is left to divide by.",
    ),
    Mistake(
        "squared_error_of_each",
        {"return error": "return ((confidence - right) ** 2).mean()"},
        "This is the mean squared difference between confidence and 0 or 1, the Brier score. The "
        "calibration error compares means, bin by bin.",
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
        "This is the gap between the mean confidence of all answers and the accuracy of all: too "
        "sure here and too unsure there cancel. It comes out without bins, and also if the gaps of "
        "the bins are added with their signs. Take the absolute value of each bin's gap first.",
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
