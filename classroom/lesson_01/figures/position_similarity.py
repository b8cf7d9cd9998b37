"""The figure of how alike sinusoidal positions are."""

from __future__ import annotations

import numpy as np

from classroom.plots import cells
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    LABEL_SIZE,
    SEQUENTIAL,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
)
from course_lib import positional


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
        curve = place(self.picture, 0.75, 0.58, 3.6, 2.7)
        (self.line,) = curve.plot([], [], color=COLORS[0], linewidth=1.8)
        (self.dot,) = curve.plot([], [], "o", color=COLORS[1], markersize=7)
        self.name = curve.text(0, 1.08, "", ha="center", size=TICK_SIZE, color=ink_of(COLORS[1]))
        curve.set_ylim(-1.1, 1.3)
        curve.set_xlim(-1, length)
        curve.set_yticks([-1, -0.5, 0, 0.5, 1])
        curve.set_xlabel("other position", size=LABEL_SIZE)
        curve.set_ylabel("dot product / (d_model / 2)", size=LABEL_SIZE)
        grid(curve)
        square = place(self.picture, 5.05, 0.78, 2.2, 2.2)
        self.image = square.imshow(
            np.zeros((length, length)), cmap=SEQUENTIAL, vmin=-1, vmax=1, interpolation="none"
        )
        self.row = square.axhline(0, color=COLORS[1], linewidth=1.6)
        cells.color_bar(square, self.image, "")
        square.set_xlabel("other position", size=LABEL_SIZE)
        square.set_ylabel("position", size=LABEL_SIZE)
        self.animate(self.line, self.dot, self.name, self.image, self.row)

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
            apart = abs(nearest - position)
            title = (
                f"With {d_model} features, position {position} is most like {nearest}, "
                f"{apart} positions away"
            )
        beside = position + 1 if position + 1 < self.length else position - 1
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'On the left')}, the likeness of position {position} to each of "
            f"{self.length} positions with {d_model} features: 1 with itself, "
            f"{number(row[beside])} with position {beside}, {number(row.min())} at the least. On "
            "the right, the same for all pairs: bright along the diagonal, equal along parallels."
        )
