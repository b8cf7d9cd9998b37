"""The figure of heads that form: attention on a repeated passage, at any step of a training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.plots import cells
from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number, token_labels
from classroom.plots.style import (
    COLORS,
    DASHES,
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
    widest,
)

MAP = 3.7


def places_to_look(ids: np.ndarray) -> np.ndarray:
    """Return (T, T), True where key s + 1 follows an earlier place s of the query's token."""
    before = np.concatenate([[-1], ids[:-1]])
    wanted: np.ndarray = (before[None, :] == ids[:, None]) & np.tri(len(ids), dtype=bool)
    return wanted


class FormingHeads(Stage):
    """Attention of one head on one sequence at one step, beside the loss and the scores.

    Parameters
    ----------
    ids : int ndarray, shape (T,)
        The sequence, in which tokens come up again.
    weights : mapping of int to ndarray, shape (n_layers, n_heads, T, T)
        The attention after some steps.
    evaluations : sequence of dict
        With "step", "loss", "previous_token" and "induction", as `tasks.induction.watch` adds them.
    """

    def __init__(
        self, ids: Any, weights: Mapping[int, Any], evaluations: Sequence[Mapping[str, float]]
    ) -> None:
        self.ids, self.weights = np.asarray(ids), dict(weights)
        count = len(self.ids)
        self.labels = token_labels([str(i) for i in self.ids], count, "ids")
        left = 0.5 + widest(self.labels, TICK_SIZE)
        height = MAP + 1.5
        super().__init__(blank(WIDTH, height), ids, weights, evaluations)
        self.followed = places_to_look(self.ids)
        self.again = self.followed.any(axis=1)
        self.before = np.eye(count, k=-1, dtype=bool)

        self.map = place(self.picture, left, 0.75, MAP, MAP)
        everything = np.ones((count, count), dtype=bool)
        self.image = cells.paint(self.map, np.zeros((count, count)), SEQUENTIAL, 0, 1, everything)
        cells.row_labels(self.map, self.labels, MAP)
        cells.column_labels(self.map, self.labels, MAP)
        self.picture.text(0.1 / WIDTH, (0.75 + MAP / 2) / height, "query (row)", rotation=90,
                          va="center", size=LABEL_SIZE)  # fmt: skip
        self.picture.text((left + MAP / 2) / WIDTH, 0.12 / height, "key (column)", ha="center",
                          size=LABEL_SIZE)  # fmt: skip
        (self.rings,) = self.map.plot([], [], "s", markersize=0.85 * 72 * MAP / count,
                                      markerfacecolor="none", markeredgewidth=1.2)  # fmt: skip

        cells.color_bar(self.map, self.image, "attention weight")
        x = left + MAP + 1.4
        wide = WIDTH - x - 0.2
        steps = [e["step"] for e in evaluations]
        low = place(self.picture, x, 0.75, wide, 1.4)
        high = place(self.picture, x, 0.75 + MAP - 1.4, wide, 1.4)
        high.plot(steps, [e["loss"] for e in evaluations], color=INK, linewidth=1.6)
        high.set_ylim(0, None)
        high.text(0, 1.03, "loss, held out (nats)", transform=high.transAxes, size=SMALL_SIZE,
                  color=SOFT)  # fmt: skip
        for name, key, color, dashes, up in (
            ("previous token", "previous_token", COLORS[0], DASHES[0], 1.03),
            ("induction (dashed)", "induction", COLORS[1], DASHES[1], 1.15),
        ):
            low.plot(steps, [e[key] for e in evaluations], color=color, linewidth=1.6,
                     linestyle=dashes)  # fmt: skip
            low.text(0, up, f"{name}, best head", transform=low.transAxes,
                     size=SMALL_SIZE, color=ink_of(color))  # fmt: skip
        low.set_ylim(0, 1)
        low.set_xlabel("step", size=LABEL_SIZE)
        self.here = []
        for ax in (high, low):
            ax.set_xlim(0, max(steps))
            grid(ax)
            self.here.append(ax.axvline(0, color=SOFT, linewidth=1.2))
        self.animate(self.image, self.rings, self.here)

    def update(self, step: int, head: tuple[int, int]) -> None:  # type: ignore[override]
        """Show one of the steps, and a head: (layer, head), both counted from 0."""
        layer, which = head
        matrix = np.asarray(self.weights[step][layer][which], dtype=float)
        self.image.set_data(np.where(np.tri(len(matrix), dtype=bool), matrix, np.nan))
        rows, keys = np.nonzero(self.followed if layer else self.before)
        self.rings.set_data(keys, rows)
        self.rings.set_markeredgecolor(COLORS[1] if layer else COLORS[0])
        for line in self.here:
            line.set_xdata([step, step])
        first = np.flatnonzero(~self.again)[1:]
        previous = float(matrix[first, first - 1].mean())
        induction = float((matrix * self.followed).sum(axis=1)[self.again].mean())
        if layer:
            found = f"{induction:.2f} on what followed the same token earlier (framed)"
        else:
            found = f"{previous:.2f} on the token before (framed), in the first round"
        title = f"Step {step}, head {layer + 1}.{which + 1}: {found}"
        self.title(title)
        T = len(matrix)
        self.picture.alt = (
            f"{begin(title, 'Heatmap')} of the attention of {T} tokens, a passage of "
            f"{int((~self.again).sum())} and its repetition. The last token, "
            f"'{self.labels[-1]}', attends most to token {int(matrix[-1].argmax()) + 1} of {T}, "
            f"{number(matrix[-1].max())}. Beside it the loss and the scores over the steps."
        )
