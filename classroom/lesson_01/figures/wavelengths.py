"""The figure of the wavelengths of sinusoidal positions."""

from __future__ import annotations

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    DASHES,
    DIVERGING,
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
from course_lib import positional


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
        self.lines = [
            self.curves.plot([], [], color=COLORS[i], linewidth=1.6, linestyle=DASHES[i])[0]
            for i in (0, 1)
        ]
        self.names = [
            self.curves.text(1.02, 0.72 - 0.45 * i, "", size=TICK_SIZE, color=ink_of(COLORS[i]),
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
        self.frame_of_pair = mpl.Rectangle((0, 0), 1, 2, fill=False, edgecolor=INK, linewidth=1.6)
        self.strip.add_patch(self.frame_of_pair)
        self.strip.set_xlabel("position", size=LABEL_SIZE)
        self.strip.set_ylabel("feature", size=LABEL_SIZE)
        self.name = self.strip.text(1.02, 0, "", transform=self.strip.transAxes, size=TICK_SIZE,
                                    va="center", color=INK)  # fmt: skip
        bar = place(self.picture, 7.45, 0.55, 0.12, 2.35)
        self.picture.colorbar(self.image, cax=bar, ticks=[-1, 0, 1])
        bar.tick_params(labelsize=SMALL_SIZE)
        self.animate(self.lines, self.names, self.image, self.frame_of_pair, self.name)

    def update(self, pair: int, base: float = 10000.0, length: int = 100) -> None:  # type: ignore[override]
        """Show a pair, from 0, the fastest, of a table of `length` positions."""
        table = positional.sinusoidal_positions(length, self.d_model, base)
        if length != self.length:
            self.length = length
            self.curves.set_xlim(-0.5, length - 0.5)
            self.image.set_extent((-0.5, length - 0.5, self.d_model - 0.5, -0.5))
            self.redraw_background()
        for offset, kind in ((0, "sine"), (1, "cosine (dashed)")):
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
