"""The figure that looks at one sentence through one head of a real model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import cells, mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, telling_rows, token_labels
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

SIDE = 4.1
"""Inches of the heatmap, whatever the length of the sentence."""


class HeadReader(Stage):
    """The attention of one head over one sentence, and the roles that this head plays.

    Parameters
    ----------
    readings : sequence of Reading
        Each with `tokens` and `weights`, shape (n_layers, n_heads, T, T).
    scores : mapping of str to ndarray, shape (n_layers, n_heads)
        How well each head plays each role.
    pronouns : sequence of Pronoun or None, optional
        For each sentence its pronoun, the noun that it stands for, and another.

    Raises
    ------
    ValueError
        If a sentence has no weights, or there is not one pronoun for each.
    """

    def __init__(
        self,
        readings: Sequence[Any],
        scores: Mapping[str, Any],
        pronouns: Sequence[Any] | None = None,
    ) -> None:
        self.readings = list(readings)
        self.pronouns = list(pronouns) if pronouns is not None else [None] * len(self.readings)
        if len(self.pronouns) != len(self.readings):
            raise ValueError(
                f"HeadReader: {len(self.pronouns)} pronouns for {len(self.readings)} sentences."
            )
        for index, reading in enumerate(self.readings):
            if not reading.weights.size:
                raise ValueError(f"HeadReader: sentence {index} comes without attention weights.")
        self.names = [token_labels(r.tokens, len(r.tokens), "tokens") for r in self.readings]
        self.scores = {role: np.asarray(score, dtype=float) for role, score in scores.items()}
        labels = [name for names in self.names for name in names]
        left = 0.42 + widest(labels, TICK_SIZE)
        below = widest(labels, TICK_SIZE) + 0.42
        height = below + SIDE + 0.45
        super().__init__(blank(WIDTH, height), readings, scores, pronouns)

        self.map = place(self.picture, left, below, SIDE, SIDE)
        self.image = cells.paint(
            self.map, np.zeros((1, 1)), "viridis", 0.0, 1.0, np.ones((1, 1), bool)
        )
        w, h = WIDTH, height
        self.picture.text(0.1 / w, (below + SIDE / 2) / h, "query (row)", rotation=90, va="center",
                          size=LABEL_SIZE)  # fmt: skip
        self.picture.text((left + SIDE / 2) / w, 0.1 / h, "key (column)", ha="center",
                          size=LABEL_SIZE)  # fmt: skip
        self.right, self.wrong = (
            mpl.Rectangle(
                (0, 0), 1, 1, fill=False, edgecolor=COLORS[1], linewidth=2, linestyle=style
            )
            for style in ("-", ":")
        )
        for mark in (self.right, self.wrong):
            self.map.add_patch(mark)

        begins = left + SIDE + 0.3 + widest(self.scores, TICK_SIZE)
        tall = 0.3 * len(self.scores)
        ax = place(self.picture, begins, below + SIDE - tall - 0.25, w - begins - 0.5, tall)
        ax.set_axis_off()
        ax.set_xlim(0, 1)
        ax.set_ylim(len(self.scores) - 0.5, -0.5)
        ax.text(0, 1.03, "mean over sentences", transform=ax.transAxes, size=SMALL_SIZE,
                color=INK, ha="center")  # fmt: skip
        for line, role in enumerate(self.scores):
            ax.text(-0.05, line, role, ha="right", va="center", size=TICK_SIZE, color=INK)
        self.bars = list(ax.barh(range(len(self.scores)), 0.0, 0.62, color=COLORS[0]))
        self.values = [
            ax.text(0, i, "", va="center", size=SMALL_SIZE, color=INK) for i in range(len(scores))
        ]
        scale = place(self.picture, left + SIDE + 0.3, below + 1.05, 1.8, 0.12)
        bar = self.picture.colorbar(self.image, cax=scale, orientation="horizontal")
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize=SMALL_SIZE, length=2, colors=INK)
        bar.ax.set_title("attention weight", size=SMALL_SIZE, color=INK, loc="left", pad=3)
        if any(self.pronouns):
            self.picture.text(
                (left + SIDE + 0.3) / w, below / h,
                "framed: from the pronoun\nto its noun (solid)\nand to the other (dotted)",
                size=SMALL_SIZE, color=INK, va="bottom",
            )  # fmt: skip
        self.shown = -1
        self.animate(self.image, self.right, self.wrong, self.bars, self.values)

    def update(self, sentence: int, block: int, head: int) -> None:  # type: ignore[override]
        """Show a sentence, counted from 0, through a head of a block, both counted from 1."""
        names, reading = self.names[sentence], self.readings[sentence]
        weights = np.asarray(reading.weights[block - 1, head - 1], dtype=float)
        if sentence != self.shown:
            self._label(names)
            self.shown = sentence
        self.image.set_data(weights)
        title = f"Block {block}, head {head}: {self._finding(sentence, weights)}"
        self.title(title)
        for bar, value, score in zip(self.bars, self.values, self.scores.values(), strict=True):
            share = float(score[block - 1, head - 1])
            bar.set_width(share)
            value.set_text(f"{share:.2f}")
            value.set_x(share + 0.04)
        roles = ", ".join(
            f"{role} {number(score[block - 1, head - 1])}" for role, score in self.scores.items()
        )
        self.picture.alt = (
            f"{begin(title, 'Heatmap')} of the attention weights in the sentence "
            f"'{' '.join(names[1:-1])}'. On average this head gives: {roles}."
        )

    def _label(self, names: list[str]) -> None:
        """Name the rows and columns of another sentence."""
        count = len(names)
        self.image.set_extent((-0.5, count - 0.5, count - 0.5, -0.5))
        for ticks in (self.map.set_xticks, self.map.set_yticks):
            ticks(range(count))
        self.map.set_yticklabels(names, size=TICK_SIZE, parse_math=False, color=INK)
        self.map.set_xticklabels(names, size=TICK_SIZE, rotation=90, parse_math=False, color=INK)
        self.redraw_background()

    def _finding(self, sentence: int, weights: np.ndarray) -> str:
        """Frame the pronoun's keys, if there is one, and say what is to be seen."""
        names, case = self.names[sentence], self.pronouns[sentence]
        for mark in (self.right, self.wrong):
            mark.set_visible(case is not None)
        if case is None:
            ((i, j),) = telling_rows(weights, np.ones(weights.shape, bool), 1)
            return f"'{names[i]}' looks at '{names[j]}' with {weights[i, j]:.2f}"
        row = names.index(case.pronoun)
        given = []
        for mark, noun in ((self.right, case.antecedent), (self.wrong, case.other)):
            column = names.index(noun)
            mark.set_xy((column - 0.5, row - 0.5))
            given.append(f"{weights[row, column]:.2f} to '{noun}'")
        return f"'{case.pronoun}' gives {given[0]} and {given[1]}"
