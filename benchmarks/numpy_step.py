"""The step of this course: forward, loss, backward, Adam; by the functions that `train` calls."""

import numpy as np

from course_lib import loss, objective, optim
from course_lib.params import init_params

LEARNING_RATE = 1e-3


def numpy_step(case, params, shards=1):
    """Return a function that takes one training step and returns the loss (nats per token).

    Parameters
    ----------
    case : Case
    params : nested dict of arrays, changed by the steps
    shards : int
        Threads that share the batch. `loss_and_grads`, which shards it, also counts how many
        sequences are right; without shards the step is done without that, as PyTorch's is.
    """
    config, batch = case.config, case.batch()
    optimizer = optim.Adam(params, LEARNING_RATE)

    def step():
        logits, cache = objective.forward(batch.inputs, params, config)
        value, loss_cache = loss.cross_entropy(logits, batch.targets, objective.IGNORED)
        dlogits = loss.cross_entropy_backward(1.0, loss_cache)
        optimizer.step(objective.backward(dlogits, cache, config))
        return float(value)

    def sharded_step():
        result = objective.loss_and_grads(batch, params, config, shards=shards)
        optimizer.step(result.grads)
        return result.loss

    return step if shards == 1 else sharded_step


def start_params(case):
    """Return the parameters that all contestants start from, float32."""
    return init_params(case.config, np.random.default_rng(0), np.float32)
