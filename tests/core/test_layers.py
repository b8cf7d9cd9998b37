"""Layers by hand, and where numbers are extreme."""

import numpy as np
import pytest

from course_lib import attention, layers, loss, positional


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


def test_gelu_at_known_points():
    x = np.array([-1.0, 0.0, 1.0, 2.0])
    exact, _ = layers.gelu(x, "none")
    np.testing.assert_allclose(exact, [-0.158655254, 0.0, 0.841344746, 1.954499736], atol=1e-9)
    tanh, _ = layers.gelu(x)
    np.testing.assert_allclose(tanh, [-0.158808009, 0.0, 0.841191991, 1.954597694], atol=1e-9)


def test_relu_has_no_slope_at_zero():
    out, cache = layers.relu(np.array([-2.0, 0.0, 3.0]))
    np.testing.assert_array_equal(out, [0, 0, 3])
    np.testing.assert_array_equal(layers.relu_backward(np.array([5.0, 5.0, 5.0]), cache), [0, 0, 5])


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


def test_wavelengths_and_the_positions_made_of_them():
    np.testing.assert_allclose(positional.wavelengths(4), [2 * np.pi, 200 * np.pi], rtol=1e-14)
    table = positional.sinusoidal_positions(3, 4)
    wanted = [[np.sin(t), np.cos(t), np.sin(t / 100), np.cos(t / 100)] for t in range(3)]
    np.testing.assert_allclose(table, wanted, rtol=0, atol=1e-15)


def test_a_shift_of_positions_is_a_rotation():
    table = positional.sinusoidal_positions(50, 16)
    similarity = table @ table.T
    for distance in range(50):
        along = np.diagonal(similarity, distance)
        np.testing.assert_allclose(along, along[0], atol=1e-12)


def test_attention_by_hand():
    # Scores 0 and log 3 after the division by sqrt(4): weights 1/4 and 3/4.
    q = np.array([[1.0, 0.0, 0.0, 0.0]])
    k = np.array([[0.0, 5.0, 0.0, 0.0], [2.0 * np.log(3.0), 0.0, 7.0, 0.0]])
    v = np.array([[4.0, 0.0, 1.0], [0.0, 8.0, 1.0]])
    out, cache = attention.scaled_dot_product_attention(q, k, v)
    np.testing.assert_allclose(cache.weights, [[0.25, 0.75]], rtol=1e-14)
    np.testing.assert_allclose(out, [[1.0, 6.0, 1.0]], rtol=1e-14)


def test_heads_are_cut_and_laid_side_by_side_again():
    x = np.arange(2 * 3 * 10.0).reshape(2, 3, 10)
    heads = attention.split_heads(x, 5)
    assert heads.shape == (2, 5, 3, 2)
    np.testing.assert_array_equal(heads[1, 4, 2], x[1, 2, 8:])
    np.testing.assert_array_equal(attention.merge_heads(heads), x)
