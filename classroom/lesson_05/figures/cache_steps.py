"""The figure of attention step by step, without the key-value cache and with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, token_labels
from classroom.plots.style import (
    COLORS,
    GRID,
    INK,
    LABEL_SIZE,
    MASKED_FACE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    place,
    text_width,
)

CELL = 0.22
"""Inches of a cell."""
LANE = 0.38
"""Inches that a row of q, k or v is long."""

NONE, HIDDEN, KEPT, AGAIN, NEW = range(5)
"""What becomes of a row or a score in a step."""
FACES = ("#ffffff", MASKED_FACE, COLORS[4], COLORS[1], COLORS[2])
MEANING = {
    NEW: "new in this step",
    AGAIN: "computed again",
    KEPT: "read from the cache",
    HIDDEN: "hidden by the mask",
}
_TINTS = np.array([[int(face[at : at + 2], 16) / 255 for at in (1, 3, 5)] for face in FACES])


class CacheSteps(Stage):
    """What one head makes anew, makes again and keeps while a text is read, side by side.

    Parameters
    ----------
    tokens : sequence of str, length T
    prompt : int
        How many of them the first step reads; each later step reads one more.
    q, k, v : array_like, shape (T, d_k)
        Of one head.
    weights : array_like, shape (T, T)
        Of the same head, 0 where the mask hides a key.
    counts : array_like, shape (steps, 2)
        Multiplications of the model in each step, without the cache and with it.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """

    def __init__(
        self, tokens: Sequence[str], prompt: int, q: Any, k: Any, v: Any, weights: Any, counts: Any
    ) -> None:
        self.labels = token_labels(tokens, len(tokens), "tokens")
        self.prompt, self.T = prompt, len(self.labels)
        self.lanes = {name: np.asarray(x, float) for name, x in zip("qkv", (q, k, v), strict=True)}
        self.weights = np.asarray(weights, float)
        self.counts = np.asarray(counts)
        steps = self.T - prompt + 1
        for name, lane in self.lanes.items():
            if lane.ndim != 2 or len(lane) != self.T:
                raise ValueError(f"CacheSteps: {name} has shape {lane.shape}, not ({self.T}, d_k).")
        if self.weights.shape != (self.T, self.T):
            raise ValueError(f"CacheSteps: weights have shape {self.weights.shape}.")
        if self.counts.shape != (steps, 2):
            raise ValueError(f"CacheSteps: counts have shape {self.counts.shape}, not {steps, 2}.")
        self.shades = {}
        for name, lane in self.lanes.items():
            self.shades[name] = 0.2 + 0.4 * (1 + lane / (np.abs(lane).max() or 1.0))
        side = self.T * CELL
        below = 1.34
        self.height = below + side + 2 * LANE + 1.3
        super().__init__(blank(WIDTH, self.height), tokens, prompt, q, k, v, weights, counts)
        self.panels = [
            _Panel(self, x, below, side, name)
            for x, name in ((0.55, "Without the cache"), (0.55 + WIDTH / 2, "With the cache"))
        ]
        self._lay_bars()
        self._write_key()

    def _lay_bars(self) -> None:
        left, totals = 0.72, self.counts.sum(axis=0)
        ax = place(self.picture, left, 0.4, WIDTH - left - 0.95, 0.58)
        ax.set_axis_off()
        ax.set_xlim(0, totals.max())
        ax.set_ylim(1.5, -0.5)
        self.counted = ax.text(0, -0.78, "", size=TICK_SIZE, color=INK)
        self.spent = ax.barh([0, 1], [0, 0], 0.62, color=FACES[NEW], edgecolor=INK, linewidth=1.2)
        self.wasted = ax.barh([0], [0], 0.62, color=FACES[AGAIN], hatch="////", edgecolor="white",
                              linewidth=0)  # fmt: skip
        self.totals = [ax.text(0, y, "", size=TICK_SIZE, color=INK, va="center") for y in (0, 1)]
        for y, name in enumerate(("without", "with")):
            ax.text(-0.008, y, name, size=TICK_SIZE, color=INK, ha="right", va="center",
                    transform=ax.get_yaxis_transform())  # fmt: skip
        self.animate(self.spent, self.wasted, self.totals, self.counted)

    def _write_key(self) -> None:
        ax = place(self.picture, 0.1, 0.06, WIDTH - 0.2, 0.24)
        ax.set_axis_off()
        ax.set_xlim(0, WIDTH - 0.2)
        ax.set_ylim(0, 0.24)
        x = 0.05
        for kind, text in MEANING.items():
            ax.add_patch(
                mpl.Rectangle(
                    (x, 0.05), 0.16, 0.14, facecolor=FACES[kind],
                    edgecolor=INK if kind == NEW else "white", linewidth=1.4 if kind == NEW else 0,
                    hatch="/////" if kind == AGAIN else None,
                )
            )  # fmt: skip
            ax.text(x + 0.22, 0.12, text, size=TICK_SIZE, color=INK, va="center")
            x += 0.22 + text_width(text, TICK_SIZE) + 0.25
        ax.plot([x + 0.08], [0.12], "o", color=INK, markersize=6)
        ax.text(x + 0.22, 0.12, "weight", size=TICK_SIZE, color=INK, va="center")

    def states(self, step: int, cached: bool) -> dict[str, np.ndarray]:
        """Return the state of each row of q, k and v (T,), and of each score (T, T), in a step."""
        T, read = self.T, self.prompt + step
        before = read - 1 if step else 0  # tokens that an earlier step has read
        place_ = np.arange(T)
        new = (place_ >= before) & (place_ < read)
        old = place_ < before
        made = np.where(new, NEW, NONE)
        q = np.where(old & (not cached), AGAIN, made)
        kv = np.where(old, KEPT if cached else AGAIN, made)
        scores = np.where(q[:, None] > 0, q[:, None], NONE) * (place_ < read)
        later = (place_ > place_[:, None]) & (scores > 0)
        return {"q": q, "k": kv, "v": kv, "scores": np.where(later, HIDDEN, scores)}

    def update(self, step: int) -> None:  # type: ignore[override]
        """Show step number `step`; number 0 reads the prompt."""
        read = self.prompt + step
        for panel, cached in zip(self.panels, (False, True), strict=True):
            panel.move(self.states(step, cached), read, self.prompt if step == 0 else 1)
        so_far = self.counts[: step + 1].sum(axis=0)
        without, kept = (int(total) for total in so_far)
        for bar, total in zip(self.spent, (kept, kept), strict=True):
            bar.set_width(total)
        self.wasted[0].set_x(kept)
        self.wasted[0].set_width(without - kept)
        for text, total in zip(self.totals, (without, kept), strict=True):
            text.set_text(f"{total:,}")
            text.set_x(total + 0.008 * self.counts.sum(axis=0).max())
        if step == 0:
            title = f"The prompt: {read} characters are new, with the cache as without it"
        else:
            title = (
                f"Step {step}, '{self.labels[read - 1]}' is read: without the cache {read} rows of "
                f"q, k and v are made, {read - 1} of them again; with it one of each"
            )
        self.title(title)
        now = [int(count) for count in self.counts[step]]
        self.counted.set_text(
            f"multiplications so far, in the whole model (in this step {now[0]:,} without, "
            f"{now[1]:,} with)"
        )
        self.picture.alt = (
            f"{begin(title, 'Two grids')} of {read} queries by {read} keys, with the rows of q, k "
            f"and v beside them. With the cache {0 if step == 0 else read - 1} keys and as many "
            f"values are read from it. Multiplications in this step: {now[0]:,} without, "
            f"{now[1]:,} with; so far {without:,} and {kept:,}."
        )


class _Panel:
    """One of the two grids, with its rows of q, k and v."""

    def __init__(self, stage: CacheSteps, left: float, bottom: float, side: float, name: str):
        self.stage, T = stage, stage.T
        x = left + LANE + 0.08
        q = self._axes(left, bottom + LANE + 0.08, LANE, side)
        k = self._axes(x, bottom + LANE + side + 0.16, side, LANE)
        v = self._axes(x, bottom, side, LANE)
        grid = self._axes(x, bottom + LANE + 0.08, side, side)
        self.axes = {"q": q, "k": k, "v": v, "scores": grid}
        self.images, self.stripes, self.frames = {}, {}, {}
        for part, ax in self.axes.items():
            self.images[part] = ax.imshow(
                np.ones((1, 1, 3)), aspect="auto", interpolation="nearest",
                extent=(0, T if part != "q" else 1, T if part in ("q", "scores") else 1, 0),
            )  # fmt: skip
            wide, tall = (1 if part == "q" else T), (T if part in ("q", "scores") else 1)
            ax.set_xlim(-0.02 * wide, 1.02 * wide)
            ax.set_ylim(1.02 * tall, -0.02 * tall)
            lines = [[(0, y), (wide, y)] for y in range(tall + 1)]
            lines += [[(at, 0), (at, tall)] for at in range(wide + 1)]
            cuts = mpl.LineCollection(lines, colors=GRID, linewidths=0.8)
            ax.add_collection(cuts)
            stripes = mpl.PathPatch(mpl.Path(np.zeros((0, 2))), facecolor="none",
                                    edgecolor="white", hatch="////", linewidth=0)  # fmt: skip
            ax.add_patch(stripes)
            frame = mpl.Rectangle((0, 0), 1, 1, fill=False, edgecolor=INK, linewidth=1.6)
            ax.add_patch(frame)
            self.stripes[part], self.frames[part] = stripes, frame
            stage.animate(self.images[part], stripes, cuts, frame)
        self.dots = grid.scatter([], [], s=1, color=INK, linewidths=0, zorder=3)
        for at, label in enumerate(stage.labels):
            q.text(-0.12, at + 0.5, label, size=TICK_SIZE, color=INK, ha="right", va="center",
                   parse_math=False)  # fmt: skip
            k.text(at + 0.5, -0.1, label, size=TICK_SIZE, color=INK, ha="center", va="bottom",
                   parse_math=False)  # fmt: skip
        # What has not been read yet lies under a white cover: that is faster than 24 labels.
        self.row_cover, self.column_cover = (
            mpl.Rectangle((0, 0), 0, 0, facecolor="white", linewidth=0, clip_on=False, zorder=4)
            for _ in range(2)
        )
        q.add_patch(self.row_cover)
        k.add_patch(self.column_cover)
        letters = {"size": LABEL_SIZE, "color": INK, "style": "italic"}
        q.text(0.5, -0.25, "q", ha="center", va="bottom", **letters)
        k.text(-0.25, 0.5, "k", ha="right", va="center", **letters)
        v.text(-0.25, 0.5, "v", ha="right", va="center", **letters)
        k.text(0, -0.72, name, size=LABEL_SIZE, weight="bold", color=INK, va="bottom")
        self.answered = grid.text(T / 2, 1.5, "answered in earlier steps", size=TICK_SIZE,
                                  color=SOFT, ha="center", va="center")  # fmt: skip
        stage.animate(self.dots, self.row_cover, self.column_cover, self.answered)

    def _axes(self, left: float, bottom: float, width: float, height: float) -> mpl.Axes:
        """Add axes whose limits leave a trace of room for the frames."""
        ax = place(self.stage.picture, left - 0.02 * width, bottom - 0.02 * height,
                   1.04 * width, 1.04 * height)  # fmt: skip
        ax.set_axis_off()
        return ax

    def move(self, states: dict[str, np.ndarray], read: int, new: int) -> None:
        """Show the states after `read` tokens, the last `new` of them new."""
        stage = self.stage
        for part, state in states.items():
            if part == "scores":
                colors = _TINTS[state]
            else:
                shade = stage.shades[part][..., None]
                colors = 1 - (1 - _TINTS[state][:, None]) * shade  # white stays white
                if part != "q":
                    colors = colors.swapaxes(0, 1)
            self.images[part].set_data(colors)
            again = state == AGAIN
            cells = again if part == "scores" else again[:, None] if part == "q" else again[None]
            self.stripes[part].set_path(_squares(cells))
        start = read - new
        self.frames["q"].set_bounds(0, start, 1, new)
        self.frames["k"].set_bounds(start, 0, new, 1)
        self.frames["v"].set_bounds(start, 0, new, 1)
        self.frames["scores"].set_bounds(0, start, read, new)
        rows, columns = np.nonzero(states["scores"] > HIDDEN)
        self.dots.set_offsets(np.stack([columns + 0.5, rows + 0.5], axis=-1))
        self.dots.set_sizes(80 * stage.weights[rows, columns])
        self.row_cover.set_bounds(-0.7, read, 0.65, stage.T - read)
        self.column_cover.set_bounds(read, -0.6, stage.T - read, 0.55)
        self.answered.set_visible(bool(states["scores"][0, 0] == NONE))


def _squares(cells: np.ndarray) -> mpl.Path:
    """Return one path around all cells (rows, columns) that are True."""
    squares = [
        mpl.Path([(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)], closed=True)
        for y, x in np.argwhere(cells)
    ]
    return mpl.Path.make_compound_path(*squares) if squares else mpl.Path(np.zeros((0, 2)))
