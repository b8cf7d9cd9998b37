"""What to do about a number that is not finite: take no step, and name the first such array."""

import contextlib
import math
from collections.abc import Iterable

import numpy as np

from ..blocks import ResidualCache
from . import objective

_CACHE_NAMES = {
    "encoder": ("stack", "pooling", "output"),
    "decoder": ("stack", "output"),
    "encoder-decoder": ("encoder", "decoder", "output"),
}


def first_nonfinite(tree, name=""):
    """Return the name of the first array in a nest that holds nan or infinity, or None."""
    if isinstance(tree, np.ndarray):
        return name if tree.dtype.kind == "f" and not np.isfinite(tree).all() else None
    items: Iterable
    if isinstance(tree, dict):
        items = tree.items()
    elif isinstance(tree, ResidualCache) and tree.kind == "post":
        items = [(part, getattr(tree, part)) for part in ("sublayer", "dropout", "norm")]
    elif hasattr(tree, "_fields"):
        items = zip(tree._fields, tree, strict=True)
    elif isinstance(tree, (list, tuple)):
        items = enumerate(tree)
    else:
        return None
    found = (first_nonfinite(value, f"{name}.{key}" if name else str(key)) for key, value in items)
    return next((place for place in found if place is not None), None)


@contextlib.contextmanager
def steps_put_off(optimizer):
    """Put off the steps of an optimizer to the end of a `with` block; after an error take none.

    A train_step returns loss and norm after its step. Where one of them is not finite, the step
    would have put nan into the parameters, and nobody could tell any more where it came from.

    Yields
    ------
    asked : list of (grads, lr)
        What the optimizer was asked for.
    """
    asked: list = []
    optimizer.step = lambda grads, lr=None: asked.append((grads, lr))
    try:
        yield asked
    finally:
        del optimizer.step
    for grads, lr in asked:
        optimizer.step(grads, lr)


def explain_nonfinite(run, batch, loss, grads=None):
    """Return a sentence: at which step, and in which array, nan or infinity came up first.

    Parameters
    ----------
    run : Run
    batch : Batch
        That was run when it happened.
    loss : float
    grads : nested dict of arrays, optional
    """
    with np.errstate(all="ignore"):
        place = _first_place(run, batch, loss, grads)
    earlier = f" The loss before it was {run.history.loss[-1]:.4g}." if run.history.loss else ""
    return (
        f"train: at step {run.step} {place} is not finite.{earlier} "
        "Lower the learning rate, clip the gradients, or warm up for longer."
    )


def _first_place(run, batch, loss, grads):
    """Look in the order of the computation: parameters, forward, loss, gradients."""
    place = first_nonfinite(run.params)
    if place:
        return f"parameter {place}"
    config = run.config
    logits, cache = objective.forward(batch.inputs, run.params, config)
    place = first_nonfinite(dict(zip(_CACHE_NAMES[config.family], cache, strict=True)))
    if place:
        return f"array {place} of the forward"
    if not np.isfinite(logits).all():
        return "the array of logits"
    if not math.isfinite(loss):
        return "the loss"
    place = first_nonfinite(grads)
    return f"the gradient of {place}" if place else "the norm of the gradients"
