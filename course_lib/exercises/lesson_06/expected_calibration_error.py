"""Exercise: expected_calibration_error."""

from itertools import pairwise

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_calibration as wrong


def expected_calibration_error(confidence, right, n_bins=10):
    """Mean gap between confidence and accuracy over bins, weighted with how many fall into each."""
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    error = 0.0
    for b in range(n_bins):
        inside = bins == b
        if inside.any():
            gap = abs(confidence[inside].mean() - right[inside].mean())
            error += inside.mean() * gap
    return float(error)


def expected_calibration_error_cases(rng):
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


def _by_edges(confidence, right, n_bins=10):
    edges = np.linspace(0, 1, n_bins + 1)
    error = 0.0
    for low, high in pairwise(edges):
        inside = (confidence >= low) & ((confidence < high) | (high == 1))
        if inside.sum() > 0:
            error += inside.sum() * abs(right[inside].mean() - confidence[inside].mean())
    return error / len(confidence)


def _by_sums(confidence, right, n_bins=10):
    bins = wrong.bins_of(confidence, n_bins)
    excess = np.bincount(bins, weights=confidence - right, minlength=n_bins)
    return np.abs(excess).sum() / len(confidence)


def _digitized(confidence, right, n_bins=10):
    bins = np.clip(np.digitize(confidence, np.arange(1, n_bins) / n_bins), 0, n_bins - 1)
    gaps = [
        (bins == b).sum() * abs((confidence - right)[bins == b].mean()) for b in np.unique(bins)
    ]
    return sum(gaps) / confidence.size


def _count(case):
    return int((case.args[0] == 1).sum())


register(
    Exercise(
        name="expected_calibration_error",
        lesson=6,
        reference=expected_calibration_error,
        cases=expected_calibration_error_cases,
        mistakes=(
            Mistake(
                "ones_lost",
                wrong.ones_lost,
                lambda case, got, want: (
                    f"{_count(case)} of the answers here have a confidence of exactly 1 and fall "
                    "into no bin. The last bin includes its upper end."
                ),
            ),
            Mistake(
                "ones_apart",
                wrong.ones_apart,
                "A confidence of exactly 1 gets a bin of its own, number n_bins, so there is one "
                "bin too many. It belongs into the last: np.minimum(..., n_bins - 1).",
            ),
            Mistake(
                "rounded",
                wrong.rounded,
                "The number of the bin is rounded to the nearest. With 10 bins 0.28 would then lie "
                "in the same bin as 0.32. Round down: (confidence * n_bins).astype(int).",
            ),
            Mistake(
                "upper_edges",
                wrong.upper_edges,
                "A confidence on the edge between two bins falls into the lower one. Here it "
                "belongs to the upper: c * n_bins, rounded down. Only 1 stays in the last bin.",
            ),
            Mistake(
                "empty_bins",
                wrong.empty_bins,
                "A bin without any answer has no mean: its nan spoils the sum. Leave empty bins "
                "out.",
            ),
            Mistake(
                "ten_always",
                wrong.ten_always,
                "You always use 10 bins. Use the parameter n_bins.",
            ),
            Mistake(
                "not_weighted",
                wrong.not_weighted,
                "Every bin counts alike, though one may hold a single answer and another a "
                "hundred. Weigh each gap with the share of the answers in its bin.",
            ),
            Mistake(
                "over_all_bins",
                wrong.over_all_bins,
                "The gaps are added up and divided by n_bins, the empty bins included. Weigh each "
                "gap with the share of the answers in its bin; then nothing is left to divide by.",
            ),
            Mistake(
                "not_absolute",
                wrong.not_absolute,
                "Gaps of different signs cancel: too sure in one bin and too unsure in another add "
                "up to nothing. Take the absolute value of each gap.",
            ),
            Mistake(
                "one_bin",
                wrong.one_bin,
                "You compare the mean confidence of all answers with the accuracy of all. A model "
                "that is too sure here and too unsure there would pass. Do it for each bin.",
            ),
            Mistake(
                "each_answer",
                wrong.each_answer,
                "You compare each confidence with its own 0 or 1. A single answer is right or "
                "wrong and cannot be 80% right: take the means of a bin first, then the gap.",
            ),
            Mistake(
                "middles",
                wrong.middles,
                "You compare the accuracy with the middle of the bin. Use the mean confidence of "
                "the answers that lie in it; they may crowd at one end.",
            ),
            Mistake(
                "largest",
                wrong.largest,
                "This is the largest gap of all bins. The expected one is their mean, weighted "
                "with the share of the answers in each bin.",
            ),
        ),
        correct=(_by_edges, _by_sums, _digitized),
        hints=(
            "First find out into which bin each answer falls: confidence times n_bins, rounded "
            "down. A confidence of 1 belongs into the last bin.",
            "In each bin that is not empty: the mean of the confidences, the mean of right (that "
            "is the accuracy), and the absolute difference of the two.",
            "Weigh each gap with the share of all answers that lie in its bin, inside.mean(), and "
            "add up.",
            "for b in range(n_bins): inside = bins == b; if inside.any(): error += inside.mean() * "
            "abs(confidence[inside].mean() - right[inside].mean())",
        ),
    )
)
