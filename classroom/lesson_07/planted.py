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


#: What to think of where a check errs about a planted gradient.
REASONS = {
    "softmax: all zeros": "Is dout random, and the same for f and the backward? With ones, f is "
    "the sum of the weights, which is always 1.",
    "layer_norm: dx is zeros": "Is dout random, and the same for f and the backward? With ones, f "
    "is the sum of a normalized vector, which is always 0.",
    "gelu: dout forgotten": "Is dout random? With ones it makes no difference.",
    "gelu: the slope of the other form": "It is off in the third digit. Right ones agree in 8: ask "
    "for 5.",
    "linear: one entry of db missing": "Are all arguments compared, and all entries?",
    "linear: the sign of dW": "Are all arguments compared, and with their signs?",
    "linear: dW transposed": "Sums and lengths do not show it. Compare entry by entry.",
    "linear: db left out": "There are three arguments and two gradients, and zip stops after two. "
    "Compare the numbers first.",
    "linear: nothing returned at all": "There is nothing to compare, so nothing differs. Compare "
    "the number of gradients with that of the arguments first.",
    "linear: db with an axis too many": "(1, 7) is broadcast against (7,). Compare shapes first.",
    "embedding: the last of equal ids wins": "One row is wrong. Compare every entry.",
    "attention: scale missing in dk": "One of three gradients is wrong. Compare all of them.",
    "cross_entropy: mean over the padding too": "It is wrong by one factor throughout.",
    "a loss in ten millionths: twice too large": "Its entries are tiny, and so is the error. "
    "Measure it against the size of the gradient.",
    "softmax: nan in one place": "Every comparison with nan is False, error > tolerance too. Ask "
    "whether error <= tolerance.",
    "layer_norm": "Nothing about it is special. Do f and the backward get the same dout? Is the "
    "step near 1e-5? (At 1e-12 the difference is rounding.) Is there a `return True`?",
    "softmax with weights near 0": "Some entries are nearly 0, and there the difference is "
    "rounding. Add a floor of about 1e-8 to the tolerance.",
    "cross_entropy, whose out is one number": "np.shape(out) is (), and its one gradient comes "
    "bare, without a tuple.",
    "a loss in ten thousands": "Where f is large, so is its rounding. Let the tolerance grow with "
    "the gradient.",
    "sums of weights, always 1": "The gradient is 0 and the measured one is rounding, about 1e-11. "
    "Add a floor of about 1e-8 to the tolerance.",
}


def planted():
    """All planted gradients, the wrong ones first; the same at every call."""
    rng = np.random.default_rng(7)

    def draw(*shape):
        return rng.normal(size=shape)

    args = (draw(2, 3, 5), draw(5, 7), draw(7))
    square = (draw(3, 5), draw(5, 5), draw(5))
    norm = (draw(3, 7), np.ones(7), draw(7))
    qkv = (draw(3, 5), draw(7, 5), draw(7, 2))
    ids, targets = np.array([2, 0, 2, 1]), np.array([1, 4, 2, 0, 0])
    attend = attention.scaled_dot_product_attention
    embed = partial(layers.embedding, ids)
    exact = partial(layers.gelu, approximate="none")
    linear, softmax = layers.linear, layers.softmax
    surprise = partial(loss.cross_entropy, targets=targets, ignore_id=0)
    sharp = 9 * draw(3, 5)
    wrong: list[tuple[str, Any, Any, Any]] = [
        ("softmax: all zeros", softmax, lambda dout, cache: 0 * dout, (draw(3, 5),)),
        ("layer_norm: dx is zeros", layers.layer_norm, _norm_without_dx, norm),
        ("gelu: dout forgotten", layers.gelu, _gelu_without_dout, (draw(3, 5),)),
        ("gelu: the slope of the other form", exact, _gelu_other_form, (draw(3, 5),)),
        (
            "linear: one entry of db missing",
            linear,
            _linear(lambda dx, dW, db: (dx, dW, np.append(db[:-1], 0))),
            args,
        ),
        ("linear: the sign of dW", linear, _linear(lambda dx, dW, db: (dx, -dW, db)), args),
        ("linear: dW transposed", linear, _linear(lambda dx, dW, db: (dx, dW.T, db)), square),
        ("linear: db left out", linear, _linear(lambda dx, dW, db: (dx, dW)), args),
        ("linear: nothing returned at all", linear, lambda dout, cache: (), args),
        (
            "linear: db with an axis too many",
            linear,
            _linear(lambda dx, dW, db: (dx, dW, db[None])),
            args,
        ),
        ("embedding: the last of equal ids wins", embed, _embedding_last, (draw(3, 5),)),
        ("attention: scale missing in dk", attend, _attention_scale, qkv),
        ("cross_entropy: mean over the padding too", surprise, _entropy_all, (draw(5, 7),)),
        ("a loss in ten millionths: twice too large", _tiny, _tiny_twice, (draw(3, 5),)),
        ("softmax: nan in one place", softmax, _softmax_nan, (draw(3, 5),)),
    ]
    right: list[tuple[str, Any, Any, Any]] = [
        ("layer_norm", layers.layer_norm, layers.layer_norm_backward, norm),
        ("softmax with weights near 0", softmax, layers.softmax_backward, (sharp,)),
        (
            "cross_entropy, whose out is one number",
            surprise,
            loss.cross_entropy_backward,
            (draw(5, 7),),
        ),
        ("a loss in ten thousands", _large, _large_backward, (draw(3, 5),)),
        ("sums of weights, always 1", _sum_of_weights, _sum_of_weights_backward, (draw(5, 11),)),
    ]
    return [Planted(*row, right=False) for row in wrong] + [Planted(*row, True) for row in right]


def _linear(change):
    return lambda dout, cache: change(*layers.linear_backward(dout, cache))


def _norm_without_dx(dout, cache):
    dx, *rest = layers.layer_norm_backward(dout, cache)
    return 0 * dx, *rest


def _gelu_without_dout(dout, cache):
    return layers.gelu_backward(np.ones_like(dout), cache)


def _gelu_other_form(dout, cache):
    return layers.gelu_backward(dout, layers.gelu(cache[0], "tanh")[1])


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


def _softmax_nan(dout, cache):
    dx = layers.softmax_backward(dout, cache)
    dx[1, 2] = np.nan
    return dx


def _tiny(x):
    return 1e-7 * np.sin(x), (x,)


def _tiny_twice(dout, cache):
    return 2e-7 * np.cos(cache[0]) * dout


def _large(x):
    return 1e4 * np.sin(x), (x,)


def _large_backward(dout, cache):
    return 1e4 * np.cos(cache[0]) * dout


def _sum_of_weights(x):
    weights, _ = layers.softmax(x)
    return weights.sum(axis=-1), (x,)


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
    stuck = []
    everything = planted()
    for plant in everything:
        try:
            with np.errstate(all="ignore"):
                verdict = check(plant.forward, plant.backward, plant.args)
        except Exception as error:
            said = f"{type(error).__name__}: {error}".removesuffix(": ")
            stuck.append(f"  {plant.name}  (it raised {said})")
            continue
        if verdict is None:
            stuck.append(f"  {plant.name}  (it returned None)")
        elif bool(verdict) != plant.right:
            lines[plant.right].append(f"  {plant.name}")
        elif plant.right:
            kept += 1
        else:
            caught += 1
    wrong = sum(not plant.right for plant in everything)
    head = f"{caught} of {wrong} wrong gradients caught, "
    head += f"{kept} of {len(everything) - wrong} right ones kept"
    shown = [line for right in (False, True) for line in lines[right] if len(lines[right]) > 1]
    if stuck:  # often the same throughout: then once is enough
        reasons = {line.split("  (")[1] for line in stuck}
        once = len(stuck) > 1 and len(reasons) == 1
        shown.append("No verdict:")
        shown += [f"  {len(stuck)} of {len(everything)}  ({reasons.pop()}"] if once else stuck
    return "\n".join([head, *shown])
