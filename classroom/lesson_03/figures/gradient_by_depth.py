"""The figure that shows what becomes of a gradient, and of the rows, in a deep stack."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from classroom.plots.blitting import Stage
from classroom.plots.labels import begin, number
from classroom.plots.style import COLORS, INK, LABEL_SIZE, TICK_SIZE, WIDTH, blank, grid, place
from course_lib import attention, blocks, layers

KINDS = ("no residual", "residual", "residual, pre-norm")
"""The stacks that are compared."""

DEEPEST = 16
"""The largest number of blocks: an attention and a feed-forward each."""

_FLOOR, _CEILING = 1e-8, 1e8
_D_MODEL, _D_FF, _HEADS, _ROWS = 32, 64, 4, 12


class Measured(NamedTuple):
    """What was measured in one stack.

    Fields
    ------
    gradient : ndarray, shape (sublayers + 1,)
        Norm of the gradient at the input of each sublayer; 1 at the top, which is last.
    alike : ndarray, shape (sublayers + 1,)
        Mean cosine between two rows, from the input, which is first, to the top.
    """

    gradient: np.ndarray
    alike: np.ndarray


@lru_cache(maxsize=256)
def measure_stack(kind: str, n_blocks: int, gain: float) -> Measured:
    """Send random rows up and a random gradient down a stack of random weights."""
    x, matrices, dout = _drawn(n_blocks)
    caches: list[Any] = []
    alike = [_likeness(x[0])]
    for sublayer, drawn in enumerate(matrices):
        inside, norm_cache = x, None
        if kind == KINDS[2]:
            inside, norm_cache = layers.layer_norm(x, np.ones(_D_MODEL), np.zeros(_D_MODEL))
        params = {name: gain * matrix for name, matrix in drawn.items()}
        if sublayer % 2:
            params |= {"b_1": np.zeros(_D_FF), "b_2": np.zeros(_D_MODEL)}
            update, cache = blocks.feed_forward(inside, params)
        else:
            update, cache = attention.multi_head_attention(inside, inside, params, _HEADS)
        x = update if kind == KINDS[0] else x + update
        caches.append((norm_cache, cache))
        alike.append(_likeness(x[0]))
    gradient = [1.0]
    for sublayer in reversed(range(2 * n_blocks)):
        norm_cache, cache = caches[sublayer]
        if sublayer % 2:
            dinside, _ = blocks.feed_forward_backward(dout, cache)
        else:
            dquery, dmemory, _ = attention.multi_head_attention_backward(dout, cache)
            dinside = dquery + dmemory
        if norm_cache is not None:
            dinside, _, _ = layers.layer_norm_backward(dinside, norm_cache)
        dout = dinside if kind == KINDS[0] else dout + dinside
        gradient.append(float(np.linalg.norm(dout)))
    return Measured(np.array(gradient[::-1]), np.array(alike))


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


class Depth(Stage):
    """Gradients on their way down and rows on their way up, without and with a residual."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 4.2))
        top = 2 * DEEPEST
        left = place(self.picture, 0.8, 0.85, 3.05, 2.5)
        left.set_yscale("log")
        left.set_ylim(_FLOOR, _CEILING)
        left.set_title("length of the gradient, 1 at the top", size=LABEL_SIZE, loc="left",
                       color=INK)  # fmt: skip
        right = place(self.picture, 4.6, 0.85, 3.05, 2.5)
        right.set_ylim(-0.05, 1.05)
        right.set_title("likeness of two rows (mean cosine)", size=LABEL_SIZE, loc="left",
                        color=INK)  # fmt: skip
        for ax in (left, right):
            ax.set_xlim(-0.5, top + 0.5)
            ax.set_xlabel("sublayers below", size=LABEL_SIZE)
            grid(ax)
        self.lines = [
            ax.plot([], [], color=color, linewidth=1.8)[0]
            for ax in (left, right)
            for color in COLORS[: len(KINDS)]
        ]
        width = self.picture.get_size_inches()[0]
        for i, name in enumerate(KINDS):
            self.picture.text((0.8 + 1.4 * i) / width, 0.02, name, color=COLORS[i], size=TICK_SIZE,
                              va="bottom")  # fmt: skip
        self.animate(self.lines)

    def update(self, n_blocks: int, gain: float) -> None:  # type: ignore[override]
        """Show stacks of 1 to `DEEPEST` blocks whose random matrices are multiplied by `gain`."""
        every = [measure_stack(kind, n_blocks, round(gain, 4)) for kind in KINDS]
        places = np.arange(2 * n_blocks + 1)
        shown = [np.clip(one.gradient, _FLOOR, _CEILING) for one in every]
        for line, data in zip(self.lines, [*shown, *(one.alike for one in every)], strict=True):
            line.set_data(places, data)
        bottom = [number(one.gradient[0], 2) for one in every]
        title = (
            f"{n_blocks} block{'s' if n_blocks > 1 else ''}, weights times {number(gain, 3)}: "
            f"the gradient at the bottom is\n{bottom[0]} without a residual, {bottom[1]} with it, "
            f"{bottom[2]} with pre-norm"
        )
        self.title(title)  # broken by hand: to look for the place takes longer than to draw
        left = begin(title.replace("\n", " "), "On the left")
        self.picture.alt = (
            f"{left}. On the right, the mean cosine between two rows at the top: "
            + ", ".join(
                f"'{kind}' {number(one.alike[-1], 2)}"
                for kind, one in zip(KINDS, every, strict=True)
            )
            + "."
        )
