"""Wrong ways to measure calibration, for the catalogue of `expected_calibration_error`."""

import numpy as np


def bins_of(confidence, n_bins):
    return np.minimum((confidence * n_bins).astype(int), n_bins - 1)


def by_bin(confidence, right, n_bins):
    """Yield share, mean confidence and accuracy of each bin that is not empty."""
    bins = bins_of(confidence, n_bins)
    for b in np.unique(bins):
        inside = bins == b
        yield inside.mean(), confidence[inside].mean(), right[inside].mean()


def not_weighted(confidence, right, n_bins=10):
    return float(np.mean([abs(c - a) for _, c, a in by_bin(confidence, right, n_bins)]))


def over_all_bins(confidence, right, n_bins=10):
    return float(sum(abs(c - a) for _, c, a in by_bin(confidence, right, n_bins)) / n_bins)


def not_absolute(confidence, right, n_bins=10):
    return float(sum(w * (c - a) for w, c, a in by_bin(confidence, right, n_bins)))


def one_bin(confidence, right, n_bins=10):
    return float(abs(confidence.mean() - right.mean()))


def each_answer(confidence, right, n_bins=10):
    return float(np.abs(confidence - right).mean())


def ones_lost(confidence, right, n_bins=10):
    below = confidence < 1
    lost = [w * abs(c - a) for w, c, a in by_bin(confidence[below], right[below], n_bins)]
    return float(sum(lost) * below.mean())


def ones_apart(confidence, right, n_bins=10):
    bins = (confidence * n_bins).astype(int)
    parts = [bins == b for b in np.unique(bins)]
    return float(sum(m.mean() * abs(confidence[m].mean() - right[m].mean()) for m in parts))


def rounded(confidence, right, n_bins=10):
    bins = np.round(confidence * n_bins)
    parts = [bins == b for b in np.unique(bins)]
    return float(sum(m.mean() * abs(confidence[m].mean() - right[m].mean()) for m in parts))


def upper_edges(confidence, right, n_bins=10):
    bins = np.ceil(confidence * n_bins)
    parts = [bins == b for b in np.unique(bins)]
    return float(sum(m.mean() * abs(confidence[m].mean() - right[m].mean()) for m in parts))


def empty_bins(confidence, right, n_bins=10):
    bins, error = bins_of(confidence, n_bins), 0.0
    for b in range(n_bins):
        m = bins == b
        error += m.mean() * abs(confidence[m].mean() - right[m].mean())
    return float(error)


def middles(confidence, right, n_bins=10):
    bins, error = bins_of(confidence, n_bins), 0.0
    for b in np.unique(bins):
        m = bins == b
        error += m.mean() * abs((b + 0.5) / n_bins - right[m].mean())
    return float(error)


def largest(confidence, right, n_bins=10):
    return float(max(abs(c - a) for _, c, a in by_bin(confidence, right, n_bins)))


def ten_always(confidence, right, n_bins=10):
    return float(sum(w * abs(c - a) for w, c, a in by_bin(confidence, right, 10)))
