"""Gradient checks: numerical gradients, and the directional check of a backward."""

import math
from typing import NamedTuple

import numpy as np

from .params import flatten


def numerical_gradient(f, x, step=1e-5):
    """Gradient of a scalar function by central differences, one coordinate after the other.

    Parameters
    ----------
    f : callable
        Takes an array as x, returns a number.
    x : float64 array
    step : float
        The error is of the order step^2 from the curve, and 1e-16 / step from rounding.

    Returns
    -------
    array, as x
    """
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        x[index] = kept + step
        above = f(x)
        x[index] = kept - step
        gradient[index] = (above - f(x)) / (2.0 * step)
        x[index] = kept
    return gradient


class DirectionalError(NamedTuple):
    """The worst relative error found, and the argument in which it was found."""

    error: float
    argument: str


def directional_check(forward, backward, args, rng, steps=(1e-5, 1e-6), floor=0.1, directions=3):
    """Compare a backward with finite differences of its forward along random directions.

    The forward's output is weighed with a random upstream gradient: with ones, a softmax whose
    backward returns zeros would pass, because its outputs sum to 1. Each array is checked alone.

    Parameters
    ----------
    forward : callable
        forward(*args) returns (out, cache); out is an array or a number, the same at each call.
    backward : callable
        backward(dout, cache) returns one gradient for each argument, a single one bare.
    args : tuple
        The differentiable arguments: float64 arrays, or nested dicts of them.
    rng : numpy.random.Generator
    steps : tuple of float
        The best counts: a kink of relu may lie within the longer, rounding blurs the shorter.
    floor : float
        Smallest denominator: with 0.1, a difference of 1e-8 is at most an error of 1e-7.
    directions : int
        Random directions for each array; in one alone a wrong gradient could hide.

    Returns
    -------
    DirectionalError(error, argument)

    Raises
    ------
    TypeError
        If an argument is not float64: in float32 rounding drowns the difference.
    ValueError
        If the backward returns a wrong number of gradients, or one of a wrong shape.
    """
    arrays = [_named(arg, f"argument {i}") for i, arg in enumerate(args)]
    for name, array in _merged(arrays).items():
        if array.dtype != np.float64:
            raise TypeError(f"directional_check: {name} is {array.dtype}; use float64.")
    out, cache = forward(*args)
    dout = rng.standard_normal(np.shape(out))
    grads = backward(dout if np.ndim(out) else float(dout), cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    if len(grads) != len(args):
        raise ValueError(
            f"directional_check: the backward returned {len(grads)} gradients "
            f"for {len(args)} arguments."
        )
    named_grads = _merged([_named(grad, f"argument {i}") for i, grad in enumerate(grads)])
    _check_match(_merged(arrays), named_grads)

    worst = DirectionalError(0.0, "")
    for name, array in _merged(arrays).items():
        kept = array.copy()
        for _ in range(directions):
            direction = rng.standard_normal(array.shape)
            analytic = float(np.sum(named_grads[name] * direction))
            errors = []
            for step in steps:
                array[...] = kept + step * direction
                above = np.array(forward(*args)[0])  # a copy: it may be the argument itself
                array[...] = kept - step * direction
                change = above - forward(*args)[0]
                array[...] = kept
                numerical = float(np.sum(dout * change)) / (2.0 * step)
                scale = max(abs(numerical), abs(analytic), floor)
                errors.append(abs(numerical - analytic) / scale)
            error = min(errors)
            if math.isnan(error):
                return DirectionalError(error, name)
            if error > worst.error:
                worst = DirectionalError(error, name)
    return worst


def _named(arg, prefix):
    if isinstance(arg, (dict, list)):
        return {f"{prefix} {name}": array for name, array in flatten(arg).items()}
    return {prefix: arg}


def _merged(parts):
    return {name: array for part in parts for name, array in part.items()}


def _check_match(arrays, grads):
    if arrays.keys() != grads.keys():
        missing, extra = sorted(arrays.keys() - grads.keys()), sorted(grads.keys() - arrays.keys())
        raise ValueError(f"directional_check: gradients missing {missing}, unexpected {extra}.")
    for name, array in arrays.items():
        if np.shape(grads[name]) != array.shape:
            raise ValueError(
                f"directional_check: the gradient of {name} has shape {np.shape(grads[name])}, "
                f"the argument {array.shape}; a gradient has the shape of its array."
            )
