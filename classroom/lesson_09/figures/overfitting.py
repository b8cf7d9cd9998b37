"""The figure of a run on little text: both losses, the best evaluation, and where to stop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin
from classroom.plots.style import (
    COLORS,
    DASHES,
    INK,
    LABEL_SIZE,
    MASKED_FACE,
    TICK_SIZE,
    WIDTH,
    blank,
    grid,
    ink_of,
    place,
)

HIGHEST = 6.6


class Overfitting(Stage):
    """The losses of one run on the batches and on held-out text, over the steps.

    Parameters
    ----------
    recording : Recording
        "overfitting"; see `classroom.lesson_09.record.overfitting`.
    early_stopping : callable
        early_stopping(losses, patience) -> (best, stop), perhaps the reader's own.
    """

    def __init__(self, recording: Any, early_stopping: Callable[..., tuple[int, int]]) -> None:
        super().__init__(blank(WIDTH, 3.7), recording, early_stopping)
        self.early_stopping = early_stopping
        self.curves = recording.arrays["curves"]
        self.steps = recording.arrays["steps"]
        self.sizes = [int(size) for size in recording.arrays["sizes"]]
        self.remedies = list(recording.metadata["remedies"])
        ax = place(self.picture, 0.75, 0.56, WIDTH - 2.05, 2.3)
        ax.set_xlim(0, self.steps[-1])
        ax.set_ylim(0, HIGHEST)
        ax.set_xlabel("step", size=LABEL_SIZE)
        ax.set_ylabel("loss (nats)", size=LABEL_SIZE)
        grid(ax)
        # axvspan would do, but its patch is a polygon before matplotlib 3.9 and cannot be moved.
        whole_height = ax.get_xaxis_transform()
        self.after = mpl.Rectangle(
            (0, 0), 1, 1, color=MASKED_FACE, zorder=0, transform=whole_height
        )
        ax.add_patch(self.after)
        others = self.curves.shape[2] - 1
        self.others = [
            ax.plot([], [], color="#f0c39f", linewidth=0.9, zorder=1)[0] for _ in range(others)
        ]
        (self.seen,) = ax.plot([], [], color=COLORS[0], linewidth=1.8, zorder=2)
        (self.unseen,) = ax.plot(
            [], [], color=COLORS[1], linewidth=1.8, linestyle=DASHES[1], zorder=2
        )
        (self.star,) = ax.plot([], [], "*", color=COLORS[1], markersize=14, markeredgecolor=INK,
                               linewidth=0, zorder=4)  # fmt: skip
        self.stopped = ax.text(0, HIGHEST - 0.1, "", size=TICK_SIZE, color=INK, va="top")
        transform = ax.get_yaxis_transform()
        self.names = [
            ax.text(1.075, 0, name, size=TICK_SIZE, color=ink_of(color), va="center",
                    transform=transform)
            for name, color in (("batches", COLORS[0]), ("held out", COLORS[1]))
        ]  # fmt: skip
        self.pieces = [
            ax.plot([], [], color=color, linewidth=1.8, linestyle=dashes, transform=transform,
                    clip_on=False)[0]
            for color, dashes in zip(COLORS[:2], DASHES, strict=False)
        ]  # fmt: skip
        self.animate(self.after, self.others, self.seen, self.unseen, self.star, self.stopped,
                   self.names, self.pieces)  # fmt: skip

    def update(self, size: int, patience: int, remedy: str | None = None) -> None:  # type: ignore[override]
        """Show the run on `size` characters with a remedy, stopped with some patience."""
        remedy = self.remedies[0] if remedy is None else remedy
        runs = self.curves[self.sizes.index(size), self.remedies.index(remedy)]
        (seen, unseen), others = runs[0], runs[1:, 1]
        best, stop = (int(i) for i in self.early_stopping(unseen, patience))
        self.seen.set_data(self.steps, seen)
        self.unseen.set_data(self.steps, unseen)
        for line, curve in zip(self.others, others, strict=True):
            line.set_data(self.steps, curve)
        self.star.set_data([self.steps[best]], [unseen[best]])
        end = int(self.steps[-1])
        early = stop < len(self.steps) - 1
        at = int(self.steps[stop])
        self.after.set_x(at)
        self.after.set_width(end - at)
        self.stopped.set_text(f" stopped at step {at}" if early else "")
        near = at < 0.7 * end
        self.stopped.set_x(at if near else at - 3)
        self.stopped.set_horizontalalignment("left" if near else "right")
        heights = [float(seen[-1]), float(unseen[-1])]
        if abs(heights[0] - heights[1]) < 0.5:
            middle, side = sum(heights) / 2, np.sign(heights[1] - heights[0]) or 1.0
            heights = [middle - 0.25 * side, middle + 0.25 * side]
        for name, piece, height in zip(self.names, self.pieces, heights, strict=True):
            name.set_y(height)
            piece.set_data([1.012, 1.062], [height, height])
        with_what = "" if remedy == "none" else f", {remedy}"
        lowest = int(unseen.argmin())
        title = (
            f"{size} characters{with_what}: the best held-out loss is {unseen[best]:.2f}, at step "
            f"{int(self.steps[best])}"
        )
        if not early:
            title += ", and patience never runs out"
        elif unseen[lowest] < unseen[best]:
            title += f". Later it would have been {unseen[lowest]:.2f}, at {self.steps[lowest]}"
        else:
            title += f". Without stopping it ends at {unseen[-1]:.2f}"
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'Lines')} of the loss over {end} steps: on the batches from "
            f"{seen[0]:.2f} to {seen[-1]:.2f} nats, on held-out text from {unseen[0]:.2f} to "
            f"{unseen[-1]:.2f}. "
            + (f"Training is stopped at step {at}." if early else "Training is not stopped.")
        )
