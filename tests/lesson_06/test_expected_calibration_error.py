"""Right answers to expected_calibration_error, in other styles."""

from itertools import pairwise

import numpy as np
from right_answers import each_is_right


def calibration_error_by_edges(confidence, right, n_bins=10):
    edges = np.linspace(0, 1, n_bins + 1)
    error = 0.0
    for low, high in pairwise(edges):
        inside = (confidence >= low) & ((confidence < high) | (high == 1))
        if inside.sum() > 0:
            error += inside.sum() * abs(right[inside].mean() - confidence[inside].mean())
    return error / len(confidence)


def calibration_error_by_bincount(confidence, right, n_bins=10):
    bins = np.minimum((confidence * n_bins).astype(int), n_bins - 1)
    excess = np.bincount(bins, weights=confidence - right, minlength=n_bins)
    return np.abs(excess).sum() / len(confidence)


def calibration_error_by_digitize(confidence, right, n_bins=10):
    bins = np.clip(np.digitize(confidence, np.arange(1, n_bins) / n_bins), 0, n_bins - 1)
    gaps = [
        (bins == b).sum() * abs((confidence - right)[bins == b].mean()) for b in np.unique(bins)
    ]
    return sum(gaps) / confidence.size


ANSWERS = [calibration_error_by_edges, calibration_error_by_bincount, calibration_error_by_digitize]

test_is_right = each_is_right("expected_calibration_error", ANSWERS)
