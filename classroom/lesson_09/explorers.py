"""The explorers of lesson 9: trainings and what they lead to, under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from classroom.exercises import reference
from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_09.broken_runs import CONTROL, PATIENTS
from classroom.lesson_09.figures.broken_run_panel import PatientPanel
from classroom.lesson_09.figures.chart_panels import PANELS
from classroom.lesson_09.figures.forming_heads import FormingHeads
from classroom.lesson_09.figures.grokking import Grokking
from classroom.lesson_09.figures.growth import Components, Growth
from classroom.lesson_09.figures.growth_attention import HeadsInTraining
from classroom.lesson_09.figures.growth_labels import compact
from classroom.lesson_09.figures.head_over_sentence import HeadReader
from classroom.lesson_09.figures.initial_scale import NORMS, Start
from classroom.lesson_09.figures.learning_rate_sweep import Rates, rate_label
from classroom.lesson_09.figures.overfitting import Overfitting
from classroom.lesson_09.figures.permutation_test import Dealing
from classroom.lesson_09.recordings import load_recording
from course_lib.tasks.modular import P


def explore_growth(recording: Any, principal_components: Components):
    """Slide through a training: loss, skills, embeddings, attention and gradients at each step.

    `recording` is "growth"; `principal_components` may be the reader's own.
    """
    return explorer(Growth(recording, principal_components), **_controls(recording, 150))


def explore_heads_in_training(recording: Any):
    """Slide through a training and see the attention maps of all heads for one question."""
    return explorer(HeadsInTraining(recording), **_controls(recording, 150))


def _controls(recording: Any, step: int) -> dict[str, Choice]:
    steps = [int(each) for each in recording.arrays["steps"]]
    start = min(steps, key=lambda each: abs(each - step))
    questions = [(compact(probe.split()[:-1]), probe) for probe in recording.metadata["probes"]]
    return {
        "step": Choice(steps, start, label="step", slider=True),
        "question": Choice(questions, questions[1][1], label="question"),
    }


def explore_rates(runs: Sequence[Any]):
    """Slide through the learning rates of some runs: where each ended, and how it came there."""
    rates = [(rate_label(run.settings["lr"]), run.settings["lr"]) for run in runs]
    return explorer(
        Rates(runs),
        lr=Choice(rates, rates[len(rates) // 2][1], label="learning rate", slider=True),
    )


def explore_start():
    """Choose the size of the random matrices and the norm: see the model before its first step."""
    return explorer(
        Start(),
        scale=Slider(0.01, 10.0, 1.0, log=True, label="matrices times"),
        norm=Choice(
            [("pre-norm", NORMS[0]), ("post-norm", NORMS[1]), ("no norm", NORMS[2])], label="norm"
        ),
    )


def explore_luck():
    """Choose a setting and how many runs are made: see what luck alone would make of them."""
    recording = load_recording("luck")
    names = recording.metadata["settings"]
    results = dict(zip(names, recording.arrays["held_out"], strict=True))
    return explorer(
        Dealing(results),
        other=Choice(names[1:], label=f"against '{names[0]}'"),
        seeds=IntSlider(2, 8, 3, label="seeds of each"),
        draw=IntSlider(1, 20, 1, label="which seeds"),
    )


def explore_overfitting(
    early_stopping: Callable[..., tuple[int, int]] | None = None,
):
    """Choose how much text there is, a remedy and a patience: see both losses and the stop.

    `early_stopping` may be the reader's own.
    """
    figure = Overfitting(
        load_recording("overfitting"), early_stopping or reference("early_stopping")
    )
    return explorer(
        figure,
        size=Choice(figure.sizes, 1000, label="characters to learn from", slider=True),
        remedy=Choice(figure.remedies, label="remedy"),
        patience=IntSlider(1, 15, 4, label="patience (evaluations)"),
    )


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


def explore_ward():
    """Choose a patient and a panel: see it large, with the healthy run in gray behind it."""
    return explorer(
        PatientPanel(),
        patient=Choice([*PATIENTS, CONTROL], label="patient"),
        panel=Choice(list(PANELS), label="look at"),
    )


def explore_heads(
    readings: Sequence[Any],
    scores: Mapping[str, Any],
    pronouns: Sequence[Any] | None = None,
    block: int = 1,
    head: int = 1,
):
    """Choose a sentence, a block and a head: see where each token looks.

    Parameters
    ----------
    readings : sequence of Reading
        Of `encode`, each with its attention weights.
    scores : mapping of str to ndarray, shape (n_layers, n_heads)
        How well each head plays each role.
    pronouns : sequence of Pronoun or None, optional
        For each sentence its pronoun, the noun that it stands for, and another.
    block, head : int
        To begin with, counted from 1.
    """
    stage = HeadReader(readings, scores, pronouns)
    n_layers, n_heads = stage.readings[0].weights.shape[:2]
    sentences = [(_sentence(r.tokens), index) for index, r in enumerate(stage.readings)]
    return explorer(
        stage,
        sentence=Choice(sentences, 0, label="sentence"),
        block=IntSlider(1, n_layers, block, label="block"),
        head=IntSlider(1, n_heads, head, label="head"),
    )


def _sentence(tokens: Sequence[str]) -> str:
    """Put word pieces together again."""
    text = " ".join(tokens[1:-1]).replace(" ##", "")
    for mark in ",.;:!?":
        text = text.replace(f" {mark}", mark)
    return text[:1].upper() + text[1:]
