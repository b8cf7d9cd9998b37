"""The largest curvature of a loss of many parameters, and its direction."""

import numpy as np


def largest_curvature(gradient, theta, rng, rounds=30, length=1e-4):
    """Return the largest curvature of a loss and its direction, found by power iteration.

    The Hessian H of a loss of n parameters has n x n entries. They are not needed: H v is the
    change of the gradient along v, (gradient(theta + h v) - gradient(theta - h v)) / 2h. A random
    v that is replaced by H v again and again turns into the direction of the largest curvature.

    Parameters
    ----------
    gradient : callable
        Maps parameters (n,) to the gradient (n,) of the loss, in float64.
    theta : array (n,)
        The parameters at which the curvature is measured.
    rng : numpy.random.Generator
        Draws the first direction.
    rounds : int
        How many times v is replaced.
    length : float
        The step h.

    Returns
    -------
    curvature : float
        The largest eigenvalue of H, also where a negative one has a larger magnitude.
    direction : array (n,)
        Its eigenvector, of length 1.
    """

    def change(v):
        return (gradient(theta + length * v) - gradient(theta - length * v)) / (2 * length)

    start = rng.standard_normal(theta.shape)
    value, direction = _power(change, start, rounds)
    if value >= 0:
        return value, direction
    above, direction = _power(lambda v: change(v) - value * v, start, rounds)
    return above + value, direction


def _power(product, v, rounds):
    """Return the eigenvalue with the largest magnitude, and its eigenvector of length 1."""
    value = 0.0
    for _ in range(rounds):
        v = v / np.linalg.norm(v)
        w = product(v)
        value, v = float(v @ w), w
    return value, v / np.linalg.norm(v)
