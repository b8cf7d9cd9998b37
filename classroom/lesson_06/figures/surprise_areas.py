"""The figure of entropy, cross-entropy and KL divergence as areas."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals, number, token_labels
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
    text_width,
)

FACE, OVER, UNDER = "#b9d7ea", COLORS[1], COLORS[2]
TALLEST = 5.2
"""Bits at the upper edge."""
WIDE, TALL, BELOW = 2.7, 2.7, 0.95
"""Inches of a panel, and below it."""


class SurpriseAreas(Stage):
    """What happens as widths, the surprise at what is expected as heights; and the two exchanged.

    Parameters
    ----------
    p : array_like, shape (V,)
        How often each outcome really comes, none of them 0.
    names : sequence of str
        The V outcomes.
    entropy, kl_divergence : callable
        The reader's, of (p) and of (p, q), in nats.

    Raises
    ------
    ValueError
        If there is not one name for each outcome, or p does not sum to 1.
    """

    def __init__(
        self,
        p: Any,
        names: Sequence[str],
        entropy: Callable[..., Any],
        kl_divergence: Callable[..., Any],
    ) -> None:
        self.p = np.asarray(p, dtype=float)
        if self.p.ndim != 1 or self.p.min() <= 0 or abs(self.p.sum() - 1) > 1e-9:
            raise ValueError("SurpriseAreas: p must be positive shares that sum to 1.")
        self.labels = token_labels(names, len(self.p), "names")
        self.entropy, self.kl_divergence = entropy, kl_divergence
        super().__init__(
            blank(WIDTH, BELOW + TALL + 0.75), p, names, entropy, kl_divergence
        )  # fmt: skip
        middle = WIDTH / 2
        self.panels = [
            _Panel(self, 0.6, "p happens, q is expected", "p", "q"),
            _Panel(self, 0.6 + middle, "exchanged: q happens, p is expected", "q", "p"),
        ]
        self._write_key()

    def _write_key(self) -> None:
        ax = place(self.picture, 0.1, 0.08, WIDTH - 0.2, 0.24)
        ax.set_axis_off()
        ax.set_xlim(0, WIDTH - 0.2)
        ax.set_ylim(0, 0.24)
        x = 0.4
        for text, style in (
            ("in both areas", _BOTH),
            ("in the cross-entropy alone", _OVER),
            ("in the entropy alone", _UNDER),
        ):
            ax.add_patch(mpl.Rectangle((x, 0.05), 0.2, 0.14, **style))
            ax.text(x + 0.27, 0.12, text, size=TICK_SIZE, color=INK, va="center")
            x += 0.27 + text_width(text, TICK_SIZE) + 0.28
        ax.text(x, 0.12, "KL: striped minus dotted", size=TICK_SIZE, color=INK, va="center",
                weight="bold")  # fmt: skip

    def update(self, **weights: float) -> None:
        """Expect each outcome with its weight over the sum of all, named in the order of `p`."""
        q = np.array(list(weights.values()), dtype=float)
        if q.shape != self.p.shape:
            raise ValueError(f"SurpriseAreas: {len(self.p)} weights are needed, not {q.size}.")
        q = q / q.sum()
        bits = []
        for panel, (happens, expected) in zip(
            self.panels, ((self.p, q), (q, self.p)), strict=True
        ):  # fmt: skip
            own = float(self.entropy(happens)) / np.log(2)
            lost = float(self.kl_divergence(happens, expected)) / np.log(2)
            bits.append((own, lost))
            panel.move(happens, expected, own, lost)
        (own, lost), (_, back) = bits
        title = (
            f"Cross-entropy {own + lost:.2f} bits, entropy {own:.2f}: KL is {abs(lost):.2f}; "
            f"exchanged {abs(back):.2f}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Two areas')} over a width of 1. Left the widths are p and the heights "
            "the surprise at q, right the other way round. "
            + ", ".join(
                f"'{name}' p {number(a)} q {number(b)}, surprise {-np.log2(b):.2f} instead of "
                f"{-np.log2(a):.2f} bits"
                for name, a, b in zip(self.labels, self.p, q, strict=True)
            )
            + "."
        )


_BOTH = {"facecolor": FACE, "linewidth": 0}
_OVER = {"facecolor": OVER, "edgecolor": "white", "hatch": "////", "linewidth": 0}
_UNDER = {"facecolor": "white", "edgecolor": UNDER, "hatch": "....", "linewidth": 1.2,
          "linestyle": "--"}  # fmt: skip


class _Panel:
    """One area: what happens along the width, the surprise at what is expected as the height."""

    def __init__(self, stage: SurpriseAreas, left: float, name: str, what: str, said: str) -> None:
        self.stage, count = stage, len(stage.labels)
        ax = place(stage.picture, left, BELOW, WIDE, TALL)
        ax.set_xlim(0, 1)
        ax.set_ylim(0, TALLEST)
        ax.set_yticks(range(6))
        ax.set_xticks([])
        ax.set_ylabel(f"surprise at {said}, bits", size=LABEL_SIZE)
        ax.set_xlabel(f"widths: how often it happens, {what}", size=LABEL_SIZE, labelpad=30)
        ax.set_title(name, size=LABEL_SIZE, weight="bold", color=INK, loc="left", pad=5)
        self.met = [ax.add_patch(mpl.Rectangle((0, 0), 0, 0, **_BOTH))
                    for _ in range(count)]  # fmt: skip
        self.over = [ax.add_patch(mpl.Rectangle((0, 0), 0, 0, **_OVER)) for _ in range(count)]
        self.under = [ax.add_patch(mpl.Rectangle((0, 0), 0, 0, **_UNDER)) for _ in range(count)]
        self.cuts = mpl.LineCollection([], colors="white", linewidths=1.2, zorder=1.5)
        ax.add_collection(self.cuts)
        (self.edge,) = ax.plot([], [], color=INK, linewidth=1.6)
        (self.cross,) = ax.plot([0, 1], [0, 0], color=INK, linewidth=1.2, linestyle="--")
        (self.own,) = ax.plot([0, 1], [0, 0], color=COLORS[0], linewidth=1.6, linestyle=":")
        self.cross_text, self.own_text = (
            ax.text(1.02, 0, "", size=TICK_SIZE, color=color, va=va, linespacing=1.1)
            for color, va in ((INK, "bottom"), (ink_of(COLORS[0]), "top"))
        )
        self.names = [ax.text(0, -0.06, "", size=TICK_SIZE, color=INK, ha="center", va="top",
                              linespacing=1.2, parse_math=False) for _ in range(count)]  # fmt: skip
        self.values = [ax.text(0, 0, "", size=TICK_SIZE, color=INK, ha="center", va="center",
                               bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})
                       for _ in range(count)]  # fmt: skip
        self.what, self.said = what, said
        stage.animate(self.met, self.over, self.under, self.cuts, self.edge, self.cross, self.own)
        stage.animate(self.cross_text, self.own_text, self.values)
        if what == "q":  # p stays, and so do its names
            stage.animate(self.names)

    def move(self, happens: np.ndarray, expected: np.ndarray, own: float, lost: float) -> None:
        """Show the areas of two distributions, with their entropy and KL divergence in bits."""
        ends = np.concatenate([[0.0], np.cumsum(happens)])
        due, paid = -np.log2(happens), -np.log2(expected)
        for at, (x, width) in enumerate(zip(ends[:-1], happens, strict=True)):
            low, high = min(due[at], paid[at]), max(due[at], paid[at])
            self.met[at].set_bounds(x, 0, width, low)
            more = paid[at] > due[at]
            for patch, shown in ((self.over[at], more), (self.under[at], not more)):
                patch.set_bounds(x, low, width, high - low)
                patch.set_visible(shown and high - low > 0.005)
            room = width * WIDE
            name = self.stage.labels[at]
            self.names[at].set_text(f"{name}\n{happens[at]:.2f}" if room > 0.32 else name)
            self.names[at].set_visible(room > text_width(name, TICK_SIZE, math=False))
            self.names[at].set_position((x + width / 2, -0.06))
            area = ("+" if more else "−") + decimals(width * (high - low))
            tall = (high - low) * TALL / TALLEST
            self.values[at].set_text(area)
            self.values[at].set_visible(tall > 0.2 and room > text_width(area, TICK_SIZE) + 0.04)
            self.values[at].set_position((x + width / 2, (low + high) / 2))
        tops = np.maximum(due, paid)
        sides = zip(ends[1:-1], np.minimum(tops[:-1], tops[1:]), strict=True)
        self.cuts.set_segments([[(x, 0), (x, top)] for x, top in sides])
        self.edge.set_data(np.repeat(ends, 2), [0, *np.repeat(paid, 2), 0])
        self.cross.set_ydata([own + lost] * 2)
        self.own.set_ydata([own] * 2)
        self.cross_text.set_text(f"H({self.what}, {self.said})\n{own + lost:.2f}")
        self.own_text.set_text(f"H({self.what})\n{own:.2f}")
        self.cross_text.set_y(own + lost + 0.05)
        self.own_text.set_y(own - 0.05)
