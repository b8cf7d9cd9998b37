"""Short trainings of deep and shallow models of The Raven, with the norm at one place or other."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from course_lib.model import language_model
from course_lib.params import TransformerConfig, init_params
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

STEPS = 120


class NormRun(NamedTuple):
    """One training.

    Fields
    ------
    losses : ndarray, shape (STEPS,)
        The loss of each step, in nats.
    dependence : float
        Standard deviation of the trained model's logits over texts, in the mean of all logits.
    """

    losses: np.ndarray
    dependence: float


def train_short(norm: str, n_layers: int, small_updates: bool, seed: int) -> NormRun:
    """Train a language model of The Raven for `STEPS` steps.

    Parameters
    ----------
    norm : {"pre", "post"}
    n_layers : int
        Blocks.
    small_updates : bool
        Whether the last matrix of each sublayer starts divided by the root of their number.
    seed : int
    """
    task = load_task("raven", "tiny")
    config = TransformerConfig(
        "decoder", len(task.vocabulary), d_model=32, n_heads=4, n_layers=n_layers, d_ff=128,
        max_len=8, norm=norm, activation="gelu",
    )  # fmt: skip
    params = init_params(config, np.random.default_rng(seed))
    if not small_updates:
        for block in params["blocks"]:
            block["attention"]["W_O"] *= math.sqrt(2 * n_layers)
            block["feed_forward"]["W_2"] *= math.sqrt(2 * n_layers)
    recipe = Recipe(STEPS, 16, lr=3e-3, keep="last", evaluate_every=STEPS)
    run = train(replace(task, config=config), recipe, seed=seed, params=params, progress=False)
    texts = task.train.inputs[0][:640:20]
    logits, _ = language_model(texts, run.params, config)
    return NormRun(np.array(run.history.loss), float(logits.std(axis=(0, 1)).mean()))
