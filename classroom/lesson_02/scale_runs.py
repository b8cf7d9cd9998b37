"""A short training of a small model of The Raven, with the scale of attention or without it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np

from classroom.exercises.swap import using
from course_lib import attention
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

STEPS = 300

_attention = attention.scaled_dot_product_attention
_attention_backward = attention.scaled_dot_product_attention_backward


def short_training(scale: bool, seed: int) -> np.ndarray:
    """Train two blocks of one head, d_k = 64, on The Raven: the loss of each step, (STEPS,)."""
    task = load_task("raven", "raven")
    task = replace(task, config=replace(task.config, n_heads=1, n_layers=2))
    recipe = Recipe(STEPS, 32, lr=3e-3, warmup=20, keep="last", evaluate_every=STEPS)
    parts: dict[str, Any] = {} if scale else {
        "scaled_dot_product_attention": _without_scale,
        "scaled_dot_product_attention_backward": _without_scale_backward,
    }  # fmt: skip
    with using(**parts):
        run = train(task, recipe, seed=seed, progress=False)
    return np.array(run.history.loss)


def _without_scale(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    return _attention(q * math.sqrt(q.shape[-1]), k, v, mask)


def _without_scale_backward(dout: Any, cache: Any) -> Any:
    dq, dk, dv = _attention_backward(dout, cache)
    return dq * math.sqrt(dq.shape[-1]), dk, dv
