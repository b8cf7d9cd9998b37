"""The figure of the gradient inside a block: one entry is followed back, part after part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from classroom.lesson_07.block_walk import BlockWalk, Step
from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    DIVERGING,
    INK,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
)

HEIGHT = 5.95
TALL = 0.98
"""Height of every array in inches."""
NEW = COLORS[1]
RISES, FALLS = "#b2182b", "#2166ac"
"""Colors of what the loss rises with, and of what it falls with: those of `DIVERGING`."""


class Box(NamedTuple):
    """Where an array stands, in inches, what is written over it, and the part to its right."""

    left: float
    width: float
    bottom: float
    name: str
    part: str = ""


_TOP, _LOW, _ZERO = 4.05, 2.28, 0.95
"""Where both rows of arrays begin, and the line from which the terms are drawn."""
BOXES = {
    "mid": Box(0.5, 0.68, _TOP, "dmid", "⊕"),
    "branch_2": Box(1.55, 0.68, _TOP, "dbranch", "norm_2"),
    "norm_2": Box(2.78, 0.68, _TOP, "dnormed", "W_1"),
    "hidden": Box(3.92, 1.15, _TOP, "dhidden", "relu"),
    "relu": Box(5.5, 1.15, _TOP, "dactive", "W_2"),
    "out": Box(7.14, 0.68, _TOP, "dout"),
    "x": Box(0.5, 0.68, _LOW, "dx", "⊕"),
    "branch_1": Box(1.55, 0.68, _LOW, "dbranch", "norm_1"),
    "norm_1": Box(2.78, 0.68, _LOW, "dnormed", "W_Q,K,V"),
    "q": Box(4.1, 0.52, _LOW, "dq"),
    "k": Box(4.67, 0.52, _LOW, "dk"),
    "v": Box(5.24, 0.52, _LOW, "dv", "attention"),
    "merged": Box(6.4, 0.52, _LOW, "dheads", "W_O"),
    "mid again": Box(7.3, 0.52, _LOW, "dmid"),
}
ORDER = ("out", "relu", "hidden", "norm_2", "branch_2", "mid", "merged", "v", "norm_1", "branch_1",
         "x")  # fmt: skip
"""The arrays in the order in which they are found; q and k come with v."""
SOURCES = {"relu": "out", "hidden": "relu", "norm_2": "hidden", "branch_2": "norm_2",
           "mid": "branch_2", "merged": "mid again", "v": "merged", "norm_1": "v",
           "branch_1": "norm_1", "x": "branch_1"}  # fmt: skip


class OneNumber(Stage):
    """A block with the gradients that have come back so far, and the sum that made the last one.

    Parameters
    ----------
    functions : mapping of str to callable, optional
        The reader's own backwards, as `BlockWalk` takes them.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        super().__init__(blank(WIDTH, HEIGHT), functions)
        self.walk = BlockWalk(functions)
        self.arrays = {**self.walk.arrays, "mid again": self.walk.arrays["mid"]}
        self.board = ax = place(self.picture, 0, 0, WIDTH, HEIGHT)
        ax.set_axis_off()
        self.images = self._draw_arrays(ax)
        self.values = {
            name: ax.text(box.left + box.width / 2, box.bottom - 0.05, "", size=TICK_SIZE,
                          color=INK, ha="center", va="top")
            for name, box in BOXES.items() if name not in ("q", "k", "mid again")
        }  # fmt: skip
        (self.source,) = ax.plot([], [], color=INK, linewidth=1.4, linestyle=(0, (3, 1.5)))
        (self.new,) = ax.plot([], [], color=NEW, linewidth=2.6)
        self.marks = ax.vlines([], [], [], color=INK, linewidth=1.5)
        self._draw_sum(ax)
        ax.set_xlim(0, WIDTH)
        ax.set_ylim(0, HEIGHT)
        self.animate(
            self.images.values(), self.identities.values(), self.source, self.new, self.marks,
            self.values.values(), self.bars, self.total, self.said, self.labels,
        )  # fmt: skip

    def _draw_arrays(self, ax: mpl.Axes) -> dict[str, mpl.AxesImage]:
        """Draw the block, the empty places of its gradients, and the gradients themselves."""
        most = 0.25 * max(np.abs(array).max() for array in self.arrays.values())
        images = {}
        for bottom in (_TOP, _LOW):
            for row, token in enumerate(self.walk.tokens):
                ax.text(0.44, bottom + TALL * (1 - (row + 0.5) / len(self.walk.tokens)), token,
                        size=TICK_SIZE, color=INK, ha="right", va="center")  # fmt: skip
        for name, box in BOXES.items():
            right, top = box.left + box.width, box.bottom + TALL
            ax.fill([box.left, right, right, box.left], [box.bottom, box.bottom, top, top],
                    facecolor="#f3f3f3", edgecolor=SOFT, linewidth=0.8, zorder=-1)  # fmt: skip
            ax.text(box.left + box.width / 2, top + 0.05, box.name, size=TICK_SIZE, color=INK,
                    ha="center", va="bottom")  # fmt: skip
            shades = self.arrays[name] / most
            images[name] = ax.imshow(
                np.sign(shades) * np.sqrt(np.abs(shades)), cmap=DIVERGING, vmin=-1, vmax=1,
                extent=(box.left + 0.01, right - 0.01, box.bottom + 0.01, top - 0.01),
                aspect="auto", interpolation="nearest",
            )  # fmt: skip
            if box.part:
                after = min(b.left for b in BOXES.values() if b.bottom == box.bottom
                            and b.left > box.left)  # fmt: skip
                middle = box.bottom + TALL / 2
                ax.annotate("", (right + 0.02, middle), (after - 0.02, middle),
                            arrowprops={"arrowstyle": "-|>", "color": SOFT, "lw": 1.0,
                                        "shrinkA": 0, "shrinkB": 0})  # fmt: skip
                size = LABEL_SIZE + 2 if box.part == "⊕" else TICK_SIZE
                ax.text((right + after) / 2, middle + 0.06, box.part, size=size, color=INK,
                        ha="center", va="bottom")  # fmt: skip
        self.identities = {
            go: self._draw_identity(ax, BOXES[come], BOXES[go])
            for come, go in (("out", "mid"), ("mid again", "x"))
        }
        return images

    @staticmethod
    def _draw_identity(ax: mpl.Axes, come: Box, go: Box) -> mpl.Artist:
        """Draw the path that meets no part, from an array to the sum."""
        start, end = come.left + come.width / 2, go.left + go.width + 0.185
        low, middle = come.bottom - 0.34, come.bottom + TALL / 2
        way = [start, start, end, end], [come.bottom - 0.24, low, low, middle - 0.02]
        ax.plot(*way, color=SOFT, linewidth=2.4)
        for x in (3.4, 5.0):
            ax.plot([x], [low], "<", color=SOFT, markersize=7)
        gap = [[start, start, 4.65, np.nan, 3.75, end, end],
               [come.bottom - 0.24, low, low, np.nan, low, low, middle - 0.02]]  # fmt: skip
        (lit,) = ax.plot(*gap, color=NEW, linewidth=3.2, visible=False)
        ax.text(4.2, low, "identity", size=TICK_SIZE, color=SOFT, ha="center", va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip
        return lit

    def _draw_sum(self, ax: mpl.Axes) -> None:
        """Prepare the terms of the sum, as bars around a line of 0."""
        ax.plot([0.3, 6.5], [_ZERO, _ZERO], color=SOFT, linewidth=0.8)
        ax.plot([6.9, 7.7], [_ZERO, _ZERO], color=SOFT, linewidth=0.8)
        ax.text(6.7, _ZERO, "=", size=LABEL_SIZE + 3, color=INK, ha="center", va="center")
        self.bars = ax.vlines([], [], [], color=FALLS)
        self.total = ax.vlines([], [], [], color=FALLS, linewidth=22)
        self.said = ax.text(0.3, 1.6, "", size=LABEL_SIZE, color=INK, va="center")
        ax.text(7.82, 1.6, "red: the loss rises with it; blue: it falls", size=TICK_SIZE,
                color=SOFT, ha="right", va="center")  # fmt: skip
        self.labels = [
            ax.text(0, 0, "", size=TICK_SIZE, color=INK, ha="center", va="top") for _ in range(8)
        ]

    def update(self, step: int, row: int, feature: int) -> None:  # type: ignore[override]
        """Show the gradients after some steps back, on the way to an entry of the block's input."""
        steps = self.walk.follow(row, feature)
        now = steps[step]
        reached = set(ORDER[: step + 1])
        reached |= {"q", "k"} if "v" in reached else set()
        reached |= {"mid again"} if "mid" in reached else set()
        for name, image in self.images.items():
            image.set_visible(name in reached)
        marks = []
        for each in steps:
            shown = each.name in reached
            value = self.arrays[each.name][each.at]
            self.values[each.name].set_text(signed(value) if shown else "")
            if shown:
                marks.append(self._cells(each.name, [each.at[0]], [each.at[1]]))
        self.marks.set_segments(marks)
        for name, lit in self.identities.items():
            lit.set_visible(name == now.name)
        box = BOXES[now.name]
        self.new.set_data(
            *_outline(box.left, box.left + box.width, box.bottom, box.bottom + TALL).T
        )
        self._mark_source(steps, step)
        self._show_sum(now)
        self._say(now, steps, step, row, feature)

    def _cells(self, name: str, rows: list[int], columns: list[int]) -> np.ndarray:
        """Return the outline of some cells of an array."""
        box = BOXES[name]
        height, width = self.arrays[name].shape
        x, y = box.width / width, TALL / height
        return _outline(
            box.left + x * columns[0], box.left + x * (columns[-1] + 1),
            box.bottom + TALL - y * (rows[-1] + 1), box.bottom + TALL - y * rows[0],
        )  # fmt: skip

    def _mark_source(self, steps: list[Step], step: int) -> None:
        """Frame what the new entry was made of."""
        now = steps[step]
        if step == 0:
            self.source.set_data([], [])
            return
        name = SOURCES[now.name]
        height, width = self.arrays[name].shape
        row, column = now.at
        if now.name == "v":
            rows, columns = [0, height - 1], [column]
        elif now.name in ("hidden", "mid", "x"):
            rows, columns = [row], [column]
        elif now.name == "norm_1":
            outline = self._cells("q", [row], [0]), self._cells("v", [row], [width - 1])
            (left, low), (right, high) = outline[0][0], outline[1][2]
            self.source.set_data(*_outline(left, right, low, high).T)
            return
        else:
            rows, columns = [row], [0, width - 1]
        self.source.set_data(*self._cells(name, rows, columns).T)

    def _show_sum(self, now: Step) -> None:
        """Draw the terms of the new entry, and what they add up to."""
        terms, total = now.terms, float(now.terms.sum())
        most = max(np.abs(terms).max(), abs(total)) or 1.0
        places = 0.3 + 6.2 * (np.arange(len(terms)) + 0.5) / len(terms)
        self.bars.set_segments(_stems(places, terms / most))
        self.bars.set_color([RISES if term > 0 else FALLS for term in terms])
        self.bars.set_linewidth(min(22.0, 6.2 * 72 / len(terms) * 0.62))
        self.total.set_segments(_stems(np.array([7.3]), np.array([total / most])))
        self.total.set_color(RISES if total > 0 else FALLS)
        named = [*now.labels, ""] if now.labels else [""]
        for text, label in zip(self.labels, [*named, *[""] * 8], strict=False):
            text.set_text(label)
        for text, x, term, label in zip(self.labels, places, terms, now.labels, strict=False):
            text.set_position((x, 0.48))
            text.set_text(f"{label}\n{signed(term)}")
        last = self.labels[len(now.labels)]
        last.set_position((7.3, 0.48))
        last.set_text(f"{BOXES[now.name].name} here\n{signed(total)}")
        if not now.labels:
            self.labels[1].set_position((3.4, 0.48))
            self.labels[1].set_text(f"{len(terms)} terms, each a gradient times a weight")

    def _say(self, now: Step, steps: list[Step], step: int, row: int, feature: int) -> None:
        token, value = self.walk.tokens[row], self.arrays[now.name][now.at]
        self.said.set_text(FORMULAS[now.name])
        title = f"{now.said}: {signed(value)}"
        if now.name == "x":
            measured = self.walk.measured(row, feature)
            numbers = [signed(x, 3) for x in (*now.terms, value, measured)]
            title = (
                f"dx at '{token}', feature {feature}: identity {numbers[0]}, branch {numbers[1]}, "
                f"together {numbers[2]}; measured {numbers[3]}"
            )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Heatmaps')} of the gradients inside a block, from its output back to "
            f"its input, {step + 1} of {len(steps)} filled in. Followed on the way to '{token}', "
            f"feature {feature}: "
            + ", ".join(
                f"{BOXES[each.name].name} {signed(self.arrays[each.name][each.at])}"
                for each in steps[: step + 1]
            )
            + ". Below, the terms of the last: "
            + ", ".join(signed(term) for term in now.terms[:8])
            + ("" if len(now.terms) <= 8 else f" and {len(now.terms) - 8} more")
            + "."
        )


FORMULAS = {
    "out": "arrives from the loss",
    "relu": "dactive = dout @ W_2.T",
    "hidden": "dhidden = dactive · slope of relu",
    "norm_2": "dnormed = dhidden @ W_1.T",
    "branch_2": "dbranch = (γ dnormed − mean − z · mean(γ dnormed · z)) / σ",
    "mid": "dmid = dout + dbranch",
    "merged": "dheads = dmid @ W_O.T",
    "v": "dv = weights.T @ dheads, in one head: one term for each query",
    "norm_1": "dnormed = dq @ W_Q.T + dk @ W_K.T + dv @ W_V.T",
    "branch_1": "dbranch = (γ dnormed − mean − z · mean(γ dnormed · z)) / σ",
    "x": "dx = dmid + dbranch",
}


def signed(value: float, digits: int = 2) -> str:
    """Write a gradient with its sign, and two digits.

    >>> signed(0.0117), signed(-0.00043), signed(0)
    ('+0.012', '−0.00043', '0')
    """
    size = abs(float(value))
    if size < 1e-9:
        return "0"
    return ("−" if value < 0 else "+") + number(size, digits)


def _outline(left: float, right: float, low: float, high: float) -> np.ndarray:
    return np.array([(left, low), (right, low), (right, high), (left, high), (left, low)])


def _stems(places: np.ndarray, heights: np.ndarray) -> list[np.ndarray]:
    return [np.array([(x, _ZERO), (x, _ZERO + 0.42 * height)]) for x, height in
            zip(places, heights, strict=True)]  # fmt: skip
