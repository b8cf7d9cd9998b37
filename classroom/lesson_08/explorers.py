"""The explorers of lesson 8: optimizers on a loss surface, and the learning rate over a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_08.figures.descent import OPTIMIZERS, STEPS, SURFACES, Descent
from classroom.lesson_08.figures.learning_rate_schedule import SHAPES, Schedule


def explore_descent(**functions: Callable[..., Any]):
    """Choose a surface, an optimizer, its rate and its beta: see its way, step by step.

    `functions` may be the reader's own sgd_step, momentum_update and adam_update.
    """
    return explorer(
        Descent(functions),
        surface=Choice(list(SURFACES), label="surface"),
        optimizer=Choice(list(OPTIMIZERS), "Adam", label="optimizer"),
        lr=Slider(0.001, 1.0, 0.05, log=True, label="learning rate"),
        beta=Slider(0.0, 0.99, 0.9, step=0.01, label="momentum, β₁"),
        step=IntSlider(1, STEPS, 12, label="step"),
    )


def explore_schedule(warmup_cosine: Callable[..., Any] | None = None):
    """Choose the shape of a schedule, its warm-up and its end: see the rate at each step.

    `warmup_cosine` may be the reader's own.
    """
    return explorer(
        Schedule(warmup_cosine),
        shape=Choice(list(SHAPES), label="shape"),
        warmup=IntSlider(0, 500, 100, label="warm-up (steps)"),
        final=Slider(0.0, 1.0, 0.0, label="end (share of the peak)"),
    )
