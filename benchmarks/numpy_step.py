"""The step of this course: forward, loss, backward, Adam; by the functions that `train` calls."""

import numpy as np

from course_lib.params import init_params
from course_lib.training import optim
from course_lib.training.objective import loss_and_grads

LEARNING_RATE = 1e-3


def numpy_step(case, params, shards=1):
    """Return a function that takes one training step and returns the loss (nats per token).

    Parameters
    ----------
    case : Case
    params : nested dict of arrays, changed by the steps
    shards : int
        Threads that share the batch.
    """
    batch, optimizer = case.batch(), optim.Adam(params, LEARNING_RATE)

    def step():
        result = loss_and_grads(batch, params, case.config, shards=shards, with_accuracy=False)
        optimizer.step(result.grads)
        return result.loss

    return step


def start_params(case):
    """Return the parameters that all contestants start from, float32."""
    return init_params(case.config, np.random.default_rng(0), np.float32)
