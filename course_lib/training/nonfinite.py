"""Where a training went wrong: the first array with nan or infinity in it."""

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


def explain_nonfinite(run, batch, loss, grads=None):
    """Say in one sentence at which step, and in which array, nan or infinity came up first.

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
