"""Optimizers by hand and against PyTorch, schedules at their key steps, clipping."""

import math

import numpy as np
import pytest
from checks import assert_all_float32, make_tests, x32
from golden import assert_as_pytorch, assert_every_entry_is_read, read_case
from sizes import make_config, make_params, tree_map

from classroom.exercises.swap import using
from course_lib import fast, loss, model
from course_lib.params import TransformerConfig, find_block, flatten, init_params
from course_lib.training import optim
from course_lib.training.optim import (
    SGD,
    Adam,
    AdamW,
    adam_update,
    clip_by_global_norm,
    warmup_cosine,
    warmup_inverse_sqrt,
)


def clipped():
    grads = {"W": 100 * x32(3, 5)}
    optim.clip_by_global_norm(grads, 1.0)
    return grads


FLOAT32 = {
    "adam_update": lambda: optim.adam_update(x32(7), x32(7), abs(x32(7)), 3, 0.1),
    "sgd_step": lambda: optim.sgd_step(x32(5), x32(5), 0.1),
    "momentum_update": lambda: optim.momentum_update(x32(5), x32(5)),
    "clip_by_global_norm": clipped,
}


NOT_FLOAT32 = {
    "warmup_cosine": "a Python number",
    "warmup_inverse_sqrt": "a Python number",
}


TestOptim = make_tests(optim, float32=FLOAT32, not_float32=NOT_FLOAT32)


def two_arrays(*values):
    return {"W": np.array([values[:2]]), "blocks": [{"b": np.array(values[2:])}]}


START, GRADS = (1.0, -2.0, 0.5), (0.3, -40.0, 1e-3)


def after(make, steps=1, grads=GRADS):
    """Return the parameters after some steps with the same gradients."""
    params = two_arrays(*START)
    optimizer = make(params)
    for _ in range(steps):
        optimizer.step(two_arrays(*grads))
    return np.concatenate([params["W"][0], params["blocks"][0]["b"]])


def test_sgd_by_hand():
    got = after(lambda p: SGD(p, lr=0.1), steps=2)
    np.testing.assert_allclose(got, [0.94, 6.0, 0.4998], rtol=1e-15)


def test_momentum_by_hand():
    # v is g, then 1.9 g, then 2.71 g: 5.61 g in all.
    got = after(lambda p: SGD(p, lr=0.1, momentum=0.9), steps=3)
    np.testing.assert_allclose(got, np.array(START) - 0.561 * np.array(GRADS), rtol=1e-14)


@pytest.mark.parametrize("lr", [0.1, 1e-3])
def test_the_first_step_of_adam_is_the_sign_of_the_gradient(lr):
    got = after(lambda p: Adam(p, lr=lr, eps=1e-300))
    np.testing.assert_allclose(got, np.array(START) - lr * np.sign(GRADS), rtol=1e-14)


def test_constant_gradients_keep_the_size_of_a_step():
    # Both corrected averages stay at g and g squared.
    got = after(lambda p: Adam(p, lr=0.1, eps=1e-300), steps=5)
    np.testing.assert_allclose(got, np.array(START) - 0.5 * np.sign(GRADS), atol=1e-13)


def test_eps_slows_down_small_gradients():
    got = after(lambda p: Adam(p, lr=0.1, eps=1e-3))
    assert got[2] == pytest.approx(0.5 - 0.1 * 1e-3 / (1e-3 + 1e-3), abs=1e-14)


def test_the_second_step_of_adam_by_hand():
    m, v, update = adam_update(np.array([2.0]), np.array([0.1]), np.array([0.001]), 2, 0.1)
    assert m == pytest.approx(0.29)
    assert v == pytest.approx(0.004999)
    m_hat, v_hat = 0.29 / (1 - 0.81), 0.004999 / (1 - 0.998001)
    assert update == pytest.approx(0.1 * m_hat / (math.sqrt(v_hat) + 1e-8), rel=1e-12)


def test_decay_of_adam_is_part_of_the_gradient_and_that_of_adamw_is_not():
    # Without a gradient, L2 decay becomes a step of full size, decoupled decay a share of theta.
    zero = (0.0, 0.0, 0.0)
    np.testing.assert_allclose(
        after(lambda p: Adam(p, lr=0.1, eps=1e-300, weight_decay=0.01), grads=zero),
        np.array(START) - 0.1 * np.sign(START),
        rtol=1e-14,
    )
    np.testing.assert_allclose(
        after(lambda p: AdamW(p, lr=0.1, weight_decay=0.01), steps=2, grads=zero),
        np.array(START) * 0.999**2,
        rtol=1e-14,
    )


EVERY = [
    lambda p: SGD(p, 0.1),
    lambda p: SGD(p, 0.1, momentum=0.9),
    lambda p: Adam(p, 0.1),
    lambda p: Adam(p, 0.1, weight_decay=0.1),
    lambda p: AdamW(p, 0.1, weight_decay=0.1),
]


NAMES = ["SGD", "momentum", "Adam", "Adam with decay", "AdamW"]
each_optimizer = pytest.mark.parametrize("make", EVERY, ids=NAMES)


@each_optimizer
def test_parameters_change_in_place_and_gradients_do_not(make):
    params, grads = two_arrays(*START), two_arrays(*GRADS)
    W, b = params["W"], params["blocks"][0]["b"]
    make(params).step(grads)
    assert params["W"] is W
    assert params["blocks"][0]["b"] is b
    assert np.all(START[:2] != W)
    np.testing.assert_array_equal(grads["W"], [GRADS[:2]])
    np.testing.assert_array_equal(grads["blocks"][0]["b"], GRADS[2:])


@each_optimizer
def test_a_rate_given_to_a_step_counts_for_that_step(make):
    params, other = two_arrays(*START), two_arrays(*START)
    optimizer, plain = make(params), make(other)
    optimizer.step(two_arrays(*GRADS), lr=0.0)
    np.testing.assert_array_equal(params["W"], other["W"])
    plain.step(two_arrays(*GRADS), lr=0.0)
    optimizer.step(two_arrays(*GRADS))
    plain.step(two_arrays(*GRADS), lr=0.1)
    np.testing.assert_array_equal(params["W"], other["W"])
    assert np.all(params["W"] != START[:2])


@each_optimizer
def test_a_state_that_is_loaded_goes_on_exactly(make):
    params = two_arrays(*START)
    optimizer = make(params)
    optimizer.step(two_arrays(*GRADS))
    kept = {name: array.copy() for name, array in optimizer.state().items()}
    resumed = {"W": params["W"].copy(), "blocks": [{"b": params["blocks"][0]["b"].copy()}]}
    second = make(resumed)
    second.load_state(kept)
    for grads in (START, GRADS):
        optimizer.step(two_arrays(*grads))
        second.step(two_arrays(*grads))
    np.testing.assert_array_equal(resumed["W"], params["W"])
    np.testing.assert_array_equal(resumed["blocks"][0]["b"], params["blocks"][0]["b"])


@each_optimizer
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_in_one_block_and_apart_take_the_same_steps(make, dtype, rng):
    config = make_config("encoder-decoder")
    whole = init_params(config, rng, dtype)
    apart = tree_map(np.copy, whole)
    assert find_block(list(flatten(whole).values())) is not None
    assert find_block(list(flatten(apart).values())) is None
    start = tree_map(np.copy, whole)
    optimizers = make(whole), make(apart)
    if isinstance(optimizers[0], Adam):
        assert optimizers[0].theta is not None
        assert optimizers[1].theta is None
    for _ in range(3):
        grads = make_params(config, rng, dtype)
        for optimizer in optimizers:
            optimizer.step(grads)
    for name, array in flatten(whole).items():
        np.testing.assert_array_equal(array, flatten(apart)[name], strict=True, err_msg=name)
        assert not np.array_equal(array, flatten(start)[name]), name


@each_optimizer
def test_gradients_of_another_model_are_refused(make):
    optimizer = make(two_arrays(*START))
    with pytest.raises(ValueError, match=r"missing \['blocks.0.b'\], unexpected \['blocks.0.c'\]"):
        optimizer.step({"W": np.zeros((1, 2)), "blocks": [{"c": np.zeros(1)}]})
    message = r"the gradient of W has shape \(2,\), the parameter \(1, 2\)"
    with pytest.raises(ValueError, match=message):
        optimizer.step({"W": np.zeros(2), "blocks": [{"b": np.zeros(1)}]})


def test_clipping_scales_all_gradients_alike():
    grads = {"a": np.array([[3.0]]), "b": [np.array([0.0, 4.0])]}
    assert clip_by_global_norm(grads, 1.0) == pytest.approx(5.0)
    np.testing.assert_allclose(grads["a"], [[0.6]], rtol=1e-15)
    np.testing.assert_allclose(grads["b"][0], [0.0, 0.8], rtol=1e-15)


@pytest.mark.parametrize("max_norm", [5.0, 5.1, math.inf])
def test_a_norm_that_is_small_enough_is_left_alone(max_norm):
    grads = {"a": np.array([3.0]), "b": np.array([4.0])}
    assert clip_by_global_norm(grads, max_norm) == pytest.approx(5.0)
    np.testing.assert_array_equal(grads["a"], [3.0])


def test_clipping_keeps_gradients_of_zero():
    grads = {"a": np.zeros(3)}
    assert clip_by_global_norm(grads, 1.0) == 0.0
    np.testing.assert_array_equal(grads["a"], np.zeros(3))


@pytest.mark.parametrize(
    ("step", "rate"),
    [
        (1, 0.2),
        (5, 1.0),
        (10, 2.0),
        (30, 0.1 + 1.9 * (2 + math.sqrt(2)) / 4),
        (50, 1.05),
        (70, 0.1 + 1.9 * (2 - math.sqrt(2)) / 4),
        (90, 0.1),
        (500, 0.1),
    ],
)
def test_warmup_and_cosine(step, rate):
    assert warmup_cosine(step, 2.0, 10, 90, final_lr=0.1) == pytest.approx(rate, rel=1e-13)


def test_cosine_without_warmup_starts_at_the_top():
    assert warmup_cosine(0, 2.0, 0, 100) == pytest.approx(2.0)
    assert warmup_cosine(50, 2.0, 0, 100) == pytest.approx(1.0)
    assert warmup_cosine(100, 2.0, 0, 100) == pytest.approx(0.0)


def test_a_schedule_that_is_all_warmup():
    assert warmup_cosine(10, 2.0, 10, 10) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("step", "rate"),
    # The paper's model: 512 wide, 4000 steps of warm-up, a top rate of about 7e-4.
    [(1, 1.746928e-7), (1000, 1.746928e-4), (4000, 6.987712e-4), (16000, 3.493856e-4)],
)
def test_warmup_and_inverse_root(step, rate):
    assert warmup_inverse_sqrt(step, 512, 4000) == pytest.approx(rate, rel=1e-6)


@each_optimizer
def test_optimizers_keep_float32(make):
    weights = {"W": x32(3, 5), "blocks": [{"b": x32(5)}]}
    optimizer = make(weights)
    for _ in range(2):
        optimizer.step({"W": x32(3, 5), "blocks": [{"b": x32(5)}]}, lr=0.05)
    assert_all_float32((weights, optimizer.state()))


TOLERANCE = {np.float64: 1e-12, np.float32: 2e-6}


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("scale", [1.0, 1e3, 1e-6])
@pytest.mark.parametrize("t", [1, 3, 1000])
@pytest.mark.parametrize("n", [0, 103])
def test_the_twin_of_adam_computes_the_same(n, t, scale, dtype, rng):
    g, m, v = (scale * rng.standard_normal((3, n))).astype(dtype)
    v = v * v
    before = [array.copy() for array in (g, m, v)]
    wanted = adam_update(g, m, v, t, 0.1)
    with fast.kernels():
        assert optim.adam_update is fast.optim.adam_update
        got = optim.adam_update(g, m, v, t, 0.1)
    for one, other in zip(got, wanted, strict=True):
        assert one.dtype == dtype
        largest = np.max(np.abs(other), initial=0.0)
        np.testing.assert_allclose(one, other, rtol=0, atol=TOLERANCE[dtype] * largest)
    for array, kept in zip((g, m, v), before, strict=True):
        np.testing.assert_array_equal(array, kept)


@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("max_norm", [1.0, 1e6])
def test_the_twin_of_clipping_computes_the_same(max_norm, dtype, rng):
    grads = {"W": 9 * rng.standard_normal((7, 11)), "blocks": [{"b": rng.standard_normal(5)}]}
    one, other = (tree_map(lambda a: a.astype(dtype), grads) for _ in range(2))
    wanted = clip_by_global_norm(one, max_norm)
    with fast.kernels():
        assert optim.clip_by_global_norm is fast.optim.clip_by_global_norm
        got = optim.clip_by_global_norm(other, max_norm)
    assert got == pytest.approx(wanted, rel=TOLERANCE[dtype])
    for name, array in flatten(other).items():
        np.testing.assert_allclose(array, flatten(one)[name], rtol=TOLERANCE[dtype])


@pytest.mark.parametrize("name", ["adam_update", "clip_by_global_norm"])
def test_a_readers_own_stays_where_a_twin_may_stand(name):
    def mine(*args):
        raise AssertionError

    with using(**{name: mine}), fast.kernels():
        assert getattr(optim, name) is mine
    with fast.kernels(), using(**{name: mine}):
        assert getattr(optim, name) is mine


OPTIMIZERS = ("sgd", "momentum", "adam", "adam_weight_decay", "adamw_weight_decay")
CLIPPED = ("clip", "clip_not_needed")


@pytest.mark.parametrize("case", OPTIMIZERS)
def test_ten_steps_end_where_pytorch_ends(case):
    golden = read_case("optim", case)
    ids, targets, params = (golden.inputs[name] for name in ("ids", "targets", "params"))
    config = TransformerConfig(**golden.settings["config"])
    optimizer = getattr(optim, golden.settings["optimizer"])(params, **golden.settings["settings"])
    losses = []
    for _ in range(10):
        logits, cache = model.language_model(ids, params, config)
        value, loss_cache = loss.cross_entropy(logits, targets, config.pad_id, 0.1)
        dlogits = loss.cross_entropy_backward(1.0, loss_cache)
        optimizer.step(model.language_model_backward(dlogits, cache))
        losses.append(value)
    assert_as_pytorch({"losses": np.array(losses), "params": params}, golden.outs)
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("case", CLIPPED)
def test_clipping(case):
    golden = read_case("optim", case)
    arrays, max_norm = golden.inputs, golden.settings["max_norm"]
    norm = optim.clip_by_global_norm(arrays, max_norm)
    # PyTorch divides by norm + 1e-6 instead of by the norm.
    slack = norm / (norm + 1e-6) if norm > max_norm else 1.0
    scaled = {name: array * slack for name, array in arrays.items()}
    assert_as_pytorch(scaled | {"norm": np.array(norm)}, golden.outs)


def test_every_entry_of_the_golden_file_is_read():
    assert_every_entry_is_read("optim", {*OPTIMIZERS, *CLIPPED})
