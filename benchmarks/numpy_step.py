"""The step of this course as `train` takes it: loss and gradients, then Adam; nothing is clipped.

The twins of `course_lib.fast` are in, as they are in every training.
"""

import numpy as np

from course_lib import fast
from course_lib.params import init_params
from course_lib.training import optim
from course_lib.training.objective import loss_and_grads
from course_lib.training.shards import computing

LEARNING_RATE = 1e-3


def numpy_step(case, params, shards=1, twins=True):
    """Return a function that takes one training step and returns the loss (nats per token).

    Parameters
    ----------
    case : Case
    params : nested dict of arrays, changed by the steps
    shards : int
        Threads that share the batch.
    twins : bool
        False for the functions of the lessons alone, as where the reader's own stand for all.
    """
    batch, optimizer = case.batch(), optim.Adam(params, LEARNING_RATE)

    def step():
        with fast.kernels() if twins else fast.paused():
            with computing(shards=shards):
                loss, grads, _ = loss_and_grads(batch, params, case.config)
            optimizer.step(grads)
        return loss

    return step


def start_params(case):
    """Return the parameters that all contestants start from, float32."""
    return init_params(case.config, np.random.default_rng(0), np.float32)
