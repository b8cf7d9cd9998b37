"""The figure of a model that writes: at each step what it looks at and what it might write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots.bar_charts import lay_rows
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.shaded_text import MARGIN, Page, lay_out, page_height
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    widest,
)

TOP = 8
"""How many candidates are listed."""

ALL = -1
"""In place of a head: the mean of all heads."""


class Writing(Stage):
    """A text as it was written: shaded by attention, with the candidates for one of its tokens.

    Parameters
    ----------
    tokens : sequence of str
        The prompt and what was written.
    start : int
        How many of them are the prompt.
    probabilities : array_like, shape (steps, vocab_size)
        What was drawn from at each step; step 0 wrote tokens[start].
    weights : array_like, shape (steps, n_heads, len(tokens))
        How much each head looked at each token at that step; 0 where it could not.
    vocabulary : sequence of str
        The tokens that the columns of `probabilities` stand for.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

    def __init__(
        self,
        tokens: Sequence[str],
        start: int,
        probabilities: Any,
        weights: Any,
        vocabulary: Sequence[str],
    ) -> None:
        self.tokens, self.start = list(tokens), start
        self.probabilities = np.asarray(probabilities, dtype=float)
        self.weights = np.asarray(weights, dtype=float)
        steps = len(self.tokens) - start
        if self.probabilities.shape != (steps, len(vocabulary)):
            raise ValueError(
                f"Writing: probabilities have shape {self.probabilities.shape}; {steps} steps and "
                f"{len(vocabulary)} tokens need ({steps}, {len(vocabulary)})."
            )
        if self.weights.ndim != 3 or self.weights.shape[::2] != (steps, len(self.tokens)):
            raise ValueError(
                f"Writing: weights have shape {self.weights.shape}; they must be "
                f"({steps}, n_heads, {len(self.tokens)})."
            )
        self.labels = token_labels(vocabulary, len(vocabulary), "vocabulary")
        self.names = token_labels(self.tokens, len(self.tokens), "tokens")
        self.ids = {token: at for at, token in enumerate(vocabulary)}
        lines = lay_out(self.tokens, WIDTH - 2 * MARGIN)
        text_height = page_height(lines)
        listed = min(TOP, len(vocabulary))
        tall = 0.27 * listed
        height = 0.55 + tall + 0.35 + text_height + 0.6
        super().__init__(blank(WIDTH, height), tokens, start, probabilities, weights, vocabulary)
        self.page = Page(self.picture, lines, height - 0.6 - text_height)
        left = 0.45 + widest(self.labels, TICK_SIZE)
        ax = place(self.picture, left, 0.55, WIDTH - left - 0.6, tall)
        rows = range(listed)
        self.bars = ax.barh(rows, np.zeros(listed), 0.7, color=COLORS[0])
        self.candidates = [
            ax.text(-0.012, row, "", ha="right", va="center", size=TICK_SIZE, color=INK,
                    parse_math=False)
            for row in rows
        ]  # fmt: skip
        self.shares = [ax.text(0, row, "", va="center", size=SMALL_SIZE, color=INK) for row in rows]
        ax.set_xlim(0, 1)
        ax.set_yticks([])
        ax.set_xlabel("probability of the next token (orange: the one that was written)",
                      size=LABEL_SIZE)  # fmt: skip
        lay_rows(ax, listed)
        self.animate(self.page.shades)
        self.keep_above(self.page.texts)
        self.animate(self.bars, self.candidates, self.shares)

    def update(self, step: int, head: int = ALL) -> None:  # type: ignore[override]
        """Show one step, and the weights of one head, or with ALL the mean of all heads."""
        place_, row = self.start + step, self.probabilities[step]
        looked = self.weights[step].mean(axis=0) if head == ALL else self.weights[step][head]
        self.page.shade(looked, place_)
        for index, shade in enumerate(self.page.shades):
            shade.set_visible(index == place_ or looked[index] > 0)  # white ones need not be drawn
        written = self.ids[self.tokens[place_]]
        order = np.argsort(-np.round(row, 12), kind="stable")
        rank = int(np.flatnonzero(order == written)[0]) + 1
        parts = zip(self.bars, self.candidates, self.shares, order, strict=False)
        for bar, name, share, token in parts:
            bar.set_width(row[token])
            bar.set_color(COLORS[1] if token == written else COLORS[0])
            name.set_text(self.labels[token])
            share.set_text(f"{row[token]:.2f}" if row[token] >= 0.005 else "")
            share.set_x(row[token] + 0.01)
        most = int(np.round(looked, 9).argmax())
        who = "All heads" if head == ALL else f"Head {head + 1}"
        back = place_ - 1 - most
        where = f"{back} back" if back else "just read"
        title = (
            f"Step {step + 1}: '{self.names[place_]}' is written, number {rank} of its list, "
            f"with {row[written]:.2f}. {who} looked most at '{self.names[most]}', "
            f"{where}, {looked[most]:.2f}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Bars')} of the candidates: "
            + ", ".join(f"'{self.labels[t]}' {number(row[t])}" for t in order[:5])
            + f". Above them the text of {len(self.tokens)} tokens, shaded by attention, with "
            f"token {place_} framed."
        )
