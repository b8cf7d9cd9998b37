"""What the tests of several figures draw."""

import re
from functools import cache

import numpy as np

from course_lib.layers import softmax
from course_lib.tasks import load_task
from course_lib.training.loop import train
from course_lib.training.recipe import Recipe

VERSE = re.findall(r"\w+|,", "Once upon a midnight dreary, while I pondered, weak and weary")


LONG = [*VERSE, *re.findall(r"\w+", "Over many a quaint and curious volume of forgotten lore")] * 2


def some_weights(*shape, seed=0):
    scores = np.random.default_rng(seed).normal(size=shape) * 2
    exps = np.exp(scores)
    return exps / exps.sum(axis=-1, keepdims=True)


def causal(T):
    return np.tril(np.ones((T, T), dtype=bool))


def predictions(n=300, seed=0, sharpness=1.0):
    """Logits whose softmax is right as often as it says, times a sharpness; and what came."""
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(n, 5)) * 2
    p, _ = softmax(logits)
    targets = (rng.random((n, 1)) > np.cumsum(p, axis=1)).sum(axis=1)
    return sharpness * logits, targets


SETS = {"true": predictions(), "sharp": predictions(sharpness=3.0)}


QUICK = Recipe(40, 16, lr=3e-3, warmup=10, evaluate_every=10)


@cache
def short_history():
    """Return what was measured in a training of 40 steps."""
    return train(load_task("next_token"), QUICK, progress=False).history
