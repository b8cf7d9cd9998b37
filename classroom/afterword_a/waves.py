"""What afterword A measures on the models that add on a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from course_lib.tasks import modular
from course_lib.training.objective import evaluate


def known_at(grok: Mapping[str, Any], run: int) -> tuple[int | None, int | None]:
    """Return the steps at which a recorded run had all training sums, and 99% of the others.

    None where it never had.
    """
    measured = zip(grok["steps"], grok["train_accuracy"][run], grok["accuracy"][run], strict=True)
    names = ["step", "train_accuracy", "accuracy"]
    found = modular.milestones([dict(zip(names, values, strict=True)) for values in measured])
    first, second = (None if step is None else int(step) for step in found)
    return first, second


def held_out_accuracy(task: Any, params: dict, frequencies: Iterable[int]) -> float:
    """Return the accuracy on held-out sums with only these frequencies in the embedding.

    Parameters
    ----------
    task : Task
        modular.
    params : dict
        Of a model that was trained on it; they stay as they are.
    frequencies : iterable of int
        Of 1 to (p - 1) / 2. The constant stays, and so does the row of the sign "=".
    """
    embedding = params["embedding"]["W"]
    waves = np.fft.rfft(embedding[: modular.P], axis=0)
    kept = np.isin(np.arange(len(waves)), [0, *frequencies])[:, None]
    changed = embedding.copy()
    changed[: modular.P] = np.fft.irfft(waves * kept, n=modular.P, axis=0)
    return evaluate(task.held_out, params | {"embedding": {"W": changed}}, task.config).accuracy
