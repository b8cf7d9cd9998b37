"""The figure that reads attention over a text: the words shaded by the weights of one query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.shaded_text import MARGIN, Page, lay_out, page_height, word_of
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    widest,
)

TOP = 6
"""How many keys are listed beside the heatmap."""


class AttentionPicker(Stage):
    """The heatmap of one head with one query marked, and the text shaded by that query's weights.

    Parameters
    ----------
    weights : mapping of str to ndarray, shape (H, T, T)
        The attention under each mask, by the name of the mask.
    tokens : sequence of str
        The text. A token that is a line break, or ends in one, ends its line.
    masks : mapping of str to bool ndarray that broadcasts to (T, T), optional
        True = may attend. Where one is given, masked cells are hatched.

    Raises
    ------
    ValueError
        If the weights have other shapes, or the tokens another number.
    """

    def __init__(
        self,
        weights: Mapping[str, Any],
        tokens: Sequence[str],
        masks: Mapping[str, Any] | None = None,
    ) -> None:
        count = len(tokens)
        self.names = token_labels([word_of(token) for token in tokens], count, "tokens")
        self.weights = {name: _checked(name, w, count) for name, w in weights.items()}
        self.allowed = {
            name: cells.as_mask((masks or {}).get(name), (count, count), "AttentionPicker")
            for name in self.weights
        }
        lines = lay_out(tokens, WIDTH - 2 * MARGIN)
        text_height = page_height(lines)
        wide = min(4.5, 0.34 * count)
        below = cells.column_room(self.names, wide) + 0.42
        height = below + wide + 0.2 + text_height + 0.56
        super().__init__(blank(WIDTH, height), weights, tokens, masks)

        self.page = Page(self.picture, lines, height - 0.56 - text_height)

        left = 0.45 + widest(self.names, TICK_SIZE)
        self.map = place(self.picture, left, below, wide, wide)
        self.image = cells.paint(
            self.map, np.zeros((count, count)), SEQUENTIAL, 0, 1, np.ones((count, count), bool)
        )
        cells.row_labels(self.map, self.names, wide)
        cells.column_labels(self.map, self.names, wide)
        w, h = WIDTH, height
        self.picture.text(0.1 / w, (below + wide / 2) / h, "query (row)", rotation=90, va="center",
                          size=LABEL_SIZE)  # fmt: skip
        self.picture.text((left + wide / 2) / w, 0.1 / h, "key (column)", ha="center",
                          size=LABEL_SIZE)  # fmt: skip
        self.row = mpl.Rectangle(
            (-0.5, -0.5), count, 1, fill=False, edgecolor=COLORS[1], linewidth=2
        )
        self.map.add_patch(self.row)

        room = WIDTH - left - wide - 0.25
        name_width = min(widest(self.names, TICK_SIZE) + 0.2, room * 0.6)
        listed = min(TOP, count)
        ax = place(self.picture, left + wide + 0.2 + name_width, below + wide - 0.3 * listed - 0.1,
                   room - name_width - 0.35, 0.3 * listed)  # fmt: skip
        ax.set_axis_off()
        ax.set_xlim(0, 1)
        ax.set_ylim(listed - 0.5, -0.5)
        self.bars = list(ax.barh(range(listed), [0] * listed, 0.62, color=COLORS[0]))
        self.keys = [
            ax.text(-0.04, i, "", ha="right", va="center", size=TICK_SIZE, parse_math=False)
            for i in range(listed)
        ]
        self.shares = [
            ax.text(0, i, "", va="center", size=SMALL_SIZE, color=INK) for i in range(listed)
        ]
        ax.text(0, 1.03, "weight", transform=ax.transAxes, size=SMALL_SIZE, color=INK)
        self.hatch: mpl.PathPatch | None = None
        self.hatched = ""
        self.animate(self.page.shades, self.image)
        self.keep_above(self.page.texts)
        self.animate(self.row, self.bars, self.keys, self.shares)

    def update(self, query: int, head: int = 0, mask: str | None = None) -> None:  # type: ignore[override]
        """Mark one query of one head, both counted from 0, under one of the masks."""
        mask = next(iter(self.weights)) if mask is None else mask
        matrix, allowed = self.weights[mask][head], self.allowed[mask]
        row = np.where(allowed[query], matrix[query], 0.0)
        self.image.set_data(np.where(allowed, matrix, np.nan))
        self.image.set_clim(0, float(np.where(allowed, matrix, 0).max()) or 1.0)
        if mask != self.hatched:
            self.hatched = mask
            if self.hatch is not None:
                self.hatch.remove()
            self.hatch = cells.hatch(self.map, allowed)
            self.redraw_background()
        self.row.set_y(query - 0.5)
        self.page.shade(row, query)
        best = np.argsort(-np.round(row, 9), kind="stable")[: len(self.bars)]
        for bar, key, share, index in zip(self.bars, self.keys, self.shares, best, strict=True):
            shown = bool(allowed[query, index])
            bar.set_width(row[index])
            key.set_text(self.names[index] if shown else "")
            share.set_text(f"{row[index]:.2f}" if shown else "")
            share.set_x(row[index] + 0.03)
        under = f", {mask}" if len(self.weights) > 1 else ""
        alike = int(np.isclose(row, row[best[0]], rtol=1e-2, atol=0).sum())
        where = (
            f"attends most to '{self.names[best[0]]}', {row[best[0]]:.2f}"
            if alike == 1
            else f"attends to {alike} tokens alike, {row[best[0]]:.2f} each"
        )
        title = f"Head {head + 1}{under}: '{self.names[query]}' {where}"
        self.title(title)
        others = [f"'{self.names[i]}' {number(row[i])}" for i in best[1:4] if allowed[query, i]]
        self.picture.alt = (
            f"{begin(title, 'Heatmap')} of the attention weights of {len(row)} tokens with the row "
            f"of token {query} marked, and the text shaded by its weights."
            + (f" After '{self.names[best[0]]}' come {', '.join(others)}." if others else "")
        )


def _checked(name: str, weights: Any, count: int) -> np.ndarray:
    array = np.asarray(weights, dtype=float)
    if array.ndim != 3 or array.shape[1:] != (count, count):
        raise ValueError(
            f"AttentionPicker: the weights '{name}' have shape {array.shape}; with {count} tokens "
            f"they must have shape (H, {count}, {count}). Index the batch away first."
        )
    return array
