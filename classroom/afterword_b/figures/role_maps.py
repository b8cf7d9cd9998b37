"""The figure that shows which head of a model plays which role: a map of blocks and heads each."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    title_height,
    write_title,
)

ACROSS = 2
_LEFT, _RIGHT, _BELOW, _GAP = 0.75, 0.85, 0.5, 0.35


def role_maps(scores: Mapping[str, Any], title: str = "", label: str = "mean weight") -> mpl.Figure:
    """Draw a map for each role: block by head, its highest score outlined.

    Parameters
    ----------
    scores : mapping of str to ndarray, shape (n_layers, n_heads)
        For each role how well each head plays it, between 0 and 1.
    title : str
        The finding; by default which role has the best head, and which has most of all attention.
    label : str
        What the colors measure.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If the maps have not all the same shape, of two axes.
    """
    maps = {role: np.asarray(score, dtype=float) for role, score in scores.items()}
    shapes = sorted({array.shape for array in maps.values()})
    if len(shapes) != 1 or len(shapes[0]) != 2:
        raise ValueError(
            "role_maps: each role has an array (n_layers, n_heads), all of one shape, but the "
            f"shapes are {', '.join(map(str, shapes)) or 'none'}."
        )
    n_layers, n_heads = shapes[0]
    title = title or _finding(maps)
    down = math.ceil(len(maps) / ACROSS)
    panel = (WIDTH - _LEFT - _RIGHT - _GAP * (ACROSS - 1)) / ACROSS
    tall = panel * n_layers / n_heads
    top = title_height(title, WIDTH) + 0.22
    figure = blank(WIDTH, top + down * tall + (down - 1) * 0.34 + _BELOW)
    w, h = figure.get_size_inches()
    found = []
    for index, (role, score) in enumerate(maps.items()):
        row, column = divmod(index, ACROSS)
        bottom = h - top - (row + 1) * tall - row * 0.34
        ax = place(figure, _LEFT + column * (panel + _GAP), bottom, panel, tall)
        image = cells.paint(ax, score, SEQUENTIAL, 0.0, 1.0, np.ones(score.shape, bool))
        block, head = (int(n) for n in np.unravel_index(score.argmax(), score.shape))
        edge = mpl.Rectangle((head - 0.5, block - 0.5), 1, 1, fill=False, edgecolor=COLORS[1],
                         linewidth=2, clip_on=False)  # fmt: skip
        ax.add_patch(edge)
        best = f"{score[block, head]:.2f} in block {block + 1}, head {head + 1}"
        ax.set_title(f"{role}: {best}", size=LABEL_SIZE, loc="left", pad=3, color=INK)
        found.append(f"{role} {best}, mean of all {number(score.mean())}")
        ax.set_yticks(range(n_layers) if column == 0 else [])
        if column == 0:
            ax.set_yticklabels([str(n + 1) for n in range(n_layers)], size=TICK_SIZE)
        last = index + ACROSS >= len(maps)
        ax.set_xticks(range(n_heads) if last else [])
        if last:
            ax.set_xticklabels([str(n + 1) for n in range(n_heads)], size=TICK_SIZE)
        if index == ACROSS - 1 or len(maps) < ACROSS:
            cells.color_bar(ax, image, label)
    figure.text(0.12 / w, (_BELOW + (h - top - _BELOW) / 2) / h, "block", rotation=90,
                va="center", ha="left", size=LABEL_SIZE)  # fmt: skip
    middle = _LEFT + (ACROSS * panel + (ACROSS - 1) * _GAP) / 2
    figure.text(middle / w, 0.06 / h, "head", va="bottom", ha="center", size=LABEL_SIZE)
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Heatmaps')} of {n_layers} blocks by {n_heads} heads, one for each role. "
        f"The highest {label}: {'; '.join(found)}."
    )
    return figure


def _finding(maps: Mapping[str, np.ndarray]) -> str:
    best = max(maps, key=lambda role: maps[role].max())
    most = max(maps, key=lambda role: maps[role].mean())
    return (
        f"One head gives {maps[best].max():.2f} to {best}; {maps[most].mean():.0%} of all "
        f"attention goes to {most}"
    )
