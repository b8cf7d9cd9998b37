"""The explorers of lesson 2: softmax, scale and attention under the reader's hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from classroom.explore import Choice, IntSlider, Slider, explorer
from classroom.lesson_02.figures.head_split import STEPS as CUTS
from classroom.lesson_02.figures.head_split import HeadSplit
from classroom.lesson_02.figures.one_query import STEPS, OneQuery
from classroom.lesson_02.figures.softmax_saturation import SCALES, WIDTHS, Saturation
from classroom.lesson_02.figures.softmax_temperature import Temperature


def explore_temperature(
    scores: Any,
    labels: Sequence[Any] | None = None,
    softmax: Callable[..., Any] | None = None,
):
    """Choose the temperature: see what the softmax makes of the same scores, shape (T_k,).

    `softmax` may be the reader's own, which returns (out, cache).
    """
    return explorer(
        Temperature(scores, labels, softmax),
        temperature=Slider(0.05, 20, 1.0, log=True, label="temperature"),
    )


def explore_saturation():
    """Choose d_k and the scale: see the scores spread, the weights saturate, the gradient fade."""
    return explorer(
        Saturation(),
        d_k=Choice(WIDTHS, 64, label="d_k", slider=True),
        scale=Choice(list(SCALES), "1 (no scale)", label="scale"),
    )


def explore_query(
    words: Sequence[str],
    q: Any,
    k: Any,
    v: Any,
    attention_scores: Callable[..., Any],
    softmax: Callable[..., Any],
    mask: Any,
):
    """Choose a query and a step: see the numbers on their way from q and k to the output.

    `q`, `k` (T, d_k), `v` (T, d_v) and `mask` (T, T) belong to some words; `attention_scores` and
    `softmax` are the reader's own.
    """
    return explorer(
        OneQuery(words, q, k, v, attention_scores, softmax, mask),
        step=IntSlider(1, len(STEPS), len(STEPS), label="step"),
        query=Choice(list(zip(words, range(len(words)), strict=True)), 2, "query", slider=True),
    )


def explore_split(words: Sequence[str], d_model: int, split_heads: Callable[[Any, int], Any]):
    """Choose a step and the number of heads: see where each feature of the words ends up."""
    return explorer(
        HeadSplit(words, d_model, split_heads),
        step=IntSlider(1, len(CUTS), len(CUTS), label="step"),
        n_heads=Choice([n for n in (2, 3) if d_model % n == 0], 3, "n_heads", slider=True),
    )
