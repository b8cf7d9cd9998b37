"""The figure of a sweep over learning rates: where each run ended, and the curves behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import COLORS, INK, LABEL_SIZE, WIDTH, blank, grid, place
from classroom.plots.training_curves import running_mean

_PALE = "#d4d4d4"
_WINDOW = 8
_HIGHEST = 6.0
"""The largest loss that is shown, in nats."""


def rate_label(rate: float) -> str:
    """Return a learning rate in digits, 0.0001 rather than 1e-04.

    >>> rate_label(1e-5), rate_label(0.3), rate_label(1.0)
    ('0.00001', '0.3', '1')
    """
    return f"{rate:.10f}".rstrip("0").rstrip(".")


class Rates(Stage):
    """Where each run ended, over its rate; the losses and the gradients of one of them.

    Parameters
    ----------
    runs : sequence of ShortRun
        Of rising rates, all of the same number of steps.
    """

    def __init__(self, runs: Sequence[Any]) -> None:
        super().__init__(blank(WIDTH, 3.6), runs)
        self.runs = list(runs)
        self.rates = [float(run.settings["lr"]) for run in self.runs]
        self.held_out = np.array([run.held_out for run in self.runs])
        finite = self.held_out[np.isfinite(self.held_out)]
        low, high = float(finite.min()), float(min(finite.max(), _HIGHEST))
        self.top = high + 0.12 * (high - low) + 0.05
        ends = self._panel(0.5, "held out, at the end (nats)", "learning rate")
        ends.set_xscale("log")
        ends.set_xlim(self.rates[0] / 2, self.rates[-1] * 2)
        ends.set_ylim(low - 0.1 * (high - low), self.top + 0.08 * (high - low))
        ends.plot(self.rates, [self._height(i) for i in range(len(self.runs))], "-o",
                  color=COLORS[0], linewidth=1.6, markersize=4)  # fmt: skip
        (self.dot,) = ends.plot([], [], "o", color=COLORS[1], markersize=10)
        step = f"step (mean of the last {_WINDOW})"
        losses = self._panel(3.1, "loss of the batches (nats)", step)
        norms = self._panel(5.72, "norm of the gradient", step)
        norms.set_yscale("log")
        self.curves = [
            [self._curve(run.losses) for run in self.runs],
            [self._curve(run.gradient_norms) for run in self.runs],
        ]
        self.lines = []
        for ax, curves in zip((losses, norms), self.curves, strict=True):
            ax.set_xlim(0, len(self.runs[0].losses))
            for values in curves:
                ax.plot(np.arange(1, len(values) + 1), values, color=_PALE, linewidth=1.0, zorder=1)
            self.lines.append(ax.plot([], [], color=COLORS[1], linewidth=1.8, zorder=2)[0])
        shown = [values for values in self.curves[0] if len(values)]
        losses.set_ylim(
            0.9 * min(float(values.min()) for values in shown),
            min(_HIGHEST, 1.05 * max(float(values.max()) for values in shown)),
        )
        self.animate(self.dot, self.lines)

    def _panel(self, left: float, title: str, x_label: str) -> mpl.Axes:
        ax = place(self.picture, left, 0.6, 2.05, 2.2)
        ax.set_title(title, size=LABEL_SIZE, loc="left", color=INK)
        ax.set_xlabel(x_label, size=LABEL_SIZE)
        grid(ax)
        return ax

    def _height(self, index: int) -> float:
        """Where the dot of a run stands; at the top if it diverged, or left the picture."""
        value = self.held_out[index]
        return float(min(value, self.top)) if np.isfinite(value) else self.top

    @staticmethod
    def _curve(values: np.ndarray) -> np.ndarray:
        return running_mean(values[np.isfinite(values)], _WINDOW)

    def update(self, lr: float) -> None:  # type: ignore[override]
        """Show the run of a rate, one of those given."""
        index = int(np.argmin(np.abs(np.log(np.array(self.rates) / lr))))
        run = self.runs[index]
        self.dot.set_data([self.rates[index]], [self._height(index)])
        for line, curves in zip(self.lines, self.curves, strict=True):
            line.set_data(np.arange(1, len(curves[index]) + 1), curves[index])
        name = f"Rate {rate_label(self.rates[index])}"
        if run.diverged_at is not None:
            title = f"{name}: diverged at step {run.diverged_at}"
        else:
            title = (
                f"{name}: {run.held_out:.2f} nats after {len(run.losses)} steps"
                f"{self._verdict(index)}; {run.dead:.0%} of the units are dead"
            )
        self.title(title)
        losses, norms = (curves[index] for curves in self.curves)
        self.picture.alt = (
            f"{begin(title, 'On the left')} the held-out loss over the rate, lowest at "
            f"{rate_label(self.rates[int(np.nanargmin(self.held_out))])}. Beside it the loss over "
            f"the steps, {_course(losses)}, and the norm of the gradient, {_course(norms)}."
        )

    def _verdict(self, index: int) -> str:
        best = int(np.nanargmin(self.held_out))
        if index == best:
            return f", the best of {len(self.runs)}"
        return ", too slow" if index < best else ", too fast"


def _course(values: np.ndarray) -> str:
    if not len(values):
        return "which has no finite value"
    return f"from {number(values[0], 3)} to {number(values[-1], 3)}"
