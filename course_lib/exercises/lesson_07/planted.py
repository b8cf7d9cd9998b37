"""Gradients to check a gradient check with: some wrong in one way each, some right."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_lib import attention, layers, loss


class Planted(NamedTuple):
    """One pair of forward and backward, with arguments, and whether the backward is right."""

    name: str
    forward: Callable[..., Any]
    backward: Callable[..., Any]
    args: tuple[np.ndarray, ...]
    right: bool


def planted():
    """All planted gradients, the wrong ones first; the same at every call."""
    rng = np.random.default_rng(7)

    def draw(*shape):
        return rng.normal(size=shape)

    linear = (draw(2, 3, 5), draw(5, 7), draw(7))
    square = (draw(3, 5), draw(5, 5), draw(5))
    norm = (draw(3, 7), np.ones(7), draw(7))
    attend = (draw(3, 5), draw(7, 5), draw(7, 2))
    ids, targets = np.array([2, 0, 2, 1]), np.array([1, 4, 2, 0, 0])
    embed = partial(layers.embedding, ids)
    surprise = partial(loss.cross_entropy, targets=targets, pad_id=0)
    exact = partial(layers.gelu, approximate="none")
    sharp = 9 * draw(3, 5)
    wrong: list[tuple[str, Any, Any, Any]] = [
        ("softmax: all zeros", layers.softmax, _zeros, (draw(3, 5),)),
        ("layer_norm: dx is zeros", layers.layer_norm, _norm_without_dx, norm),
        ("gelu: dout forgotten", layers.gelu, _gelu_without_dout, (draw(3, 5),)),
        ("gelu: the slope of the other form", exact, _gelu_other_form, (draw(3, 5),)),
        ("linear: one entry of db missing", layers.linear, _linear_last_bias, linear),
        ("linear: the sign of dW", layers.linear, _linear_sign, linear),
        ("linear: dW transposed", layers.linear, _linear_transposed, square),
        ("linear: db left out", layers.linear, _linear_two, linear),
        ("linear: nothing returned at all", layers.linear, _nothing, linear),
        ("linear: db with an axis too many", layers.linear, _linear_wide_bias, linear),
        ("embedding: the last of equal ids wins", embed, _embedding_last, (draw(3, 5),)),
        ("attention: scale missing in dk",
         attention.scaled_dot_product_attention, _attention_scale, attend),
        ("cross_entropy: mean over the padding too", surprise, _entropy_all, (draw(5, 7),)),
        ("a loss in millionths: twice too large", _millionths, _millionths_twice, (draw(3, 5),)),
        ("softmax: nan in one place", layers.softmax, _softmax_nan, (draw(3, 5),)),
    ]  # fmt: skip
    right: list[tuple[str, Any, Any, Any]] = [
        ("layer_norm", layers.layer_norm, layers.layer_norm_backward, norm),
        ("softmax with weights near 0", layers.softmax, layers.softmax_backward, (sharp,)),
        ("cross_entropy, whose out is one number", surprise, loss.cross_entropy_backward,
         (draw(5, 7),)),
        ("a loss in ten thousands", _ten_thousands, _ten_thousands_backward, (draw(3, 5),)),
        ("a sum of weights, always 1", _sum_of_weights, _sum_of_weights_backward, (draw(7),)),
    ]  # fmt: skip
    return [Planted(*row, right=False) for row in wrong] + [Planted(*row, True) for row in right]


def _zeros(dout, cache):
    return np.zeros_like(dout)


def _norm_without_dx(dout, cache):
    dx, dgamma, dbeta = layers.layer_norm_backward(dout, cache)
    return 0 * dx, dgamma, dbeta


def _gelu_without_dout(dout, cache):
    return layers.gelu_backward(np.ones_like(dout), cache)


def _gelu_other_form(dout, cache):
    return layers.gelu_backward(dout, layers.gelu(cache[0], "tanh")[1])


def _linear_last_bias(dout, cache):
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, dW, db * (np.arange(len(db)) < len(db) - 1)


def _linear_sign(dout, cache):
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, -dW, db


def _linear_transposed(dout, cache):
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, dW.T, db


def _linear_two(dout, cache):
    return layers.linear_backward(dout, cache)[:2]


def _nothing(dout, cache):
    return ()


def _linear_wide_bias(dout, cache):
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, dW, db[None]


def _embedding_last(dout, cache):
    ids, vocab_size = cache
    dW = np.zeros((vocab_size, dout.shape[-1]))
    dW[ids] = dout
    return dW


def _attention_scale(dout, cache):
    dq, dk, dv = attention.scaled_dot_product_attention_backward(dout, cache)
    return dq, dk * cache.q.shape[-1] ** 0.5, dv


def _entropy_all(dloss, cache):
    return loss.cross_entropy_backward(dloss, cache) * cache[2].mean()


def _millionths(x):
    return 1e-6 * np.sin(x), (x,)


def _millionths_twice(dout, cache):
    return 2e-6 * np.cos(cache[0]) * dout


def _softmax_nan(dout, cache):
    dx = layers.softmax_backward(dout, cache)
    dx[1, 2] = np.nan
    return dx


def _ten_thousands(x):
    return 1e4 * np.sin(x), (x,)


def _ten_thousands_backward(dout, cache):
    return 1e4 * np.cos(cache[0]) * dout


def _sum_of_weights(x):
    weights, _ = layers.softmax(x)
    return weights.sum(), (x,)


def _sum_of_weights_backward(dout, cache):
    return np.zeros_like(cache[0])


def break_the_checker(check):
    """Try a gradient check on all planted gradients. Return a text with its score.

    Parameters
    ----------
    check : callable
        check(forward, backward, args) returns True where it takes the backward for right.
    """
    caught = kept = 0
    lines = {True: ["Right ones that it turns down:"], False: ["Wrong ones that slip through:"]}
    everything = planted()
    for plant in everything:
        try:
            with np.errstate(all="ignore"):
                verdict = bool(check(plant.forward, plant.backward, plant.args))
            note = ""
        except Exception as error:
            verdict, note = not plant.right, f"  (it raised {type(error).__name__})"
        if verdict != plant.right:
            lines[plant.right].append(f"  {plant.name}{note}")
        elif plant.right:
            kept += 1
        else:
            caught += 1
    wrong = sum(not plant.right for plant in everything)
    head = f"{caught} of {wrong} wrong gradients caught, "
    head += f"{kept} of {len(everything) - wrong} right ones kept"
    shown = [line for right in (False, True) for line in lines[right] if len(lines[right]) > 1]
    return "\n".join([head, *shown])
