"""The figure of two rows of the stream on their way up a stack: how long, and how much alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals, number
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
    text_width,
)

_DASHES = ("-", (0, (5, 1.5)), (0, (1.5, 1.2)))
_NAMES = {"pre": "Pre-norm", "post": "Post-norm", "none": "No norm"}
_FAINT, _QUIET = "#9a9a9a", "#595959"
_HIGH = 4.5


class TwoRows(Stage):
    """Two rows in the plane that they span, at one height of a stack, and both over all heights.

    The plane of two vectors keeps their lengths and the angle between them, whatever d_model is.

    Parameters
    ----------
    stacks : mapping of str to mapping of str to ndarray, shape (sublayers + 1, T, d_model)
        By the size of the updates and the place of the norm ("pre", "post", "none"): the rows below
        the first sublayer and after each one.
    words : sequence of str
        A word for each row.
    pair : tuple of int
        Which two rows are shown.
    nearest : callable
        Rows (T, d_model) to the T words whose vectors are most like them.
    """

    def __init__(
        self,
        stacks: Mapping[str, Mapping[str, Any]],
        words: Sequence[str],
        pair: tuple[int, int],
        nearest: Callable[[np.ndarray], Sequence[str]],
    ) -> None:
        self.words, self.names = list(words), [words[i] for i in pair]
        self.climbs = {
            (size, norm): _measure(np.asarray(rows, dtype=float), self.words, pair, nearest)
            for size, by_norm in stacks.items()
            for norm, rows in by_norm.items()
        }
        self.norms = list(next(iter(stacks.values())))
        self.top = len(next(iter(self.climbs.values())).cosines) - 1
        super().__init__(blank(WIDTH, _HIGH), stacks, words, pair, nearest)
        self._lay_out_stack()
        self._lay_out_fan()
        self._lay_out_curves()
        w, h = self.picture.get_size_inches()
        self.notes = [
            self.picture.text(1.85 / w, y / h, "", size=TICK_SIZE, color=INK, va="center")
            for y in (0.5, 0.28)
        ]
        self.animate(self.climbed, self.here, self.norm_marks, self.faint, self.strong, self.marks)
        self.animate(self.trails, self.arrows, self.tips, self.kinds, self.notes, [self.norm_name])

    def _lay_out_stack(self) -> None:
        ax = place(self.picture, 0.15, 0.75, 1.1, 3.1)
        ax.set_axis_off()
        ax.set_xlim(0, 1.1)
        ax.set_ylim(-0.4, self.top + 0.6)
        for i in range(self.top):
            ax.plot([0.2, 0.55, 0.55], [i + 0.15, i + 0.15, i + 0.3], color=_FAINT, linewidth=1)
            ax.plot([0.55, 0.55, 0.2], [i + 0.7, i + 0.85, i + 0.85], color=_FAINT, linewidth=1)
            face = COLORS[4] if i % 2 == 0 else "#d9d9d9"
            hatch = None if i % 2 == 0 else "////"
            ax.add_patch(
                mpl.Rectangle((0.42, i + 0.28), 0.55, 0.46, facecolor=face, hatch=hatch,
                              edgecolor="white", linewidth=0)
            )  # fmt: skip
        ax.plot([0.2, 0.2], [-0.3, self.top + 0.5], color=_FAINT, linewidth=3)
        (self.climbed,) = ax.plot([], [], color=COLORS[2], linewidth=5)
        (self.here,) = ax.plot([], [], "o", color=INK, markersize=9)
        (self.norm_marks,) = ax.plot([], [], "s", color=COLORS[3], markersize=5)
        w, h = self.picture.get_size_inches()
        for row, words in enumerate(("plain: attention", "hatched: feed-forward")):
            self.picture.text(0.1 / w, (0.5 - 0.19 * row) / h, words, size=SMALL_SIZE, color=_QUIET,
                              va="center")  # fmt: skip
        self.norm_name = self.picture.text(0.1 / w, 0.12 / h, "", size=SMALL_SIZE, va="center",
                                           color=ink_of(COLORS[3]))  # fmt: skip

    def _lay_out_fan(self) -> None:
        width, height = 3.0, 3.1
        ax = place(self.picture, 1.35, 0.75, width, height)
        ax.set_axis_off()
        most = max(float(climb.lengths.max()) for climb in self.climbs.values())
        top = max(1.5, np.log10(most) + 0.5)
        reach = (top + 0.15) * width / height / 2
        ax.set_xlim(-reach, reach)
        ax.set_ylim(-0.15, top)
        turn = np.linspace(-np.pi / 3, np.pi / 3, 80)
        for ring in range(1, int(top - 0.2) + 1):
            x, y = ring * np.sin(turn), ring * np.cos(turn)
            inside = np.abs(x) < reach
            ax.plot(x[inside], y[inside], color="#d5d5d5", linewidth=0.8)
            ax.text(min(x[-1], 0.85 * reach), y[inside][-1] - 0.08, f"{10**ring:,}", va="top",
                    size=SMALL_SIZE, color=_QUIET, ha="center")  # fmt: skip
        ax.plot([0], [0], "o", color=INK, markersize=4)
        self.arrows = [
            ax.annotate(
                "", (0, 1), (0, 0),
                arrowprops={"arrowstyle": "-|>", "color": color, "linewidth": 2.6, "shrinkA": 0,
                            "shrinkB": 0, "mutation_scale": 17, "linestyle": dashes},
            )
            for color, dashes in zip(COLORS[:2], ("-", (0, (4, 1.5))), strict=True)
        ]  # fmt: skip
        self.trails = [
            ax.plot([], [], ".", color=color, markersize=5, alpha=0.6)[0] for color in COLORS[:2]
        ]
        self.tips = [
            ax.text(0, 0, name, size=LABEL_SIZE, weight="bold", color=ink_of(color), ha=side,
                    va="bottom")
            for name, color, side in zip(self.names, COLORS[:2], ("right", "left"), strict=True)
        ]  # fmt: skip

    def _lay_out_curves(self) -> None:
        room = 0.15 + max(text_width(norm, TICK_SIZE) for norm in self.norms)
        width = WIDTH - 4.95 - room
        lengths = place(self.picture, 4.95, 2.6, width, 1.15)
        lengths.set_yscale("log")
        every = np.concatenate([climb.lengths[:, 1] for climb in self.climbs.values()])
        lengths.set_ylim(every.min() / 1.6, every.max() * 1.6)
        lengths.minorticks_off()
        alike = place(self.picture, 4.95, 0.65, width, 1.25)
        low = min(0.0, *(float(climb.cosines.min()) for climb in self.climbs.values()))
        alike.set_ylim(low - 0.06, 1.06)
        alike.set_yticks([0, 0.5, 1])
        alike.set_xlabel("height (sublayers below)", size=LABEL_SIZE)
        self.faint, self.strong, self.marks, self.kinds = [], [], [], []
        for ax, name in (
            (lengths, f"length of '{self.names[1]}'"),
            (alike, "likeness of the two (cosine)"),
        ):
            ax.set_xlim(-0.5, self.top + 0.5)
            ax.set_title(name, size=LABEL_SIZE, loc="left", color=INK)
            grid(ax)
            for norm, dashes in zip(self.norms, _DASHES, strict=True):
                self.faint += ax.plot([], [], color=_FAINT, linewidth=1.2, linestyle=dashes)
                self.kinds.append(
                    ax.text(1.03, 0, norm, size=TICK_SIZE, color=_QUIET, va="center",
                            transform=ax.transAxes)
                )  # fmt: skip
            self.strong += ax.plot([], [], color=COLORS[2], linewidth=2.4)
            self.marks += ax.plot([], [], "o", color=INK, markersize=7)
        self.curve_axes = (lengths, alike)

    def update(self, height: int, norm: str, updates: str) -> None:  # type: ignore[override]
        """Show the rows after `height` sublayers, with the norm and the updates of a stack."""
        climb = self.climbs[updates, norm]
        self.climbed.set_data([0.2, 0.2], [-0.3, height])
        self.here.set_data([0.2], [height])
        places = np.arange(self.top)
        marks = {"pre": (0.38, places + 0.15), "post": (0.2, places + 1.0)}.get(norm)
        self.norm_marks.set_data(*((np.full(self.top, marks[0]), marks[1]) if marks else ([], [])))
        self.norm_name.set_text("squares: norm" if marks else "no norm")

        half = np.arccos(np.clip(climb.cosines, -1, 1)) / 2
        far = np.maximum(np.log10(climb.lengths), 0)
        for side, (sign, arrow, trail, tip) in enumerate(
            zip((-1, 1), self.arrows, self.trails, self.tips, strict=True)
        ):
            x, y = sign * far[:, side] * np.sin(half), far[:, side] * np.cos(half)
            arrow.xy = (x[height], y[height])
            trail.set_data(x[:height], y[:height])
            tip.set_position((x[height] + sign * 0.08, y[height] + 0.06))

        every = [self.climbs[updates, kind] for kind in self.norms]
        curves = [[one.lengths[:, 1] for one in every], [one.cosines for one in every]]
        faint, kinds = iter(self.faint), iter(self.kinds)
        for ax, those in zip(self.curve_axes, curves, strict=True):
            for curve, y in zip(those, _apart(ax, [curve[-1] for curve in those]), strict=True):
                next(faint).set_data(np.arange(self.top + 1), curve)
                next(kinds).set_y(y)
        chosen = self.norms.index(norm)
        for line, mark, those in zip(self.strong, self.marks, curves, strict=True):
            line.set_data(np.arange(height + 1), those[chosen][: height + 1])
            mark.set_data([height], [those[chosen][height]])
        self._say(height, norm, updates, climb, float(np.degrees(2 * half[height])))

    def _say(self, height: int, norm: str, updates: str, climb: Climb, angle: float) -> None:
        long = [number(length) for length in climb.lengths[height]]
        read = [f"'{word}'" for word in climb.read[height]]
        self.notes[0].set_text(f"lengths {long[0]} and {long[1]} (rings), {number(angle)}° apart")
        self.notes[1].set_text(f"most like the words {read[0]} and {read[1]}")
        title = (
            f"{_NAMES.get(norm, norm)}, {updates} updates, height {height}: "
            f"cosine {decimals(climb.cosines[height])}, {climb.known[height]} of "
            f"{len(self.words)} rows know their word"
        )
        self.title(title)
        ends = "; ".join(
            f"{kind} ends {number(self.climbs[updates, kind].lengths[-1, 1])} long with cosine "
            f"{decimals(self.climbs[updates, kind].cosines[-1])}"
            for kind in self.norms
        )
        self.picture.alt = (
            f"{begin(title, 'A stack')} of {self.top} sublayers, and two arrows: "
            f"'{self.names[0]}' and '{self.names[1]}' are {long[0]} and {long[1]} long and "
            f"{number(angle)} degrees apart, and most like the words {read[0]} and {read[1]}. "
            f"Lines over the height: {ends}."
        )


class Climb(NamedTuple):
    """Two rows at each height of a stack.

    Fields
    ------
    lengths : ndarray, shape (sublayers + 1, 2)
    cosines : ndarray, shape (sublayers + 1,)
    read : list of (str, str)
        Which words the two rows are most like.
    known : list of int
        How many rows, of all, are most like their own word.
    """

    lengths: np.ndarray
    cosines: np.ndarray
    read: list[tuple[str, str]]
    known: list[int]


def _measure(
    rows: np.ndarray,
    words: Sequence[str],
    pair: tuple[int, int],
    nearest: Callable[[np.ndarray], Sequence[str]],
) -> Climb:
    first, second = pair
    lengths = np.linalg.norm(rows[:, [first, second]], axis=-1)
    cosines = (rows[:, first] * rows[:, second]).sum(axis=-1) / lengths.prod(axis=-1)
    found = [nearest(at) for at in rows]
    known = [sum(a == b for a, b in zip(at, words, strict=True)) for at in found]
    return Climb(lengths, cosines, [(at[first], at[second]) for at in found], known)


def _apart(ax: mpl.Axes, values: Sequence[float]) -> list[float]:
    """Return where names of lines stand, as shares of the height of `ax`, none over another."""
    low, high = ax.get_ylim()
    bend = np.log10 if ax.get_yscale() == "log" else np.asarray
    shares = (bend(np.array(values)) - bend(low)) / (bend(high) - bend(low))
    least = 0.15 / (ax.get_position().height * ax.figure.get_size_inches()[1])
    order, placed = np.argsort(shares), np.array(shares, dtype=float)
    for below, above in pairwise(order):
        placed[above] = max(placed[above], placed[below] + least)
    return list(placed - max(0.0, placed.max() - 1.0))
