"""The explorers of the first section of lesson 9: one slider through the training of a model."""

from __future__ import annotations

from typing import Any

from course_lib.explore.controls import Choice
from course_lib.explore.explorer_box import Explorer, explorer
from course_lib.plots.growth import Components, Growth
from course_lib.plots.growth_heads import HeadsInTraining
from course_lib.plots.growth_words import compact


def explore_growth(recording: Any, principal_components: Components) -> Explorer:
    """Slide through a training: loss, skills, embeddings, attention and gradients at each step.

    `recording` is "growth"; `principal_components` may be the reader's own.
    """
    return explorer(Growth(recording, principal_components), **_controls(recording, 150))


def explore_heads_in_training(recording: Any) -> Explorer:
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
