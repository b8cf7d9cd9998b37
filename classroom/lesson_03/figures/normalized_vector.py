"""The figure of one vector before and after a norm."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import (
    COLORS,
    INK,
    LABEL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    place,
)

_STEPS = tuple(step * 10.0**power for power in range(-3, 2) for step in (1, 2, 5))
"""How far the left axis may reach. Its labels move with the bars: to draw it anew takes long."""

_SHARES = (-1.0, -0.5, 0.0, 0.5, 1.0)

_NORMED = 5.0
"""How far the right axis reaches: a feature of 24 is at most √23 after a norm."""


class Normalizing(Stage):
    """A vector, stretched and shifted, and what different norms make of it.

    Parameters
    ----------
    x : array_like, shape (d_model,)
    norms : mapping of str to callable
        Each maps an array (1, d_model) and eps to an array of that shape.

    Raises
    ------
    ValueError
        If x is no vector of two features or more.
    """

    def __init__(self, x: Any, norms: Mapping[str, Callable[..., Any]]) -> None:
        self.x = np.asarray(x, dtype=float)
        if self.x.ndim != 1 or len(self.x) < 2:
            raise ValueError(
                f"Normalizing: x must be one vector, of shape (d_model,), not {self.x.shape}."
            )
        self.norms = dict(norms)
        super().__init__(blank(WIDTH, 3.9), x, norms)
        places = np.arange(len(self.x))
        self.axes = [place(self.picture, 0.7 + 3.8 * i, 0.55, 3.3, 2.35) for i in range(2)]
        self.bars = []
        for ax, color, name in zip(
            self.axes, ("#9a9a9a", COLORS[0]), ("x", "norm of x"), strict=True
        ):
            self.bars.append(ax.bar(places, np.zeros(len(places)), 0.8, color=color))
            ax.axhline(0, color=INK, linewidth=0.8)
            ax.set_xlim(-0.8, len(places) - 0.2)
            ax.set_xticks(places[::5])
            ax.set_xlabel("feature", size=LABEL_SIZE)
            ax.set_title(name, size=LABEL_SIZE, loc="left", color=SOFT)
            grid(ax)
        for ax, reach in zip(self.axes, (1.0, _NORMED), strict=True):
            ax.set_ylim(-reach, reach)
        self.axes[1].set_yticks([share * _NORMED for share in _SHARES])
        left = self.axes[0]
        left.set_yticks(_SHARES, [""] * len(_SHARES))
        self.labels = [
            left.text(-0.03, share, "", transform=left.get_yaxis_transform(), ha="right",
                      va="center", size=TICK_SIZE, color=INK)
            for share in _SHARES
        ]  # fmt: skip
        self.reach = 1.0
        self.animate(*self.bars, self.labels)

    def update(  # type: ignore[override]
        self, norm: str, stretch: float, shift: float, eps: float = 1e-5
    ) -> None:
        """Show stretch * x + shift, and what the norm of that name makes of it."""
        given = stretch * self.x + shift
        made = np.asarray(self.norms[norm](given[None], eps))[0]
        furthest = float(np.abs(given).max())
        self.reach = next((step for step in _STEPS if step >= furthest), _STEPS[-1])
        for label, share in zip(self.labels, _SHARES, strict=True):
            label.set_text(number(share * self.reach).replace("-", "−"))
        for bars, values in zip(self.bars, (given / self.reach, made), strict=True):
            for bar, value in zip(bars, values, strict=True):
                bar.set_height(value)
        title = (
            f"Mean {number(given.mean(), 3)}, standard deviation {number(given.std(), 3)} go in; "
            f"after {norm} they are {_settled(made.mean())} and {_settled(made.std())}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Bars')}: {len(given)} features, from {number(given.min(), 3)} to "
            f"{number(given.max(), 3)} before, from {number(made.min(), 3)} to "
            f"{number(made.max(), 3)} after."
        )


def _settled(value: float) -> str:
    """Two decimals, and no -0.00."""
    return f"{value if abs(value) >= 0.005 else 0.0:.2f}"
