"""Heatmaps: attention weights, and any other matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.labels import attention_sentences, begin, number, of, plain, token_labels
from classroom.plots.style import (
    DIVERGING,
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


def attention_heatmap(
    weights: Any,
    query_labels: Sequence[Any] | None = None,
    key_labels: Sequence[Any] | None = None,
    title: str = "",
    mask: Any = None,
    values: cells.Values = "auto",
    vmax: float | None = None,
    label: str = "attention weight",
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw attention weights with the query tokens as rows and the key tokens as columns.

    Parameters
    ----------
    weights : ndarray, shape (T_q, T_k)
        One head of one sequence.
    query_labels, key_labels : sequence of str
        The tokens. Whitespace is made visible. `key_labels` defaults to `query_labels`.
    title : str
        The finding that the picture shows.
    mask : bool ndarray that broadcasts to (T_q, T_k), optional
        True = may attend. Masked cells are hatched, so that they differ from a weight of 0.
    values : bool or "auto"
        Whether to write the weights into the cells; "auto" does so when there is room.
    vmax : float, optional
        The weight at the bright end of the scale; the largest weight by default.
    label : str
        What the color bar measures.
    width : float
        The greatest width of the figure in inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If `weights` is no matrix, or the number of labels does not fit.
    """
    matrix = cells.as_matrix(weights, "attention_heatmap", "of shape (T_q, T_k)")
    allowed = cells.as_mask(mask, matrix.shape, "attention_heatmap")
    if key_labels is None and matrix.shape[0] == matrix.shape[1]:
        key_labels = query_labels
    rows = token_labels(query_labels, matrix.shape[0], "query_labels")
    columns = token_labels(key_labels, matrix.shape[1], "key_labels")
    top_value = float(np.max(matrix[allowed], initial=0.0)) if vmax is None else float(vmax)

    has_mask = not allowed.all()
    left = 0.42 + widest(rows, TICK_SIZE)
    right = cells.bar_width(None, label) + 0.1
    cell = min(0.62, (width - left - right) / len(columns), 7.0 / len(rows))
    wide, tall = cell * len(columns), cell * len(rows)
    figure_width = min(width, max(left + wide + right, 4.2, left + 2.0 + right))
    top = title_height(title, figure_width)
    below = cells.column_room(columns, wide) + 0.1
    figure = blank(figure_width, top + tall + below + 0.3)
    ax = place(figure, left, below + 0.3, wide, tall)
    image = cells.paint(ax, matrix, SEQUENTIAL, 0.0, top_value or 1.0, allowed)
    cells.row_labels(ax, rows, tall)
    cells.column_labels(ax, columns, wide)
    if cells.fits_values(values, matrix.shape, (cell, cell)):
        cells.write_values(ax, image, matrix, allowed)
    cells.color_bar(ax, image, label)
    height = figure.get_size_inches()[1]
    figure.text(0.1 / figure_width, (below + 0.3 + tall / 2) / height, "query (row)",
                rotation=90, va="center", ha="left", size=LABEL_SIZE)  # fmt: skip
    figure.text((left + wide / 2) / figure_width, 0.1 / height, "key (column)",
                va="bottom", ha="center", size=LABEL_SIZE)  # fmt: skip
    if has_mask:
        cells.masked_key(ax, figure_width - cells.key_width() - 0.1, 0.12)
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Heatmap')} of {label}s, {len(rows)} query rows by {len(columns)} key "
        f"columns: {attention_sentences(matrix, allowed, rows, columns)}."
        + (f" {int((~allowed).sum())} of {matrix.size} cells are masked." if has_mask else "")
    )
    return figure


def heatmap(
    matrix: Any,
    row_labels: Sequence[Any] | None = None,
    column_labels: Sequence[Any] | None = None,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    diverging: bool = False,
    values: cells.Values = "auto",
    label: str = "",
    vmin: float | None = None,
    vmax: float | None = None,
    mask: Any = None,
    height: float | None = None,
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw any matrix as colored cells.

    Parameters
    ----------
    matrix : ndarray, shape (rows, columns)
    row_labels, column_labels : sequence, optional
        One for each row and column; their numbers by default.
    title : str
        The finding.
    x_label, y_label, label : str
        What the columns, the rows and the colors are, with units.
    diverging : bool
        True for values of both signs: white is 0, and both ends are equally far from it.
    values : bool or "auto"
        Whether to write the values into the cells.
    vmin, vmax : float, optional
        The ends of the color scale.
    mask : bool ndarray that broadcasts to the matrix, optional
        Cells that are False are hatched.
    height : float, optional
        Height of the cells together, in inches; chosen from the number of rows by default.
    width : float
        Width of the figure in inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If `matrix` has not two axes, or the number of labels does not fit.
    """
    data = cells.as_matrix(matrix, "heatmap", "of rows and columns")
    allowed = cells.as_mask(mask, data.shape, "heatmap")
    rows = token_labels(row_labels, data.shape[0], "row_labels")
    columns = token_labels(column_labels, data.shape[1], "column_labels")
    low, high = scale(data[allowed], diverging, vmin, vmax)

    left = (0.4 if y_label else 0.15) + widest(rows, TICK_SIZE)
    right = cells.bar_width(None, label) + 0.1
    wide = min(width - left - right, 0.8 * len(columns))
    tall = height or min(5.5, max(0.36, min(wide / len(columns), 0.62)) * len(rows))
    figure_width = min(width, max(left + wide + right, 4.2))
    top = title_height(title, figure_width)
    below = cells.column_room(columns, wide) + 0.1 + (0.32 if x_label else 0.1)
    figure = blank(figure_width, top + tall + below)
    ax = place(figure, left, below, wide, tall)
    image = cells.paint(ax, data, DIVERGING if diverging else SEQUENTIAL, low, high, allowed)
    cells.row_labels(ax, rows, tall)
    cells.column_labels(ax, columns, wide)
    if cells.fits_values(values, data.shape, (wide / len(columns), tall / len(rows))):
        cells.write_values(ax, image, data, allowed)
    cells.color_bar(ax, image, label)
    full = figure.get_size_inches()[1]
    figure.text(0.1 / figure_width, (below + tall / 2) / full, y_label,
                rotation=90, va="center", ha="left", size=LABEL_SIZE)  # fmt: skip
    figure.text((left + wide / 2) / figure_width, 0.08 / full, x_label,
                va="bottom", ha="center", size=LABEL_SIZE)  # fmt: skip
    write_title(figure, title)
    shown = np.where(allowed, data, -np.inf)
    i, j = (int(n) for n in np.unravel_index(np.argmax(np.round(shown, 6)), shown.shape))
    figure.alt = (
        f"{begin(title, 'Heatmap')}{of(label)}, {len(rows)} rows"
        f"{f' ({plain(y_label)})' if y_label else ''} by {len(columns)} columns"
        f"{f' ({plain(x_label)})' if x_label else ''}, {cells.spread(data, allowed)}; "
        f"the largest, {number(data[i, j])}, in row '{rows[i]}', column '{columns[j]}'."
    )
    return figure


def scale(
    shown: np.ndarray, diverging: bool, vmin: float | None, vmax: float | None
) -> tuple[float, float]:
    """Return both ends of the color scale; symmetric about 0 where it is diverging."""
    finite = shown[np.isfinite(shown)]
    low = float(np.min(finite, initial=0.0 if diverging else np.inf)) if vmin is None else vmin
    high = float(np.max(finite, initial=0.0 if diverging else -np.inf)) if vmax is None else vmax
    if diverging:
        reach = max(abs(low), abs(high)) or 1.0
        return -reach, reach
    if not finite.size and (vmin is None or vmax is None):
        return 0.0, 1.0
    return (low, high) if high > low else (low - 0.5, low + 0.5)
