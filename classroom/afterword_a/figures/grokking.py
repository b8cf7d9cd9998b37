"""The figure of a model that learns to add modulo p: what it knows, and how its numbers lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    DASHES,
    INK,
    LABEL_SIZE,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
)

KINDS = {
    "training, right": "#d3e4f0",
    "wrong": "#f7ddc9",
    "held out, right": COLORS[0],
    "wrong ": COLORS[1],
}
"""The colors of the table; training sums are pale."""

HEIGHT = 6.75


def shares_of_power(embedding: np.ndarray) -> np.ndarray:
    """Return the share of each frequency 1 .. (p - 1)/2 in the rows of (p, d_model)."""
    power = (np.abs(np.fft.rfft(embedding, axis=0)) ** 2).sum(axis=1)[1:]
    return power / power.sum()


def plane_of(embedding: np.ndarray, frequency: int) -> np.ndarray:
    """Return two directions (d_model, 2) in which rows (p, d_model) turn with a frequency.

    Projected on them, a row has the length 1 on average.
    """
    p = len(embedding)
    angle = 2 * np.pi * frequency * np.arange(p) / p
    waves = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    directions, triangle = np.linalg.qr(embedding.T @ waves)
    directions = directions * np.sign(np.diag(triangle))
    on_plane = (embedding - embedding.mean(axis=0)) @ directions
    return directions / np.sqrt((on_plane**2).sum(axis=1).mean())


def in_order(points: np.ndarray, frequency: int) -> int:
    """Count the numbers whose next one round the circle is the one that frequency says."""
    p = len(points)
    centered = points - points.mean(axis=0)
    turn = np.argsort(np.arctan2(centered[:, 1], centered[:, 0]), kind="stable")
    apart = (np.roll(turn, -1) - turn) * frequency % p
    return int(max((apart == 1).sum(), (apart == p - 1).sum()))


def uncovered(places: np.ndarray, room: np.ndarray) -> np.ndarray:
    """Tell which boxes (N, 2) about places (N, 2) cover none that comes before them."""
    shown = np.zeros(len(places), dtype=bool)
    for index, place_ in enumerate(places):
        needed = (room[shown] + room[index]) / 2
        shown[index] = not (np.abs(places[shown] - place_) < needed).all(axis=1).any()
    return shown


def _centered(text: str) -> mpl.Path:
    """Return the outline of a short text about the origin, in points: drawn faster than text."""
    outline = mpl.TextPath((0, 0), text, size=SMALL_SIZE)
    box = outline.get_extents()
    return outline.transformed(
        mpl.Affine2D().translate(-(box.x0 + box.x1) / 2, -(box.y0 + box.y1) / 2)
    )


class Grokking(Stage):
    """Accuracy over the steps, the table of all sums, the spectrum of the embedding, its circle.

    Parameters
    ----------
    steps : array_like, shape (N,)
    curves : mapping of str to array_like, shape (N,)
        The accuracy on training sums and on held-out ones.
    seen : sequence of int
        The steps that can be shown.
    embedding : ndarray, shape (S, p, d_model)
    table : bool ndarray, shape (S, p, p)
        True where the sum in row a, column b is right.
    held_out : bool ndarray, shape (p, p)
        Which sums were held out.
    """

    def __init__(
        self,
        steps: Any,
        curves: Mapping[str, Any],
        seen: Sequence[int],
        embedding: np.ndarray,
        table: np.ndarray,
        held_out: np.ndarray,
    ) -> None:
        super().__init__(blank(WIDTH, HEIGHT), steps, curves, seen, embedding, table, held_out)
        self.seen = [int(step) for step in seen]
        self.embedding, self.table, self.held_out = embedding, table, held_out
        self.shares = np.array([shares_of_power(matrix) for matrix in embedding])
        self.p = embedding.shape[1]
        self._accuracy(np.asarray(steps), curves)
        self._spectrum()
        self._sums()
        self._circle()
        self.animate(self.here, self.bars, self.image, self.ring, self.names)

    def _heading(self, ax: Any, text: str) -> None:
        ax.text(0, 1.03, text, transform=ax.transAxes, size=SMALL_SIZE, color=SOFT, va="bottom")

    def _accuracy(self, steps: np.ndarray, curves: Mapping[str, Any]) -> None:
        ax = place(self.picture, 0.62, HEIGHT - 2.2, 3.1, 1.45)
        ax.set_xscale("log")
        self.first = float(steps[0]) / 1.4
        for index, (name, values) in enumerate(curves.items()):
            ax.plot(steps, values, color=COLORS[index], linewidth=1.6, linestyle=DASHES[index])
            ax.text(0.97, 0.24 - 0.13 * index, f"{name}{' (dashed)' if index else ''}",
                    transform=ax.transAxes, size=SMALL_SIZE, color=ink_of(COLORS[index]),
                    ha="right")  # fmt: skip
        ax.set_xlim(self.first, float(steps[-1]))
        ax.set_ylim(-0.02, 1.03)
        marks = [tick for tick in (20, 100, 300, 1000, 3000) if steps[0] <= tick <= steps[-1]]
        ax.set_xticks(marks, [str(tick) for tick in marks], size=TICK_SIZE)
        ax.minorticks_off()
        ax.set_xlabel("step", size=LABEL_SIZE)
        grid(ax)
        self._heading(ax, "share of sums that is right")
        self.here = ax.axvline(1, color=INK, linewidth=1.2)

    def _spectrum(self) -> None:
        ax = place(self.picture, 4.55, HEIGHT - 2.2, 3.2, 1.45)
        n = self.shares.shape[1]
        self.bars = list(ax.bar(range(1, n + 1), np.zeros(n), 0.75, color=COLORS[0]))
        ax.set_xlim(0.3, n + 0.7)
        ax.set_ylim(0, 1.08 * float(self.shares.max()))
        ax.set_xlabel("frequency", size=LABEL_SIZE)
        grid(ax)
        self._heading(ax, "share of the power of the embedding")

    def _sums(self) -> None:
        ax = place(self.picture, 0.62, 0.62, 3.1, 3.1)
        colors = mpl.ListedColormap(list(KINDS.values()))
        self.image = ax.imshow(np.zeros((self.p, self.p)), cmap=colors, vmin=-0.5, vmax=3.5,
                               interpolation="nearest", aspect="auto")  # fmt: skip
        ax.set_xlabel("b", size=LABEL_SIZE)
        ax.set_ylabel("a", size=LABEL_SIZE)
        x = 0.0
        for index, (name, color) in enumerate(KINDS.items()):
            ax.add_patch(
                mpl.Rectangle((x, 1.035), 0.035, 0.035, transform=ax.transAxes, facecolor=color,
                              clip_on=False)
            )  # fmt: skip
            ax.text(x + 0.05, 1.032, name.strip(), transform=ax.transAxes, size=SMALL_SIZE,
                    color=SOFT, va="bottom")  # fmt: skip
            x += (0.33, 0.2, 0.33, 0.2)[index]

    def _circle(self) -> None:
        ax = place(self.picture, 4.5, 0.3, 3.35, 3.35)
        ax.set_axis_off()
        ax.set_xlim(-1.55, 1.55)
        ax.set_ylim(-1.55, 1.55)
        (self.ring,) = ax.plot([], [], ".-", color=COLORS[4], linewidth=0.9, markersize=4, zorder=1)
        outlines = [_centered(str(a)) for a in range(self.p)]
        self.room = np.array([outline.get_extents().size for outline in outlines]) + 2
        self.points_of_unit = 72 * 3.35 / 3.1
        self.names = mpl.PathCollection(outlines, offsets=np.zeros((self.p, 2)), facecolor=INK,
                                    offset_transform=ax.transData, linewidth=0)  # fmt: skip
        self.names.set_transform(mpl.Affine2D().scale(1 / 72) + self.picture.dpi_scale_trans)
        ax.add_collection(self.names)
        self.picture.text(6.18 / WIDTH, 3.72 / HEIGHT, "numbers in the plane of one frequency",
                          size=SMALL_SIZE, color=SOFT, ha="center")  # fmt: skip

    def strongest(self, count: int) -> list[int]:
        """Return the frequencies that are strongest at the end."""
        return [int(k) + 1 for k in np.argsort(-self.shares[-1], kind="stable")[:count]]

    def update(self, step: int, frequency: int | None = None) -> None:  # type: ignore[override]
        """Show one of `seen`, and the plane in which a frequency turns at the end."""
        frequency = self.strongest(1)[0] if frequency is None else frequency
        index = self.seen.index(step)
        shares, right = self.shares[index], self.table[index]
        trained, unseen = right[~self.held_out].mean(), right[self.held_out].mean()
        self.here.set_xdata([max(step, self.first), max(step, self.first)])
        for k, (bar, share) in enumerate(zip(self.bars, shares, strict=True), start=1):
            bar.set_height(share)
            bar.set_color(COLORS[1] if k == frequency else COLORS[0])
        self.image.set_data(2 * self.held_out + ~right)
        last = self.embedding[-1]
        points = (self.embedding[index] - self.embedding[index].mean(axis=0)) @ plane_of(
            last, frequency
        )
        points = points / max(1.0, np.abs(points).max() / 1.35)  # else weak planes leave the panel
        order = np.arange(self.p + 1) * pow(frequency, -1, self.p) % self.p
        self.ring.set_data(*points[order].T)
        shown = uncovered(1.1 * points * self.points_of_unit, self.room)
        self.names.set_offsets(np.ma.masked_array(1.1 * points, np.stack([~shown] * 2, axis=1)))
        best = int(shares.argmax()) + 1
        title = (
            f"Step {step}: {trained:.0%} of the training sums and {unseen:.0%} of the held-out "
            f"ones are right; the strongest frequency, {best}, has {shares.max():.0%} of the power"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Lines')} of both accuracies over the steps, a heatmap of all "
            f"{self.p} by {self.p} sums, bars of the power of {len(shares)} frequencies, the three "
            f"strongest with {number(np.sort(shares)[-3:].sum())} of it, and the numbers in the "
            f"plane of frequency {frequency}: round the circle {in_order(points, frequency)} of "
            f"{self.p} are followed by the number that this frequency puts next."
        )
