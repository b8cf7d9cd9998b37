"""The figure of one relu unit over the plane of the two facts that it reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals
from classroom.plots.style import COLORS, INK, LABEL_SIZE, TICK_SIZE, WIDTH, blank, place

CORNERS = ((0, 0), (1, 0), (0, 1), (1, 1))
_LOW, _HIGH, _STEPS = -0.6, 1.6, 66
_SIDE = 3.1
_FAR = 100.0
_ARROW = 0.35
"""Units of the plane that the arrow is long for each unit of W_1."""
_ASLEEP, _AWAKE = np.array([0.93, 0.93, 0.93]), np.array([1.0, 0.72, 0.3])
_QUIET = "#595959"


class OneUnit(Stage):
    """relu(x @ W_1 + b_1) over the plane of two facts, with the line at which the unit wakes.

    Parameters
    ----------
    facts : two str
        What a = 1 and b = 1 mean.
    pairs : mapping of (a, b) to (str, int)
        A pair of words for each corner, and how many such pairs there are.
    """

    def __init__(
        self, facts: Sequence[str], pairs: Mapping[tuple[int, int], tuple[str, int]]
    ) -> None:
        self.facts, self.pairs = tuple(facts), dict(pairs)
        height = 4.4
        super().__init__(blank(WIDTH, height), facts, pairs)
        left, bottom = (WIDTH - _SIDE) / 2, 0.6
        ax = self.ax = place(self.picture, left, bottom, _SIDE, _SIDE)
        centers = _LOW + (_HIGH - _LOW) * (np.arange(_STEPS) + 0.5) / _STEPS
        self.a, self.b = np.meshgrid(centers, centers)
        self.image = ax.imshow(
            np.ones((_STEPS, _STEPS, 3)), origin="lower", extent=(_LOW, _HIGH, _LOW, _HIGH),
            interpolation="nearest",
        )  # fmt: skip
        (self.line,) = ax.plot([], [], color=COLORS[1], linewidth=2.2)
        (self.foot,) = ax.plot([], [], color=INK, linewidth=1.3, linestyle=(0, (2, 2)))
        self.arrow = ax.annotate(
            "", (0, 0), (0, 0),
            arrowprops={"arrowstyle": "-|>", "color": COLORS[0], "linewidth": 2.4,
                        "shrinkA": 0, "shrinkB": 0, "mutation_scale": 16},
        )  # fmt: skip
        self.dots = [
            ax.plot([a], [b], "o", markersize=10, markeredgecolor=INK)[0] for a, b in CORNERS
        ]
        ax.set_xlim(_LOW, _HIGH)
        ax.set_ylim(_LOW, _HIGH)
        ax.set_xticks([0, 1])
        ax.set_yticks([0, 1])
        ax.set_xlabel(f"a: {self.facts[0]}", size=LABEL_SIZE)
        w, h = self.picture.get_size_inches()
        self.picture.text((left - 0.15) / w, (bottom + _SIDE + 0.12) / h, f"b: {self.facts[1]}",
                          size=LABEL_SIZE, color=INK)  # fmt: skip
        self.sums, self.states = [], []
        for a, b in CORNERS:
            x, side = (0.12, "left") if a == 0 else (WIDTH - 0.12, "right")
            y = bottom + _SIDE * (b - _LOW) / (_HIGH - _LOW)
            words, count = self.pairs[a, b]
            self._side_text(x, y + 0.3, words, side, weight="bold")
            self._side_text(
                x,
                y + 0.1,
                f"{count:,} {'pair' if count == 1 else 'pairs'} at ({a}, {b})",
                side,
                color=_QUIET,
            )
            self.sums.append(self._side_text(x, y - 0.1, "", side))
            self.states.append(self._side_text(x, y - 0.3, "", side, weight="bold"))
        for x, side, lines in (
            (0.12, "left", ("blue arrow: W_1, toward", "where the unit is awake")),
            (WIDTH - 0.12, "right", ("dashed: from (0, 0) to the", "line, as far as −b_1 / |W_1|")),
        ):
            for row, words in enumerate(lines):
                self._side_text(x, 0.42 - 0.2 * row, words, side, color=_QUIET)
        self.animate(
            self.image, self.line, self.foot, self.arrow, self.dots, self.sums, self.states
        )

    def _side_text(self, x: float, y: float, text: str, side: str, **look: Any) -> mpl.Text:
        w, h = self.picture.get_size_inches()
        look = {"size": TICK_SIZE, "color": INK} | look
        return self.picture.text(x / w, y / h, text, ha=side, va="center", **look)

    def update(self, w_a: float, w_b: float, bias: float) -> None:  # type: ignore[override]
        """Show the unit with two weights and a bias."""
        output = np.clip((w_a * self.a + w_b * self.b + bias)[..., None] / 2, 0, 1)
        colors = np.where(output > 0, 1 + (_AWAKE - 1) * (0.25 + 0.75 * output), _ASLEEP)
        self.image.set_data(colors)
        near = _foot(w_a, w_b, bias)
        if near is None:
            self.line.set_data([], [])
            self.foot.set_data([], [])
            self.arrow.set_visible(False)
        else:
            along = np.array([-w_b, w_a]) / np.hypot(w_a, w_b) * _FAR
            self.line.set_data(*np.transpose([near - along, near + along]))
            self.foot.set_data([0, near[0]], [0, near[1]])
            self.arrow.set_visible(bool((np.abs(near - 0.5) < 1.1).all()))
            self.arrow.set_position(tuple(near))
            self.arrow.xy = tuple(near + _ARROW * np.array([w_a, w_b]))
        before = [w_a * a + w_b * b + bias for a, b in CORNERS]
        outputs = [max(z, 0.0) for z in before]
        for (a, b), text, state, dot, z, out in zip(
            CORNERS, self.sums, self.states, self.dots, before, outputs, strict=True
        ):
            text.set_text(f"{_number(w_a)}·{a} {_plus(w_b)}·{b} {_plus(bias)} = {_number(z)}")
            awake = out > 1e-9
            state.set_text(f"awake: {_number(out)}" if awake else "asleep: 0")
            dot.set_markerfacecolor(COLORS[1] if awake else "white")
        awake_at = [c for c, out in zip(CORNERS, outputs, strict=True) if out > 1e-9]
        listed = ", ".join(f"({a}, {b})" for a, b in awake_at)
        heard = sum(self.pairs[corner][1] for corner in awake_at)
        total = sum(count for _, count in self.pairs.values())
        title = (
            f"Awake at {listed}: {heard:,} of the poem's {total:,} pairs wake the unit"
            if awake_at
            else f"Awake at none of the four points: none of the poem's {total:,} pairs wakes it"
        )
        self.title(title)
        away = "" if near is None else f", {decimals(float(np.hypot(*near)))} from the point (0, 0)"
        self.picture.alt = (
            f"{begin(title, 'Colored plane')} of the output of one relu unit over "
            f"a ({self.facts[0]}) and b ({self.facts[1]}), with the line at which it wakes{away}, "
            f"and W_1 = ({_number(w_a)}, {_number(w_b)}) as an arrow on it; b_1 = {_number(bias)}. "
            "Outputs: "
            + ", ".join(
                f"'{self.pairs[c][0]}' at ({c[0]}, {c[1]}) {_number(out)}"
                for c, out in zip(CORNERS, outputs, strict=True)
            )
            + "."
        )


def _foot(w_a: float, w_b: float, bias: float) -> np.ndarray | None:
    """Return the point of the line w_a a + w_b b + bias = 0 that is nearest to (0, 0)."""
    squared = w_a**2 + w_b**2
    return None if squared < 1e-12 else np.array([w_a, w_b]) * -bias / squared


def _number(value: float) -> str:
    return decimals(value, 1)


def _plus(value: float) -> str:
    text = _number(value)
    return f"− {text[1:]}" if text.startswith("−") else f"+ {text}"
