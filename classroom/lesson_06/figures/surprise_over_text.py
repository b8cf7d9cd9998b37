"""The figure that reads surprise over a text: the characters shaded, one of them looked into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.bar_charts import lay_rows
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, visible
from classroom.plots.shaded_text import LINE, MARGIN, Page, lay_out, page_height, shade_color
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
)

LISTED = 7
"""How many characters are listed for the chosen place; the right one is always among them."""


class Surprises(Stage):
    """A text shaded by the surprise of each character, and what was expected at one place.

    Parameters
    ----------
    log_p : mapping of str to ndarray, shape (T, V)
        Log-probabilities of each character of the text under each model, by the model's name.
    targets : int array (T,)
        Which characters came.
    tokens : sequence of str
        The V characters of the vocabulary.

    Raises
    ------
    ValueError
        If the log-probabilities have another shape.
    """

    def __init__(self, log_p: Mapping[str, Any], targets: Any, tokens: Sequence[str]) -> None:
        self.targets = np.asarray(targets)
        self.tokens = [visible(token) for token in tokens]
        self.log_p = {name: np.asarray(rows, dtype=float) for name, rows in log_p.items()}
        shape = (len(self.targets), len(self.tokens))
        for name, rows in self.log_p.items():
            if rows.shape != shape:
                raise ValueError(f"Surprises: '{name}' has shape {rows.shape}, not {shape}.")
        at = np.arange(shape[0])
        self.bits = {name: -rows[at, self.targets] / np.log(2) for name, rows in self.log_p.items()}
        self.deepest = max(float(bits.max()) for bits in self.bits.values())
        lines = lay_out([tokens[i] for i in self.targets], WIDTH - 2 * MARGIN)
        text_height = page_height(lines)
        below, tall = 0.62, 0.27 * LISTED
        height = below + tall + 0.25 + text_height + 0.62
        super().__init__(blank(WIDTH, height), log_p, targets, tokens)
        self.page = Page(self.picture, lines, height - 0.6 - text_height)
        ax = place(self.picture, 0.95, below, WIDTH - 1.3, tall)
        ax.set_xlim(0, 1.06)
        ax.set_yticks([])
        ax.set_xlabel("probability that the model gave to it", size=LABEL_SIZE)
        lay_rows(ax, LISTED)
        self.bars = list(ax.barh(range(LISTED), [0] * LISTED, 0.7, color=COLORS[0]))
        self.names = [
            ax.text(-0.015, i, "", ha="right", va="center", size=TICK_SIZE, parse_math=False)
            for i in range(LISTED)
        ]
        self.shares = [
            ax.text(0, i, "", va="center", size=SMALL_SIZE, color=INK) for i in range(LISTED)
        ]
        self.frame_of_chosen = mpl.Rectangle(
            (0, 0), 0, LINE - 0.05, fill=False, edgecolor=COLORS[0], linewidth=1.8, zorder=1.5
        )
        self.page.ax.add_patch(self.frame_of_chosen)
        self.shaded = ""
        self.animate(self.frame_of_chosen)
        self.keep_above(self.page.texts)
        self.animate(self.bars, self.names, self.shares)

    def _shade_text(self, model: str) -> None:
        """Shade the text for another model: it then stands still while the place moves."""
        self.shaded = model
        # One scale for all models: the deepest shade is the greatest surprise under any of them.
        for shade, share in zip(self.page.shades, self.bits[model] / self.deepest, strict=True):
            shade.set_facecolor(shade_color(share))
        self.redraw_background()

    def update(self, place: int, model: str | None = None) -> None:  # type: ignore[override]
        """Look at the character at one place, with the eyes of one of the models."""
        model = next(iter(self.log_p)) if model is None else model
        bits, p = self.bits[model], np.exp(self.log_p[model][place])
        if model != self.shaded:
            self._shade_text(model)
        chosen = self.page.shades[place]
        self.frame_of_chosen.set_xy(chosen.get_xy())
        self.frame_of_chosen.set_width(chosen.get_width())
        target = int(self.targets[place])
        best = [int(i) for i in np.argsort(-np.round(p, 9), kind="stable")]
        rank = best.index(target)
        listed = best[:LISTED] if rank < LISTED else [*best[: LISTED - 1], target]
        for bar, name, share, index in zip(self.bars, self.names, self.shares, listed, strict=True):
            came = index == target
            bar.set_width(p[index])
            bar.set_color(COLORS[1] if came else COLORS[0])
            name.set_text(f"came: '{self.tokens[index]}'" if came else f"'{self.tokens[index]}'")
            name.set_color(ink_of(COLORS[1]) if came else INK)
            share.set_x(p[index] + 0.01)
            share.set_text(number(p[index]))
        title = (
            f"{model}: '{self.tokens[target]}' came, p = {number(p[target], 3)}: "
            f"{bits[place]:.2f} bits; the text's mean is {bits.mean():.2f} bits"
        )
        self.title(title)
        first = [f"'{self.tokens[i]}' {number(p[i])}" for i in best[:3]]
        self.picture.alt = (
            f"{begin(title, 'A text')} of {len(bits)} characters, shaded by surprise, the "
            f"character at place {place} marked. Expected most there: {', '.join(first)}."
        )
