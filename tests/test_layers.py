"""The layers: by hand, where numbers are extreme, gradients, dtypes, PyTorch."""

import numpy as np
import pytest
from cases import IDS, PADDED_IDS, VECTOR, Case, X, draw, rng_again
from checks import make_tests, zeros
from golden import plain, without_backward
from sizes import D_FF, D_MODEL, VOCAB

from course_lib import layers, loss

CASES = {
    "linear": Case(layers.linear, layers.linear_backward, draw(X, (D_MODEL, D_FF), (D_FF,))),
    "linear/no bias": Case(
        layers.linear,
        lambda dout, cache: layers.linear_backward(dout, cache)[:2],
        draw(X, (D_MODEL, D_FF)),
    ),
    "embedding": Case(
        lambda W: layers.embedding(IDS, W), layers.embedding_backward, draw((VOCAB, D_MODEL))
    ),
    "relu": Case(layers.relu, layers.relu_backward, draw(X)),
    "gelu": Case(layers.gelu, layers.gelu_backward, draw(X)),
    "gelu/exact": Case(lambda x: layers.gelu(x, "none"), layers.gelu_backward, draw(X)),
    "softmax": Case(layers.softmax, layers.softmax_backward, draw(X)),
    "softmax/axis 1": Case(lambda x: layers.softmax(x, axis=1), layers.softmax_backward, draw(X)),
    "softmax/far from 0": Case(
        lambda x: layers.softmax(x + 1000.0), layers.softmax_backward, draw(X)
    ),
    "softmax/long rows": Case(layers.softmax, layers.softmax_backward, draw((3, 5, 41))),
    "softmax/long columns": Case(
        lambda x: layers.softmax(x, axis=0), layers.softmax_backward, draw((41, 5))
    ),
    "layer_norm": Case(layers.layer_norm, layers.layer_norm_backward, draw(X, VECTOR, VECTOR)),
    "layer_norm/large eps": Case(
        lambda x, gamma, beta: layers.layer_norm(x, gamma, beta, 0.5),
        layers.layer_norm_backward,
        draw(X, VECTOR, VECTOR),
    ),
    "dropout": Case(
        lambda x: layers.dropout(x, 0.3, rng_again()), layers.dropout_backward, draw(X)
    ),
    "dropout/off": Case(lambda x: layers.dropout(x, 0.3), layers.dropout_backward, draw(X)),
}


FLOAT32 = {
    "one_hot": lambda: layers.one_hot(PADDED_IDS, 17, np.float32),
}


GELU = plain(layers.gelu, layers.gelu_backward, "x")
SOFTMAX = plain(layers.softmax, layers.softmax_backward, "x")
GOLDENS = {
    "linear": plain(layers.linear, layers.linear_backward, "x", "W", "b"),
    "linear_no_bias": plain(
        layers.linear, lambda dout, cache: layers.linear_backward(dout, cache)[:2], "x", "W"
    ),
    "one_hot": without_backward(layers.one_hot),
    "embedding": plain(layers.embedding, layers.embedding_backward, "W"),
    "relu": plain(layers.relu, layers.relu_backward, "x"),
    "gelu_tanh": GELU,
    "gelu_exact": GELU,
    "softmax": SOFTMAX,
    "softmax_axis_1": SOFTMAX,
    "layer_norm": plain(layers.layer_norm, layers.layer_norm_backward, "x", "gamma", "beta"),
}


ZEROS, ONES = np.zeros, np.ones
REFUSED = {
    "linear": (
        lambda: layers.linear(ZEROS((2, 3, 5)), ZEROS((7, 11))),
        ValueError,
        ["linear: d_in is 5 in x but 7 in W", "(2, 3, 5) read as (..., d_in)", "(d_in, d_out)"],
    ),
    "layer norm": (
        lambda: layers.layer_norm(ZEROS((2, 3, 5)), ONES(7), ZEROS(7)),
        ValueError,
        ["layer_norm: d_model is 5 in x but 7 in gamma", "gamma: (7,) read as (d_model,)"],
    ),
    "id too large": (
        lambda: layers.embedding(np.array([[3, 17]]), ZEROS((VOCAB, 2))),
        ValueError,
        [f"embedding: id 17 is outside [0, {VOCAB})", "vocab_size is 17"],
    ),
    "id below zero": (
        lambda: layers.embedding(np.array([3, -1]), ZEROS((VOCAB, 2))),
        ValueError,
        [f"embedding: id -1 is outside [0, {VOCAB})"],
    ),
    "id of a one-hot row": (
        lambda: layers.one_hot([7], 7),
        ValueError,
        ["one_hot: id 7 is outside [0, 7)"],
    ),
    "probability of dropout": (
        lambda: layers.dropout(ZEROS(3), 1.0, np.random.default_rng()),
        ValueError,
        ["dropout: p is 1.0; use a probability in [0, 1)"],
    ),
    "form of gelu": (
        lambda: layers.gelu(ZEROS(3), "erf"),
        ValueError,
        ["gelu: approximate is 'erf'; use one of 'tanh', 'none'"],
    ),
    "float ids": (
        lambda: layers.embedding(np.array([1.0]), ZEROS((7, 2))),
        TypeError,
        ["embedding: ids must be integers", "dtype is float64", "astype(np.int64)"],
    ),
    "boolean ids": (lambda: layers.one_hot(np.array([True]), 7), TypeError, ["dtype is bool"]),
}


def embedding_last_wins(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]))
    dW[ids] = dout
    return dW


def linear_with(change):
    """Let `change` spoil the three gradients of a linear map."""

    def backward(dout, cache):
        return change(*layers.linear_backward(dout, cache), dout=dout, x=cache[0], W=cache[1])

    return backward


def layer_norm_with(paths):
    """Keep only some of the three paths to x: 0 the direct one, 1 the mean, 2 the variance."""

    def backward(dout, cache):
        normalized, inverse_std, gamma = cache
        _, dgamma, dbeta = layers.layer_norm_backward(dout, cache)
        d = dout * gamma
        terms = (
            d,
            -d.mean(axis=-1, keepdims=True),
            -normalized * (d * normalized).mean(axis=-1, keepdims=True),
        )
        return inverse_std * sum(terms[i] for i in paths), dgamma, dbeta

    return backward


def layer_norm_no_gamma(dout, cache):
    normalized, inverse_std, gamma = cache
    dx, _, _ = layers.layer_norm_backward(dout, (normalized, inverse_std, np.ones_like(gamma)))
    return dx, *layers.layer_norm_backward(dout, cache)[1:]


def layer_norm_dgamma_is_dbeta(dout, cache):
    dx, _, dbeta = layers.layer_norm_backward(dout, cache)
    return dx, dbeta, dbeta


WRONG_BACKWARDS = {
    "softmax: zeros": zeros(layers.softmax_backward),
    "softmax: without the sum": lambda dout, cache: dout * cache[0],
    "softmax: elementwise slope": lambda dout, cache: dout * cache[0] * (1.0 - cache[0]),
    "softmax/axis 1: the other axis": lambda dout, cache: layers.softmax_backward(
        dout, (cache[0], -1)
    ),
    "layer_norm: zeros": zeros(layers.layer_norm_backward),
    "layer_norm: without the mean": layer_norm_with((0, 2)),
    "layer_norm: without the variance": layer_norm_with((0, 1)),
    "layer_norm: direct path alone": layer_norm_with((0,)),
    "layer_norm: gamma forgotten": layer_norm_no_gamma,
    "layer_norm: dgamma without normalized": layer_norm_dgamma_is_dbeta,
    "linear: db is a mean": linear_with(
        lambda dx, dW, db, dout, **_: (dx, dW, db / dout[..., 0].size)
    ),
    "linear: of the first sequence alone": linear_with(
        lambda dx, dW, db, x, dout, **_: (dx, x[0].T @ dout[0], db)
    ),
    "linear: sign of dx": linear_with(lambda dx, dW, db, **_: (-dx, dW, db)),
    "linear: dW twice too large": linear_with(lambda dx, dW, db, **_: (dx, 2.0 * dW, db)),
    "linear: one entry of db missing": linear_with(
        lambda dx, dW, db, **_: (dx, dW, db * (np.arange(len(db)) > 0))
    ),
    "embedding: the last of equal ids wins": embedding_last_wins,
    "relu: passes everything": lambda dout, cache: dout,
    "relu: slope of the output": lambda dout, cache: dout * np.maximum(cache[0], 0),
    "gelu: Phi alone": lambda dout, cache: dout * cache[1],
    "gelu/exact: slope of the tanh form": lambda dout, cache: layers.gelu_backward(
        dout, layers.gelu(cache[0], "tanh")[1]
    ),
    "dropout: scale forgotten": lambda dout, cache: dout * (cache[0] > 0),
    "dropout: passes everything": lambda dout, cache: dout,
}


TestLayers = make_tests(
    layers,
    CASES,
    wrong_backwards=WRONG_BACKWARDS,
    float32=FLOAT32,
    goldens=GOLDENS,
    not_in_goldens=["dropout_backward"],  # it is random
    refused=REFUSED,
)


def test_linear_by_hand():
    out, _ = layers.linear(
        np.array([[1.0, 2.0]]),
        np.array([[1.0, 0.0, -1.0], [3.0, 0.5, 2.0]]),
        np.array([10, 20, 30]),
    )
    np.testing.assert_allclose(out, [[17.0, 21.0, 33.0]], rtol=1e-15)


def test_embedding_is_a_product_with_one_hot_rows():
    W = np.random.default_rng(0).standard_normal((7, 3))
    ids = np.array([[6, 0], [2, 2]])
    out, _ = layers.embedding(ids, W)
    np.testing.assert_array_equal(out, layers.one_hot(ids, 7) @ W)
    np.testing.assert_array_equal(out[1, 0], W[2])


def test_equal_ids_add_up_their_gradients():
    _, cache = layers.embedding(np.array([1, 0, 1]), np.zeros((3, 2)))
    dW = layers.embedding_backward(np.array([[1.0, 2.0], [5.0, 6.0], [10.0, 20.0]]), cache)
    np.testing.assert_array_equal(dW, [[5, 6], [11, 22], [0, 0]])


def test_softmax_by_hand():
    out, _ = layers.softmax(np.log([[1.0, 2.0, 5.0], [3.0, 3.0, 6.0]]))
    np.testing.assert_allclose(out, [[0.125, 0.25, 0.625], [0.25, 0.25, 0.5]], rtol=1e-14)


def assert_first_weights(out, dtype, shift):
    """Hold every row to 1/8, 2/8, 5/8, as exactly as scores near `shift` can be written."""
    rtol = 4.0 * np.finfo(dtype).eps * (10.0 + abs(shift))
    np.testing.assert_allclose(out, [[0.125, 0.25, 0.625]] * len(out), rtol=rtol)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shift", [-1e4, -1000.0, -80.0, 59.0, 61.0, 89.0, 1000.0, 1e4])
def test_softmax_is_the_same_after_a_shift(dtype, shift):
    x = np.log(np.array([[1.0, 2.0, 5.0]]))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        out, _ = layers.softmax((x + shift).astype(dtype))
    np.testing.assert_allclose(
        out, [[0.125, 0.25, 0.625]], rtol=1e-3 if dtype == np.float32 else 1e-11
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("far", [50.0, 90.0, 1000.0, 1e4])
def test_rows_far_from_each_other_keep_their_weights(dtype, far):
    x = np.log(np.array([[1.0, 2.0, 5.0]] * 3)) + np.array([[0.0], [far], [-far]])
    out, _ = layers.softmax(x.astype(dtype))
    assert_first_weights(out, dtype, far)


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
def test_softmax_sums_to_one_along_its_axis(axis):
    out, _ = layers.softmax(np.random.default_rng(1).standard_normal((3, 5)), axis=axis)
    np.testing.assert_allclose(out.sum(axis=axis), 1.0, rtol=1e-14)


def test_a_score_of_minus_infinity_has_weight_zero():
    out, cache = layers.softmax(np.array([[0.0, -np.inf, 0.0], [-np.inf, -np.inf, -700.0]]))
    np.testing.assert_array_equal(out, [[0.5, 0, 0.5], [0, 0, 1]])
    np.testing.assert_array_equal(layers.softmax_backward(np.ones((2, 3)), cache), 0.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_numbers_stay_finite(dtype):
    x = np.array([[-1e4, -100.0, 0.0, 100.0, 1e4]], dtype)
    ones = np.ones(5, dtype)
    for (out, cache), backward in (
        (layers.softmax(x), layers.softmax_backward),
        (layers.gelu(x), layers.gelu_backward),
        (layers.gelu(x, "none"), layers.gelu_backward),
        (layers.layer_norm(x, ones, ones), layers.layer_norm_backward),
        (loss.log_softmax(x), loss.log_softmax_backward),
        (loss.cross_entropy(x, np.array([0])), loss.cross_entropy_backward),
    ):
        grads = backward(np.ones_like(out), cache)
        assert np.all(np.isfinite(out))
        for grad in grads if isinstance(grads, tuple) else (grads,):
            assert np.all(np.isfinite(grad))


def test_relu_has_no_slope_at_zero():
    out, cache = layers.relu(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(out, [0, 0, 3])
    np.testing.assert_array_equal(layers.relu_backward(np.array([5.0, 5.0, 5.0]), cache), [0, 0, 5])


def test_gelu_at_known_points():
    x = np.array([-1.0, 0.0, 1.0, 2.0])
    exact, _ = layers.gelu(x, "none")
    np.testing.assert_allclose(exact, [-0.158655254, 0.0, 0.841344746, 1.954499736], atol=1e-9)
    tanh, _ = layers.gelu(x)
    np.testing.assert_allclose(tanh, [-0.158808009, 0.0, 0.841191991, 1.954597694], atol=1e-9)


def test_layer_norm_brings_mean_zero_and_variance_one():
    x = 100.0 + 7.0 * np.random.default_rng(2).standard_normal((3, 5, 64))
    out, _ = layers.layer_norm(x, np.ones(64), np.zeros(64))
    np.testing.assert_allclose(out.mean(axis=-1), 0.0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=-1), 1.0, atol=1e-6)
    scaled, _ = layers.layer_norm(x, np.full(64, 3.0), np.full(64, -1.0))
    np.testing.assert_allclose(scaled, 3.0 * out - 1.0, rtol=1e-13)


def test_layer_norm_of_a_constant_vector_is_beta():
    out, _ = layers.layer_norm(np.full((2, 4), 7.0), np.ones(4), np.arange(4.0))
    np.testing.assert_allclose(out, [np.arange(4.0)] * 2, atol=1e-10)


def test_dropout_keeps_the_mean_and_drops_the_share():
    x = np.ones((200, 500))
    out, cache = layers.dropout(x, 0.3, np.random.default_rng(3))
    assert set(np.unique(out)) == {0.0, 1.0 / 0.7}
    assert np.mean(out == 0.0) == pytest.approx(0.3, abs=0.005)
    assert out.mean() == pytest.approx(1.0, abs=0.01)
    np.testing.assert_array_equal(layers.dropout_backward(x, cache), out)


@pytest.mark.parametrize(("p", "rng"), [(0.3, None), (0.0, np.random.default_rng(0))])
def test_dropout_drops_nothing_when_it_is_off(p, rng):
    x = np.random.default_rng(4).standard_normal((3, 5))
    out, cache = layers.dropout(x, p, rng)
    np.testing.assert_array_equal(out, x)
    np.testing.assert_array_equal(layers.dropout_backward(x, cache), x)
