"""The explorer of afterword B: what the heads of a real model look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from classroom.afterword_b.figures.head_over_sentence import HeadReader
from classroom.explore import Choice, IntSlider, explorer


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
