"""The explorers of luck and of overfitting."""

from __future__ import annotations

from collections.abc import Callable

from course_lib.exercises.lesson_09.early_stopping import early_stopping as reference
from course_lib.explore.controls import Choice, IntSlider
from course_lib.explore.explorer_box import Explorer, explorer
from course_lib.plots.dealing import Dealing
from course_lib.plots.overfitting import Overfitting
from course_lib.recordings import load_recording


def explore_luck() -> Explorer:
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
) -> Explorer:
    """Choose how much text there is, a remedy and a patience: see both losses and the stop.

    `early_stopping` may be the reader's own.
    """
    figure = Overfitting(load_recording("overfitting"), early_stopping or reference)
    return explorer(
        figure,
        size=Choice(figure.sizes, 1000, label="characters to learn from", slider=True),
        remedy=Choice(figure.remedies, label="remedy"),
        patience=IntSlider(1, 15, 4, label="patience (evaluations)"),
    )
