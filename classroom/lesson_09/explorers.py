"""The explorers of lesson 9: trainings and what they lead to, under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from classroom.exercises import reference
from classroom.explore import Choice, IntSlider, explorer
from classroom.lesson_09.broken_runs import CONTROL, PATIENTS
from classroom.lesson_09.figures.broken_run_panel import PatientPanel
from classroom.lesson_09.figures.chart_panels import PANELS
from classroom.lesson_09.figures.learning_rate_sweep import Rates, rate_label
from classroom.lesson_09.figures.overfitting import Overfitting
from classroom.lesson_09.figures.permutation_test import Dealing
from classroom.recordings import load_recording


def explore_rates(runs: Sequence[Any]):
    """Slide through the learning rates of some runs: where each ended, and how it came there."""
    rates = [(rate_label(run.settings["lr"]), run.settings["lr"]) for run in runs]
    return explorer(
        Rates(runs),
        lr=Choice(rates, rates[len(rates) // 2][1], label="learning rate", slider=True),
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


def explore_ward():
    """Choose a patient and a panel: see it large, with the healthy run in gray behind it."""
    return explorer(
        PatientPanel(),
        patient=Choice([*PATIENTS, CONTROL], label="patient"),
        panel=Choice(list(PANELS), label="look at"),
    )
