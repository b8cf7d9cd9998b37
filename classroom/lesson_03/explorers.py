"""The explorers of lesson 3: a unit, depth and norms under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_03.figures.gradient_by_depth import DEEPEST, Depth
from classroom.lesson_03.figures.normalized_vector import Normalizing
from classroom.lesson_03.figures.one_unit import OneUnit


def explore_depth():
    """Choose depth and size of the weights: see gradients fade or burst, rows grow alike."""
    return explorer(
        Depth(),
        n_blocks=IntSlider(1, DEEPEST, 8, label="blocks"),
        gain=Slider(0.5, 2.0, 1.0, step=0.05, label="size of the weights"),
    )


def explore_unit(facts: Sequence[str]):
    """Choose both weights and the bias of one relu unit: see at which of four points it wakes.

    `facts` says what a = 1 and b = 1 mean.
    """
    return explorer(
        OneUnit(facts),
        w_a=Slider(-2, 2, 1.0, step=0.1, label="weight of a"),
        w_b=Slider(-2, 2, 1.0, step=0.1, label="weight of b"),
        bias=Slider(-2, 2, -1.0, step=0.1, label="bias"),
    )


def explore_norm(x: Any, norms: Mapping[str, Callable[..., Any]]):
    """Stretch and shift a vector (d_model,): see what each norm makes of it.

    `norms` maps names to functions of (x, eps) that take and return an array (1, d_model); they may
    be the reader's own.
    """
    return explorer(
        Normalizing(x, norms),
        norm=Choice(list(norms), label="norm"),
        stretch=Slider(0.001, 10, 1.0, log=True, label="stretch"),
        shift=Slider(-5, 5, 0.0, step=0.1, label="shift"),
        eps=Slider(1e-10, 1.0, 1e-5, log=True, label="eps"),
    )
