"""The figure of optimizers on a loss surface of two parameters, seen from above."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    SMALL_SIZE,
    WIDTH,
    blank,
    grid,
    place,
)
from course_lib.training import optim

STEPS = 100
OPTIMIZERS = ("gradient descent", "momentum", "Adam")


class Surface(NamedTuple):
    """A loss of two parameters.

    Fields
    ------
    loss, gradient : callable
        Of theta, an array whose last axis has two entries.
    start, minimum : tuple of float
    reach : tuple of float
        Half the width and half the height of the map around its center.
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
        _bent, _bent_gradient, (-1.6, 1.0), (1.0, 1.0), (2.4, 1.6), center=(0.0, 1.0)
    ),
    "a saddle": Surface(_saddle, _saddle_gradient, (0.02, 1.2), (1.0, 0.0), (2.0, 1.5)),
}
"""The surfaces that the figure offers; the first begins."""


def descend(
    surface: Surface,
    optimizer: str,
    lr: float,
    beta: float = 0.9,
    steps: int = STEPS,
    functions: Mapping[str, Callable[..., Any]] | None = None,
) -> np.ndarray:
    """Return the way of an optimizer, (steps + 1, 2); nan once it has left for good.

    `functions` may hold the reader's own sgd_step, momentum_update and adam_update.
    """
    own = {name: getattr(optim, name) for name in ("sgd_step", "momentum_update", "adam_update")}
    own |= dict(functions or {})
    rng = np.random.default_rng(0)
    theta, v, m = np.array(surface.start), np.zeros(2), np.zeros(2)
    way = np.full((steps + 1, 2), np.nan)
    way[0] = theta
    for t in range(1, steps + 1):
        g = surface.gradient(theta) + surface.noise * rng.standard_normal(2)
        if optimizer == "Adam":
            m, v, update = own["adam_update"](g, m, v, t, lr, beta)
            theta = theta - update
        else:
            if optimizer == "momentum":
                g = v = own["momentum_update"](g, v, beta)
            theta = own["sgd_step"](theta, g, lr)
        if not np.abs(theta).max() < 1e3:
            break
        way[t] = theta
    return way


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
    """A loss surface as a heatmap, the way of one optimizer over it, and its loss at each step.

    Parameters
    ----------
    functions : mapping of str to callable, optional
        The reader's own sgd_step, momentum_update and adam_update.
    """

    def __init__(self, functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        super().__init__(blank(WIDTH, 3.65), functions)
        self.functions = functions
        self.map = place(self.picture, 0.62, 0.58, 4.1, 2.55)
        self.map.set_xlabel("first parameter", size=LABEL_SIZE)
        self.map.set_ylabel("second parameter", size=LABEL_SIZE)
        self.image = self.map.imshow(
            np.zeros((2, 2)), cmap=SEQUENTIAL, origin="lower", aspect="auto",
            interpolation="bilinear",
        )  # fmt: skip
        self.contours: Any = None
        (self.way,) = self.map.plot([], [], color="white", linewidth=1.3)
        (self.dots,) = self.map.plot([], [], ".", color="white", markersize=4)
        (self.end,) = self.map.plot([], [], "o", color=COLORS[1], markersize=8,
                                    markeredgecolor="white")  # fmt: skip
        (self.minimum,) = self.map.plot([], [], "*", color="white", markersize=11,
                                        markeredgecolor=INK, linewidth=0)  # fmt: skip
        self.curve = place(self.picture, 5.5, 0.58, 2.3, 2.55)
        self.curve.set_yscale("log")
        self.curve.set_xlim(0, STEPS)
        self.curve.set_xlabel("step", size=LABEL_SIZE)
        self.curve.text(0, 1.02, "loss above the lowest", transform=self.curve.transAxes,
                        size=SMALL_SIZE, color=INK, va="bottom")  # fmt: skip
        grid(self.curve)
        (self.losses,) = self.curve.plot([], [], color=COLORS[0], linewidth=1.6)
        self.curve.set_ylim(1e-6, 1e3)
        self.shown = ""
        self.animate(self.way, self.dots, self.minimum, self.end, self.losses)

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

    def update(  # type: ignore[override]
        self, optimizer: str, lr: float, beta: float = 0.9, surface: str = next(iter(SURFACES))
    ) -> None:
        """Show one of `OPTIMIZERS` with a learning rate, on one of `SURFACES`."""
        if surface != self.shown:
            self._lay_out(surface)
        chosen = SURFACES[surface]
        way = descend(chosen, optimizer, lr, beta, functions=self.functions)
        there = np.isfinite(way).all(axis=1)
        last = int(np.flatnonzero(there)[-1])
        losses = chosen.loss(way)
        self.way.set_data(way[: last + 1, 0], way[: last + 1, 1])
        self.dots.set_data(way[: last + 1, 0], way[: last + 1, 1])
        self.end.set_data([way[last, 0]], [way[last, 1]])
        self.losses.set_data(np.arange(last + 1), np.maximum(losses[: last + 1], 1e-9))
        with_beta = "" if optimizer == "gradient descent" else f", {number(beta)}"
        if last < STEPS or losses[last] > 100 * losses[0]:
            found = "the steps grow without end"
        else:
            found = (
                f"loss {number(losses[0])} at the start, {number(losses[last])} after {STEPS} steps"
            )
        title = f"{optimizer[0].upper()}{optimizer[1:]}, rate {number(lr)}{with_beta}: {found}"
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Heatmap')} of the loss over two parameters, {surface}, with the way "
            f"from ({number(way[0, 0])}, {number(way[0, 1])}) to ({number(way[last, 0])}, "
            f"{number(way[last, 1])}); the minimum is at ({number(chosen.minimum[0])}, "
            f"{number(chosen.minimum[1])}). Beside it the loss at each step, at its lowest "
            f"{number(np.nanmin(losses))}."
        )
