"""The twins: the same as what they stand in for, in value, cache and gradient; when they are in."""

import contextlib
import inspect
import threading

import numpy as np
import pytest
from sizes import leaves, tree_map

from classroom.exercises.swap import FUNCTIONS, originals, using
from course_lib import attention, blocks, decoding, fast, layers, loss
from course_lib.fast import sums
from course_lib.params import TransformerConfig, init_params
from course_lib.tasks import answers
from course_lib.training import objective
from course_lib.training.shards import computing

AXES = {"no axis in front": (), "one": (3,), "two": (2, 5), "three": (2, 3, 5), "empty": (0, 3)}
SCALES = {"near": 1.0, "far": 1e3}


def draw(rng, front, *shapes, scale=1.0):
    """Draw arrays; those whose shape begins with ... have the axes in front."""
    shapes = [front + shape[1:] if shape[:1] == (...,) else shape for shape in shapes]
    return [scale * rng.standard_normal(shape) for shape in shapes]


def masked(x):
    """Set the first score of each row, and every second of the others, to -inf; not the last."""
    x = x.copy()
    x[..., 0] = x[..., 1:-1:2] = -np.inf
    return x


# The arguments for each forward, from rng, the axes in front and the size of the numbers.
ARGUMENTS = {
    "linear": lambda rng, front, scale: draw(rng, front, (..., 7), (7, 11), (11,), scale=scale),
    "linear/no bias": lambda rng, front, scale: draw(rng, front, (..., 7), (7, 11), scale=scale),
    "embedding": lambda rng, front, scale: [
        rng.integers(13, size=front), *draw(rng, front, (13, 7), scale=scale)
    ],
    "gelu": lambda rng, front, scale: draw(rng, front, (..., 7), scale=scale),
    "gelu/infinite": lambda rng, front, scale: [
        np.append(*draw(rng, front, (..., 7), scale=scale), np.full((*front, 1), np.inf), -1)
    ],
    "gelu/exact": lambda rng, front, scale: [*draw(rng, front, (..., 7), scale=scale), "none"],
    "layer_norm": lambda rng, front, scale: [
        *draw(rng, front, (..., 7), scale=scale), *draw(rng, front, (7,), (7,))
    ],
    "layer_norm/wide, far from 0": lambda rng, front, scale: [
        scale + draw(rng, front, (..., 41))[0], *draw(rng, front, (41,), (41,)), 0.1
    ],
    "scaled_dot_product_attention": lambda rng, front, scale: [
        *draw(rng, front, (..., 5, 3), scale=scale), *draw(rng, front, (..., 7, 3), (..., 7, 13))
    ],
    "scaled_dot_product_attention/mask": lambda rng, front, scale: [
        *draw(rng, front, (..., 5, 3), scale=scale), *draw(rng, front, (..., 7, 3), (..., 7, 13)),
        attention.causal_mask(5, 7),
    ],
    "scaled_dot_product_attention/long": lambda rng, front, scale: draw(
        rng, front, (..., 11, 3), (..., 79, 3), (..., 79, 5)
    ),
    "scaled_dot_product_attention/a mask for each": lambda rng, front, scale: [
        *draw(rng, front, (..., 5, 3), scale=scale), *draw(rng, front, (..., 7, 3), (..., 7, 13)),
        rng.random((*front, 5, 7)) < [1.0, *[0.4] * 6],
    ],
    "scaled_dot_product_attention/padding": lambda rng, front, scale: [
        *draw(rng, front, (..., 5, 3), scale=scale), *draw(rng, front, (..., 7, 3), (..., 7, 13)),
        rng.random((*front, 1, 7)) < [1.0, *[0.4] * 6],
    ],
    "scaled_dot_product_attention/all above": lambda rng, front, scale: [
        scale + np.abs(*draw(rng, front, (..., 5, 3))),
        scale + np.abs(*draw(rng, front, (..., 7, 3))), *draw(rng, front, (..., 7, 13)),
    ],
    "scaled_dot_product_attention/all below": lambda rng, front, scale: [
        scale + np.abs(*draw(rng, front, (..., 5, 3))),
        -scale - np.abs(*draw(rng, front, (..., 7, 3))), *draw(rng, front, (..., 7, 13)),
    ],
    "cross_entropy": lambda rng, front, scale: [
        *draw(rng, front, (..., 13), scale=scale), rng.integers(13, size=front)
    ],
    "cross_entropy/padding, smoothing": lambda rng, front, scale: [
        *draw(rng, front, (..., 13), scale=scale), np.arange(1, 1 + np.prod(front, dtype=int))
        .reshape(front) % 13, 0, 0.1,
    ],
}  # fmt: skip


def pair(name):
    """Return the forward and the backward that are active, by the name of a case."""
    name = name.partition("/")[0]
    module = next(m for m in (layers, attention, loss) if hasattr(m, name))
    return getattr(module, name), getattr(module, name + "_backward")


def cast(tree, dtype):
    """Turn the floating-point arrays of nested values into a dtype."""
    return tree_map(lambda a: a.astype(dtype) if a.dtype.kind == "f" else a, tree)


def assert_close(got, wanted, tolerance):
    """Hold nested arrays to each other, relative to the largest number of each."""
    got, wanted = leaves(got), leaves(wanted)
    assert len(got) == len(wanted)
    for a, b in zip(got, wanted, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        largest = np.max(np.abs(b), where=np.isfinite(b), initial=0.0)
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * max(largest, 1e-30))


@pytest.mark.filterwarnings("ignore:invalid value")  # the slope of gelu at infinity
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("front", AXES)
@pytest.mark.parametrize("name", ARGUMENTS)
def test_a_twin_computes_what_its_original_does(name, front, scale, dtype):
    if name.startswith("cross_entropy") and front == "empty":
        pytest.skip("a mean of nothing is refused")
    rng = np.random.default_rng(5)
    args = cast(ARGUMENTS[name](rng, AXES[front], SCALES[scale]), dtype)
    # Rounding of numbers near 1000 moves what is small beside them, as differences of scores are.
    tolerance = 1e-12 if dtype == np.float64 else 2e-6 * max(1.0, SCALES[scale])
    forward, backward = pair(name)
    out, cache = forward(*args)
    with fast.kernels():
        twin, twin_backward = pair(name)
        twin_out, twin_cache = twin(*args)
    dout = cast(rng.standard_normal(np.shape(out)), dtype) if np.ndim(out) else 1.0
    assert (twin, twin_backward) != (forward, backward)
    assert_close((twin_out, twin_cache), (out, cache), tolerance)
    grads = backward(dout, cache)
    assert_close(backward(dout, twin_cache), grads, tolerance)
    with fast.kernels():
        assert_close(twin_backward(dout, cache), grads, tolerance)
        assert_close(twin_backward(dout, twin_cache), grads, tolerance)


def active():
    """Return the functions that stand where twins may stand, and those that belong to them."""
    return {name: place.active[name] for name, place in fast._PLACES.items()}


TWINS = {name: place.twin for name, place in fast._PLACES.items() if place.twin is not None}
OWN = active()


def test_every_twin_is_compared():
    compared = {name.partition("/")[0] for name in ARGUMENTS}
    compared |= {name + "_backward" for name in compared}
    in_test_optim = {"adam_update", "clip_by_global_norm"}
    assert set(TWINS) - {"embedding"} == compared - {"embedding"} | in_test_optim


@pytest.mark.parametrize("name", TWINS)
def test_a_twin_has_the_signature_of_its_original(name):
    assert inspect.signature(TWINS[name]) == inspect.signature(OWN[name])


ERRORS = {
    "linear": lambda: layers.linear(np.zeros((2, 5)), np.zeros((7, 3))),
    "layer_norm": lambda: layers.layer_norm(np.zeros((2, 5)), np.ones(7), np.zeros(7)),
    "cross_entropy": lambda: loss.cross_entropy(np.zeros((2, 5)), np.array([1, 5])),
}


@pytest.mark.parametrize("name", ERRORS)
def test_a_twin_refuses_with_the_same_words(name):
    with pytest.raises(ValueError, match=name) as original:
        ERRORS[name]()
    with fast.kernels(), pytest.raises(ValueError, match=name) as twin:
        ERRORS[name]()
    assert str(original.value) == str(twin.value)


def test_twins_are_in_for_a_block_and_out_after_it():
    with fast.kernels():
        assert active() == OWN | TWINS
        with fast.kernels():
            assert active() == OWN | TWINS
        assert active() == OWN | TWINS
    assert active() == OWN


def test_twins_are_out_after_an_exception():
    with pytest.raises(ZeroDivisionError), fast.kernels():
        raise ZeroDivisionError
    assert active() == OWN


@pytest.mark.parametrize("name", OWN)
def test_a_function_of_the_reader_stays_and_so_does_what_belongs_to_it(name):
    def mine(*args, **kwargs):
        return OWN[name](*args, **kwargs)

    together = {other for group in fast._GROUPS if name in group for other in group}
    wanted = OWN | TWINS | {other: OWN[other] for other in together} | {name: mine}
    with using(**{name: mine}):
        with fast.kernels():
            assert active() == wanted
        assert active() == OWN | {name: mine}
    with fast.kernels():
        with using(**{name: mine}):
            assert active() == wanted
        assert active() == OWN | TWINS
    assert active() == OWN


@pytest.mark.parametrize("name", ["attention_scores", "softmax", "softmax_backward"])
def test_attention_calls_the_readers_part_even_if_it_comes_within_the_block(name):
    calls = []

    def mine(*args, **kwargs):
        calls.append(name)
        return OWN[name](*args, **kwargs)

    q = np.ones((2, 3, 5, 7))
    with fast.kernels(), using(**{name: mine}):
        out, cache = attention.scaled_dot_product_attention(q, q, q)
        attention.scaled_dot_product_attention_backward(out, cache)
    assert calls == [name]


def test_originals_go_before_twins():
    with fast.kernels():
        with originals():
            assert active() == OWN
            with fast.kernels():
                assert active() == OWN
        assert active() == OWN | TWINS
    assert active() == OWN


def test_a_solution_is_compared_with_the_original_not_with_the_twin():
    assert {name: FUNCTIONS[name] for name in OWN} == OWN


@contextlib.contextmanager
def another_thread_inside_kernels():
    """Start a thread that is inside `kernels`; yield a function that lets it leave and waits."""
    inside, leave = threading.Event(), threading.Event()

    def other():
        with fast.kernels():
            inside.set()
            leave.wait(10)

    def let_leave():
        leave.set()
        thread.join(10)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    try:
        yield let_leave
    finally:
        let_leave()


def test_threads_share_the_twins_until_the_last_one_leaves():
    with contextlib.ExitStack() as threads:
        with fast.kernels():
            let_leave = threads.enter_context(another_thread_inside_kernels())
        assert active() == OWN | TWINS
        let_leave()
        assert active() == OWN


def test_a_function_that_is_put_in_leaves_no_twin_behind_that_another_thread_had_put_in():
    with (
        another_thread_inside_kernels() as let_leave,
        using(softmax=OWN["softmax"], linear=lambda x, W, b=None: OWN["linear"](x, W, b)),
    ):
        let_leave()
    assert active() == OWN


def test_threads_that_come_and_go_while_functions_are_put_in_leave_all_as_it_was():
    def in_and_out(with_block):
        for _ in range(200):
            with with_block():
                pass

    blocks_ = [fast.kernels, lambda: using(softmax=lambda x, axis=-1: OWN["softmax"](x, axis))]
    threads = [threading.Thread(target=in_and_out, args=[block]) for block in blocks_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert active() == OWN


CONFIG = TransformerConfig("decoder", 13, d_model=8, n_heads=2, n_layers=1, d_ff=16, max_len=7)
PARAMS = init_params(CONFIG, np.random.default_rng(0))
IDS = np.random.default_rng(1).integers(13, size=(3, 5))
DOORS = {
    "loss_and_grads": lambda: objective.loss_and_grads(
        objective.Batch((IDS,), IDS), PARAMS, CONFIG
    ),
    "loss_and_grads/threads": lambda: computing(shards=3)(objective.loss_and_grads)(
        objective.Batch((IDS,), IDS), PARAMS, CONFIG
    ),
    "evaluate": lambda: objective.evaluate(objective.Batch((IDS,), IDS), PARAMS, CONFIG),
    "generate": lambda: decoding.generate(decoding.NextLogits(PARAMS, CONFIG), IDS, 2),
    "most_likely": lambda: answers.most_likely(
        decoding.NextLogits(PARAMS, CONFIG), IDS[0], 2, top=1
    ),
    "beam_search": lambda: decoding.beam_search(decoding.NextLogits(PARAMS, CONFIG), IDS[:1], 2, 2),
}


@pytest.mark.parametrize("door", DOORS)
def test_training_evaluation_and_decoding_run_with_the_twins(door, monkeypatch):
    seen, feed_forward = [], blocks.feed_forward

    def spy(*args):
        seen.append(active())
        return feed_forward(*args)

    monkeypatch.setattr(blocks, "feed_forward", spy)
    DOORS[door]()
    assert seen
    assert all(functions == OWN | TWINS for functions in seen)
    assert active() == OWN


def test_the_gradient_of_float32_logits_is_float32_whatever_it_is_multiplied_by():
    with fast.kernels():
        _, cache = loss.cross_entropy(np.ones((3, 5), np.float32), np.array([1, 2, -1]), -1)
        assert loss.cross_entropy_backward(np.float64(0.5), cache).dtype == np.float32


# Masks that were seen before


def test_a_mask_that_leaves_a_query_no_key_is_refused_each_time():
    q, mask = np.ones((2, 3, 5, 7)), np.ones((5, 5), bool)
    mask[3] = False
    for _ in range(2):
        with fast.kernels(), pytest.raises(ValueError, match=r"query row \(3,\)"):
            attention.scaled_dot_product_attention(q, q, q, mask)


def test_a_mask_may_change():
    q = np.random.default_rng(0).standard_normal((2, 3, 5, 7))
    mask = np.tri(5, dtype=bool)
    with fast.kernels():
        attention.scaled_dot_product_attention(q, q, q, mask)
        mask[1, 3] = True
        _, cache = attention.scaled_dot_product_attention(q, q, q, mask)
    assert cache.weights[0, 0, 1, 3] > 0


def test_a_mask_of_another_shape_or_type_is_refused_with_the_same_words():
    q = np.ones((2, 3, 5, 7))
    for mask, error in ((np.ones((5, 4), bool), ValueError), (np.ones((5, 5), np.int8), TypeError)):
        with pytest.raises(error) as original:
            attention.scaled_dot_product_attention(q, q, q, mask)
        with fast.kernels(), pytest.raises(error) as twin:
            attention.scaled_dot_product_attention(q, q, q, mask)
        assert str(twin.value) == str(original.value)


# Sums by products are sums


ROWS = [(3, 5), (5, 7), (5, 41), (1, 43), (67, 79)]


@pytest.mark.parametrize("shape", ROWS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_sums_over_rows_and_columns(shape, dtype):
    x, y = (10 * np.random.default_rng(0).standard_normal((2, *shape))).astype(dtype)
    close = {"rtol": 1e-4, "atol": 1e-3} if dtype == np.float32 else {"rtol": 1e-12}
    for got, wanted in (
        (sums.sum_rows(x), x.sum(axis=0)),
        (sums.row_sums(x), x.sum(axis=1)),
        (sums.row_means(x), x.mean(axis=1)),
        (sums.row_dots(x, y), (x * y).sum(axis=1)),
        (sums.row_dots(x[None, None], y[None, None]), (x * y).sum(axis=1)[None, None]),
    ):
        assert got.dtype == dtype
        np.testing.assert_allclose(got, wanted, **close)


def test_sums_of_arrays_that_do_not_lie_in_one_piece():
    x = np.random.default_rng(1).standard_normal((41, 5)).T
    np.testing.assert_allclose(sums.row_sums(x), x.sum(axis=1))
    np.testing.assert_allclose(sums.row_dots(x, x), (x * x).sum(axis=1))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("bad", [0.0, 1e-30, 1e30, np.inf, np.nan])
def test_sums_are_moderate_or_not(bad, dtype):
    assert not sums.is_moderate(np.array([1.0, bad, 1.0], dtype))
    assert sums.is_moderate(np.array([1e-15, 1e15], dtype))
    assert sums.is_moderate(np.array([], dtype))
