"""The explorers of afterword A: what forms inside a model while it learns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from classroom.afterword_a.figures.forming_heads import FormingHeads
from classroom.afterword_a.figures.grokking import Grokking
from classroom.afterword_a.figures.growth import Components, Growth
from classroom.afterword_a.figures.growth_labels import compact
from classroom.explore import Choice, explorer
from course_lib.tasks.modular import P


def explore_growth(recording: Any, principal_components: Components):
    """Slide through a training: loss, skills, embeddings, attention and gradients at each step.

    `recording` is "growth"; `principal_components` may be the reader's own.
    """
    return explorer(Growth(recording, principal_components), **_controls(recording, 150))


def _controls(recording: Any, step: int) -> dict[str, Choice]:
    steps = [int(each) for each in recording.arrays["steps"]]
    start = min(steps, key=lambda each: abs(each - step))
    questions = [(compact(probe.split()[:-1]), probe) for probe in recording.metadata["probes"]]
    return {
        "step": Choice(steps, start, label="step", slider=True),
        "question": Choice(questions, questions[1][1], label="question"),
    }


def held_out_table(task: Any) -> np.ndarray:
    """Return (p, p), True where the sum of row and column was held out."""
    table = np.zeros((P, P), dtype=bool)
    a, b, _ = task.held_out.inputs[0].T
    table[a, b] = True
    return table


def explore_grokking(recording: Any, task: Any):
    """Slide through a training: accuracies, the table of sums, the spectrum, the circle.

    Parameters
    ----------
    recording : Recording
        "modular"; its first run is shown.
    task : Task
        modular.
    """
    arrays = recording.arrays
    stage = Grokking(
        arrays["steps"],
        {"training sums": arrays["train_accuracy"][0], "held-out sums": arrays["accuracy"][0]},
        arrays["seen"].tolist(),
        arrays["embedding"],
        arrays["table"],
        held_out_table(task),
    )
    weakest = int(stage.shares[-1].argmin()) + 1
    frequencies = [(str(k), k) for k in stage.strongest(3)] + [(f"{weakest} (weak)", weakest)]
    return explorer(
        stage,
        step=Choice(stage.seen, stage.seen[-1], label="step", slider=True),
        frequency=Choice(frequencies, label="plane of frequency"),
    )


def explore_forming_heads(
    ids: Any,
    weights: Mapping[int, Any],
    evaluations: Sequence[Mapping[str, float]],
    head: tuple[int, int] = (0, 0),
):
    """Slide through a training and choose a head: its attention on a repeated passage.

    Parameters
    ----------
    ids : array_like, shape (T,)
    weights : mapping of int to ndarray, shape (n_layers, n_heads, T, T)
        The attention on `ids` after some steps.
    evaluations : sequence of dict
        As `train` with `tasks.induction.watch` leaves them.
    head : (layer, head)
        The one to begin with, both counted from 0.
    """
    n_layers, n_heads = np.shape(next(iter(weights.values())))[:2]
    heads = [(f"{i + 1}.{h + 1}", (i, h)) for i in range(n_layers) for h in range(n_heads)]
    steps = list(weights)
    return explorer(
        FormingHeads(ids, weights, evaluations),
        step=Choice(steps, steps[-1], label="step", slider=True),
        head=Choice(heads, head, label="head (layer.head)"),
    )
