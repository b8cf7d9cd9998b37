"""The figure of which words a pooled vector notices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.lesson_05.measures import WAYS
from classroom.plots import mpl
from classroom.plots.heatmaps import heatmap


def noticed_words(moved: Any, words: Sequence[str], name: str, vmax: float) -> mpl.Figure:
    """Draw how far the pooled vectors move when one word is replaced.

    Parameters
    ----------
    moved : array_like, shape (4, T)
        A row for each way of pooling, as `moved_by_each_word` returns it.
    words : sequence of str, length T
    name : str
        Of the model.
    vmax : float
        The end of the color scale.

    Returns
    -------
    Picture
    """
    counts = (np.asarray(moved) > 1e-9).sum(axis=1)
    noticed = ", ".join(f"'{how}' {n}" for how, n in zip(WAYS, counts, strict=True))
    return heatmap(
        moved,
        WAYS,
        words,
        title=f"{name}: every way of pooling notices each of the {len(words)} words"
        if counts.min() == len(words)
        else f"{name}: of {len(words)} words the vectors notice: {noticed}",
        x_label="the word that was replaced",
        label="relative change",
        vmin=0.0,
        vmax=vmax,
        width=6.4,
    )
