"""The explorer of a real model: its heads, sentence by sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course_lib.explore.controls import Choice, IntSlider
from course_lib.explore.explorer_box import Explorer, explorer
from course_lib.plots.head_reader import HeadReader


def explore_heads(
    readings: Sequence[Any],
    scores: Mapping[str, Any],
    pronouns: Sequence[Any] | None = None,
    block: int = 1,
    head: int = 1,
) -> Explorer:
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
