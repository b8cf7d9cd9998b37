"""Where a training went wrong: the first array with nan or infinity in it."""

from collections.abc import Iterable

import numpy as np

from . import objective


def first_nonfinite(tree, name=""):
    """Return the name of the first array in a nest that holds nan or infinity, or None."""
    if isinstance(tree, np.ndarray):
        return name if tree.dtype.kind == "f" and not np.isfinite(tree).all() else None
    items: Iterable
    if isinstance(tree, dict):
        items = tree.items()
    elif hasattr(tree, "_fields"):
        items = zip(tree._fields, tree, strict=True)
    elif isinstance(tree, (list, tuple)):
        items = enumerate(tree)
    else:
        return None
    found = (first_nonfinite(value, f"{name}.{key}" if name else str(key)) for key, value in items)
    return next((place for place in found if place is not None), None)


def explain_nonfinite(run, batch, result):
    """Say in one sentence at which step, and in which array, nan or infinity came up first."""
    place = _first_place(run.params, batch, run.config, result)
    earlier = f" The loss before it was {run.history.loss[-1]:.4g}." if run.history.loss else ""
    return (
        f"train: at step {run.step} {place} is not finite.{earlier} "
        "Lower the learning rate, clip the gradients, or warm up for longer."
    )


def _first_place(params, batch, config, result):
    with np.errstate(all="ignore"):
        place = first_nonfinite(params)
        if place:
            return f"parameter {place}"
        logits, cache = objective.forward(batch.inputs, params, config)
        place = first_nonfinite(cache)
        if place:
            return f"the forward's array {place}"
        if not np.isfinite(logits).all():
            return "the array of logits"
    place = first_nonfinite(result.grads)
    return f"the gradient of {place}" if place else "the loss"
