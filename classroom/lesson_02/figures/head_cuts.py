"""The figure of features that are cut into heads: where each number goes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classroom.plots import mpl
from classroom.plots.style import COLORS, INK, LABEL_SIZE, SMALL_SIZE, TICK_SIZE, blank, place

CELL = 0.42
GAP = 0.16


def head_cuts(x: np.ndarray, n_heads: int, cuts: Mapping[str, np.ndarray]) -> mpl.Figure:
    """Draw x (T, d_model) and ways to cut it into heads, each (n_heads, T, d_k).

    The entries of x are all different. A color stands for the features of one head, a shade for a
    token.
    """
    T, d_model = x.shape
    d_k = d_model // n_heads
    place_of = {int(value): place for place, value in np.ndenumerate(x)}
    columns = {"x": x[None]} | {name: np.asarray(cut) for name, cut in cuts.items()}
    high = n_heads * T * CELL + (n_heads - 1) * (GAP + 0.2)
    wide = [max(1.9, CELL * blocks.shape[-1] + 0.4) for blocks in columns.values()]
    width = sum(wide) + 0.75
    figure = blank(width, high + 0.95)
    left = 0.75
    for room, (name, blocks) in zip(wide, columns.items(), strict=True):
        top = high + 0.15
        w, h = figure.get_size_inches()
        figure.text(left / w, (top + 0.48) / h, name, size=LABEL_SIZE, weight="bold", color=INK,
                    va="center")  # fmt: skip
        for head, block in enumerate(blocks):
            if len(blocks) > 1:
                figure.text(left / w, (top + 0.09) / h, f"head {head + 1}", size=SMALL_SIZE,
                            color=INK, va="center")  # fmt: skip
            tall = CELL * T
            ax = place(figure, left, top - tall, CELL * block.shape[1], tall)
            _paint(ax, block, place_of, T, d_k)
            if name == "x":
                for token in range(T):
                    ax.text(-0.62, token, f"token {token}", ha="right", va="center", size=TICK_SIZE)
            top -= tall + GAP + 0.2
        left += room
    first = "; ".join(
        f"after '{name}': " + " / ".join(" ".join(map(str, row)) for row in cut[0])
        for name, cut in cuts.items()
    )
    figure.alt = (
        f"Colored cells: x of {T} tokens and {d_model} features, numbered row by row, one color "
        f"for the features of each of {n_heads} heads, and beside it ways to cut it. The rows of "
        f"the first head {first}."
    )
    return figure


def _paint(
    ax: mpl.Axes, block: np.ndarray, place_of: dict[int, tuple[int, ...]], T: int, d_k: int
) -> None:
    ax.set_xlim(-0.5, block.shape[1] - 0.5)
    ax.set_ylim(block.shape[0] - 0.5, -0.5)
    ax.set_axis_off()
    for (row, column), value in np.ndenumerate(block):
        token, feature = place_of[int(value)]
        ax.add_patch(
            mpl.Rectangle(
                (column - 0.5, row - 0.5), 1, 1, facecolor=COLORS[feature // d_k],
                alpha=0.25 + 0.45 * token / max(1, T - 1), edgecolor="white", linewidth=2,
            )
        )  # fmt: skip
        ax.text(column, row, str(value), ha="center", va="center", size=LABEL_SIZE, color=INK)
