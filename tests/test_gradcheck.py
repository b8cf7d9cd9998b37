"""The gradient check itself: it refuses wrong backwards, and says what it cannot check.

Wrong backwards of every function are in the tests of its module.
"""

import numpy as np
import pytest
from cases import Case, X, block_params, draw
from sizes import D_FF, D_K, D_MODEL, D_V, T_K, T_Q, B, H, make_config

from course_lib import attention, blocks, layers
from course_lib.gradcheck import directional_check, numerical_gradient

LINEAR = Case(layers.linear, layers.linear_backward, draw(X, (D_MODEL, D_FF), (D_FF,)))
FEED_FORWARD = Case(
    blocks.feed_forward,
    blocks.feed_forward_backward,
    lambda rng: (*draw(X)(rng), block_params(rng, make_config())["feed_forward"]),
)
ATTENTION = Case(
    attention.scaled_dot_product_attention,
    attention.scaled_dot_product_attention_backward,
    draw((B, H, T_Q, D_K), (B, H, T_K, D_K), (B, H, T_K, D_V)),
)


def test_a_gradient_of_nan_is_refused_wherever_it_stands(rng):
    for spoiled in range(3):

        def backward(dout, cache, spoiled=spoiled):
            grads = list(layers.linear_backward(dout, cache))
            grads[spoiled] = grads[spoiled] * np.nan
            return tuple(grads)

        args = LINEAR.make_args(rng)
        worst = directional_check(layers.linear, backward, args, rng)
        assert not worst.error < 1e-7, f"gradient {spoiled}"


def test_the_worst_argument_is_named(rng):
    def backward(dout, cache):
        dx, params = FEED_FORWARD.backward(dout, cache)
        return dx, params | {"b_2": params["b_2"] * 1.01}

    case = FEED_FORWARD
    worst = directional_check(case.forward, backward, case.make_args(rng), rng)
    assert worst.argument == "argument 1 b_2"
    assert 0.001 < worst.error < 0.02


def test_one_wrong_number_among_many_is_seen(rng):
    def backward(dout, cache):
        dx, dW, db = layers.linear_backward(dout, cache)
        dW[2, 3] += 0.01
        return dx, dW, db

    worst = directional_check(layers.linear, backward, LINEAR.make_args(rng), rng)
    assert worst.argument == "argument 1"
    assert worst.error > 1e-5


def test_a_gradient_that_is_exactly_zero_passes(rng):
    # Adding the same number to every score of a row changes no weight, as the key bias does.
    def forward(x, shift):
        return layers.softmax(x + shift)

    def backward(dout, cache):
        return layers.softmax_backward(dout, cache), np.zeros(1)

    args = 3.0 * rng.standard_normal((5, 7)), rng.standard_normal(1)
    assert directional_check(forward, backward, args, rng).error < 1e-7


def test_a_forward_that_returns_its_input_is_checked(rng):
    args = (rng.standard_normal((3, 5)),)
    worst = directional_check(lambda x: (x, None), lambda dout, _: dout, args, rng)
    assert worst.error < 1e-7
    worst = directional_check(lambda x: (x, None), lambda dout, _: 0 * dout, args, rng)
    assert worst.error > 0.1


def test_the_arguments_are_left_as_they_were(rng):
    args = LINEAR.make_args(rng)
    kept = [array.copy() for array in args]
    directional_check(layers.linear, layers.linear_backward, args, rng)
    for array, before in zip(args, kept, strict=True):
        np.testing.assert_array_equal(array, before)


def test_float32_is_refused(rng):
    x, W, b = LINEAR.make_args(rng)
    with pytest.raises(TypeError, match="argument 1 is float32; use float64"):
        directional_check(layers.linear, layers.linear_backward, (x, W.astype(np.float32), b), rng)


def test_a_missing_gradient_is_refused(rng):
    args = LINEAR.make_args(rng)
    with pytest.raises(ValueError, match="returned 2 gradients for 3 arguments"):
        directional_check(
            layers.linear, lambda dout, cache: layers.linear_backward(dout, cache)[:2], args, rng
        )


def test_a_gradient_of_another_shape_is_refused(rng):
    def backward(dout, cache):
        dx, dW, db = layers.linear_backward(dout, cache)
        return dx, dW.T, db

    message = r"the gradient of argument 1 has shape \(13, 6\), the argument \(6, 13\)"
    with pytest.raises(ValueError, match=message):
        directional_check(layers.linear, backward, LINEAR.make_args(rng), rng)


def test_swapped_gradients_of_different_shape_are_refused(rng):
    case = ATTENTION

    def backward(dout, cache):
        dq, dk, dv = case.backward(dout, cache)
        return dk, dq, dv

    with pytest.raises(ValueError, match="the gradient of argument 0 has shape"):
        directional_check(case.forward, backward, case.make_args(rng), rng)


def test_gradients_of_other_names_are_refused(rng):
    case = FEED_FORWARD

    def backward(dout, cache):
        dx, params = case.backward(dout, cache)
        return dx, {"W_1": params["W_1"], "W_2": params["W_2"], "b_1": params["b_1"], "b": 0.0}

    with pytest.raises(ValueError, match=r"missing \['argument 1 b_2'\].*\['argument 1 b'\]"):
        directional_check(case.forward, backward, case.make_args(rng), rng)


def test_numerical_gradient_of_a_known_function(rng):
    x = rng.standard_normal((3, 5))
    gradient = numerical_gradient(lambda z: float(np.sum(np.sin(z)) + z[1, 2] * z[0, 4]), x)
    wanted = np.cos(x)
    wanted[1, 2] += x[0, 4]
    wanted[0, 4] += x[1, 2]
    np.testing.assert_allclose(gradient, wanted, rtol=0, atol=1e-9)


def test_numerical_gradient_leaves_its_input_alone():
    x = np.array([1, 2, 3])
    np.testing.assert_allclose(numerical_gradient(lambda z: float(z @ z), x), 2.0 * x, atol=1e-8)
    np.testing.assert_array_equal(x, [1, 2, 3])


def test_a_kink_within_the_longer_step_does_no_harm(rng):
    x = 5e-6 * np.where(rng.random((5, 7)) < 0.5, -1.0, 1.0)
    settings = {"forward": layers.relu, "backward": layers.relu_backward, "args": (x,)}
    assert directional_check(**settings, rng=rng).error < 1e-7
    assert directional_check(**settings, rng=rng, steps=(1e-5,)).error > 1e-3
