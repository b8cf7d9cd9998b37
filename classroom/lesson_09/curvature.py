"""The largest curvature of a loss of many parameters, and its direction."""

from typing import Any

import numpy as np

from course_lib.params import find_block, flatten
from course_lib.training.objective import Batch, loss_and_grads


class BatchLoss:
    """The loss of one batch as a function of all parameters, as one array.

    Parameters
    ----------
    batch : Batch
    params : nested dict of arrays, in float64
        They become views of one array, which each call fills.
    config : TransformerConfig

    Attributes
    ----------
    start : array (n,)
        The parameters as they were given.
    """

    def __init__(self, batch: Batch, params: dict, config: Any) -> None:
        self._batch, self._params, self._config = batch, params, config
        self._named = flatten(params)
        self._theta = find_block(list(self._named.values()))
        self.start = self._theta.copy()

    def look(self, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the loss and its gradient (n,)."""
        self._theta[:] = theta
        loss, grads, _ = loss_and_grads(self._batch, self._params, self._config)
        by_name = flatten(grads)
        return float(loss), np.concatenate([by_name[name].ravel() for name in self._named])

    def gradient(self, theta: np.ndarray) -> np.ndarray:
        """Return the gradient (n,)."""
        return self.look(theta)[1]

    def go_down(self, theta: np.ndarray, lr: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
        """Take steps of plain gradient descent: where they end, and the loss before each."""
        losses = np.zeros(steps)
        for step in range(steps):
            losses[step], gradient = self.look(theta)
            theta = theta - lr * gradient
        return theta, losses


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
