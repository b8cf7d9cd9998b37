"""The figure of all attention maps of one question, at one step of a training."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.lesson_09.figures.growth_labels import compact, short
from classroom.plots import cells
from classroom.plots.blitting import Stage
from classroom.plots.labels import number
from classroom.plots.style import INK, LABEL_SIZE, SEQUENTIAL, SMALL_SIZE, WIDTH, blank, place


class HeadsInTraining(Stage):
    """The maps of every head of every block, the last row of which decides the answer.

    Parameters
    ----------
    recording : Recording
        "growth".
    """

    def __init__(self, recording: Any) -> None:
        super().__init__(blank(WIDTH, 4.5), recording)
        self.arrays, self.about = recording
        self.steps = [int(step) for step in self.arrays["steps"]]
        _, _, layers, heads, length, _ = self.arrays["attention"].shape
        side, gap = 1.42, 0.14
        self.images, self.rows, self.columns = [], [], []
        for layer in range(layers):
            for head in range(heads):
                left = 0.88 + head * (side + gap)
                ax = place(self.picture, left, 0.55 + (layers - 1 - layer) * 1.83, side, side)
                self.images.append(cells.paint(ax, np.zeros((length, length)), SEQUENTIAL, 0.0,
                                               1.0, np.ones((length, length), bool)))  # fmt: skip
                ax.set_xticks([])
                ax.set_yticks([])
                for spine in ax.spines.values():
                    spine.set_visible(False)
                ax.set_title(f"block {layer + 1}, head {head + 1}", size=SMALL_SIZE + 1, loc="left",
                             pad=3, color=INK)  # fmt: skip
                for k in range(length):
                    if head == 0:
                        self.rows.append(ax.text(-0.4, k, "", size=SMALL_SIZE, color=INK,
                                                 transform=ax.get_yaxis_transform(), ha="right",
                                                 va="center"))  # fmt: skip
                        self.rows[-1].set_x(-0.04)
                    if layer == layers - 1:
                        self.columns.append(ax.text((k + 0.5) / length, -0.04, "", size=SMALL_SIZE,
                                                    color=INK, transform=ax.transAxes,
                                                    ha="center", va="top"))  # fmt: skip
        cells.color_bar(self.images[heads - 1].axes, self.images[heads - 1], "attention weight")
        for x, y, text, turn in ((0.012, 0.5, "query (row)", 90), (0.5, 0.02, "key (column)", 0)):
            self.picture.text(x, y, text, rotation=turn, size=LABEL_SIZE, color=INK,
                              va="center" if turn else "bottom",
                              ha="left" if turn else "center")  # fmt: skip
        self.asked = "-"
        self.animate(self.images)

    def update(self, step: int, question: str) -> None:  # type: ignore[override]
        """Show one of the recorded steps and one of the recorded questions."""
        i, probe = self.steps.index(step), list(self.about["probes"]).index(question)
        tokens = question.split()
        if question != self.asked:
            for texts, names in ((self.rows, tokens), (self.columns, tokens)):
                for k, text in enumerate(texts):
                    text.set_text(short(names[k % len(names)]))
            self.asked = question
            self.redraw_background()
        maps = self.arrays["attention"][i, probe]
        for image, weights in zip(self.images, maps.reshape(-1, *maps.shape[2:]), strict=True):
            image.set_data(weights)
        last = np.round(maps[..., -1, :], 3)
        layer, head, key = np.unravel_index(last.argmax(), last.shape)
        answer = self.about["answers"][i][probe] or "nothing"
        found = (
            f"block {layer + 1}, head {head + 1} looks from → to '{tokens[key]}' most "
            f"({number(float(last[layer, head, key]))})"
        )
        self.title(f"Step {step}, {compact(tokens)} {answer}: {found}")
        rows = "; ".join(
            f"head {h + 1} of block {b + 1} to '{tokens[int(last[b, h].argmax())]}', "
            f"{number(float(last[b, h].max()))}"
            for b in range(len(last))
            for h in range(len(last[b]))
        )
        self.picture.alt = (
            f"Step {step}. Heatmaps of the attention weights of {len(self.images)} heads for "
            f"{compact(tokens)}, which the model answers with {answer}. The last row looks most, "
            f"{rows}."
        )
