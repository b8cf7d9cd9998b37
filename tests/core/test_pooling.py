"""One vector for a whole sequence, by hand."""

import numpy as np
import pytest

from course_lib.pooling import pool, pool_backward

X = np.array([[[1.0, 8.0], [3.0, 2.0], [5.0, -4.0]], [[-1.0, -2.0], [-7.0, -6.0], [9.0, 9.0]]])
COUNTED = np.array([[True, True, True], [True, True, False]])


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ("mean", [[3.0, 2.0], [-4.0, -4.0]]),
        ("first", [[1.0, 8.0], [-1.0, -2.0]]),
        ("last", [[5.0, -4.0], [-7.0, -6.0]]),
        ("max", [[5.0, 8.0], [-1.0, -2.0]]),
    ],
)
def test_padding_is_not_read(how, wanted):
    out, cache = pool(X, how, COUNTED)
    np.testing.assert_allclose(out, wanted, rtol=1e-15)
    dx = pool_backward(np.array([[10.0, 20.0], [30.0, 40.0]]), cache)
    np.testing.assert_array_equal(dx[1, 2], 0.0)
    np.testing.assert_allclose(dx.sum(axis=1), [[10.0, 20.0], [30.0, 40.0]], rtol=1e-14)


@pytest.mark.parametrize(("how", "position"), [("first", 1), ("last", 2)])
def test_first_and_last_are_those_that_count(how, position):
    counted = np.array([[False, True, True]])
    out, _ = pool(X[:1], how, counted)
    np.testing.assert_array_equal(out, X[:1, position])


def test_all_positions_count_by_default():
    out, _ = pool(X, "last")
    np.testing.assert_array_equal(out, X[:, 2])


def test_each_feature_has_its_own_maximum():
    _, cache = pool(X, "max", COUNTED)
    dx = pool_backward(np.array([[10.0, 20.0], [30.0, 40.0]]), cache)
    np.testing.assert_array_equal(dx, [[[0, 20], [0, 0], [10, 0]], [[30, 40], [0, 0], [0, 0]]])
