"""The figure of a permutation test: two groups of runs, and what luck alone makes of them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
)

REACH, BINS = 0.12, 41
"""How far the histogram goes, in nats to both sides, and how many bars it has."""

_PALE = "#d5d5d5"


@functools.cache
def _ways(n: int) -> np.ndarray:
    """Return which of 2n results are dealt into the first group, (ways, 2n): 1.0 or 0.0."""
    rows = np.array(list(itertools.combinations(range(2 * n), n)))
    chosen = np.zeros((len(rows), 2 * n))
    np.put_along_axis(chosen, rows, 1.0, axis=1)
    return chosen


def dealt_differences(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the difference of means, second group minus first, of every way to deal a and b.

    `a` and `b` have the same length, n. The first way is the one observed.
    """
    pooled, n = np.concatenate([a, b]), len(a)
    first = _ways(n) @ pooled / n
    return (pooled.sum() - 2 * n * first) / n


class Dealing(Stage):
    """Two settings: some runs of each, and how far apart all dealings of these runs are.

    Parameters
    ----------
    results : mapping of str to array (seeds,)
        Held-out losses by setting. The first setting is compared with each of the others.

    Raises
    ------
    ValueError
        If there are not two settings.
    """

    def __init__(self, results: Mapping[str, Any]) -> None:
        self.results = {name: np.asarray(values, dtype=float) for name, values in results.items()}
        if len(self.results) < 2:
            raise ValueError("Dealing: needs two settings or more, to compare the first with.")
        super().__init__(blank(WIDTH, 3.5), results)
        everything = np.concatenate(list(self.results.values()))
        left = place(self.picture, 0.3, 0.56, 3.5, 2.05)
        left.spines["left"].set_visible(False)
        left.set_yticks([])
        left.set_ylim(-0.5, 1.75)
        left.set_xlim(everything.min() - 0.01, everything.max() + 0.01)
        left.set_xlabel("held-out loss (nats)", size=LABEL_SIZE)
        self.all, self.drawn, self.means, self.names = [], [], [], []
        for row, color in ((1, COLORS[0]), (0, COLORS[1])):
            self.all += left.plot([], [], "o", color=_PALE, markersize=5, zorder=1)
            self.drawn += left.plot([], [], "o", color=color, markersize=7, zorder=3, alpha=0.8)
            self.means += left.plot([], [], "-", color=color, linewidth=2.2, zorder=2)
            self.names.append(
                left.text(
                    0,
                    row + 0.42,
                    "",
                    size=TICK_SIZE,
                    color=ink_of(color),
                    transform=left.get_yaxis_transform(),
                )
            )
        right = place(self.picture, 4.65, 0.56, 3.15, 2.05)
        self.edges = np.linspace(-REACH, REACH, BINS + 1)
        middles = (self.edges[:-1] + self.edges[1:]) / 2
        self.bars = right.bar(middles, np.zeros(BINS), 2 * REACH / BINS * 0.9, color=_PALE)
        right.set_xlim(-REACH, REACH)
        right.set_ylim(0, 0.36)
        right.set_xlabel("difference of the means (nats)", size=LABEL_SIZE)
        right.text(0, 1.03, "share of all dealings", transform=right.transAxes, size=SMALL_SIZE,
                   color=INK)  # fmt: skip
        grid(right)
        self.observed = right.plot([], [], color=COLORS[1], linewidth=1.8)
        self.observed += right.plot([], [], color=COLORS[1], linewidth=1.2, linestyle=(0, (3, 3)))
        self.animate(
            self.all, self.means, self.drawn, self.names, self.bars.patches, self.observed
        )  # fmt: skip

    def draw(self, other: str, seeds: int, draw: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the results of so many runs of the first setting and of another, none twice."""
        base, against = next(iter(self.results.values())), self.results[other]
        order = np.random.default_rng(draw).permutation(min(len(base), len(against)))
        return base[order[:seeds]], against[order[seeds : 2 * seeds]]

    def update(self, seeds: int, draw: int = 1, other: str | None = None) -> None:  # type: ignore[override]
        """Compare the first setting with another, on `seeds` runs of each; `draw` chooses which."""
        base = next(iter(self.results))
        other = list(self.results)[1] if other is None else other
        groups = self.draw(other, seeds, draw)
        for row, name, group, place_y in zip((0, 1), (base, other), groups, (1, 0), strict=True):
            values = self.results[name]
            self.all[row].set_data(values, np.full(len(values), place_y))
            self.drawn[row].set_data(group, np.full(len(group), place_y))
            self.means[row].set_data([group.mean()] * 2, [place_y - 0.3, place_y + 0.3])
            self.names[row].set_text(f"{name}: mean {group.mean():.3f}")
        dealt = dealt_differences(*groups)
        found = float(groups[1].mean() - groups[0].mean())
        far = np.abs(dealt) >= abs(found) - 1e-6
        counted = np.histogram(np.clip(dealt, -REACH, REACH), self.edges)[0] / len(dealt)
        middles = (self.edges[:-1] + self.edges[1:]) / 2
        for bar, height, middle in zip(self.bars, counted, middles, strict=True):
            bar.set_height(height)
            beyond = abs(middle) >= abs(found) - REACH / BINS
            bar.set_facecolor(COLORS[1] if beyond else _PALE)
        for line, x in zip(self.observed, (found, -found), strict=True):
            line.set_data([x, x], [0, 0.33])
        title = (
            f"{seeds} seeds each: '{other}' is {abs(found):.3f} nats "
            f"{'worse' if found > 0 else 'better'}. Luck alone does as much in "
            f"{int(far.sum()):,} of {len(dealt):,} dealings ({number(100 * far.mean())}%)"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Dots')} for {seeds} of {len(self.results[base])} runs of each "
            f"setting: {base} from {groups[0].min():.3f} to {groups[0].max():.3f} nats, "
            f"{other} from {groups[1].min():.3f} to {groups[1].max():.3f}. "
            f"Beside them a histogram of the difference of means over all dealings, "
            f"from {number(dealt.min())} to {number(dealt.max())}."
        )
