"""The figure of activations and gradients by layer: histograms from the bottom to the top."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import COLORS, INK, LABEL_SIZE, SMALL_SIZE, WIDTH, blank, place
from course_lib import attention, blocks, layers

KINDS = ("no residual", "residual", "residual, pre-norm", "residual, post-norm")
"""The stacks that are compared."""

DEEPEST = 16
"""Blocks of the stack that is drawn: an attention and a feed-forward each."""

_EVERY = 4
"""Of so many sublayers one is drawn."""

_LOW, _HIGH = -9.0, 9.0
_BINS = 72
"""From 10 to the _LOW to 10 to the _HIGH: four for each power of ten."""

_TALL = 5.0
"""Heights of the picture that a hill would reach if all its numbers were in one bin."""
_CUT = 1.6
"""Where a hill is cut off: all numbers that leave the axis stand in its last bin."""
_QUIET = "#595959"
_D_MODEL, _D_FF, _HEADS, _ROWS = 32, 64, 4, 12


class Measured(NamedTuple):
    """What was measured in one stack.

    Fields
    ------
    gradient : ndarray, shape (sublayers + 1,)
        Norm of the gradient at the input of each sublayer; 1 at the top, which is last.
    alike : ndarray, shape (sublayers + 1,)
        Mean cosine between two rows, from the input, which is first, to the top.
    rows, gradients : ndarray, shape (sublayers + 1, n)
        The sizes of all numbers of the stream at each height, and of the gradient of each of them,
        which is as large as 1 at the top.
    """

    gradient: np.ndarray
    alike: np.ndarray
    rows: np.ndarray
    gradients: np.ndarray


@lru_cache(maxsize=256)
def measure_stack(kind: str, n_blocks: int, gain: float) -> Measured:
    """Send random rows up and a random gradient down a stack of random weights."""
    x, matrices, dout = _drawn(n_blocks)
    caches: list[Any] = []
    alike, rows = [_likeness(x[0])], [x]
    ones, zeros = np.ones(_D_MODEL), np.zeros(_D_MODEL)
    for sublayer, drawn in enumerate(matrices):
        inside, norm_cache = x, None
        if kind == KINDS[2]:
            inside, norm_cache = layers.layer_norm(x, ones, zeros)
        params = {name: gain * matrix for name, matrix in drawn.items()}
        if sublayer % 2:
            params |= {"b_1": np.zeros(_D_FF), "b_2": np.zeros(_D_MODEL)}
            update, cache = blocks.feed_forward(inside, params)
        else:
            update, cache = attention.multi_head_attention(inside, inside, params, _HEADS)
        x = update if kind == KINDS[0] else x + update
        if kind == KINDS[3]:
            x, norm_cache = layers.layer_norm(x, ones, zeros)
        caches.append((norm_cache, cache))
        alike.append(_likeness(x[0]))
        rows.append(x)
    gradient, gradients = [1.0], [dout]
    for sublayer in reversed(range(2 * n_blocks)):
        norm_cache, cache = caches[sublayer]
        if kind == KINDS[3]:
            dout, _, _ = layers.layer_norm_backward(dout, norm_cache)
        if sublayer % 2:
            dinside, _ = blocks.feed_forward_backward(dout, cache)
        else:
            dquery, dmemory, _ = attention.multi_head_attention_backward(dout, cache)
            dinside = dquery + dmemory
        if kind == KINDS[2]:
            dinside, _, _ = layers.layer_norm_backward(dinside, norm_cache)
        dout = dinside if kind == KINDS[0] else dout + dinside
        gradient.append(float(np.linalg.norm(dout)))
        gradients.append(dout)
    return Measured(
        np.array(gradient[::-1]),
        np.array(alike),
        np.abs(rows).reshape(len(rows), -1),
        np.abs(gradients[::-1]).reshape(len(rows), -1) * math.sqrt(dout.size),
    )


@lru_cache(maxsize=DEEPEST)
def _drawn(n_blocks: int) -> tuple[np.ndarray, list[dict[str, np.ndarray]], np.ndarray]:
    """Draw the rows, the matrices of each sublayer, and a gradient of length 1."""
    rng = np.random.default_rng(1)

    def matrix(d_in: int, d_out: int) -> np.ndarray:
        return rng.standard_normal((d_in, d_out)) / math.sqrt(d_in)

    x = rng.standard_normal((1, _ROWS, _D_MODEL))
    matrices = []
    for _ in range(n_blocks):
        matrices.append({f"W_{name}": matrix(_D_MODEL, _D_MODEL) for name in "QKVO"})
        matrices.append({"W_1": matrix(_D_MODEL, _D_FF), "W_2": matrix(_D_FF, _D_MODEL)})
    dout = rng.standard_normal(x.shape)
    return x, matrices, dout / np.linalg.norm(dout)


def _likeness(rows: np.ndarray) -> float:
    directions = rows / (np.linalg.norm(rows, axis=-1, keepdims=True) + 1e-300)
    cosines = directions @ directions.T
    return float((cosines.sum() - np.trace(cosines)) / (cosines.size - len(cosines)))


class ByLayer(Stage):
    """Hills over a scale of powers of ten: the numbers of the stream, and those of its gradient."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 5.0))
        self.heights = range(0, 2 * DEEPEST + 1, _EVERY)
        edges = np.linspace(_LOW, _HIGH, _BINS + 1)
        self.edges, self.centers = edges, (edges[:-1] + edges[1:]) / 2
        w, h = self.picture.get_size_inches()
        self.hills, self.medians, self.sizes = [], [], []
        for left, name, color in (
            (0.75, "activations, going up ↑", COLORS[0]),
            (4.5, "gradients, going down ↓", COLORS[1]),
        ):
            ax = place(self.picture, left, 0.62, 2.75, 3.4)
            ax.set_xlim(_LOW, _HIGH)
            ax.set_ylim(-0.25, len(self.heights) + 0.75)
            powers = range(-8, 9, 4)
            ax.set_xticks(list(powers), [f"$10^{{{p}}}$" for p in powers])
            ax.axvline(0, color="#c4c4c4", linewidth=1)
            ax.set_yticks(range(len(self.heights)), [str(height) for height in self.heights])
            ax.set_xlabel("size of a number (1 at the top)" if left > 1 else "size of a number",
                          size=LABEL_SIZE)  # fmt: skip
            self.picture.text(left / w, (h * 100 - 87) / 100 / h, name, size=LABEL_SIZE, color=INK,
                              va="bottom")  # fmt: skip
            self.hills.append(
                ax.fill_between(self.centers, 0, 0, facecolor=color, alpha=0.45, edgecolor=color,
                                linewidth=1.2)
            )  # fmt: skip
            for place_of, _ in enumerate(self.heights):
                self.sizes.append(
                    ax.text(1.02, place_of + 0.25, "", size=SMALL_SIZE, color=INK, va="center",
                            transform=ax.get_yaxis_transform())
                )  # fmt: skip
            self.medians += ax.plot([], [], "o-", color=INK, markersize=3.5, linewidth=1)
            if left < 1:
                ax.set_ylabel("sublayers below", size=LABEL_SIZE)
            self.picture.text((left + 2.8) / w, 4.13 / h, "median", size=SMALL_SIZE, color=_QUIET,
                              va="bottom")  # fmt: skip
        self.animate(self.hills, self.medians, self.sizes)

    def update(self, stack: str, gain: float) -> None:  # type: ignore[override]
        """Show one of `KINDS`, whose random matrices are multiplied by `gain`."""
        measured = measure_stack(stack, DEEPEST, round(gain, 4))
        sizes, ends = iter(self.sizes), []
        both = zip((measured.rows, measured.gradients), self.hills, self.medians, strict=True)
        for numbers, hills, line in both:
            drawn = numbers[list(self.heights)]
            median = np.median(drawn, axis=1)
            hills.set_verts([self._outline(i, row) for i, row in enumerate(drawn)][::-1])
            for value in median:
                next(sizes).set_text(number(value))
            line.set_data(np.clip(np.log10(np.maximum(median, 10.0**_LOW)), _LOW, _HIGH),
                          np.arange(len(median)) + 0.25)  # fmt: skip
            ends.append((number(median[0]), number(median[-1])))
        bottom = number(measured.gradient[0], 2)
        title = (
            f"{stack[0].upper()}{stack[1:]}, weights times {number(gain, 3)}: the gradient is "
            f"{bottom} long at the bottom,\nand the likeness of the rows at the top is "
            f"{measured.alike[-1]:.2f}"
        )
        self.title(title)  # broken by hand: to look for the place takes longer than to draw
        self.picture.alt = (
            f"{begin(title.replace(chr(10), ' '), 'Histograms')} at every {_EVERY}th of "
            f"{2 * DEEPEST} sublayers. The median size of an activation goes from {ends[0][0]} at "
            f"the bottom to {ends[0][1]} at the top, that of a gradient from {ends[1][1]} at the "
            f"top to {ends[1][0]} at the bottom."
        )

    def _outline(self, base: float, numbers: np.ndarray) -> np.ndarray:
        """Return the outline of the histogram of some numbers, which stands on a height."""
        powers = np.log10(np.maximum(numbers, 10.0**_LOW))
        counts, _ = np.histogram(np.clip(powers, _LOW, _HIGH), self.edges)
        tops = base + np.minimum(_TALL * counts / len(numbers), _CUT)
        return np.concatenate([
            [(_LOW, base)], np.column_stack([self.centers, tops]), [(_HIGH, base)]
        ])  # fmt: skip
