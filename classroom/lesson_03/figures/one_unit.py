"""The figure of one relu unit over the plane of the two facts that it reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.plots import cells
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    blank,
    place,
)

CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))
_LOW, _HIGH, _STEPS = -0.5, 1.5, 60
_FAR = 100.0


class OneUnit(Stage):
    """relu(w_a a + w_b b + bias) as a color over the plane, with the line where the unit wakes.

    Parameters
    ----------
    facts : two str
        What a = 1 and b = 1 mean.
    """

    def __init__(self, facts: Sequence[str]) -> None:
        self.facts = tuple(facts)
        super().__init__(blank(5.0, 4.2), facts)
        ax = place(self.picture, 0.85, 0.6, 2.95, 2.95)
        centers = _LOW + (_HIGH - _LOW) * (np.arange(_STEPS) + 0.5) / _STEPS
        self.a, self.b = np.meshgrid(centers, centers)
        self.image = ax.imshow(
            np.zeros((_STEPS, _STEPS)), origin="lower", extent=(_LOW, _HIGH, _LOW, _HIGH),
            cmap=SEQUENTIAL, vmin=0, vmax=2, interpolation="nearest",
        )  # fmt: skip
        (self.line,) = ax.plot([], [], color=COLORS[1], linewidth=2)
        self.dots = [
            ax.plot([a], [b], "o", markersize=9, markeredgecolor="white", color=INK)[0]
            for a, b in CORNERS
        ]
        self.values = [
            ax.text(
                a + 0.1,
                b + 0.1,
                "",
                size=LABEL_SIZE,
                color="white",
                weight="bold",
                bbox={"facecolor": INK, "edgecolor": "none", "pad": 1.5},
            )
            for a, b in CORNERS
        ]
        ax.set_xlim(_LOW, _HIGH)
        ax.set_ylim(_LOW, _HIGH)
        ax.set_xticks([0, 1])
        ax.set_yticks([0, 1])
        ax.set_xlabel(f"a: {self.facts[0]}", size=LABEL_SIZE)
        ax.set_ylabel(f"b: {self.facts[1]}", size=LABEL_SIZE)
        cells.color_bar(ax, self.image, "output of the unit (bright: 2 or more)")
        self.animate(self.image, self.line, self.dots, self.values)

    def update(self, w_a: float, w_b: float, bias: float) -> None:  # type: ignore[override]
        """Show the unit with two weights and a bias."""
        self.image.set_data(np.maximum(w_a * self.a + w_b * self.b + bias, 0))
        self.line.set_data(*_where_zero(w_a, w_b, bias))
        outputs = [max(w_a * a + w_b * b + bias, 0.0) for a, b in CORNERS]
        for text, dot, output in zip(self.values, self.dots, outputs, strict=True):
            text.set_text(decimals(output, 1))
            dot.set_markerfacecolor(COLORS[1] if output > 1e-9 else INK)
        awake = [corner for corner, out in zip(CORNERS, outputs, strict=True) if out > 1e-9]
        listed = ", ".join(f"({a}, {b})" for a, b in awake)
        title = f"Awake at {listed}" if awake else "Awake at none of the four points"
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Colored plane')} of the output of one relu unit over "
            f"a ({self.facts[0]}) and b ({self.facts[1]}), with a line where it wakes, at the "
            f"weights {decimals(w_a, 1)} and {decimals(w_b, 1)} and the bias {decimals(bias, 1)}. "
            "Outputs: "
            + ", ".join(
                f"({a}, {b}) {decimals(out, 1)}"
                for (a, b), out in zip(CORNERS, outputs, strict=True)
            )
            + "."
        )


def _where_zero(w_a: float, w_b: float, bias: float) -> tuple[list[float], list[float]]:
    """Return two points of the line w_a a + w_b b + bias = 0, or none where there is no line."""
    length = float(np.hypot(w_a, w_b))
    if length < 1e-9:
        return [], []
    near = np.array([w_a, w_b]) * -bias / length**2
    along = np.array([-w_b, w_a]) / length * _FAR
    (x_0, y_0), (x_1, y_1) = near - along, near + along
    return [x_0, x_1], [y_0, y_1]
