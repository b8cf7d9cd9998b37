"""The gradient at the top of a stack, and what its parts contribute to the whole."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from course_lib import layers, loss
from course_lib.model import language_model
from course_lib.params import TransformerConfig, init_params
from course_lib.tasks import load_trained
from course_lib.training.objective import IGNORED


class Run(NamedTuple):
    """A model, and what it reads and should say."""

    config: TransformerConfig
    params: dict[str, Any]
    ids: np.ndarray
    targets: np.ndarray


def new_model(n_layers: int) -> Run:
    """Make an untrained model of some depth, with random ids to read."""
    rng = np.random.default_rng(0)
    config = TransformerConfig(
        "decoder", vocab_size=56, d_model=32, d_ff=64, n_layers=n_layers, max_len=16
    )
    params = init_params(config, rng, np.float64)
    ids, targets = rng.integers(56, size=(2, 4, 16))
    return Run(config, params, ids, targets)


def trained_model(name: str, preset: str) -> Run:
    """Load a trained model of the course, with 32 examples that it has not seen."""
    task, params = load_trained(name, preset)
    return Run(task.config, params, task.held_out.inputs[0][:32], task.held_out.targets[:32])


def gradient_at_top(run: Run) -> tuple[np.ndarray, Any]:
    """Return the gradient of the loss at the stack's output, below the last norm, and its cache."""
    logits, (stack_cache, output_cache) = language_model(run.ids, run.params, run.config)
    _, loss_cache = loss.cross_entropy(logits, run.targets, ignore_id=IGNORED)
    dlogits = loss.cross_entropy_backward(1.0, loss_cache)
    dx, _, _ = layers.linear_backward(dlogits, output_cache)
    dx, _, _ = layers.layer_norm_backward(dx, stack_cache.norm)
    return dx, stack_cache


def shares(parts: Sequence[np.ndarray]) -> np.ndarray:
    """Return how much each part adds to their sum, along the direction of the sum; in all 1."""
    whole = sum(parts)
    return np.array([np.sum(part * whole) for part in parts]) / np.sum(whole**2)
