"""Sums by products are sums; parameters that lie side by side are trained as any others are."""

import numpy as np
import pytest

from course_lib import optim, sums
from course_lib.params import as_one, flatten, side_by_side, unflatten

from .sizes import make_config, make_params


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


def make():
    return make_params(make_config("encoder-decoder"), np.random.default_rng(2))


def own_arrays(params):
    return unflatten({name: array.copy() for name, array in flatten(params).items()})


def test_side_by_side_keeps_names_values_and_dtype():
    before = {"b": [np.ones((2, 3)), np.zeros(5)], "a": {"c": np.arange(4.0).reshape(4, 1)}}
    after = side_by_side(before)
    assert list(flatten(after)) == list(flatten(before))
    for name, array in flatten(before).items():
        np.testing.assert_array_equal(flatten(after)[name], array)
    block = as_one(list(flatten(after).values()))
    block[:] = 7.0
    assert all((array == 7.0).all() for array in flatten(after).values())
    assert not (flatten(before)["b.0"] == 7.0).any()


def test_as_one_knows_arrays_that_are_not_side_by_side():
    arrays = list(flatten(side_by_side(make())).values())
    assert as_one(arrays) is not None
    swapped = [arrays[1], arrays[0], *arrays[2:]]
    others = (
        [arrays[0].copy(), *arrays[1:]],
        [*arrays[:-1], arrays[-1].copy()],
        arrays[:-1],
        swapped,
        [arrays[0].T.reshape(arrays[0].shape), *arrays[1:]],
    )
    assert [as_one(other) for other in others] == [None] * len(others)


@pytest.mark.parametrize(
    "start",
    [
        lambda p: optim.Adam(p),
        lambda p: optim.Adam(p, weight_decay=0.1),
        lambda p: optim.AdamW(p, weight_decay=0.1),
    ],
    ids=["Adam", "Adam with decay", "AdamW"],
)
def test_adam_takes_the_same_steps_wherever_the_arrays_lie(start):
    together, apart = side_by_side(make()), own_arrays(make())
    optimizers = [start(together), start(apart)]
    assert optimizers[0].theta is not None
    assert optimizers[1].theta is None
    rng = np.random.default_rng(3)
    for _ in range(3):
        grads = {n: rng.standard_normal(a.shape) for n, a in flatten(apart).items()}
        for optimizer in optimizers:
            optimizer.step(unflatten(grads), lr=0.01)
    for name, array in flatten(apart).items():
        np.testing.assert_array_equal(flatten(together)[name], array)
    assert not np.array_equal(
        flatten(make())["decoder.embedding.W"], apart["decoder"]["embedding"]["W"]
    )
