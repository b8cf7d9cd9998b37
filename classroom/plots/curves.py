"""Lines with their names beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.labels import begin, number, of, plain
from classroom.plots.style import (
    COLORS,
    DASHES,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    figure_of,
    grid,
    ink_of,
    place,
    title_height,
    widest,
    write_title,
)

_PIECE, _PIECE_ROOM = 0.3, 0.36
"""Inches of the piece of a line before its name, and from its beginning to the name."""


def lines(
    x: Any,
    series: Mapping[str, Any],
    title: str = "",
    x_label: str = "",
    y_label: str = "",
    log_x: bool = False,
    log_y: bool = False,
    markers: bool = False,
    marks: Mapping[str, float] | None = None,
    y_limits: tuple[float, float] | None = None,
    height: float = 3.6,
    width: float = WIDTH,
) -> mpl.Figure:
    """Draw one line for each named series, each with its name at its end.

    Parameters
    ----------
    x : array_like, shape (N,)
    series : mapping of str to array_like, shape (N,)
        nan leaves a gap.
    title : str
        The finding.
    x_label, y_label : str
        What the axes measure, with units.
    log_x, log_y : bool
        Whether that axis is logarithmic.
    markers : bool
        Whether each point gets a dot; for few points.
    marks : mapping of str to float, optional
        Named places on the x axis, drawn as thin vertical lines.
    y_limits : (float, float), optional
        Both ends of the y axis.
    height, width : float
        Inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If there is no series, or one is not as long as `x`.
    """
    xs = np.asarray(x, dtype=float)
    named = {name: np.asarray(y, dtype=float) for name, y in series.items()}
    if not named:
        raise ValueError("lines: there is nothing to draw: series is empty.")
    for name, y in named.items():
        if y.shape != xs.shape or y.ndim != 1:
            raise ValueError(
                f"lines: '{name}' has shape {y.shape} but x has shape {xs.shape}; "
                "a line needs one y for each x, both with a single axis."
            )
    single = len(named) == 1
    top = title_height(title, width) + (0.12 if marks else 0.0)
    right = 0.25 if single else 0.2 + widest(named, TICK_SIZE, math=True)
    figure = blank(width, height + top - 0.4)
    ax = place(figure, 0.85, 0.58, width - 0.85 - right, height - 0.98)
    draw_lines(ax, xs, named, log_x, log_y, markers)
    if y_limits is not None:
        ax.set_ylim(*y_limits)
    ax.set_xlabel(x_label, size=LABEL_SIZE)
    ax.set_ylabel(y_label, size=LABEL_SIZE)
    for name, place_x in (marks or {}).items():
        ax.axvline(place_x, color=SOFT, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
        ax.text(place_x, 1.01, name, transform=ax.get_xaxis_transform(), size=TICK_SIZE,
                color=SOFT, ha="center", va="bottom")  # fmt: skip
    if not single:
        name_lines(ax, xs, named)
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Line chart')}{of(y_label)}{of(x_label, ' over ')}: "
        + "; ".join(_course(name, xs, y, single) for name, y in named.items())
        + "."
    )
    return figure


def draw_lines(
    ax: mpl.Axes,
    x: np.ndarray,
    series: Mapping[str, np.ndarray],
    log_x: bool = False,
    log_y: bool = False,
    markers: bool = False,
) -> None:
    """Draw the lines into given axes, in the colors and dashes of the course."""
    if log_x:
        ax.set_xscale("log")
    if log_y:
        ax.set_yscale("log")
    for index, y in enumerate(series.values()):
        ax.plot(x, y, color=COLORS[index % len(COLORS)], linewidth=1.8, zorder=2,
                linestyle=DASHES[index % len(DASHES)],
                marker="o" if markers else None, markersize=4)  # fmt: skip
    ax.margins(x=0.01)
    grid(ax)


def name_lines(ax: mpl.Axes, x: np.ndarray, series: Mapping[str, np.ndarray]) -> None:
    """Write the name of each line beside its end, moved apart where two would overlap.

    A name that was moved stands beside no line: then each has a piece of its line before it.
    """
    ax.autoscale_view()
    ax.set_ylim(*ax.get_ylim())
    figure_height = figure_of(ax).get_size_inches()[1] * ax.get_position().height
    step = (TICK_SIZE + 2.5) / 72 / figure_height
    ends: list[tuple[float, int, str]] = []
    for index, (name, y) in enumerate(series.items()):
        good = np.flatnonzero(np.isfinite(y))
        if good.size:
            point = ax.transData.transform((x[good[-1]], y[good[-1]]))
            ends.append((float(ax.transAxes.inverted().transform(point)[1]), index, name))
    ends.sort()
    heights = apart([end[0] for end in ends], step)
    moved = any(abs(new - end[0]) > 0.6 * step for new, end in zip(heights, ends, strict=True))
    left, piece = 1.012, 0.0
    if moved:
        box, wide = ax.get_position(), figure_of(ax).get_size_inches()[0]
        ax.set_position((box.x0, box.y0, box.width - _PIECE_ROOM / wide, box.height))
        piece = _PIECE / (ax.get_position().width * wide)
    for height, (_, index, name) in zip(heights, ends, strict=True):
        color = COLORS[index % len(COLORS)]
        if moved:
            ax.add_line(mpl.Line2D([left, left + piece], [height] * 2, color=color, linewidth=1.8,
                                   linestyle=DASHES[index % len(DASHES)], clip_on=False,
                                   transform=ax.transAxes))  # fmt: skip
        ax.text(left + piece * _PIECE_ROOM / _PIECE, height, name, transform=ax.transAxes,
                size=TICK_SIZE, va="center", color=ink_of(color))  # fmt: skip


def apart(heights: Sequence[float], step: float) -> list[float]:
    """Move sorted heights in [0, 1] apart until neighbors are at least `step` from each other."""
    moved = [min(max(height, 0.0), 1.0) for height in heights]
    for i in range(1, len(moved)):
        moved[i] = max(moved[i], moved[i - 1] + step)
    if moved and moved[-1] > 1.0:
        moved[-1] = 1.0
        for i in range(len(moved) - 2, -1, -1):
            moved[i] = min(moved[i], moved[i + 1] - step)
    return moved


def _place(x: float) -> str:
    """Write a place on the x axis; a whole number, such as a batch size, is not rounded."""
    return f"{x:.0f}" if float(x).is_integer() and abs(x) < 1e7 else number(x)


def _course(name: str, x: np.ndarray, y: np.ndarray, single: bool) -> str:
    """Say in words where a line starts, where it ends, and how far it goes between."""
    good = np.isfinite(y)
    who = "it" if single else f"'{plain(name)}'"
    if not good.any():
        return f"{who} has no finite value"
    xs, ys = x[good], y[good]
    start, end = f"{number(ys[0])} at {_place(xs[0])}", f"{number(ys[-1])} at {_place(xs[-1])}"
    words = f"{who} goes from {start} to {end}"
    low, high = ys.min(), ys.max()
    if low < min(ys[0], ys[-1]) or high > max(ys[0], ys[-1]):
        words += f", staying between {number(low)} and {number(high)}"
    return words
