"""A run that learns its text by heart, and what helps with how much text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots.bar_charts import bars
from classroom.plots.curves import lines


def picture_of_fit(run: Any) -> Any:
    """Draw the loss of the batches and of held-out text.

    Parameters
    ----------
    run : ShortRun
        Evaluated every n steps.
    """
    steps, unseen = run.evaluations.T
    every = int(steps[1] - steps[0])
    seen = np.append(run.losses[0], run.losses.reshape(-1, every).mean(axis=1))
    lowest = int(steps[unseen.argmin()])
    return lines(
        steps,
        {"batches": seen, "held out": unseen},
        title=f"After step {lowest} the held-out loss rises from {unseen.min():.2f} to "
        f"{unseen[-1]:.2f} nats, while that of the batches goes on falling",
        x_label="step",
        y_label="loss (nats)",
        marks={"lowest": lowest},
        height=3.3,
    )


def picture_of_confidence(sure: float, right: float, loss: float, cooler: float) -> Any:
    """Draw how sure a model is of its choices, and how often it is right.

    Parameters
    ----------
    sure, right : float
        Shares, the means of three seeds.
    loss, cooler : float
        The loss as it is, and with logits divided by 3.
    """
    return bars(
        ["how\u00a0sure\u00a0(%)", "how\u00a0often\u00a0right\u00a0(%)"],
        [100 * sure, 100 * right],
        title=f"Sure of its choice by {sure:.0%} on average, and right in {right:.0%}; with logits "
        f"divided by 3 the loss falls from {loss:.1f} to {cooler:.1f} nats",
        y_label="mean of three seeds",
        height=2.0,
    )


def picture_of_remedies(
    sizes: Sequence[int], remedies: Sequence[str], best_of: Mapping[tuple[int, str], Any]
) -> Any:
    """Draw the best held-out loss of each remedy over the amount of text.

    Parameters
    ----------
    sizes : sequence of int
    remedies : sequence of str
        "none" among them.
    best_of : mapping of (size, remedy) to array (seeds,)
    """
    table = {name: [best_of[size, name].mean() for size in sizes] for name in remedies}
    worst = max(remedies, key=lambda name: table[name][-1])
    return lines(
        sizes,
        table,
        title=f"{sizes[0]} characters: none {table['none'][0]:.2f}, best "
        f"{min(values[0] for values in table.values()):.2f}. With all of the text {worst} costs "
        f"{table[worst][-1] - table['none'][-1]:.2f} nats",
        x_label="characters to learn from",
        y_label="best held-out loss (nats)",
        markers=True,
        height=3.4,
    )
