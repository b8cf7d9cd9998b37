"""Small multiples: the attention of several heads side by side, on one scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.labels import attention_sentences, begin, token_labels
from classroom.plots.style import (
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    title_height,
    widest,
    write_title,
)


def heads_grid(
    weights: Any,
    query_labels: Sequence[Any] | None = None,
    key_labels: Sequence[Any] | None = None,
    title: str = "",
    mask: Any = None,
    head_names: Sequence[str] | None = None,
    columns: int | None = None,
    vmax: float | None = None,
    label: str = "attention weight",
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw the attention of every head of one sequence, all on the same color scale.

    Parameters
    ----------
    weights : ndarray, shape (H, T_q, T_k)
    query_labels, key_labels : sequence of str
        The tokens; `key_labels` defaults to `query_labels`.
    title : str
        The finding.
    mask : bool ndarray that broadcasts to (T_q, T_k), optional
        True = may attend.
    head_names : sequence of str, optional
        "head 1", … by default.
    columns : int, optional
        Panels side by side, where every token has room for its label; at most 4 by default.
    vmax : float, optional
        The weight at the bright end of the scale; the largest weight by default.
    label : str
        What the color bar measures.
    width : float
        Width of the figure in inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If `weights` has not three axes, or a number of labels does not fit.
    """
    array = np.asarray(weights, dtype=float)
    if array.ndim != 3 or array.size == 0:
        raise ValueError(
            f"heads_grid: weights must have shape (H, T_q, T_k), but they have {array.shape}. "
            "Index the batch away first, for instance cache.weights[0]."
        )
    n_heads, n_rows, n_columns = array.shape
    allowed = cells.as_mask(mask, (n_rows, n_columns), "heads_grid")
    if key_labels is None and n_rows == n_columns:
        key_labels = query_labels
    rows = token_labels(query_labels, n_rows, "query_labels")
    keys = token_labels(key_labels, n_columns, "key_labels")
    names = list(head_names or [f"head {h + 1}" for h in range(n_heads)])
    if len(names) != n_heads:
        raise ValueError(f"heads_grid: {len(names)} head_names were given for {n_heads} heads.")

    left = 0.42 + widest(rows, TICK_SIZE)
    right = cells.bar_width(None, label) + 0.1
    gap, least = 0.14, cells.LEAST_CELL * n_columns
    across = min(columns or 4, n_heads)
    while across > 1 and (width - left - right + gap) / across - gap < least:
        across -= 1  # else the labels of some rows or columns would have no room
    down = math.ceil(n_heads / across)
    across = math.ceil(n_heads / down)  # rows of equal length where that is possible
    panel = min((width - left - right + gap) / across - gap, max(2.6, least))
    tall = panel * n_rows / n_columns
    below = cells.column_room(keys, panel) + 0.4
    top = title_height(title, width) + 0.2
    figure = blank(width, top + down * tall + (down - 1) * 0.34 + below)
    high = top_value(array, allowed) if vmax is None else float(vmax)
    axes = []
    for head in range(n_heads):
        row, column = divmod(head, across)
        bottom = below + (down - 1 - row) * (tall + 0.34)
        ax = place(figure, left + column * (panel + gap), bottom, panel, tall)
        image = cells.paint(ax, array[head], SEQUENTIAL, 0.0, high, allowed)
        ax.set_title(names[head], size=LABEL_SIZE, loc="left", pad=3, color=INK)
        ax.set_xticks([])
        ax.set_yticks([])
        if column == 0:
            cells.row_labels(ax, rows, tall)
        if head + across >= n_heads:
            cells.column_labels(ax, keys, panel)
        axes.append(ax)
    cells.color_bar(axes[across - 1], image, label)
    w, h = figure.get_size_inches()
    figure.text(0.1 / w, (below + (h - top - below) / 2) / h, "query (row)", rotation=90,
                va="center", ha="left", size=LABEL_SIZE)  # fmt: skip
    middle = left + (across * panel + (across - 1) * gap) / 2
    figure.text(middle / w, 0.1 / h, "key (column)", va="bottom", ha="center", size=LABEL_SIZE)
    if not allowed.all():
        cells.masked_key(axes[0], w - cells.key_width() - 0.1, 0.12)
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Heatmaps')} of {label}s of {n_heads} heads, "
        f"{n_rows} query rows by {n_columns} key columns. "
        + " ".join(
            f"{name}: {attention_sentences(head, allowed, rows, keys, 1)}."
            for name, head in zip(names, array, strict=True)
        )
    )
    return figure


def top_value(array: np.ndarray, allowed: np.ndarray) -> float:
    """Return the largest weight that is shown, or 1 where that is 0."""
    return float(np.where(allowed, array, 0.0).max()) or 1.0
