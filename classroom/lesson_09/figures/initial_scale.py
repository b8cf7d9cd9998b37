"""The figure of a model before its first step, at some scale: its stream, and what it says."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from classroom.lesson_09 import short_runs
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
from course_lib import attention, blocks, loss, model
from course_lib.training.objective import IGNORED

NORMS = ("pre", "post", "none")
N_BLOCKS = 6
_LOW, _HIGH = 1e-3, 1e6


class Started(NamedTuple):
    """A model before its first step.

    Fields
    ------
    stream : ndarray, shape (N_BLOCKS + 1,)
        Standard deviation of the rows before the first block and after each.
    probabilities : ndarray, shape (vocab_size,)
        Of the next character, the most likely first, each the median over all positions.
    loss : float
        On held-out text, in nats.
    """

    stream: np.ndarray
    probabilities: np.ndarray
    loss: float


@lru_cache(maxsize=512)
def start(scale: float, norm: str) -> Started:
    """Draw the model of `short_runs` with 6 blocks, its matrices times `scale`, and run it once."""
    config = short_runs.raven_config(norm=norm, n_layers=N_BLOCKS)
    params = short_runs.start_params(config, np.random.default_rng(0), scale, dtype=np.float64)
    batch = short_runs.the_raven().held_out.take(slice(4))
    mask = attention.causal_mask(short_runs.T)
    x, _ = model.embed(batch.inputs[0], params, config)
    stream = [float(x.std())]
    for block_params in params["blocks"]:
        x, _ = blocks.encoder_block(x, block_params, config, mask)
        stream.append(float(x.std()))
    x, _ = model.final_norm(x, params, config)
    logits, _ = model.unembed(x, params, config)
    value, _ = loss.cross_entropy(logits, batch.targets, IGNORED)
    probabilities = np.sort(np.exp(loss.log_softmax(logits)[0]), axis=-1)[..., ::-1]
    return Started(np.array(stream), np.median(probabilities, axis=(0, 1)), float(value))


class Start(Stage):
    """How large the stream is after each block, and how sure the untrained model is."""

    def __init__(self) -> None:
        super().__init__(blank(WIDTH, 3.75))
        left = place(self.picture, 0.72, 0.62, 2.95, 2.35)
        left.set_yscale("log")
        left.set_xlim(-0.15, N_BLOCKS + 0.15)
        left.set_ylim(_LOW, _HIGH)
        left.set_xlabel("blocks", size=LABEL_SIZE)
        left.set_title("standard deviation of the stream", size=LABEL_SIZE, loc="left", color=INK)
        left.axhline(1.0, color=SOFT, linewidth=0.9, linestyle=(0, (3, 3)))
        right = place(self.picture, 4.5, 0.62, 3.2, 2.35)
        vocab_size = len(short_runs.the_raven().vocabulary)
        right.set_yscale("log")
        right.set_xlim(1, vocab_size)
        right.set_ylim(1e-6, 2.0)
        right.set_xlabel("characters, the most likely first", size=LABEL_SIZE)
        right.set_title("probability before the first step", size=LABEL_SIZE, loc="left", color=INK)
        right.axhline(1 / vocab_size, color=SOFT, linewidth=0.9, linestyle=(0, (3, 3)))
        right.text(vocab_size, 1.35 / vocab_size, f"1/{vocab_size}", size=TICK_SIZE, color=SOFT,
                   ha="right")  # fmt: skip
        for ax in (left, right):
            grid(ax)
        (self.stream,) = left.plot([], [], "-o", color=COLORS[0], linewidth=1.8, markersize=4)
        (self.bets,) = right.plot([], [], color=COLORS[1], linewidth=1.8)
        self.places = np.arange(1, vocab_size + 1)
        self.animate(self.stream, self.bets)

    def update(self, scale: float, norm: str = NORMS[0]) -> None:  # type: ignore[override]
        """Show a scale of the matrices and one of `NORMS`."""
        found = start(round(float(scale), 5), norm)
        self.stream.set_data(range(N_BLOCKS + 1), np.clip(found.stream, _LOW, _HIGH))
        self.bets.set_data(self.places, np.maximum(found.probabilities, 1e-6))
        where = "no norm" if norm == "none" else f"{norm}-norm"
        title = (
            f"Matrices times {number(scale)}, {where}: the loss begins at {number(found.loss, 3)} "
            f"nats (ln {len(self.places)} = {math.log(len(self.places)):.2f}); the likeliest "
            f"character gets {found.probabilities[0]:.0%}"
        )
        self.title(title)
        self.picture.alt = (
            f"{begin(title, 'On the left')} the standard deviation of the stream goes from "
            f"{number(found.stream[0])} before the first block to {number(found.stream[-1])} after "
            f"{N_BLOCKS}. On the right the probabilities fall from "
            f"{number(found.probabilities[0])} to {number(found.probabilities[-1])}."
        )
