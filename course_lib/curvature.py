"""The steepest direction of a loss over many parameters: how fast does its slope change there?"""

import numpy as np


def largest_curvature(gradient, theta, rng, rounds=30, length=1e-4):
    """Find the direction in which a loss is curved most, by power iteration.

    The second derivatives of a loss of n parameters are n x n numbers, the Hessian H. They are not
    needed: H v is how much the gradient changes along v, (gradient(theta + h v) - gradient(theta -
    h v)) / 2h. A random v that is replaced by H v, over and over, turns into the direction of the
    largest curvature.

    Parameters
    ----------
    gradient : callable
        Maps parameters (n,) to the gradient of the loss (n,); in float64.
    theta : array (n,)
        The place.
    rng : numpy.random.Generator
        Draws the first direction.
    rounds : int
    length : float
        The h above.

    Returns
    -------
    curvature : float
        The largest eigenvalue of H; its most positive one, should another be more negative.
    direction : array (n,)
        The eigenvector, of length 1.
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
    value = 0.0
    for _ in range(rounds):
        v = v / np.linalg.norm(v)
        w = product(v)
        value, v = float(v @ w), w
    return value, v / np.linalg.norm(v)
