"""Bars, and histograms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.cells import column_labels, column_room
from classroom.plots.curves import name_lines
from classroom.plots.labels import begin, number, of, plain, token_labels
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    figure_of,
    grid,
    place,
    title_height,
    widest,
    write_title,
)


def bars(
    labels: Sequence[Any],
    values: Any,
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    highlight: Sequence[int] = (),
    horizontal: bool = False,
    log: bool = False,
    limits: tuple[float, float] | None = None,
    digits: int = 2,
    height: float | None = None,
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw one bar for each label, with its value at its end where there is room.

    Parameters
    ----------
    labels : sequence of str
    values : array_like, shape (N,)
    title : str
        The finding.
    x_label, y_label : str
        What the axes measure, with units. `y_label` is the axis of the values, `x_label` that of
        the labels; with `horizontal` they are drawn the other way round.
    highlight : sequence of int
        Bars to draw in the second color.
    horizontal : bool
        Bars that lie; for long labels.
    log : bool
        A logarithmic axis of values.
    limits : (float, float), optional
        Both ends of the axis of values.
    digits : int
        Significant digits of the values that are written.
    height, width : float
        Inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is not one value for each label.
    """
    data = np.asarray(values, dtype=float)
    if data.ndim != 1 or data.size == 0:
        raise ValueError(f"bars: values must have one axis and an entry, not shape {data.shape}.")
    names = token_labels(labels, len(data), "labels")
    top = title_height(title, width)
    if horizontal:
        left = 0.2 + widest(names, TICK_SIZE) + (0.3 if x_label else 0.0)
        tall = height or 0.27 * len(names) + 0.1
        figure = blank(width, top + tall + 0.6)
        ax = place(figure, left, 0.55, width - left - 0.6, tall)
    else:
        wide = width - 0.95
        below = column_room(names, wide) + (0.42 if x_label else 0.2)
        tall = height or 2.6
        figure = blank(width, top + tall + below)
        ax = place(figure, 0.8, below, wide, tall)
    draw_bars(ax, names, data, highlight, horizontal, log, limits, digits)
    ax.set_xlabel(y_label if horizontal else x_label, size=LABEL_SIZE)
    ax.set_ylabel(x_label if horizontal else y_label, size=LABEL_SIZE)
    write_title(figure, title)
    order = np.argsort(-np.round(data, 6), kind="stable")
    shown = range(len(data)) if len(data) <= 6 else order[:4]
    figure.alt = (
        f"{begin(title, 'Bar chart')}{of(y_label)}, {len(data)} bars"
        f"{'' if len(data) <= 6 else ', the largest'}: "
        + ", ".join(f"'{names[i]}' {number(data[i])}" for i in shown)
        + "."
    )
    return figure


def draw_bars(
    ax: mpl.Axes,
    names: Sequence[str],
    data: np.ndarray,
    highlight: Sequence[int] = (),
    horizontal: bool = False,
    log: bool = False,
    limits: tuple[float, float] | None = None,
    digits: int = 2,
) -> None:
    """Draw the bars into given axes, with their labels and, where there is room, their values."""
    marked = {index % len(data) for index in highlight}
    colors = [COLORS[1] if i in marked else COLORS[0] for i in range(len(data))]
    draw = ax.barh if horizontal else ax.bar
    drawn = draw(np.arange(len(data)), data, 0.78, color=colors, log=log)
    w = figure_of(ax).get_size_inches()[0]
    box = ax.get_position()
    if horizontal:
        ax.set_yticks(range(len(names)))
        ax.set_yticklabels(names, size=TICK_SIZE, parse_math=False, color=INK)
        ax.set_ylim(len(names) - 0.4, -0.6)
        if limits:
            ax.set_xlim(*limits)
    else:
        ax.set_xlim(-0.6, len(names) - 0.4)
        column_labels(ax, names, box.width * w)
        if limits:
            ax.set_ylim(*limits)
    grid(ax, "x" if horizontal else "y")
    ax.tick_params(axis="y" if horizontal else "x", length=0)
    shares = 0.1 <= data.max() <= 1 and data.min() >= 0
    written = [f"{value:.2f}" if shares else number(value, digits) for value in data]
    texts = [text.replace("-", "−") for text in written]
    ax.locator_params(axis="x" if horizontal else "y", nbins=6) if not log else None
    room = 1.0 if horizontal else box.width * w / len(names)
    if widest(texts, SMALL_SIZE) < room * 0.95:
        ax.bar_label(drawn, texts, padding=2, size=SMALL_SIZE, color=INK)
        if limits is None and not log:
            ax.margins(x=0.12 if horizontal else None, y=None if horizontal else 0.12)


def as_scores(scores: Any, name: str) -> np.ndarray:
    """Return scores as a float array of one axis, or say what they are instead."""
    array = np.asarray(scores, dtype=float)
    if array.ndim != 1 or len(array) < 2:
        raise ValueError(
            f"{name} must have one axis and two entries or more, not shape {array.shape}."
        )
    return array


def lay_rows(ax: mpl.Axes, count: int, margin: float = 0.0) -> None:
    """Prepare axes for `count` bars that lie, the first on top, over a grid and without a spine."""
    ax.set_ylim(count - 0.5 + margin, -0.5 - margin)
    grid(ax, "x")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def histogram(
    values: Any,
    title: str = "",
    x_label: str = "",
    y_label: str = "number of values",
    bins: int | Sequence[float] = 40,
    density: bool = False,
    limits: tuple[float, float] | None = None,
    height: float = 3.4,
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw how often values occur: filled for one set, outlined and named for several.

    Parameters
    ----------
    values : array_like, or mapping of str to array_like
        Any shape; all entries count.
    title : str
        The finding.
    x_label, y_label : str
        What the axes measure, with units.
    bins : int or sequence of float
        Number of bins, the same for all sets, or their edges.
    density : bool
        Draw shares that make an area of 1 instead of counts.
    limits : (float, float), optional
        From where to where to count.
    height, width : float
        Inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no finite value.
    """
    named: dict[str, np.ndarray] = {
        str(name): np.asarray(v, dtype=float).ravel()
        for name, v in (values.items() if isinstance(values, Mapping) else [("", values)])
    }
    everything = np.concatenate(list(named.values())) if named else np.zeros(0)
    if not np.isfinite(everything).any():
        raise ValueError("histogram: there is no finite value to count.")
    edges = np.histogram_bin_edges(everything[np.isfinite(everything)], bins, limits)
    counted = {name: np.histogram(v, edges, density=density)[0] for name, v in named.items()}
    top = title_height(title, width)
    right = 0.25 if len(named) == 1 else 0.3 + widest(named, TICK_SIZE, math=True)
    figure = blank(width, height + top - 0.4)
    ax = place(figure, 0.85, 0.58, width - 0.85 - right, height - 0.98)
    for index, counts in enumerate(counted.values()):
        color = COLORS[index % len(COLORS)]
        ax.stairs(counts, edges, color=color, fill=len(named) == 1, linewidth=1.6)
    ax.set_ylim(bottom=0)
    ax.margins(x=0.01)
    grid(ax)
    if len(named) > 1:
        peaks = {name: np.array([counts.max()]) for name, counts in counted.items()}
        name_lines(ax, edges[-1:], peaks)
    ax.set_xlabel(x_label, size=LABEL_SIZE)
    ax.set_ylabel("share per unit" if density and y_label == "number of values" else y_label,
                  size=LABEL_SIZE)  # fmt: skip
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Histogram')}{of(x_label)}: "
        + "; ".join(
            f"{plain(name) + ': ' if name else ''}{v.size} values, mean {number(np.nanmean(v))}, "
            f"standard deviation {number(np.nanstd(v))}"
            for name, v in named.items()
        )
        + "."
    )
    return figure
