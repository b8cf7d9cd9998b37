"""No forward or backward changes what it is given, and a cache may be used twice."""

import copy

import numpy as np
import pytest

from .cases import CASES
from .sizes import leaves


def assert_equal(got, wanted):
    for a, b in zip(leaves(got), leaves(wanted), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_changed_in_place(name):
    rng = np.random.default_rng(11)
    case = CASES[name]
    args = case.make_args(rng)
    kept_args = copy.deepcopy(args)
    out, cache = case.forward(*args)
    dout = np.asarray(rng.standard_normal(np.shape(out)))
    kept_out, kept_dout = copy.deepcopy((out, dout))
    grads = case.backward(dout, cache)
    kept_grads = copy.deepcopy(grads)
    grads_again = case.backward(dout, cache)
    assert_equal(args, kept_args)
    assert_equal((out, dout), (kept_out, kept_dout))
    assert_equal(grads, kept_grads)
    assert_equal(grads_again, kept_grads)
