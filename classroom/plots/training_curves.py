"""The figure of a training run: what it was like at each step, and on held-out data."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
    title_height,
    write_title,
)

PALE = "#b9d3e6"
"""Of single batches, behind their mean."""


def training_curves(
    history: Any, total_steps: int, name: str, accuracy: bool = True, title: str = ""
) -> mpl.Figure:
    """Draw the loss of a run and, beside it, its exact matches or the norm of its gradients.

    Parameters
    ----------
    history : History
        Of a run that may still go on.
    total_steps : int
        Where the horizontal axis ends.
    name : str
        Of the task, for the title.
    accuracy : bool
        Show the share of exact matches on the right; else the norm of the gradients before
        clipping, as suits a language model, for which no single answer is right.
    title : str
        The finding; made of the last measurement if it is not given.

    Returns
    -------
    Picture
    """
    steps = np.arange(1, len(history.loss) + 1)
    measured = [evaluation["step"] for evaluation in history.evaluations]
    held_out = [evaluation["loss"] for evaluation in history.evaluations]
    exact = [evaluation["accuracy"] for evaluation in history.evaluations]
    title = title or _found(name, len(steps), held_out, exact, accuracy)
    top = title_height(title, WIDTH) + 0.1
    figure = blank(WIDTH, 2.9 + top - 0.4)
    left = place(figure, 0.7, 0.56, 3.1, 1.9)
    right = place(figure, 4.65, 0.56, 3.1, 1.9)
    _panel(left, total_steps, "loss (nats)")
    _curve(left, steps, history.loss, measured, held_out)
    left.set_ylim(0, None)
    if accuracy:
        _panel(right, total_steps, "exact match")
        _curve(right, steps, history.accuracy, measured, exact)
        right.set_ylim(0, 1.03)
    else:
        _panel(right, total_steps, "norm of the gradient")
        _curve(right, steps, history.gradient_norm, [], [])
        right.set_ylim(0, None)
    for x, name, color in ((0, "batches", COLORS[0]), (0.24, "held out (●)", COLORS[1])):
        left.text(x, 1.03, name, color=ink_of(color), size=TICK_SIZE, transform=left.transAxes)
    write_title(figure, title)
    figure.alt = f"{begin(title, 'Lines')} of the loss over {total_steps} steps" + (
        f": {number(history.loss[0])} nats at step 1, {number(_mean(history.loss))} over the last "
        f"steps up to {len(steps)}"
        if history.loss
        else ", still empty"
    )
    if measured:
        figure.alt += f"; on held-out data {number(held_out[0])} at step {measured[0]} and "
        figure.alt += f"{number(held_out[-1])} at step {measured[-1]}"
        if accuracy:
            figure.alt += f". Exact matches there go from {exact[0]:.1%} to {exact[-1]:.1%}"
    figure.alt += "."
    return figure


def _found(name: str, step: int, held_out: list, exact: list, accuracy: bool) -> str:
    if not held_out:
        return f"{name}: about to begin"
    said = f"{exact[-1]:.1%} exact matches" if accuracy else f"a loss of {held_out[-1]:.2f} nats"
    return f"{name}, step {step}: {said} on held-out data"


def _mean(values: Any) -> float:
    return float(np.mean(values[-50:]))


def _panel(ax: mpl.Axes, total_steps: int, label: str) -> None:
    ax.set_xlim(0, total_steps)
    ax.set_xlabel("step", size=LABEL_SIZE, color=INK)
    ax.set_ylabel(label, size=LABEL_SIZE, color=INK)
    grid(ax)


def _curve(ax: mpl.Axes, steps: np.ndarray, values: Any, measured: list, held_out: list) -> None:
    """Draw each batch pale, their running mean, and what was measured on held-out data."""
    y = np.asarray(values, dtype=float)
    if len(y):
        ax.plot(steps, y, color=PALE, linewidth=0.7, zorder=1)
        window = max(5, len(y) // 60)
        ax.plot(steps, running_mean(y, window), color=COLORS[0], linewidth=1.5, zorder=2)
    if measured:
        ax.plot(measured, held_out, "-o", color=COLORS[1], linewidth=1.5, markersize=3.5, zorder=3,
                clip_on=False)  # fmt: skip


def running_mean(values: np.ndarray, window: int) -> np.ndarray:
    """Return the mean of the last `window` values at each place; of fewer at the beginning."""
    total = np.cumsum(np.insert(np.asarray(values, dtype=float), 0, 0.0))
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - window)
    return (total[ends] - total[starts]) / (ends - starts)
