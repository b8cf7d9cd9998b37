"""The figure of the loss on sentences that a model was trained on, and on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from classroom.plots import lines, mpl


def seen_and_unseen(
    seen: Mapping[int, Sequence[float]], evaluations: Mapping[int, Sequence[Mapping[str, Any]]]
) -> mpl.Figure:
    """Draw both losses of each run over the steps.

    Parameters
    ----------
    seen : mapping of int to sequence of float
        For each number of training sentences the loss on some of them, at each evaluation.
    evaluations : mapping of int to sequence of dict
        The evaluations on held-out sentences, with "step", "loss" and "accuracy".
    """
    few, many = min(seen), max(seen)
    curves = {f"seen, {count:,}": losses for count, losses in seen.items()}
    curves |= {
        f"not seen, {count:,}": [evaluation["loss"] for evaluation in found]
        for count, found in evaluations.items()
    }
    copied = {count: found[-1]["accuracy"] for count, found in evaluations.items()}
    return lines(
        [evaluation["step"] for evaluation in evaluations[few]],
        curves,
        title=f"Unseen sentences copied: {copied[few]:.0%} after training on {few}, "
        f"{copied[many]:.0%} after {many:,}",
        x_label="step",
        y_label="loss (nats)",
        log_y=True,
        height=3.4,
    )
