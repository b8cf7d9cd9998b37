"""One vector for a whole sequence: by hand, gradients, dtypes, PyTorch."""

import numpy as np
import pytest
from cases import PADDED_IDS, Case, X, draw
from checks import make_tests
from golden import plain

from course_lib import pooling


def pool_case(how, counted):
    """Pool, with or without padding."""
    return Case(lambda x: pooling.pool(x, how, counted), pooling.pool_backward, draw(X))


CASES = {
    f"pool/{how} {name}": pool_case(how, counted)
    for how in ("mean", "first", "last", "max")
    for name, counted in (("padded", PADDED_IDS > 0), ("whole", None))
}


POOL = plain(pooling.pool, pooling.pool_backward, "x")
GOLDENS = {
    "pool_mean": POOL,
    "pool_first": POOL,
    "pool_last": POOL,
    "pool_max": POOL,
}


REFUSED = {
    "pooling of nothing": (
        lambda: pooling.pool(np.zeros((2, 3, 5)), "mean", np.array([[True] * 3, [False] * 3])),
        ValueError,
        ["pool: sequence 1 is all padding"],
    ),
    "how to pool": (
        lambda: pooling.pool(np.zeros((2, 3, 5)), "sum"),
        ValueError,
        ["pool: how is 'sum'"],
    ),
}


def pool_mean_not_divided(dout, cache):
    share, shape = cache
    return pooling.pool_backward(dout, ((share > 0).astype(float), shape))


WRONG_BACKWARDS = {
    "pool/mean padded: not divided": pool_mean_not_divided,
}


TestPooling = make_tests(
    pooling, CASES, wrong_backwards=WRONG_BACKWARDS, goldens=GOLDENS, refused=REFUSED
)


SEQUENCES = np.array(
    [[[1.0, 8.0], [3.0, 2.0], [5.0, -4.0]], [[-1.0, -2.0], [-7.0, -6.0], [9.0, 9.0]]]
)
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
    out, cache = pooling.pool(SEQUENCES, how, COUNTED)
    np.testing.assert_allclose(out, wanted, rtol=1e-15)
    dx = pooling.pool_backward(np.array([[10.0, 20.0], [30.0, 40.0]]), cache)
    np.testing.assert_array_equal(dx[1, 2], 0.0)
    np.testing.assert_allclose(dx.sum(axis=1), [[10.0, 20.0], [30.0, 40.0]], rtol=1e-14)


@pytest.mark.parametrize(("how", "position"), [("first", 1), ("last", 2)])
def test_first_and_last_are_those_that_count(how, position):
    counted = np.array([[False, True, True]])
    out, _ = pooling.pool(SEQUENCES[:1], how, counted)
    np.testing.assert_array_equal(out, SEQUENCES[:1, position])


def test_all_positions_count_by_default():
    out, _ = pooling.pool(SEQUENCES, "last")
    np.testing.assert_array_equal(out, SEQUENCES[:, 2])


def test_each_feature_has_its_own_maximum():
    _, cache = pooling.pool(SEQUENCES, "max", COUNTED)
    dx = pooling.pool_backward(np.array([[10.0, 20.0], [30.0, 40.0]]), cache)
    np.testing.assert_array_equal(dx, [[[0, 20], [0, 0], [10, 0]], [[30, 40], [0, 0], [0, 0]]])
