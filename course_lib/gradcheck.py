"""Gradient checks: numerical gradients, and the directional check of a backward."""

import math
from typing import NamedTuple

import numpy as np

from .params import flatten


def numerical_gradient(f, x, step=1e-5):
    """Measure the gradient of f at x by central differences, one coordinate after the other.

    Parameters
    ----------
    f : callable
        Takes an array as x, returns a number.
    x : array (...)
        Not changed; in float64, or rounding drowns the difference.
    step : float
        The error is of the order step^2 from the curve, and 1e-16 / step from rounding.

    Returns
    -------
    array, as x

    Examples
    --------
    >>> gradient = numerical_gradient(lambda x: x[0] ** 2 + 5 * x[1], np.array([3.0, 1.0]))
    >>> np.round(gradient, 3).tolist()
    [6.0, 5.0]
    """
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        nudge = np.zeros(x.shape)
        nudge[index] = step
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * step)
    return gradient


class DirectionalError(NamedTuple):
    """The worst relative error found, and the argument in which it was found.

    Examples
    --------
    >>> DirectionalError(error=0.5, argument="argument 1 W_Q").argument
    'argument 1 W_Q'
    """

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

    Examples
    --------
    A backward of x^2 that forgets the 2 is wrong by half:

    >>> args, rng = (np.array([3.0]),), np.random.default_rng(0)
    >>> worst = directional_check(lambda x: (x**2, x), lambda dout, x: dout * x, args, rng)
    >>> round(worst.error, 3)
    0.5
    """
    arrays = _float64_arrays(args)
    out, cache = forward(*args)
    dout = rng.standard_normal(np.shape(out))
    grads = _matching_grads(backward(dout if np.ndim(out) else float(dout), cache), args, arrays)

    worst = DirectionalError(0.0, "")
    for name, array in arrays.items():
        kept = array.copy()
        for _ in range(directions):
            direction = rng.standard_normal(array.shape)
            analytic = float(np.sum(grads[name] * direction))
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


def _named(values):
    """Name each array of the arguments, or of their gradients: {"argument 1 W_Q": array, ...}."""
    named: dict[str, np.ndarray] = {}
    for i, value in enumerate(values):
        if isinstance(value, (dict, list)):
            named |= {f"argument {i} {name}": array for name, array in flatten(value).items()}
        else:
            named[f"argument {i}"] = value
    return named


def _float64_arrays(args):
    """Return the arrays of the arguments by name; refuse any other dtype than float64."""
    arrays = _named(args)
    for name, array in arrays.items():
        if array.dtype != np.float64:
            raise TypeError(f"directional_check: {name} is {array.dtype}; use float64.")
    return arrays


def _matching_grads(grads, args, arrays):
    """Return the gradients by name; refuse those that do not belong to the arrays."""
    grads = grads if isinstance(grads, tuple) else (grads,)
    if len(grads) != len(args):
        raise ValueError(
            f"directional_check: the backward returned {len(grads)} gradients "
            f"for {len(args)} arguments."
        )
    named = _named(grads)
    if arrays.keys() != named.keys():
        missing, extra = sorted(arrays.keys() - named.keys()), sorted(named.keys() - arrays.keys())
        raise ValueError(f"directional_check: gradients missing {missing}, unexpected {extra}.")
    for name, array in arrays.items():
        if np.shape(named[name]) != array.shape:
            raise ValueError(
                f"directional_check: the gradient of {name} has shape {np.shape(named[name])}, "
                f"the argument {array.shape}; a gradient has the shape of its array."
            )
    return named
