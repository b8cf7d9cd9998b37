"""The figure of the rotation that shifts a sinusoidal position."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
)
from course_lib import positional

APART = 0.2
"""Least angle between the names of two positions on the circle."""


class Rotation(Stage):
    """Moving on by some positions turns a pair of features on its circle, wherever it starts.

    Parameters
    ----------
    d_model : int
        Number of features, even.
    length : int
        Number of positions to draw on the circle.
    """

    def __init__(self, d_model: int = 16, length: int = 24) -> None:
        super().__init__(blank(WIDTH, 4.3), d_model, length)
        self.d_model, self.length = d_model, length
        circle = place(self.picture, 0.7, 0.7, 3.0, 3.0)
        circle.add_patch(mpl.Arc((0, 0), 2, 2, color=SOFT, linewidth=0.8))
        for scale in (circle.set_xlim, circle.set_ylim):
            scale(-1.35, 1.35)
        circle.set_xticks([-1, 0, 1])
        circle.set_yticks([-1, 0, 1])
        w, h = self.picture.get_size_inches()
        self.x_label = self.picture.text(2.35 / w, 0.1 / h, "", size=LABEL_SIZE, ha="center")
        self.y_label = self.picture.text(0.1 / w, 2.2 / h, "", size=LABEL_SIZE, rotation=90,
                                         va="center")  # fmt: skip
        (self.dots,) = circle.plot([], [], "o", color="#b9b9b9", markersize=4)
        (self.arc,) = circle.plot([], [], color=COLORS[1], linewidth=2)
        self.hands = [
            circle.plot(
                [], [], color=color, linewidth=1.6, marker="o", markersize=8, markevery=[1]
            )[0]
            for color in COLORS[:2]
        ]
        self.names = [
            circle.text(0, 0, "", color=ink_of(color), size=LABEL_SIZE, ha="center", va="center",
                        weight="bold")
            for color in COLORS[:2]
        ]  # fmt: skip
        board = place(self.picture, 3.95, 1.1, 3.95, 2.2)
        board.set_axis_off()
        board.set_xlim(0, 10)
        board.set_ylim(0, 6.6)
        board.text(3.35, 3.6, "=", ha="center", va="center", size=13)
        self.caption = board.text(5, 6.2, "", ha="center", size=TICK_SIZE)
        self.after = _Matrix(board, 1.5, 1, COLORS[1])
        self.before = _Matrix(board, 5.2, 1, COLORS[0])
        self.turn = _Matrix(board, 8.4, 2, INK)
        self.animate(self.x_label, self.y_label, self.dots, self.arc, self.hands, self.names)
        self.animate(self.caption, self.after.texts, self.turn.texts, self.before.texts)

    def update(self, shift: int, pair: int = 2, start: int = 0) -> None:  # type: ignore[override]
        """Move on by `shift` positions from `start`, in a pair counted from 0, the fastest."""
        last = start + shift
        table = positional.sinusoidal_positions(max(self.length, last + 1), self.d_model)
        sines, cosines = table[:, 2 * pair], table[:, 2 * pair + 1]
        angle = 2 * np.pi * shift / float(positional.wavelengths(self.d_model)[pair])
        self.x_label.set_text(f"feature {2 * pair + 1} (cosine)")
        self.y_label.set_text(f"feature {2 * pair} (sine)")
        self.dots.set_data(cosines[: self.length], sines[: self.length])
        first = np.arctan2(sines[start], cosines[start])
        radius = np.linspace(0.6, 0.6 + 0.05 * angle / (2 * np.pi), 200)
        along = first + np.linspace(0, angle, 200)
        self.arc.set_data(radius * np.cos(along), radius * np.sin(along))
        spare = max(0.0, APART - abs(np.angle(np.exp(1j * angle)))) / 2  # else names would meet
        for hand, name, place_on, aside in zip(
            self.hands, self.names, (start, last), (-spare, spare), strict=True
        ):
            x, y = cosines[place_on], sines[place_on]
            hand.set_data([0, x], [0, y])
            beside = np.arctan2(y, x) + aside * np.sign(np.sin(angle) or 1.0)
            name.set_position((1.18 * np.cos(beside), 1.18 * np.sin(beside)))
            name.set_text(
                "" if place_on == last and not shift and name is self.names[1] else str(place_on)
            )
        degrees = number(np.degrees(angle), 3)
        self.caption.set_text(f"the same matrix from every start (shift {shift})")
        self.after.write(table[last, 2 * pair : 2 * pair + 2][None], f"position {last}")
        self.before.write(table[start, 2 * pair : 2 * pair + 2][None], f"position {start}")
        turn = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        self.turn.write(np.array(turn), f"rotation by {degrees}°")
        title = f"Moving on by {shift} turns pair {pair} by {degrees}°, whatever the start"
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'On the left')}, features {2 * pair} and {2 * pair + 1} of the "
            f"positions on a circle; position {start} is at ({number(cosines[start])}, "
            f"{number(sines[start])}), position {last} at ({number(cosines[last])}, "
            f"{number(sines[last])}). On the right, position {last} as a row of sine "
            f"and cosine: position {start} times the 2 by 2 matrix of the rotation."
        )


class _Matrix:
    """A matrix of two columns between brackets, and its name."""

    def __init__(self, ax: mpl.Axes, x: float, rows: int, color: str) -> None:
        low, high = 3.6 - 0.75 * rows, 3.6 + 0.75 * rows
        for edge, inward in ((x - 1.45, 0.22), (x + 1.45, -0.22)):
            ax.plot([edge + inward, edge, edge, edge + inward], [high, high, low, low],
                    color=color, linewidth=1.2)  # fmt: skip
        self.cells = [
            [
                ax.text(x + (j - 0.5) * 1.4, 3.6 + ((rows - 1) / 2 - i) * 1.5, "", ha="center",
                        va="center", size=LABEL_SIZE, color=ink_of(color))
                for j in range(2)
            ]
            for i in range(rows)
        ]  # fmt: skip
        self.name = ax.text(x, 1.2, "", ha="center", size=TICK_SIZE, color=ink_of(color))
        self.texts: list[Any] = [*(cell for row in self.cells for cell in row), self.name]

    def write(self, values: np.ndarray, name: str) -> None:
        """Write two decimals of each value, and the name."""
        for (i, j), value in np.ndenumerate(values):
            self.cells[i][j].set_text(decimals(value))
        self.name.set_text(name)
