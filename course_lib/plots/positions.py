"""The figures of sinusoidal positions: their wavelengths, and how alike they are."""

from __future__ import annotations

import numpy as np
from matplotlib.patches import Rectangle

from course_lib import positional
from course_lib.plots.stage import Stage
from course_lib.plots.style import (
    COLORS,
    DIVERGING,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    SMALL_SIZE,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    place,
)
from course_lib.plots.words import begin, number


class Wavelengths(Stage):
    """One sine and cosine pair over the positions, above the table that they belong to.

    Parameters
    ----------
    d_model : int
        Number of features, even.
    """

    def __init__(self, d_model: int = 32) -> None:
        super().__init__(blank(WIDTH, 4.9), d_model)
        self.d_model = d_model
        self.length = 0
        self.curves = place(self.picture, 0.75, 3.1, 5.95, 1.35)
        self.lines = [self.curves.plot([], [], color=COLORS[i], linewidth=1.6)[0] for i in (0, 1)]
        self.names = [
            self.curves.text(1.02, 0.72 - 0.45 * i, "", size=TICK_SIZE, color=COLORS[i],
                             transform=self.curves.transAxes, va="center")
            for i in (0, 1)
        ]  # fmt: skip
        self.curves.set_ylim(-1.1, 1.1)
        self.curves.set_yticks([-1, 0, 1])
        self.curves.set_ylabel("value", size=LABEL_SIZE)
        self.curves.tick_params(labelbottom=False)
        grid(self.curves)
        self.strip = place(self.picture, 0.75, 0.55, 5.95, 2.35)
        self.image = self.strip.imshow(
            np.zeros((d_model, 2)), cmap=DIVERGING, vmin=-1, vmax=1, aspect="auto",
            interpolation="none",
        )  # fmt: skip
        self.frame_of_pair = Rectangle((0, 0), 1, 2, fill=False, edgecolor=INK, linewidth=1.6)
        self.strip.add_patch(self.frame_of_pair)
        self.strip.set_xlabel("position", size=LABEL_SIZE)
        self.strip.set_ylabel("feature", size=LABEL_SIZE)
        self.name = self.strip.text(1.02, 0, "", transform=self.strip.transAxes, size=TICK_SIZE,
                                    va="center", color=INK)  # fmt: skip
        bar = place(self.picture, 7.45, 0.55, 0.12, 2.35)
        self.picture.colorbar(self.image, cax=bar, ticks=[-1, 0, 1])
        bar.tick_params(labelsize=SMALL_SIZE)
        self.moves(self.lines, self.names, self.image, self.frame_of_pair, self.name)

    def update(self, pair: int, base: float = 10000.0, length: int = 100) -> None:  # type: ignore[override]
        """Show a pair, from 0, the fastest, of a table of `length` positions."""
        table = positional.sinusoidal_positions(length, self.d_model, base)
        if length != self.length:
            self.length = length
            self.curves.set_xlim(-0.5, length - 0.5)
            self.image.set_extent((-0.5, length - 0.5, self.d_model - 0.5, -0.5))
            self.stands_still_no_longer()
        for offset, kind in ((0, "sine"), (1, "cosine")):
            feature = 2 * pair + offset
            self.lines[offset].set_data(np.arange(length), table[:, feature])
            self.names[offset].set_text(f"feature {feature}\n{kind}")
        self.image.set_data(table.T)
        self.frame_of_pair.set_bounds(-0.5, 2 * pair - 0.5, length, 2)
        self.name.set_text(f"pair {pair}")
        self.name.set_y(1 - (2 * pair + 1) / self.d_model)

        waves = positional.wavelengths(self.d_model, base)
        turns = length / float(waves[pair])
        fits = (
            f"{number(turns)} turns fit" if turns >= 1 else f"only {number(turns)} of a turn fits"
        )
        title = (
            f"Pair {pair} repeats every {number(waves[pair], 3)} positions: "
            f"{fits} into {length} positions"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Above')}, sine and cosine of pair {pair} over {length} positions; "
            f"below, the table of all {self.d_model} features, whose wavelengths grow from "
            f"{number(waves[0], 3)} to {number(waves[-1], 3)} positions from top to bottom "
            f"(base {number(base, 3)})."
        )


class Similarity(Stage):
    """How alike one position is to every other: the cosine of the angle between their vectors.

    Parameters
    ----------
    length : int
        Number of positions.
    """

    def __init__(self, length: int = 100) -> None:
        super().__init__(blank(WIDTH, 3.75), length)
        self.length = length
        curve = place(self.picture, 0.75, 0.58, 3.9, 2.7)
        (self.line,) = curve.plot([], [], color=COLORS[0], linewidth=1.8)
        (self.dot,) = curve.plot([], [], "o", color=COLORS[1], markersize=7)
        self.name = curve.text(0, 1.08, "", ha="center", size=TICK_SIZE, color=COLORS[1])
        curve.set_ylim(-1.1, 1.3)
        curve.set_xlim(-1, length)
        curve.set_yticks([-1, -0.5, 0, 0.5, 1])
        curve.set_xlabel("other position", size=LABEL_SIZE)
        curve.set_ylabel("dot product / (d_model / 2)", size=LABEL_SIZE)
        grid(curve)
        square = place(self.picture, 5.35, 0.78, 2.3, 2.3)
        self.image = square.imshow(
            np.zeros((length, length)), cmap=SEQUENTIAL, vmin=-1, vmax=1, interpolation="none"
        )
        self.row = square.axhline(0, color=COLORS[1], linewidth=1.6)
        square.set_xlabel("other position", size=LABEL_SIZE)
        square.set_ylabel("position", size=LABEL_SIZE)
        self.moves(self.line, self.dot, self.name, self.image, self.row)

    def update(self, position: int, d_model: int = 64) -> None:  # type: ignore[override]
        """Compare a position with all others, in `d_model` features."""
        table = positional.sinusoidal_positions(self.length, d_model)
        likeness = table @ table.T / (d_model / 2)
        row = likeness[position]
        self.line.set_data(np.arange(self.length), row)
        self.dot.set_data([position], [1.0])
        self.name.set_text(f"position {position}")
        self.name.set_x(min(max(position, self.length * 0.1), self.length * 0.9))
        self.image.set_data(likeness)
        self.row.set_ydata([position, position])

        others = np.where(np.arange(self.length) == position, -np.inf, np.round(row, 6))
        nearest = int(others.argmax())
        if abs(nearest - position) == 1:
            title = f"Position {position} is most like its neighbors: only the distance counts"
        else:
            title = f"With {d_model} features, position {position} is most like {nearest}, far away"
        beside = position + 1 if position + 1 < self.length else position - 1
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'On the left')}, the likeness of position {position} to each of "
            f"{self.length} positions with {d_model} features: 1 with itself, "
            f"{number(row[beside])} with position {beside}, {number(row.min())} at the least. On "
            "the right, the same for all pairs: bright along the diagonal, equal along parallels."
        )
