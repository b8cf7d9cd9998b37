"""Sums by products are sums."""

import numpy as np
import pytest
from checks import make_tests, x32

from course_lib.internals import sums

FLOAT32 = {
    "sum_rows": lambda: sums.sum_rows(x32(3, 5)),
    "axis_sum": lambda: (sums.axis_sum(x32(3, 5), 0), sums.axis_sum(x32(3, 5), -1)),
    "axis_dot": lambda: (
        sums.axis_dot(x32(3, 5), x32(3, 5), -1),
        sums.axis_dot(x32(41), x32(41), 0),
    ),
    "row_dot": lambda: sums.row_dot(x32(3, 5), x32(5)),
    "row_mean": lambda: sums.row_mean(x32(3, 5)),
}


TestSums = make_tests(sums, float32=FLOAT32)


@pytest.mark.parametrize("shape", [(3,), (41,), (5, 7), (5, 41), (2, 3, 43), (2, 3, 5, 37)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_sums_over_an_axis(shape, dtype):
    x, y = (10 * np.random.default_rng(0).standard_normal((2, *shape))).astype(dtype)
    close = {"rtol": 1e-4, "atol": 1e-3} if dtype == np.float32 else {"rtol": 1e-12}
    for axis in range(-x.ndim, x.ndim):
        wanted = x.sum(axis=axis, keepdims=True)
        np.testing.assert_allclose(sums.axis_sum(x, axis), wanted, **close)
        wanted = (x * y).sum(axis=axis, keepdims=True)
        np.testing.assert_allclose(sums.axis_dot(x, y, axis), wanted, **close)
    np.testing.assert_allclose(sums.row_mean(x), x.mean(axis=-1, keepdims=True), **close)
    rows = x.reshape(-1, shape[-1])
    np.testing.assert_allclose(sums.sum_rows(rows), rows.sum(axis=0), **close)


def test_sums_of_arrays_that_do_not_lie_in_one_piece():
    x = np.random.default_rng(1).standard_normal((41, 5, 3)).transpose(2, 1, 0)
    np.testing.assert_allclose(sums.axis_sum(x, -1), x.sum(axis=-1, keepdims=True))
    np.testing.assert_allclose(sums.axis_dot(x, x, -1), (x * x).sum(axis=-1, keepdims=True))
    np.testing.assert_allclose(sums.row_mean(x), x.mean(axis=-1, keepdims=True))
