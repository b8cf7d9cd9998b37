"""The figure of lines of different lengths in one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.style import (
    GRID,
    INK,
    LABEL_SIZE,
    MASKED_FACE,
    MASKED_HATCH,
    SMALL_SIZE,
    WIDTH,
    blank,
    place,
    text_width,
    title_height,
    write_title,
)

ROW = 0.42
"""Height of a row in inches: two lines of text fit into it."""

LEFT, BELOW = 0.3, 0.45
"""Room for the numbers of the rows, and for those of the columns with their name, in inches."""


def tokens_in_rows(batch: Any, is_token: Any, tokens: Sequence[str]) -> mpl.Figure:
    """Draw an array of ids with each token written above its id, and padding hatched.

    Parameters
    ----------
    batch : int ndarray, shape (B, T)
    is_token : bool ndarray, shape (B, T)
        False where a place is filled with padding.
    tokens : sequence of str
        The token of each id.

    Returns
    -------
    Picture
    """
    batch, is_token = np.asarray(batch), np.asarray(is_token)
    rows, columns = batch.shape
    title = f"{rows} lines in an array of shape {batch.shape}: "
    title += f"{1 - is_token.mean():.0%} of it is padding"
    edges, size = _columns(batch, is_token, tokens)
    picture = blank(WIDTH, title_height(title, WIDTH) + ROW * rows + BELOW)
    ax = place(picture, LEFT, BELOW, edges[-1], ROW * rows)
    ax.set_xlim(0, edges[-1])
    ax.set_ylim(rows, 0)
    for (row, column), token in np.ndenumerate(batch):
        left, wide = edges[column], edges[column + 1] - edges[column]
        if not is_token[row, column]:
            ax.add_patch(
                mpl.Rectangle((left, row), wide, 1, facecolor=MASKED_FACE, hatch="////",
                              edgecolor=MASKED_HATCH, linewidth=0)
            )  # fmt: skip
            continue
        ax.add_patch(mpl.Rectangle((left, row), wide, 1, fill=False, edgecolor=GRID))
        for text, down in ((tokens[token], 0.32), (str(token), 0.74)):
            ax.text(left + wide / 2, row + down, text, ha="center", va="center", size=size,
                    color=INK, parse_math=False)  # fmt: skip
    ax.set_xticks((edges[1:] + edges[:-1]) / 2, [str(column) for column in range(columns)])
    ax.set_yticks(np.arange(rows) + 0.5, [str(row + 1) for row in range(rows)])
    ax.tick_params(labelsize=SMALL_SIZE, length=0, colors=INK)
    ax.set_xlabel("position in the line (hatched: <pad>)", size=LABEL_SIZE)
    for spine in ax.spines.values():
        spine.set_visible(False)
    write_title(picture, title)
    counts = ", ".join(str(count) for count in is_token.sum(axis=1))
    picture.alt = f"{title}. Tokens in the lines: {counts}. Each cell holds a token and its id."
    return picture


def _columns(batch: np.ndarray, is_token: np.ndarray, tokens: Sequence[str]) -> tuple[Any, float]:
    """Return the edges of the columns in inches, each as wide as its words, and a size of text."""
    widest = np.array([
        max(
            text_width(text, SMALL_SIZE, math=False)
            for token in column[shown]
            for text in (tokens[token], str(token), "000")
        )
        for column, shown in zip(batch.T, is_token.T, strict=True)
    ])  # fmt: skip
    room = WIDTH - LEFT - 0.1
    size = min(SMALL_SIZE, SMALL_SIZE * 0.9 * room / widest.sum())
    widths = widest * size / SMALL_SIZE
    spare = (room - widths.sum()) / len(widths)
    return np.concatenate(([0.0], np.cumsum(widths + spare))), size
