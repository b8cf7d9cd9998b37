"""The figure of what a softmax and a layer norm take out of a gradient, in three dimensions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, decimals
from classroom.plots.style import (
    COLORS,
    GRID,
    INK,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
)
from course_lib import layers

LAYERS = ("layer norm", "softmax")
SCORES = np.log([0.25, 0.25, 0.5])
"""The scores of the softmax: its weights are those of the worked example."""
VECTOR = np.array([3.0, 2.0, 1.0])
"""The vector that is normalized."""

PARTS = ("dout", "along ones", "along z", "the rest")
_COLORS = {"dout": INK, "along ones": COLORS[1], "along z": "#8a5a00", "the rest": COLORS[0]}
_DASHES = {"dout": "-", "along ones": (0, (4, 2)), "along z": (0, (1.2, 1.2)), "the rest": "-"}
_TILT = np.radians(30)
_RADIUS = {"layer norm": 1 / np.sqrt(3), "softmax": 1.7}
"""By how much the circle and the triangle are drawn larger or smaller than they are."""
_ACROSS = np.array([-1.0, 1.0, 0.0]) / np.sqrt(2)
_BACK = np.array([-1.0, -1.0, 2.0]) / np.sqrt(6)
_UP = np.ones(3) / np.sqrt(3)
_REACH = 1.75
_PLACES = np.concatenate([4 * group + np.arange(3) for group in range(len(PARTS))])
"""Where the bars stand, three for each part."""


class Split(NamedTuple):
    """An upstream gradient, its parts, and what a backward makes of each.

    Fields
    ------
    at : ndarray, shape (3,)
        What the layer returned: the weights, or the normalized vector.
    parts, returned : dict of str to ndarray (3,)
        By the names in `PARTS`; a softmax has no part along z.
    """

    at: np.ndarray
    parts: dict[str, np.ndarray]
    returned: dict[str, np.ndarray]

    @property
    def shares(self) -> dict[str, float]:
        """The share of each part in the squared length of dout; they sum to 1."""
        whole = float(np.sum(self.parts["dout"] ** 2)) or 1.0
        return {name: float(np.sum(part**2)) / whole for name, part in self.parts.items()}


def split(
    layer: str, dout: Any, functions: Mapping[str, Callable[..., Any]] | None = None
) -> Split:
    """Take a gradient apart along what the layer does not hear, and send each part back.

    `functions` may hold the reader's own softmax_backward and layer_norm_backward.
    """
    dout = np.asarray(dout, float)
    own = {name: getattr(layers, name) for name in ("softmax_backward", "layer_norm_backward")}
    own |= dict(functions or {})
    parts = {"dout": dout, "along ones": np.full(3, dout.mean())}
    if layer == "softmax":
        at, cache = layers.softmax(SCORES)
    else:
        at, cache = layers.layer_norm(VECTOR, np.ones(3), np.zeros(3))
        parts["along z"] = at * np.dot(dout, at) / np.dot(at, at)
    parts["the rest"] = 2 * dout - sum(parts.values())
    returned = {}
    for name, part in parts.items():
        back = own[f"{layer.replace(' ', '_')}_backward"](part.copy(), cache)
        returned[name] = back[0] if isinstance(back, tuple) else back
    return Split(at, parts, returned)


def seen(points: Any) -> np.ndarray:
    """Return where points (..., 3) are on the page, with (1, 1, 1) upright."""
    points = np.asarray(points, float)
    height = points @ _UP * np.cos(_TILT) + points @ _BACK * np.sin(_TILT)
    return np.stack([points @ _ACROSS, height], axis=-1)


class LostDirections(Stage):
    """An upstream gradient in space, its parts, and what the backward returns for each of them.

    Parameters
    ----------
    functions : mapping of str to callable, optional
        The reader's own softmax_backward and layer_norm_backward.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        super().__init__(blank(WIDTH, 4.3), functions)
        self.functions = functions
        self.shown = ""
        self._draw_space(place(self.picture, 0.05, 0.05, 4.1, 3.65))
        self.bars = [
            self._draw_bars(place(self.picture, 4.6, bottom, 3.3, 1.0)) for bottom in (2.2, 0.4)
        ]
        self.samples = self._draw_samples(self.picture.axes[1])
        self.keep_above(self.corners)
        self.animate(
            self.shafts.values(), self.heads.values(), self.point,
            *([bars, *lengths] for bars, lengths in self.bars),
        )  # fmt: skip

    def _draw_space(self, ax: mpl.Axes) -> None:
        self.space = ax
        ax.set_axis_off()
        ax.set_xlim(-1.95, 2.05)
        ax.set_ylim(-2.2, 1.6)
        (self.ground,) = ax.fill([0, 0, 0], [0, 0, 0], facecolor="#e9eef3", edgecolor=SOFT)
        low, high = seen(-1.1 * _UP), seen(1.6 * _UP)
        ax.plot(*np.transpose([low, high]), color=SOFT, linewidth=0.9)
        ax.text(high[0], high[1] + 0.05, "ones, (1, 1, 1)", size=TICK_SIZE, color=SOFT, ha="center",
                va="bottom")  # fmt: skip
        self.corners = [
            ax.text(0, 0, str(i + 1), size=TICK_SIZE, color=INK, ha="center", va="center",
                    zorder=5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})
            for i in range(3)
        ]  # fmt: skip
        self.at_name = ax.text(0, 0, "", size=TICK_SIZE, color=INK, ha="right", va="top")
        (self.ray,) = ax.plot([], [], color=SOFT, linewidth=0.9)
        self.caption = ax.text(0, -2.18, "", size=TICK_SIZE, color=SOFT, ha="center", va="bottom")
        self.shafts = {
            name: ax.plot([], [], color=_COLORS[name], linestyle=_DASHES[name],
                          linewidth=2.0 if name == "dout" else 2.8)[0]
            for name in PARTS
        }  # fmt: skip
        self.heads = {
            name: ax.annotate(
                "", (0, 0), (0, 0), annotation_clip=False,
                arrowprops={"arrowstyle": "-|>", "color": _COLORS[name], "shrinkA": 0,
                            "shrinkB": 0, "mutation_scale": 20, "lw": 0},
            )
            for name in PARTS
        }  # fmt: skip
        (self.point,) = ax.plot([], [], "o", color=INK, markersize=7, markeredgecolor="white")

    def _draw_bars(self, ax: mpl.Axes) -> tuple[mpl.LineCollection, list[mpl.Text]]:
        ax.set_xlim(-0.8, 14.8)
        ax.set_ylim(-_REACH, _REACH)
        ax.set_yticks([-1, 0, 1])
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        for height in (-1, 0, 1):
            ax.axhline(height, color=SOFT if height == 0 else GRID, linewidth=0.8, zorder=0)
        colors = [_COLORS[name] for name in PARTS for _ in range(3)]
        bars = ax.vlines(_PLACES, 0, 0, colors=colors, linewidth=12)
        lengths = [
            ax.text(x, -_REACH - 0.1, "", size=TICK_SIZE, color=INK, ha="center", va="top")
            for x in _PLACES[1::3]
        ]
        return bars, lengths

    def _draw_samples(self, ax: mpl.Axes) -> dict[str, mpl.Artist]:
        """Draw a piece of each arrow's line over its bars."""
        return {
            name: ax.plot([4 * group - 0.5, 4 * group + 2.2], [_REACH + 0.1] * 2, clip_on=False,
                          color=_COLORS[name], linestyle=_DASHES[name],
                          linewidth=2.0 if name == "dout" else 2.8)[0]
            for group, name in enumerate(PARTS)
        }  # fmt: skip

    def _lay_out(self, layer: str, at: np.ndarray) -> None:
        """Draw another layer: all that it can return, and where on it this vector is."""
        if layer == "softmax":
            outline = _RADIUS[layer] * (np.eye(3) - 1 / 3)
            corners, caption = 1.14 * outline, "triangle: all that a softmax can return"
        else:
            turn = np.linspace(0, 2 * np.pi, 90)[:, None]
            outline = np.sqrt(3) * _RADIUS[layer] * (np.cos(turn) * _ACROSS + np.sin(turn) * _BACK)
            corners = 1.14 * (np.eye(3) - 1 / 3) / np.sqrt(2 / 3)
            caption = "circle: all that a layer norm can return"
        self.ground.set_xy(seen(outline))
        for text, corner, aside in zip(self.corners, seen(corners), (0, 0, -0.12), strict=True):
            text.set_position((corner[0] + aside, corner[1]))
        start = self.start_of(layer, at)
        self.ray.set_data(*np.transpose([seen(np.zeros(3)), seen(start)]))
        self.ray.set_visible(layer == "layer norm")
        self.caption.set_text(caption)
        self.at_name.set_text("z" if layer == "layer norm" else "w")
        self.at_name.set_position(tuple(seen(start) - 0.06))
        self.point.set_data(*seen(start)[:, None])
        self.samples["along z"].set_visible(layer == "layer norm")
        for heading in self.picture.texts[1:]:
            heading.remove()
        back = f"what {layer.replace(' ', '_')}_backward returns for each"
        for words, bottom in (("dout and its parts, entry by entry", 3.53), (back, 1.55)):
            self._write(4.6, bottom, words, LABEL_SIZE, INK)
        names = dict(zip(PARTS, ("dout", "= ones", "+ z", "+ rest"), strict=True))
        for group, name in enumerate(PARTS):
            if layer == "softmax" and name == "along z":
                continue
            left = 4.6 + 3.3 * (4 * group + 0.3) / 15.6
            self._write(left, 3.29, names[name], TICK_SIZE, ink_of(_COLORS[name]))
        self.shown = layer
        self.redraw_background()

    def _write(self, left: float, bottom: float, words: str, size: float, color: str) -> None:
        width, height = self.picture.get_size_inches()
        self.picture.text(left / width, bottom / height, words, size=size, color=color)

    @staticmethod
    def start_of(layer: str, at: np.ndarray) -> np.ndarray:
        """Return where the vectors begin: what the layer returned, in the plane of the drawing."""
        return _RADIUS[layer] * (at - at.mean())

    def update(self, layer: str, d_1: float, d_2: float, d_3: float) -> None:  # type: ignore[override]
        """Show one of `LAYERS` with the upstream gradient (d_1, d_2, d_3)."""
        found = split(layer, (d_1, d_2, d_3), self.functions)
        if layer != self.shown:
            self._lay_out(layer, found.at)
        start = self.start_of(layer, found.at)
        ends = {"dout": (start, start + found.parts["dout"])}
        tail = start
        for name in reversed(PARTS[1:]):
            part = found.parts.get(name, np.zeros(3))
            ends[name] = (tail, tail + part)
            tail = tail + part
        for name, (begins, ends_at) in ends.items():
            a, b = seen(begins), seen(ends_at)
            long_enough = bool(np.hypot(*(b - a)) > 0.05)
            self.heads[name].set_visible(long_enough)
            self.shafts[name].set_visible(long_enough)
            if long_enough:
                neck = b - min(0.2, np.hypot(*(b - a))) * (b - a) / np.hypot(*(b - a))
                self.shafts[name].set_data(*np.transpose([a, neck]))
                self.heads[name].xy = tuple(b)
                self.heads[name].set_position(tuple(neck))
        for (bars, lengths), values in zip(self.bars, (found.parts, found.returned), strict=True):
            heights = np.concatenate([values.get(name, np.zeros(3)) for name in PARTS])
            stems = zip(_PLACES, heights, strict=True)
            bars.set_segments([np.array([(x, 0.0), (x, height)]) for x, height in stems])
            for text, name in zip(lengths, PARTS, strict=True):
                length = np.sqrt(np.sum(values.get(name, np.zeros(3)) ** 2))
                text.set_text(f"length {decimals(length)}" if name in values else "")
        self._say(layer, found)

    def _say(self, layer: str, found: Split) -> None:
        shares = found.shares
        lost = [f"{shares[name]:.0%} {name}" for name in PARTS[1:3] if name in shares]
        both = ", both come back" if len(lost) > 1 else ", which comes back"
        title = (
            f"{layer[0].upper()}{layer[1:]}: of the squared length of dout {' and '.join(lost)}"
            f"{both} as 0; {shares['the rest']:.0%} is left"
        )
        self.title(title)

        def listed(values: np.ndarray) -> str:
            return f"({', '.join(decimals(x) for x in values)})"

        shape = "triangle" if layer == "softmax" else "circle"
        self.picture.alt = (
            f"{begin(title, 'Arrows in space')} from a point of the {shape} of all that this layer "
            f"can return, {listed(found.at)}, with (1, 1, 1) upright: "
            + "; ".join(
                f"{name} {listed(part)} comes back as {listed(found.returned[name])}"
                for name, part in found.parts.items()
            )
            + "."
        )
