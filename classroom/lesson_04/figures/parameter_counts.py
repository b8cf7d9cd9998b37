"""The figure of a model's size: in which parts its parameters are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from classroom.plots.bar_charts import lay_rows
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin
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
from course_lib.params import TransformerConfig

PARTS = ("embedding", "positions", "attention", "feed-forward", "norms")


def parts_of(config: TransformerConfig) -> dict[str, int]:
    """Return how many parameters each part of a tied language model has."""
    d, d_ff, n = config.d_model, config.d_ff, config.n_layers
    norms = {"pre": 2 * n + 1, "post": 2 * n, "none": 0}[config.norm]
    counts = (
        config.vocab_size * d,
        config.max_len * d if config.positions == "learned" else 0,
        n * 4 * (d * d + d),
        n * (2 * d * d_ff + d_ff + d),
        norms * 2 * d,
    )
    return dict(zip(PARTS, counts, strict=True))


def in_words(count: float) -> str:
    """Return a number of parameters to three digits, with K, M or B.

    >>> in_words(950), in_words(124_439_808), in_words(174_604_259_328)
    ('950', '124M', '175B')
    """
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if count >= size:
            return f"{float(f'{count / size:.3g}'):g}{letter}"
    return f"{count:.0f}"


class Sizes(Stage):
    """The parts of a tied language model with d_ff = 4 d_model, as shares of its parameters.

    Parameters
    ----------
    count : callable
        From a TransformerConfig to the number of parameters, such as the reader's.
    max_len : int
        Learned positions.
    """

    def __init__(self, count: Callable[[TransformerConfig], int], max_len: int = 1024) -> None:
        self.count, self.max_len = count, max_len
        super().__init__(blank(WIDTH, 3.0), count, max_len)
        left = 0.3 + widest(PARTS, TICK_SIZE)
        ax = place(self.picture, left, 0.58, WIDTH - left - 1.1, 1.75)
        rows = np.arange(len(PARTS))
        self.bars = ax.barh(rows, np.zeros(len(rows)), 0.7, color=COLORS[0])
        self.texts = [
            ax.text(0, float(row), "", size=SMALL_SIZE, va="center", color=INK) for row in rows
        ]
        ax.set_yticks(rows)
        ax.set_yticklabels(PARTS, size=TICK_SIZE, color=INK)
        ax.set_xlim(0, 100)
        ax.set_xlabel("share of the parameters (%)", size=LABEL_SIZE)
        lay_rows(ax, len(rows))
        self.animate(self.bars, self.texts)

    def update(self, d_model: int, n_layers: int, vocab_size: int) -> None:  # type: ignore[override]
        """Show the sizes for a width, a depth and a vocabulary."""
        config = TransformerConfig(
            "decoder", vocab_size, d_model=d_model, n_heads=1, n_layers=n_layers,
            d_ff=4 * d_model, max_len=self.max_len, tied=True,
        )  # fmt: skip
        total, parts = self.count(config), parts_of(config)
        shares = {part: 100 * size / total for part, size in parts.items()}
        for bar, text, (part, share) in zip(self.bars, self.texts, shares.items(), strict=True):
            bar.set_width(share)
            text.set_x(share + 1)
            text.set_text(f"{share:.1f}%, {in_words(parts[part])}")
        largest = max(parts, key=lambda part: parts[part])
        blocks = f"{n_layers} block{'s' if n_layers > 1 else ''}"
        title = (
            f"{blocks} of d_model = {d_model}, {vocab_size:,} tokens: {in_words(total)} "
            f"parameters, most of them in the {largest}"
            if shares[largest] > 50
            else f"{blocks} of d_model = {d_model}, {vocab_size:,} tokens: {in_words(total)} "
            f"parameters, the largest part in the {largest}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Bars')} of the shares: "
            + ", ".join(f"{part} {share:.1f}%" for part, share in shares.items())
            + "."
        )


def shares(configs: Any) -> np.ndarray:
    """Return the shares of PARTS, 0 to 1, for each of some configurations, (N, 5)."""
    counts = np.array([list(parts_of(config).values()) for config in configs], dtype=float)
    return counts / counts.sum(axis=1, keepdims=True)
