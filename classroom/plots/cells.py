"""The parts of every heatmap: cells, labels, values, the hatching of masked cells, color bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from classroom.plots import mpl
from classroom.plots.labels import decimals, every, number
from classroom.plots.style import (
    INK,
    LABEL_SIZE,
    MASKED_FACE,
    MASKED_HATCH,
    SMALL_SIZE,
    TICK_SIZE,
    blank,
    figure_of,
    ink_on,
    place,
    text_width,
    widest,
)

LEAST_CELL = 1.06 * SMALL_SIZE / 72
"""Inches of a row or column that has room for its label in the smallest letters."""

Values = bool | Literal["auto"]


def as_matrix(matrix: Any, name: str, meaning: str) -> np.ndarray:
    """Return `matrix` as a float array of two axes, or say what it is instead."""
    array = np.asarray(matrix)
    if array.ndim != 2 or array.size == 0:
        raise ValueError(
            f"{name}: a heatmap shows a matrix {meaning}, but this array has shape {array.shape}. "
            "Index the batch and the head away first, for instance weights[0, head]."
        )
    return array.astype(float)


def as_mask(mask: Any, shape: tuple[int, ...], name: str) -> np.ndarray:
    """Return a boolean mask broadcast to `shape` (True = may attend); all True for None."""
    if mask is None:
        return np.ones(shape, dtype=bool)
    array = np.asarray(mask)
    if array.dtype != bool:
        raise ValueError(
            f"{name}: a mask is boolean, True = may attend; this one has dtype {array.dtype}."
        )
    squeezed = array.reshape(array.shape[-2:]) if array.ndim > 2 and array.size else array
    try:
        return np.broadcast_to(squeezed, shape)
    except ValueError:
        raise ValueError(
            f"{name}: the mask has shape {array.shape} and the weights {shape}; "
            "the mask must broadcast to the weights."
        ) from None


def paint(
    ax: mpl.Axes, matrix: np.ndarray, cmap: str, vmin: float, vmax: float, mask: np.ndarray
) -> mpl.AxesImage:
    """Draw the cells of a matrix, and hatch in gray those where `mask` is False."""
    shown = np.where(mask, matrix, np.nan)
    image = ax.imshow(shown, cmap=cmap, vmin=vmin, vmax=vmax, aspect="auto", interpolation="none")
    hatch(ax, mask)
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0)
    return image


def hatch(ax: mpl.Axes, mask: np.ndarray) -> mpl.PathPatch | None:
    """Hatch in gray the cells where `mask` is False, all as one patch; None if there are none."""
    stretches = []
    for row, line in enumerate(mask):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], ~line, [0])).astype(int))) - 0.5
        for start, stop in edges.reshape(-1, 2):
            up, down = row - 0.5, row + 0.5
            corners = [(start, up), (stop, up), (stop, down), (start, down), (start, up)]
            stretches.append(mpl.Path(corners, closed=True))
    if not stretches:
        return None
    patch = mpl.PathPatch(
        mpl.Path.make_compound_path(*stretches), facecolor=MASKED_FACE, edgecolor=MASKED_HATCH,
        hatch="////", linewidth=0,
    )  # fmt: skip
    ax.add_patch(patch)
    return patch


def write_values(ax: mpl.Axes, image: mpl.AxesImage, matrix: np.ndarray, mask: np.ndarray) -> None:
    """Write each value into its cell, dark on light and light on dark."""
    colors = np.asarray(image.cmap(image.norm(matrix)))
    for (row, column), value in np.ndenumerate(matrix):
        if mask[row, column]:
            ax.text(
                column,
                row,
                decimals(value),
                ha="center",
                va="center",
                size=SMALL_SIZE,
                color=ink_on(colors[row, column].tolist()),
            )


def row_labels(ax: mpl.Axes, labels: Sequence[str], height: float) -> float:
    """Label the rows of axes `height` inches high; shrink, then thin out, so that none overlap.

    Returns the width in inches that the labels take.
    """
    size = min(TICK_SIZE, max(SMALL_SIZE, 72 * height / len(labels) * 0.9))
    step = every(len(labels), height, size / 72 * 1.05)
    if all(label.isdigit() for label in labels):
        step = _round_step(len(labels) / max(1.0, height / 0.22))
        size = TICK_SIZE
    ticks = list(range(0, len(labels), step))
    ax.set_yticks(ticks)
    ax.set_yticklabels([labels[i] for i in ticks], size=size, parse_math=False, color=INK)
    return widest([labels[i] for i in ticks], size)


def column_labels(ax: mpl.Axes, labels: Sequence[str], width: float) -> float:
    """Label the columns of axes `width` inches wide; turn, shrink or thin so that none overlap.

    Returns the height in inches that the labels take.
    """
    cell = width / len(labels)
    flat = widest(labels, TICK_SIZE)
    if flat < cell * 0.92:
        size, step, rotation, height = TICK_SIZE, 1, 0.0, TICK_SIZE / 72 * 1.2
    elif all(label.isdigit() for label in labels):
        size, rotation, height = TICK_SIZE, 0.0, TICK_SIZE / 72 * 1.2
        step = _round_step(flat * 1.3 / cell)
    else:
        size = min(TICK_SIZE, max(SMALL_SIZE, 72 * cell * 0.9))
        step = every(len(labels), width, size / 72 * 1.05)
        slanted = cell > 0.3
        rotation = 45.0 if slanted else 90.0
        long = widest(labels, size)
        height = long * 0.71 + size / 72 if slanted else long
    ticks = list(range(0, len(labels), step))
    ax.set_xticks(ticks)
    ax.set_xticklabels(
        [labels[i] for i in ticks],
        size=size,
        rotation=rotation,
        rotation_mode="anchor",
        ha="center" if rotation == 0 else "right",
        va="center" if rotation == 90 else "baseline" if rotation == 0 else "top",
        parse_math=False,
        color=INK,
    )
    ax.tick_params(axis="x", pad=size + 2 if rotation == 0 else 3)
    return height


def column_room(labels: Sequence[str], width: float) -> float:
    """Return the height in inches that the labels of columns `width` inches wide will take."""
    return column_labels(place(blank(1, 1), 0, 0, 1, 1), labels, width)


def _round_step(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, … that is not below `least`."""
    return next(step for power in range(9) for step in (10**power, 2 * 10**power, 5 * 10**power)
                if step >= least)  # fmt: skip


def color_bar(
    ax: mpl.Axes, mappable: mpl.ScalarMappable, label: str, gap: float = 0.12, width: float = 0.12
) -> float:
    """Draw a color bar to the right of `ax`. Returns the width in inches that it takes."""
    figure = figure_of(ax)
    w, h = figure.get_size_inches()
    box = ax.get_position()
    tall = min(box.height * h, 3.0)
    cax = place(figure, box.x1 * w + gap, box.y1 * h - tall, width, tall)
    bar = figure.colorbar(mappable, cax=cax)
    bar.outline.set_visible(False)
    bar.ax.tick_params(labelsize=SMALL_SIZE, length=2, colors=INK)
    bar.ax.locator_params(nbins=5)
    bar.set_label(label, size=LABEL_SIZE, color=INK)
    return bar_width(mappable, label)


def bar_width(mappable: mpl.ScalarMappable | None, label: str) -> float:
    """Width in inches to keep free for a color bar."""
    return 0.12 + 0.12 + 0.42 + (0.2 if label else 0.0)


def fits_values(values: Values, shape: tuple[int, ...], cell: tuple[float, float]) -> bool:
    """Decide whether the values are written into cells of `cell` inches (width, height)."""
    if values == "auto":
        return max(shape) <= 12 and cell[0] >= 0.36 and cell[1] >= 0.2
    if not isinstance(values, bool):
        raise TypeError(f"plots: values is True, False or 'auto', not {values!r}.")
    return values


def masked_key(ax: mpl.Axes, x: float, y: float) -> None:
    """Draw the little key that says what the hatching means, at `x`, `y` inches in the figure."""
    figure = figure_of(ax)
    w, h = figure.get_size_inches()
    figure.add_artist(
        mpl.Rectangle(
            (x / w, y / h),
            0.16 / w,
            0.13 / h,
            transform=figure.transFigure,
            facecolor=MASKED_FACE,
            edgecolor=MASKED_HATCH,
            hatch="/////",
            linewidth=0,
        )
    )
    figure.text((x + 0.21) / w, (y + 0.06) / h, "masked", size=SMALL_SIZE, va="center", color=INK)


def spread(matrix: np.ndarray, mask: np.ndarray) -> str:
    """Say in words from where to where the shown values go."""
    shown = matrix[mask & np.isfinite(matrix)]
    if shown.size == 0:
        return "no finite value is shown"
    return f"values from {number(shown.min())} to {number(shown.max())}"


def key_width() -> float:
    """Width in inches of the key for masked cells."""
    return 0.25 + text_width("masked", SMALL_SIZE)
