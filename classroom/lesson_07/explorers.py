"""The explorers of lesson 7: gradients under the reader's hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classroom.explore import Choice, Slider, explorer
from classroom.lesson_07.figures.computation_graph import ComputationGraph
from classroom.lesson_07.figures.difference_step import DIFFERENCES, DTYPES, StepSize
from classroom.lesson_07.figures.softmax_jacobian import Jacobian


def explore_graph():
    """Choose x and w: see the values go forward and the gradients come back."""
    return explorer(
        ComputationGraph(),
        x=Slider(-2, 3, 2.0, step=0.05, label="x"),
        w=Slider(-2, 2, 0.5, step=0.05, label="w"),
    )


def explore_step_size():
    """Choose the step of a numerical gradient, its dtype and its kind: see how far it is off."""
    return explorer(
        StepSize(),
        step=Slider(1e-12, 1, 1e-3, log=True, label="step"),
        dtype=Choice(list(DTYPES), label="dtype"),
        difference=Choice(list(DIFFERENCES), "one-sided", label="difference"),
    )


def explore_jacobian(scores: Any, labels: Sequence[Any]):
    """Choose the temperature and the score to raise: see how every weight answers."""
    return explorer(
        Jacobian(scores, labels),
        temperature=Slider(0.1, 10, 1.0, log=True, label="temperature"),
        raised=Choice(
            [(str(name), place) for place, name in enumerate(labels)],
            0,
            label="raised score",
            slider=True,
        ),
    )
