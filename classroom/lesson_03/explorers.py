"""The explorers of lesson 3: a unit, norms, and stacks under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_03.figures.by_layer import KINDS, ByLayer
from classroom.lesson_03.figures.normalized_vector import Normalizing
from classroom.lesson_03.figures.one_unit import OneUnit
from classroom.lesson_03.figures.two_rows import TwoRows


def explore_layers():
    """Choose a stack and the size of its weights: see activations and gradients fade or burst."""
    return explorer(
        ByLayer(),
        stack=Choice(KINDS, label="stack"),
        gain=Slider(0.5, 2.0, 1.0, step=0.05, label="size of the weights"),
    )


def explore_unit(facts: Sequence[str], pairs: Mapping[tuple[int, int], tuple[str, int]]):
    """Choose W_1 and b_1 of one relu unit: see at which of four points, pairs of words, it wakes.

    `facts` says what a = 1 and b = 1 mean; `pairs` names a pair for each point (a, b), and says how
    many there are.
    """
    return explorer(
        OneUnit(facts, pairs),
        w_a=Slider(-2, 2, 1.0, step=0.1, label="W_1, for a"),
        w_b=Slider(-2, 2, 1.0, step=0.1, label="W_1, for b"),
        bias=Slider(-2, 2, -1.0, step=0.1, label="b_1"),
    )


def explore_climb(
    stacks: Mapping[str, Mapping[str, Any]],
    words: Sequence[str],
    pair: tuple[int, int],
    nearest: Callable[[Any], Sequence[str]],
):
    """Choose a height, a norm and the size of the updates: see two rows go up the stream.

    `stacks[updates][norm]` holds the rows at each height, (sublayers + 1, T, d_model); `nearest`
    gives the words that rows (T, d_model) are most like.
    """
    stage = TwoRows(stacks, words, pair, nearest)
    return explorer(
        stage,
        height=IntSlider(0, stage.top, stage.top, label="height"),
        norm=Choice(stage.norms, label="norm"),
        updates=Choice(list(stacks), label="updates"),
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
