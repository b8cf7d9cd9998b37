"""Reliability diagrams side by side: the same model on several sets of predictions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.labels import begin
from classroom.plots.reliability import BINS, judge
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    place,
    title_height,
    write_title,
)

SIDE = 2.6
"""Width and height of a diagram in inches."""


def reliability_diagrams(predictions: Mapping[str, tuple[Any, Any]]) -> mpl.Figure:
    """Draw, for two sets of predictions, how often answers of a given confidence are right.

    Parameters
    ----------
    predictions : mapping of str to (logits (N, V), targets (N,))
    """
    judged = {name: judge(*rows) for name, rows in predictions.items()}
    sure = {
        name: f"{each.accuracy[-1]:.0%} ({name})"
        for name, each in judged.items()
        if each.counts[-1]
    }
    title = "Right, of the answers with a confidence above 0.9: " + ", ".join(sure.values())
    top = title_height(title, WIDTH)
    picture = blank(WIDTH, top + SIDE + 1.0)
    middles = (np.arange(BINS) + 0.5) / BINS
    for number, (name, each) in enumerate(judged.items()):
        ax = place(picture, 0.65 + number * (SIDE + 0.75), 0.55, SIDE, SIDE)
        ax.bar(middles, np.nan_to_num(each.accuracy), 0.092, color=COLORS[4], zorder=2)
        ax.plot([0, 1], [0, 1], color=SOFT, linewidth=1, linestyle=(0, (3, 3)), zorder=2.5)
        ax.plot(
            each.confidence, each.accuracy, "o", color=INK, markersize=4, zorder=3, clip_on=False
        )
        for x, count in zip(middles, each.counts, strict=True):
            ax.text(x, 1.03, f"{count:.0f}", size=SMALL_SIZE, ha="center", color=SOFT)
        ax.text(-0.02, 1.03, "N", size=SMALL_SIZE, ha="right", color=SOFT)
        ax.text(0.5, 1.1, name, size=LABEL_SIZE, ha="center", color=INK)
        ax.set_xlim(0, 1)
        ax.set_ylim(0, 1)
        ax.tick_params(labelsize=TICK_SIZE)
        ax.set_xlabel("confidence", size=LABEL_SIZE)
        if number == 0:
            ax.set_ylabel("share that is right", size=LABEL_SIZE)
        grid(ax)
    write_title(picture, title)
    picture.alt = f"{begin(title, 'Reliability diagrams')} side by side. " + " ".join(
        f"{name}: {_in_words(each)}." for name, each in judged.items()
    )
    return picture


def _in_words(judged: Any) -> str:
    filled = [b for b in range(BINS) if judged.counts[b]]
    return ", ".join(
        f"{judged.confidence[b]:.2f} sure {judged.accuracy[b]:.2f} right" for b in filled
    )
