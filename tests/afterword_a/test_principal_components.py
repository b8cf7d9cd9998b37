"""Right answers to principal_components, in other styles."""

import numpy as np
from right_answers import each_is_right


def from_the_covariance(x, n):
    points = x - np.mean(x, axis=0, keepdims=True)
    variances, directions = np.linalg.eigh(np.cov(points, rowvar=False, bias=True))
    order = np.argsort(variances)[::-1][:n]
    found = points @ directions[:, order]
    for j in range(n):
        if found[np.argmax(np.abs(found[:, j])), j] < 0:
            found[:, j] *= -1
    return found, variances[order] / variances.sum()


def from_the_left_vectors(x, n):
    points = x - x.sum(axis=0) / len(x)
    U, s, _ = np.linalg.svd(points, full_matrices=False)
    found = (U * s)[:, :n]
    found = np.where(found.max(axis=0) < -found.min(axis=0), -found, found)
    return found, (found**2).sum(axis=0) / (points**2).sum()


ANSWERS = [from_the_covariance, from_the_left_vectors]

test_is_right = each_is_right("principal_components", ANSWERS)
