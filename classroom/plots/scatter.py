"""Points in the plane with their names: embeddings after PCA, for instance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    blank,
    figure_of,
    grid,
    place,
    text_width,
    title_height,
    widest,
    write_title,
)

MARKERS = "os^DvPX*"


def scatter2d(
    points: Any,
    labels: Sequence[Any] | None = None,
    title: str = "",
    groups: Sequence[Any] | None = None,
    x_label: str = "",
    y_label: str = "",
    equal: bool = False,
    height: float = 5.0,
    width: float = 7.0,
) -> mpl.Figure:
    """Draw points in the plane, each with its label where that does not cover another.

    Parameters
    ----------
    points : array_like, shape (N, 2)
    labels : sequence of str, optional
        One for each point. Whitespace is made visible.
    title : str
        The finding.
    groups : sequence, optional
        The group of each point; groups differ in color and in shape.
    x_label, y_label : str
        What the axes measure, with units.
    equal : bool
        Whether one unit is as long on both axes.
    height, width : float
        Inches.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If `points` has another shape, or labels or groups another length.
    """
    xy = np.asarray(points, dtype=float)
    if xy.ndim != 2 or xy.shape[1] != 2 or len(xy) == 0:
        raise ValueError(f"scatter2d: points must have shape (N, 2), but they have {xy.shape}.")
    names = token_labels(labels, len(xy), "labels") if labels is not None else []
    if groups is not None and len(groups) != len(xy):
        raise ValueError(f"scatter2d: there are {len(xy)} points but {len(groups)} groups.")
    of = [str(group) for group in groups] if groups is not None else [""] * len(xy)
    kinds = list(dict.fromkeys(of))
    right = 0.25 if len(kinds) == 1 else 0.5 + widest(kinds, TICK_SIZE)
    top = title_height(title, width)
    figure = blank(width, height + top - 0.4)
    ax = place(figure, 0.8, 0.58, width - 0.8 - right, height - 0.98)
    for index, kind in enumerate(kinds):
        chosen = np.array([group == kind for group in of])
        ax.scatter(xy[chosen, 0], xy[chosen, 1], s=22, color=COLORS[index % len(COLORS)],
                   marker=MARKERS[index % len(MARKERS)], label=kind, linewidth=0)  # fmt: skip
    if equal:
        ax.set_aspect("equal", adjustable="datalim")
    ax.margins(0.07)
    grid(ax, "both")
    if names:
        _write_names(ax, xy, names)
    if len(kinds) > 1:
        ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=TICK_SIZE,
                  handletextpad=0.1)  # fmt: skip
    ax.set_xlabel(x_label, size=LABEL_SIZE)
    ax.set_ylabel(y_label, size=LABEL_SIZE)
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Scatter plot')} of {len(xy)} points"
        f"{f' in {len(kinds)} groups' if len(kinds) > 1 else ''}; {_nearest(xy, names)}"
    )
    return figure


def _write_names(ax: mpl.Axes, xy: np.ndarray, names: Sequence[str]) -> None:
    """Write each name beside its point, on the first of four sides where it covers nothing."""
    ax.autoscale_view()
    pixels = ax.transData.transform(xy) / figure_of(ax).dpi
    high = SMALL_SIZE / 72 * 1.1
    taken = [(x - 0.03, y - 0.03, x + 0.03, y + 0.03) for x, y in pixels]
    for index, name in enumerate(names):
        x, y = pixels[index]
        wide = text_width(name, SMALL_SIZE, math=False)
        sides = (
            (x + 0.06, y - high / 2, "left", "center", (4.5, 0)),
            (x - 0.06 - wide, y - high / 2, "right", "center", (-4.5, 0)),
            (x - wide / 2, y + 0.05, "center", "bottom", (0, 4)),
            (x - wide / 2, y - 0.05 - high, "center", "top", (0, -4)),
        )
        for left, low, ha, va, offset in sides:
            box = (left, low, left + wide, low + high)
            others = taken[:index] + taken[index + 1 :]
            if not any(_overlap(box, other) for other in others):
                taken.append(box)
                ax.annotate(name, xy[index], offset, textcoords="offset points", size=SMALL_SIZE,
                            color=INK, ha=ha, va=va, parse_math=False)  # fmt: skip
                break


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _nearest(xy: np.ndarray, names: Sequence[str]) -> str:
    """Say which two points are nearest to each other."""
    if len(xy) < 2 or not names:
        return f"x from {number(xy[:, 0].min())} to {number(xy[:, 0].max())}."
    distances = np.linalg.norm(xy[:, None] - xy[None], axis=-1)
    distances[np.diag_indices(len(xy))] = np.inf
    i, j = (int(n) for n in np.unravel_index(np.round(distances, 6).argmin(), distances.shape))
    return f"nearest to each other are '{names[i]}' and '{names[j]}'."
