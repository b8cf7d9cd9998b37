"""The figure of optimizers on a loss surface of two parameters, one step after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    place,
)
from course_lib.training import optim

STEPS = 100
OPTIMIZERS = ("gradient descent", "momentum", "Adam")

DOWN, KEPT, STEP = COLORS[1], COLORS[2], COLORS[0]
"""The colors of the vectors: from the gradient, from what an optimizer remembers, the step."""
_DASHES = {DOWN: (0, (5, 2)), KEPT: (0, (1.2, 1.4)), STEP: "-"}
_MAP, _ZOOM = (4.4, 2.2), 2.2
"""The size of the map and of the enlarged square, in inches."""


class Surface(NamedTuple):
    """A loss of two parameters.

    Fields
    ------
    loss, gradient : callable
        Of theta, an array whose last axis has two entries.
    start, minimum : tuple of float
    reach : tuple of float
        Half the width and half the height of the map around its center, two to one.
    center : tuple of float
    noise : float
        Standard deviation of what is added to each gradient, as a small batch would.
    """

    loss: Callable[..., Any]
    gradient: Callable[..., Any]
    start: tuple[float, float]
    minimum: tuple[float, float]
    reach: tuple[float, float]
    center: tuple[float, float] = (0.0, 0.0)
    noise: float = 0.0


def _valley(theta: np.ndarray) -> Any:
    return 0.5 * (theta[..., 0] ** 2 + 25 * theta[..., 1] ** 2)


def _valley_gradient(theta: np.ndarray) -> np.ndarray:
    return theta * np.array([1.0, 25.0])


def _bent(theta: np.ndarray) -> Any:
    x, y = theta[..., 0], theta[..., 1]
    return 0.5 * (1 - x) ** 2 + 5 * (y - x * x) ** 2


def _bent_gradient(theta: np.ndarray) -> np.ndarray:
    x, y = theta[..., 0], theta[..., 1]
    off = 10 * (y - x * x)
    return np.stack([x - 1 - 2 * x * off, off], axis=-1)


def _saddle(theta: np.ndarray) -> Any:
    x, y = theta[..., 0], theta[..., 1]
    return 0.25 * (x * x - 1) ** 2 + y * y


def _saddle_gradient(theta: np.ndarray) -> np.ndarray:
    x, y = theta[..., 0], theta[..., 1]
    return np.stack([x * (x * x - 1), 2 * y], axis=-1)


SURFACES = {
    "a long valley": Surface(_valley, _valley_gradient, (-4.0, 1.6), (0.0, 0.0), (5.0, 2.5)),
    "the valley, gradients of small batches": Surface(
        _valley, _valley_gradient, (-4.0, 1.6), (0.0, 0.0), (5.0, 2.5), noise=4.0
    ),
    "a bent valley": Surface(
        _bent, _bent_gradient, (-1.6, 1.0), (1.0, 1.0), (3.2, 1.6), center=(0.0, 1.0)
    ),
    "a saddle": Surface(_saddle, _saddle_gradient, (0.02, 1.2), (1.0, 0.0), (3.0, 1.5)),
}
"""The surfaces that the figure offers; the first begins."""


class Walk(NamedTuple):
    """What an optimizer did at steps 1, 2, …; every field is (steps + 1, 2), and nan once it left.

    Fields
    ------
    places : ndarray
        Where it stood after each step; row 0 is the start. Row 0 of the others is empty.
    gradients : ndarray
    kept : ndarray
        Momentum: what was left of the velocity before the new gradient came. Adam: the corrected
        mean of the gradients. Otherwise 0.
    roots : ndarray
        Adam: the root of the corrected mean of the squares. Otherwise 1.
    """

    places: np.ndarray
    gradients: np.ndarray
    kept: np.ndarray
    roots: np.ndarray

    @property
    def last(self) -> int:
        """The last step before it left for good."""
        return int(np.flatnonzero(np.isfinite(self.places).all(axis=1))[-1])


def walk(
    surface: Surface,
    optimizer: str,
    lr: float,
    beta: float = 0.9,
    steps: int = STEPS,
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> Walk:
    """Take the steps of an optimizer, and keep the vectors of each.

    `functions` may hold the reader's own sgd_step, momentum_update and adam_update.
    """
    own = {name: getattr(optim, name) for name in ("sgd_step", "momentum_update", "adam_update")}
    own |= dict(functions or {})
    rng = np.random.default_rng(0)
    theta, v, m = np.array(surface.start), np.zeros(2), np.zeros(2)
    found = Walk(*(np.full((steps + 1, 2), np.nan) for _ in Walk._fields))
    found.places[0] = theta
    for t in range(1, steps + 1):
        g = surface.gradient(theta) + surface.noise * rng.standard_normal(2)
        kept, root, down = np.zeros(2), np.ones(2), g
        if optimizer == "Adam":
            m, v, update = own["adam_update"](g, m, v, t, lr, beta)
            theta = theta - update
            kept, root = m / (1 - beta**t), np.sqrt(v / (1 - 0.999**t))
        else:
            if optimizer == "momentum":
                down = v = own["momentum_update"](g, v, beta)
                kept = down - g
            theta = own["sgd_step"](theta, down, lr)
        if not np.abs(theta).max() < 1e3:
            break
        for rows, row in zip(found, (theta, g, kept, root), strict=True):
            rows[t] = row
    return found


def descend(
    surface: Surface,
    optimizer: str,
    lr: float,
    beta: float = 0.9,
    steps: int = STEPS,
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> np.ndarray:
    """Return the way of an optimizer, (steps + 1, 2); nan once it has left for good."""
    return walk(surface, optimizer, lr, beta, steps, functions).places


def mean_last_loss(
    surface: Surface,
    rate_of: Callable[[int], float],
    functions: Mapping[str, Callable[..., Any]],
    draws: int = 20,
) -> float:
    """Return the mean loss of the last ten of 100 steps with momentum, over draws of the noise.

    Parameters
    ----------
    surface : Surface
    rate_of : callable
        The learning rate of step 1, 2, ….
    functions : mapping
        The sgd_step and the momentum_update to descend with.
    draws : int
    """
    found = []
    for seed in range(draws):
        rng, theta, v = np.random.default_rng(seed), np.array(surface.start), np.zeros(2)
        for step in range(1, STEPS + 1):
            g = surface.gradient(theta) + surface.noise * rng.standard_normal(2)
            v = functions["momentum_update"](g, v)
            theta = functions["sgd_step"](theta, v, rate_of(step))
            if step > STEPS - 10:
                found.append(surface.loss(theta))
    return float(np.mean(found))


class Descent(Stage):
    """The way of an optimizer over a loss surface, and one of its steps, enlarged.

    Parameters
    ----------
    functions : mapping of str to callable, optional
        The reader's own sgd_step, momentum_update and adam_update.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        super().__init__(blank(WIDTH, 5.1), functions)
        self.functions = functions
        self.shown, self.named = "", [""]
        self.walks: dict[tuple[Any, ...], Walk] = {}
        self.contours: Any = None
        self._draw_map(place(self.picture, 0.62, 2.2, *_MAP))
        self._draw_zoom(place(self.picture, 5.4, 2.2, _ZOOM, _ZOOM))
        self._draw_losses(place(self.picture, 0.62, 0.55, _MAP[0], 0.98))
        self._draw_vectors(place(self.picture, 5.2, 0.1, 2.7, 1.75))
        self.animate(
            self.rest, self.way, self.dots, self.minimum, self.window, self.point,
            self.ground, self.trail, self.shafts.values(), self.heads.values(), self.here,
            self.edge, self.scale, self.plain, self.losses_to_come, self.losses, self.loss_now,
            self.numbers,
        )  # fmt: skip

    def _draw_map(self, ax: mpl.Axes) -> None:
        self.map = ax
        ax.set_xlabel("first parameter", size=LABEL_SIZE)
        ax.set_ylabel("second parameter", size=LABEL_SIZE)
        self.image = ax.imshow(np.zeros((2, 2)), cmap=SEQUENTIAL, origin="lower", aspect="auto",
                               interpolation="bilinear")  # fmt: skip
        (self.rest,) = ax.plot([], [], color="white", linewidth=0.8, alpha=0.55)
        (self.way,) = ax.plot([], [], color="white", linewidth=1.6)
        (self.dots,) = ax.plot([], [], ".", color="white", markersize=5)
        (self.minimum,) = ax.plot([], [], "*", color="white", markersize=11,
                                  markeredgecolor=INK, linewidth=0)  # fmt: skip
        (self.window,) = ax.plot([], [], color="white", linewidth=1.1, linestyle=(0, (2, 2)))
        (self.point,) = ax.plot([], [], "o", color=DOWN, markersize=8, markeredgecolor="white")

    def _draw_zoom(self, ax: mpl.Axes) -> None:
        self.zoom = ax
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_xlim(-1, 1)
        ax.set_ylim(-1, 1)
        self.ground = ax.imshow(np.zeros((2, 2)), cmap="Greys_r", origin="lower", vmin=-1.6, vmax=1,
                                extent=(-1, 1, -1, 1), interpolation="nearest")  # fmt: skip
        (self.trail,) = ax.plot([], [], color=SOFT, linewidth=1.0)
        self.shafts = {
            color: ax.plot([], [], color=color, linestyle=_DASHES[color],
                           linewidth=3 if color == STEP else 2.2)[0]
            for color in (STEP, DOWN, KEPT)
        }  # fmt: skip
        self.heads = {
            color: ax.annotate(
                "", (0, 0), (0, 0), annotation_clip=False,
                arrowprops={"arrowstyle": "-|>", "color": color, "shrinkA": 0, "shrinkB": 0,
                            "mutation_scale": 20, "lw": 0},
            )
            for color in (STEP, DOWN, KEPT)
        }  # fmt: skip
        (self.here,) = ax.plot([], [], "o", color=DOWN, markersize=8, markeredgecolor="white")
        (self.edge,) = ax.plot([-1, 1, 1, -1, -1], [-1, -1, 1, 1, -1], color=SOFT, linewidth=1,
                               clip_on=False)  # fmt: skip
        self.scale = ax.text(0, 1.02, "", transform=ax.transAxes, size=TICK_SIZE, color=INK,
                             va="bottom")  # fmt: skip

    def _draw_losses(self, ax: mpl.Axes) -> None:
        ax.set_yscale("log")
        ax.set_xlim(0, STEPS)
        ax.set_ylim(1e-6, 1e3)
        ax.set_yticks([1e-6, 1e-3, 1, 1e3])
        ax.set_xlabel("step", size=LABEL_SIZE)
        ax.set_ylabel("loss", size=LABEL_SIZE)
        grid(ax)
        (self.plain,) = ax.plot([], [], color=SOFT, linewidth=1.2, linestyle=(0, (4, 2)))
        (self.losses_to_come,) = ax.plot([], [], color=STEP, linewidth=1.0, alpha=0.45)
        (self.losses,) = ax.plot([], [], color=STEP, linewidth=2.0)
        (self.loss_now,) = ax.plot([], [], "o", color=DOWN, markersize=7, markeredgecolor="white")
        self.plain_name = ax.text(
            1.0, 1.0, "dashed: gradient descent", size=TICK_SIZE, color=SOFT, ha="right",
            va="center", transform=ax.transAxes,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip

    def _draw_vectors(self, ax: mpl.Axes) -> None:
        ax.set_axis_off()
        ax.set_xlim(0, 2.7)
        ax.set_ylim(0, 1.75)
        for x, name in ((2.05, "first"), (2.68, "second")):
            ax.text(x, 1.6, name, size=TICK_SIZE, color=SOFT, ha="right", va="center")
        heights = [1.3, 0.98, 0.66, 0.34]
        self.samples = [ax.plot([0.06, 0.38], [y, y])[0] for y in heights]
        self.names = [
            ax.text(0.45, y, "", size=LABEL_SIZE, color=INK, va="center") for y in heights
        ]
        self.numbers = [
            ax.text(x, y, "", size=LABEL_SIZE, color=INK, ha="right", va="center")
            for y in heights
            for x in (2.05, 2.68)
        ]

    def _lay_out(self, name: str) -> None:
        """Paint another surface."""
        surface = SURFACES[name]
        (x, y), (wide, high) = surface.center, surface.reach
        xs, ys = np.linspace(x - wide, x + wide, 120), np.linspace(y - high, y + high, 90)
        heights = surface.loss(np.stack(np.meshgrid(xs, ys), axis=-1))
        heights = np.log10(heights + 0.01)
        self.image.set_data(heights)
        self.image.set_extent((xs[0], xs[-1], ys[0], ys[-1]))
        self.image.set_clim(float(heights.min()), float(heights.max()))
        if self.contours is not None:
            self.contours.remove()
        levels = np.linspace(heights.min(), heights.max(), 9)[1:-1]
        self.contours = self.map.contour(xs, ys, heights, levels, colors="white", linewidths=0.5,
                                         linestyles="solid", alpha=0.5)  # fmt: skip
        self.map.set_xlim(xs[0], xs[-1])
        self.map.set_ylim(ys[0], ys[-1])
        self.minimum.set_data([surface.minimum[0]], [surface.minimum[1]])
        self.shown = name
        self.redraw_background()

    def _walk(self, surface: str, optimizer: str, lr: float, beta: float) -> Walk:
        """Walk, or remember the walk: a step slider asks for the same one many times."""
        asked = surface, optimizer, lr, beta
        if asked not in self.walks:
            if len(self.walks) > 20:
                self.walks.clear()
            self.walks[asked] = walk(SURFACES[surface], optimizer, lr, beta, STEPS, self.functions)
        return self.walks[asked]

    def update(  # type: ignore[override]
        self,
        optimizer: str,
        lr: float,
        beta: float = 0.9,
        surface: str = next(iter(SURFACES)),
        step: int = 1,
    ) -> None:
        """Show a step, 1 to `STEPS`, of one of `OPTIMIZERS`, on one of `SURFACES`."""
        if surface != self.shown:
            self._lay_out(surface)
        chosen, walked = SURFACES[surface], self._walk(surface, optimizer, lr, beta)
        way, last = walked.places, walked.last
        now = min(step, last)
        before = way[now - 1]
        self.rest.set_data(way[now : last + 1].T)
        self.way.set_data(way[: now + 1].T)
        self.dots.set_data(way[: now + 1].T)
        self.point.set_data(before[:1], before[1:])

        losses = np.maximum(chosen.loss(way[: last + 1]), 1e-9)
        self.losses.set_data(np.arange(now + 1), losses[: now + 1])
        self.losses_to_come.set_data(np.arange(now, last + 1), losses[now:])
        self.loss_now.set_data([now - 1], [losses[now - 1]])
        plain = self._walk(surface, "gradient descent", lr, 0.0)
        there = range(plain.last + 1) if optimizer != "gradient descent" else range(0)
        self.plain.set_data(there, np.maximum(chosen.loss(plain.places[: len(there)]), 1e-9))
        self.plain_name.set_visible(bool(there))

        rows, finding = vectors(optimizer, lr, walked, now)
        self._write(rows)
        self._enlarge(chosen, before, rows, way[:now])
        with_beta = {"momentum": f", μ {number(beta)}", "Adam": f", β₁ {number(beta)}"}.get(
            optimizer, ""
        )
        if step > last:
            finding = "after it the point is gone for good"
        title = (
            f"Step {now} of {optimizer}, rate {number(lr)}{with_beta}: loss "
            f"{number(losses[now - 1])} → {number(losses[now])}; {finding}"
        )
        self.title(title)
        end = "and left the map for good" if last < STEPS else f"to {number(losses[last])} at 100"
        self.picture.alt = (
            f"{begin(title, 'Map')} of the loss over two parameters, {surface}, with the way from "
            f"({number(way[0, 0])}, {number(way[0, 1])}) to ({number(way[now, 0])}, "
            f"{number(way[now, 1])}); the minimum is at ({number(chosen.minimum[0])}, "
            f"{number(chosen.minimum[1])}). Beside it the step, enlarged: "
            + "; ".join(
                f"{row.name} ({signed(row.pair[0])}, {signed(row.pair[1])})" for row in rows
            )
            + f". Below it the loss at each step, from {number(losses[0])} at the start {end}."
        )

    def _write(self, rows: list[Vector]) -> None:
        """Write the vectors of a step below each other, each with a piece of its line."""
        names = [row.name for row in rows]
        if names != self.named:
            self.named = names
            self.redraw_background()
        for place_of, sample in enumerate(self.samples):
            row = rows[place_of] if place_of < len(rows) else None
            sample.set_visible(row is not None and bool(row.color))
            if row is not None and row.color:
                sample.set(color=row.color, linestyle=_DASHES[row.color],
                           linewidth=3 if row.color == STEP else 2.2)  # fmt: skip
            self.names[place_of].set_text("" if row is None else row.name)
            for number_of, value in enumerate(() if row is None else row.pair):
                self.numbers[2 * place_of + number_of].set_text(signed(value))
            for number_of in range(2):
                self.numbers[2 * place_of + number_of].set_visible(row is not None)

    def _enlarge(
        self, surface: Surface, at: np.ndarray, rows: list[Vector], past: np.ndarray
    ) -> None:
        """Draw the vectors of a step as large as the square allows, on the ground around it."""
        drawn = {row.color: row.drawn for row in rows if row.drawn is not None}
        corners = np.array([np.zeros(2), *drawn.values()])
        if len(drawn) == 3 and np.allclose(drawn[DOWN] + drawn[KEPT], drawn[STEP]):
            tails = {DOWN: drawn[KEPT]}  # head to tail, where they add up
        else:
            tails = {}
        half = max(0.66 * float(np.ptp(corners, axis=0).max()), 1e-12)
        middle = at + (corners.min(axis=0) + corners.max(axis=0)) / 2

        def inside(points: np.ndarray) -> np.ndarray:
            return (points - middle) / half

        for color, head in self.heads.items():
            long_enough = color in drawn and bool(np.abs(drawn[color]).max() > 0.02 * half)
            head.set_visible(long_enough)
            self.shafts[color].set_visible(long_enough)
            if long_enough:
                tail = at + tails.get(color, np.zeros(2))
                start, tip = inside(tail), inside(tail + drawn[color])
                neck = tip - 0.13 * (tip - start) / np.hypot(*(tip - start))
                self.shafts[color].set_data(*np.transpose([start, neck]))
                head.xy = tuple(tip)
                head.set_position(tuple(neck))
        self.here.set_data(*inside(at)[:, None])
        self.trail.set_data(inside(past[-6:]).T)
        side = np.linspace(-1, 1, 110) * half
        grid_of = np.stack(np.meshgrid(middle[0] + side, middle[1] + side), axis=-1)
        heights = np.log10(surface.loss(grid_of) + 1e-12)
        heights -= heights.min()
        self.ground.set_data(np.floor(9.99 * heights / (heights.max() or 1.0)) / 9)
        box = middle + half * np.array([(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)])
        self.window.set_data(box.T)
        factor = (surface.reach[0] / _MAP[0]) / (half / _ZOOM)
        self.scale.set_text(f"this step, {number(factor)} times as large")


class Vector(NamedTuple):
    """A pair of numbers of one step: what it is, the pair, and the arrow in the map's units."""

    name: str
    pair: np.ndarray
    color: str = ""
    drawn: np.ndarray | None = None


def vectors(optimizer: str, lr: float, walked: Walk, step: int) -> tuple[list[Vector], str]:
    """Return the vectors of a step, and in words what they do to each other."""
    g, kept, root = (rows[step] for rows in walked[1:])
    move = walked.places[step] - walked.places[step - 1]
    taken = Vector("the step", move, STEP, move)
    if optimizer == "gradient descent":
        taken = taken._replace(name="the step, −η g")
        return [Vector("gradient g", g), taken], "it goes straight down the slope"
    if optimizer == "momentum":
        parts = [
            Vector("−η μ v, kept", -lr * kept, KEPT, -lr * kept),
            Vector("−η g, new", -lr * g, DOWN, -lr * g),
        ]
        if not kept.any():
            return [*parts, taken], "there is no velocity yet"
        ratio = float(np.hypot(*move) / max(np.hypot(*(lr * g)), 1e-300))
        return [*parts, taken], f"with the velocity it is {number(ratio)} times as long"
    length = np.hypot(*move)
    shown = [
        Vector(name, v, color, v / max(np.hypot(*v), 1e-300) * length)
        for name, v, color in (("−g, direction", -g, DOWN), ("−m̂, direction", -kept, KEPT))
    ]
    shares = " and ".join(number(abs(x) / lr) for x in move)
    rows = [*shown, Vector("√v̂", root), taken._replace(name="−η m̂ / √v̂")]
    return rows, f"the parameters move by {shares} of the rate"


def signed(value: float) -> str:
    """Write a number with its sign, short enough for a column.

    >>> signed(-0.0512), signed(2.0), signed(-3.4e-7), signed(1e-17)
    ('−0.051', '+2', '−3e-07', '0')
    """
    size = abs(float(value))
    if size < 1e-12:
        return "0"
    return ("−" if value < 0 else "+") + number(size, 2 if size >= 1e-4 else 1)
