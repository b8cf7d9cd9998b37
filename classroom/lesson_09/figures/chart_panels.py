"""The panels of a broken run's chart: curves, maps of attention, and what the model writes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from classroom.lesson_09.broken_runs import HALF, Chart, uniform_loss
from classroom.plots import mpl
from classroom.plots.style import (
    COLORS,
    DASHES,
    INK,
    SEQUENTIAL,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    grid,
    ink_of,
    text_width,
)

Line = tuple[str, np.ndarray, np.ndarray]


def _losses(found: Chart) -> list[Line]:
    return [
        ("train", found.looked_at, found.train_loss),
        ("held out", found.looked_at, found.held_out_loss),
    ]


def _accuracies(found: Chart) -> list[Line]:
    return [
        ("train", found.looked_at, found.train_accuracy),
        ("held out", found.looked_at, found.held_out_accuracy),
    ]


def _gradients(found: Chart) -> list[Line]:
    """The norms, one in four steps: block by block, and the output."""
    steps = np.arange(1, len(found.norms) + 1)
    shown = (steps % 4 == 1) | (steps < 8)
    names = [*(f"block {i}" for i in range(1, found.norms.shape[1] - 1)), "output"]
    norms = np.maximum(found.norms, 1e-7)
    return [(name, steps[shown], norms[shown, i]) for i, name in enumerate(names, 1)]


def _silent(found: Chart) -> list[Line]:
    return [(f"block {i + 1}", found.looked_at, found.dead[:, i]) for i in range(4)]


def _largest(found: Chart) -> list[Line]:
    return [
        ("score", found.looked_at, found.largest_score),
        ("activation or logit", found.looked_at, found.largest_activation),
    ]


def _updates(found: Chart) -> list[Line]:
    """The ratio of each step, one in four."""
    steps = np.arange(1, len(found.updates) + 1)
    shown = (steps % 4 == 1) | (steps < 8)
    return [("update / weight", steps[shown], np.maximum(found.updates[shown], 1e-7))]


CURVES: dict[str, tuple[str, Callable[[Chart], list[Line]], tuple[float, float] | None]] = {
    "loss": ("loss (nats)", _losses, None),
    "accuracy": ("share right", _accuracies, (0.0, 1.03)),
    "gradients": ("norm of the gradient", _gradients, None),
    "silent units": ("share of relu units", _silent, (-0.02, 1.03)),
    "largest numbers": ("largest magnitude", _largest, None),
    "updates": ("update / weight", _updates, None),
}
"""The panels with curves: what the vertical axis measures, the curves, its ends."""

PANELS = (*CURVES, "attention")
"""What there is to look at."""

BATCHES = "#b9d3e6"
"""Of the loss of each batch, behind that of all training text."""

SMALL = tuple(panel for panel in CURVES if panel != "updates")
"""Those of a chart of six; the sixth is the attention."""

_OVER_LINES = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
"""Behind the name of a mark that curves may cross."""

LOGARITHMIC = ("gradients", "largest numbers", "updates")


def draw_curves(ax: mpl.Axes, panel: str, found: Chart) -> None:
    """Draw one of `CURVES`, small, with a key above it."""
    _, curves, ends = CURVES[panel]
    lines = curves(found)
    for color, dashes, (_, steps, values) in zip(COLORS, DASHES, lines, strict=False):
        ax.plot(steps, values, color=color, linewidth=1.4, linestyle=dashes, zorder=3)
    if panel == "loss":
        steps = np.arange(1, len(found.batch_loss) + 1)
        ax.plot(steps, found.batch_loss, color=BATCHES, linewidth=0.6, zorder=2)
        ax.axhline(uniform_loss(), color=SOFT, linewidth=0.8, linestyle=":")
        top = max(5.0, 1.05 * float(np.nanmax(found.batch_loss)))
        ax.set_ylim(0, top)
        ax.text(len(steps), uniform_loss(), "ln 54 ", size=SMALL_SIZE, color=INK, va="bottom",
                ha="right")  # fmt: skip
    if panel in LOGARITHMIC:
        ax.set_yscale("log")
    if panel == "largest numbers":
        ax.axhline(np.log(HALF), color=SOFT, linewidth=0.8, linestyle=":")
        low, high = ax.get_ylim()
        ax.set_ylim(min(low, 1.0), max(high, 100.0))
        ax.text(0.03, 1.08 * np.log(HALF), "ln 65504", size=SMALL_SIZE, color=INK, va="bottom",
                transform=ax.get_yaxis_transform(), zorder=4, bbox=_OVER_LINES)  # fmt: skip
    elif ends is not None:
        ax.set_ylim(*ends)
    set_steps(ax, panel, found)
    grid(ax)
    ax.minorticks_off()
    ax.set_title(panel, size=TICK_SIZE, color=INK, pad=16)
    _small_key(ax, [name for name, _, _ in lines])


def set_steps(ax: mpl.Axes, panel: str, found: Chart) -> None:
    """Set the axis of the steps; of gradients in powers of ten, for much happens in the first."""
    if panel == "gradients":
        ax.set_xscale("log")
        ax.minorticks_off()
    ax.set_xlim(panel == "gradients", len(found.norms))


def _small_key(ax: mpl.Axes, names: list[str]) -> None:
    """Write the names of the curves in their colors, above a small panel, over their dashes."""
    x = 0.0
    for index, (color, dashes, name) in enumerate(zip(COLORS, DASHES, names, strict=False)):
        short = name.removesuffix(" or logit")
        short = short.removeprefix("block ") if index else short
        wide = max(text_width(short, SMALL_SIZE), 0.19) / 1.95
        ax.text(x + wide / 2, 1.05, short, color=ink_of(color), size=SMALL_SIZE, ha="center",
                transform=ax.transAxes, va="bottom")  # fmt: skip
        ax.plot([x, x + wide], [1.045, 1.045], color=color, linewidth=1.4, linestyle=dashes,
                transform=ax.transAxes, clip_on=False)  # fmt: skip
        x += wide + 0.1 / 1.95


def draw_map(ax: mpl.Axes, weights: np.ndarray) -> None:
    """Draw one map of attention, with a line on the diagonal: what is above it is the future."""
    T = len(weights)
    ax.imshow(weights, cmap=SEQUENTIAL, vmin=0, vmax=max(0.05, float(weights.max())))
    ax.plot([-0.5, T - 0.5], [-0.5, T - 0.5], color="white", linewidth=0.5)
    ax.set_xticks([0, 10, 20])
    ax.set_yticks([0, 10, 20])


def write_sample(figure: mpl.Figure, found: Chart) -> None:
    """Write what the model writes at the lower edge."""
    width, height = figure.get_size_inches()
    for index, line in enumerate(sample_lines(found, width - 0.4)):
        figure.text(0.15 / width, (0.3 - 0.17 * index) / height, line, size=SMALL_SIZE, color=INK,
                    va="center", ha="left", parse_math=False)  # fmt: skip


def sample_lines(found: Chart, width: float) -> tuple[str, ...]:
    """Return what the model writes, in lines that fit into `width` inches."""
    return _broken(f"writes: {shown(found.sample)}", width)


@lru_cache(maxsize=32)
def _broken(text: str, width: float) -> tuple[str, ...]:
    """Cut a text into lines wherever they are full, in the middle of a word, too."""
    lines = []
    while text:
        fits = range(1, len(text) + 1)
        end = bisect_right(fits, width, key=lambda n: text_width(text[:n], SMALL_SIZE, math=False))
        lines.append(text[: max(1, end)])
        text = text[max(1, end) :]
    return tuple(lines)


def shown(sample: str) -> str:
    """The sample in one line."""
    return sample.replace("\n", "⏎") or "nothing, for its logits are not numbers"
