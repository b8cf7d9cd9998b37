"""The figure of a search: which text answers which question, by a map of similarities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.heatmaps import heatmap
from classroom.plots.style import COLORS


def search_map(
    similarities: Any, queries: Sequence[str], right: Sequence[int], title: str = ""
) -> mpl.Figure:
    """Draw the similarity of each query to each text, counted from 1.

    The right one is framed, and the most similar one has a dot.

    Parameters
    ----------
    similarities : ndarray, shape (N queries, N texts)
    queries : sequence of str
    right : sequence of int
        For each query the text that answers it, counted from 1.
    title : str
        The finding.

    Returns
    -------
    Picture
    """
    array = np.asarray(similarities, dtype=float)
    if array.ndim != 2 or len(array) != len(right):
        raise ValueError(
            f"search_map: {len(right)} right answers for similarities of shape {array.shape}, read "
            "as (queries, texts)."
        )
    figure = heatmap(
        array,
        [query.replace(" ", "\u00a0") for query in queries],
        range(1, array.shape[1] + 1),
        title=title,
        x_label="stanza (framed: the right one; dot: the most similar)",
        label="cosine",
        vmin=0.0,
        values=False,
    )
    ax = figure.axes[0]
    for row, text in enumerate(right):
        ax.add_patch(
            mpl.Rectangle(
                (text - 1.5, row - 0.5),
                1,
                1,
                fill=False,
                edgecolor=COLORS[1],
                linewidth=2,
                clip_on=False,
            )
        )
    ax.plot(array.argmax(axis=1), np.arange(len(array)), "o", color="black", markersize=6,
            markeredgecolor="white", markeredgewidth=1.2)  # fmt: skip
    places = 1 + (array > array[np.arange(len(right)), np.array(right) - 1][:, None]).sum(axis=1)
    figure.alt += (
        " The right stanza comes "
        + ", ".join(f"{place}. for '{q}'" for place, q in zip(places, queries, strict=True))
        + "."
    )
    return figure
