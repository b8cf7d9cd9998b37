"""The figure of a model at one step of its training: what it can do, and what it looks like inside.

`Growth` reads the recording "growth", which the module `record.growth` makes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from classroom.afterword_a.figures.growth_labels import compact, percent, short
from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import number
from classroom.plots.style import (
    COLORS,
    DASHES,
    GRID,
    INK,
    LABEL_SIZE,
    SEQUENTIAL,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
)
from classroom.plots.training_curves import PALE

MASTERED = 0.9
"""From this share of right answers on a skill counts as learned."""

LETTER = 0.15
"""Inches that a digit needs for itself."""

Components = Callable[[np.ndarray, int], tuple[np.ndarray, np.ndarray]]


def stretched(ax: mpl.Axes, steps: Any) -> None:
    """Give the early steps of a training more room: equal ways multiply step + 30."""
    last = float(np.max(steps))
    ax.set_xscale("function", functions=(lambda x: np.log(np.maximum(x, -29.0) / 30 + 1),
                                         lambda u: 30 * (np.exp(u) - 1)))  # fmt: skip
    ax.set_xlim(0, last)
    ticks = [tick for tick in (0, 30, 100, 300, 1000) if tick < last / 1.8]
    ax.set_xticks([*ticks, last], [str(tick) for tick in [*ticks, round(last)]])
    ax.minorticks_off()


class Growth(Stage):
    """Loss, accuracy, embeddings of the digits, attention of the last token, gradient norms.

    Parameters
    ----------
    recording : Recording
        "growth".
    principal_components : callable (x, n) -> coordinates (N, n), shares (n,)
        The reader's own.
    """

    def __init__(self, recording: Any, principal_components: Components) -> None:
        super().__init__(blank(WIDTH, 5.2), recording, principal_components)
        arrays, about = recording
        self.arrays, self.about = arrays, about
        self.steps = [int(step) for step in arrays["steps"]]
        self.points, self.shares = _paths(arrays["embeddings"][0], principal_components)
        self._loss_panel()
        self._accuracy_panel()
        self._digits_panel()
        self._attention_panel()
        self._gradient_panel()
        self.animate(
            self.now, self.loss_dot, self.dots, self.values, self.path, self.digits,
            self.about_path, self.image, self.answer, self.norms,
        )  # fmt: skip
        self.asked = "-"

    def _heading(self, ax: mpl.Axes, text: str) -> Any:
        return ax.text(0, 1.03, text, transform=ax.transAxes, size=TICK_SIZE, color=INK,
                       va="bottom")  # fmt: skip

    def _loss_panel(self) -> None:
        ax = place(self.picture, 0.62, 2.95, 2.95, 1.5)
        loss = np.maximum(self.arrays["loss"], 1e-4)
        ax.plot(np.arange(1, len(loss) + 1), loss, color=PALE, linewidth=0.6)
        ax.plot(self.steps, self.arrays["held_out_loss"], color=COLORS[0], linewidth=1.5)
        ax.set_yscale("log")
        ax.minorticks_off()
        stretched(ax, self.steps)
        grid(ax)
        self._heading(ax, "loss (nats): batches pale, held out dark")
        (self.loss_dot,) = ax.plot([], [], "o", color=COLORS[1], markersize=6)
        self.now = [ax.axvline(0, color=COLORS[1], linewidth=1)]

    def _accuracy_panel(self) -> None:
        ax = place(self.picture, 4.1, 2.95, 2.45, 1.5)
        accuracy = self.arrays["accuracy"][0]
        for index, name in enumerate(self.about["operations"]):
            color, dashes, height = COLORS[index], DASHES[index], 0.92 - 0.165 * index
            ax.plot(self.steps, accuracy[:, index], color=color, linewidth=1.4, linestyle=dashes)
            ax.plot([1.02, 1.11], [height, height], color=color, linewidth=1.4, linestyle=dashes,
                    transform=ax.transAxes, clip_on=False)  # fmt: skip
            ax.text(1.13, height, name, transform=ax.transAxes, size=TICK_SIZE, weight="bold",
                    color=ink_of(color), va="center")  # fmt: skip
        self.values = [
            ax.text(1.555, 0.92 - 0.165 * index, "", transform=ax.transAxes, size=TICK_SIZE,
                    color=INK, va="center", ha="right")
            for index in range(accuracy.shape[1])
        ]  # fmt: skip
        ax.set_ylim(0, 1.04)
        ax.set_yticks([0, 0.5, 1])
        stretched(ax, self.steps)
        grid(ax)
        self._heading(ax, "exact match, held out")
        self.now.append(ax.axvline(0, color=COLORS[1], linewidth=1))
        self.dots = ax.scatter(np.zeros(accuracy.shape[1]), np.zeros(accuracy.shape[1]), s=22,
                               color=COLORS[: accuracy.shape[1]], zorder=3)  # fmt: skip

    def _digits_panel(self) -> None:
        ax = place(self.picture, 0.62, 0.55, 2.3, 1.75)
        reach = 1.12 * np.abs(self.points).max(axis=(0, 1))
        ax.set_xlim(-reach[0], reach[0])
        ax.set_ylim(-reach[1], reach[1])
        self.letter = 2 * reach * LETTER / np.array([2.3, 1.75])
        ax.set_xlabel("first component", size=TICK_SIZE)
        ax.set_ylabel("second", size=TICK_SIZE)
        ax.yaxis.set_label_coords(-0.2, 0.5)
        grid(ax, "both")
        (self.path,) = ax.plot([], [], color=PALE, linewidth=1.2)
        self.digits = [
            ax.text(0, 0, str(value), size=LABEL_SIZE, color=color, weight="bold", ha="center",
                    va="center")
            for value, color in enumerate(_shades(10))
        ]  # fmt: skip
        self.about_path = self._heading(ax, "")

    def _attention_panel(self) -> None:
        maps = self.arrays["attention"]
        layers, heads, length = maps.shape[2], maps.shape[3], maps.shape[-1]
        ax = place(self.picture, 4.1, 0.75, 1.75, 1.5)
        self.image = ax.imshow(np.zeros((layers * heads, length)), cmap=SEQUENTIAL, vmin=0, vmax=1,
                               aspect="auto", interpolation="nearest")  # fmt: skip
        ax.set_yticks(range(layers * heads), [str(h % heads + 1) for h in range(layers * heads)],
                      size=SMALL_SIZE)  # fmt: skip
        for layer in range(layers):
            ax.text(-0.14, 1 - (layer + 0.5) / layers, f"block {layer + 1}", rotation=90,
                    transform=ax.transAxes, size=SMALL_SIZE, color=INK, ha="right",
                    va="center")  # fmt: skip
        ax.set_xticks([])
        for spine in ax.spines.values():
            spine.set_visible(False)
        ax.text(0.5, -0.18, "weights from → in each head", transform=ax.transAxes,
                size=TICK_SIZE, color=INK, ha="center", va="top")  # fmt: skip
        self.keys = [
            ax.text((k + 0.5) / length, -0.04, "", transform=ax.transAxes, size=SMALL_SIZE,
                    color=INK, ha="center", va="top")
            for k in range(length)
        ]  # fmt: skip
        self.answer = self._heading(ax, "")

    def _gradient_panel(self) -> None:
        groups = self.about["groups"]
        ax = place(self.picture, 6.95, 0.55, 0.95, 1.75)
        ax.set_xscale("log")
        low = max(self.arrays["group_norms"].min() * 0.7, 1e-3)
        ax.set_xlim(low, self.arrays["group_norms"].max() * 1.5)
        ax.minorticks_off()
        ax.set_ylim(len(groups) - 0.5, -0.5)
        ax.set_yticks(range(len(groups)), groups, size=SMALL_SIZE)
        ax.tick_params(axis="y", length=0)
        ax.hlines(range(len(groups)), *ax.get_xlim(), color=GRID, linewidth=0.8, zorder=0)
        ax.spines["left"].set_color(SOFT)
        ax.text(1, 1.03, "norm of the gradient", transform=ax.transAxes, size=TICK_SIZE,
                color=INK, va="bottom", ha="right")  # fmt: skip
        (self.norms,) = ax.plot([], [], "o", color=COLORS[0], markersize=6)

    def update(self, step: int, question: str = "") -> None:  # type: ignore[override]
        """Show one of the recorded steps, and where one of the recorded questions looks."""
        i = self.steps.index(step)
        probe = list(self.about["probes"]).index(question or self.about["probes"][0])
        tokens = self.about["probes"][probe].split()
        if question != self.asked:
            for text, token in zip(self.keys, tokens, strict=True):
                text.set_text(short(token))
            self.asked = question
            self.redraw_background()
        accuracy, loss = self.arrays["accuracy"][0][i], self.arrays["held_out_loss"][i]
        for line in self.now:
            line.set_xdata([step, step])
        self.loss_dot.set_data([step], [loss])
        self.dots.set_offsets(np.stack([np.full(len(accuracy), step), accuracy], axis=1))
        for text, share in zip(self.values, accuracy, strict=True):
            text.set_text(percent(share))
        xy, shares = self.points[i], self.shares[i]
        self.path.set_data(xy[:, 0], xy[:, 1])
        for text, place_ in zip(self.digits, apart(xy, self.letter), strict=True):
            text.set_position(tuple(place_))
        r = correlation(xy[:, 0])
        self.about_path.set_text(f"digits' embeddings, r = {r:.2f} ({shares[0]:.0%} of variance)")
        weights = self.arrays["attention"][i, probe][:, :, -1]
        self.image.set_data(weights.reshape(-1, weights.shape[-1]))
        answer = self.about["answers"][i][probe] or "nothing"
        self.answer.set_text(f"{compact(tokens)} {answer}")
        norms = np.maximum(self.arrays["group_norms"][i], 1e-3)
        self.norms.set_data(norms, range(len(norms)))
        self._say(step, i, probe, weights, tokens, r, answer)

    def _say(self, step: int, i: int, probe: int, weights: Any, tokens: list, r: float,
             answer: str) -> None:  # fmt: skip
        operations = self.about["operations"]
        accuracy = self.arrays["accuracy"][0][i]
        can = [name for name, share in zip(operations, accuracy, strict=True) if share >= MASTERED]
        skills = f"{', '.join(can)} learned" if can else "nothing learned yet"
        if len(can) == len(operations):
            skills = "all six learned"
        loss = float(self.arrays["held_out_loss"][i])
        self.title(f"Step {step}: {skills}, held-out loss {number(loss)}")
        layer, head, key = np.unravel_index(np.round(weights, 3).argmax(), weights.shape)
        norms = self.arrays["group_norms"][i]
        listed = ", ".join(f"{n} {percent(a)}" for n, a in zip(operations, accuracy, strict=True))
        self.picture.alt = (
            f"Step {step}: {skills}. Lines of the loss, {number(loss)} nats on held-out data, and "
            f"of exact matches: {listed}. Scatter plot of the digits' embeddings: the first "
            f"component correlates with the value by {r:.2f}. Heatmap of where the last token of "
            f"{compact(tokens)} looks: most in head {head + 1} of block {layer + 1}, "
            f"{number(float(weights[layer, head, key]))} to '{tokens[key]}'; the model answers "
            f"{answer}. The longest gradient is that of {self.about['groups'][norms.argmax()]}, "
            f"{number(float(norms.max()))}."
        )


def apart(points: np.ndarray, letter: np.ndarray) -> np.ndarray:
    """Move points (N, 2) apart until the ovals around them, `letter` wide and high, only touch."""
    places = np.array(points, dtype=float) / letter
    for _ in range(30):
        away = places[:, None] - places[None]
        far = np.hypot(*np.moveaxis(away, -1, 0)) + np.eye(len(places))
        if far.min() >= 0.99:
            break
        push = 0.5 * np.maximum(0.0, 1 - far) / np.maximum(far, 1e-9)
        places = places + (push[..., None] * away).sum(axis=1)
    return places * letter


def correlation(along: np.ndarray) -> float:
    """Return how well a coordinate of the digits follows their values."""
    return float(np.corrcoef(along, np.arange(len(along)))[0, 1])


def _paths(embeddings: np.ndarray, principal_components: Components) -> tuple[Any, Any]:
    """Return coordinates (S, 10, 2) and shares (S, 2), turned so that the picture does not flip.

    The first component rises with the value; the second changes as little as it can from one step
    to the next.
    """
    points: list[Any] = []
    shares: list[Any] = []
    for x in embeddings:
        found, share = principal_components(x, 2)
        found = np.array(found, dtype=float)
        if correlation(found[:, 0]) < 0:
            found[:, 0] *= -1
        if points and (found[:, 1] * points[-1][:, 1]).sum() < 0:
            found[:, 1] *= -1
        points.append(found)
        shares.append(share)
    return np.array(points), np.array(shares)


def _shades(count: int) -> Any:
    """Return colors from dark to lighter, all dark enough to be read."""
    return mpl.colormaps[SEQUENTIAL](np.linspace(0, 0.3, count))
