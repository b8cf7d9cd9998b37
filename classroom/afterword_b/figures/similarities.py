"""How like each other some sentences are to a model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classroom.plots.heatmaps import heatmap


def picture_of_similarities(cosines: Any, sentences: Sequence[str]) -> Any:
    """Draw the cosines of all pairs of sentences.

    Parameters
    ----------
    cosines : array (N, N)
    sentences : sequence of str
    """
    return heatmap(
        cosines,
        [f"{index} {_short(text)}".replace(" ", "\u00a0") for index, text in enumerate(sentences)],
        range(len(sentences)),
        title=f"Other words for a bird: {cosines[0, 1]:.2f}. The bank and the bank: "
        f"{cosines[7, 8]:.2f}. Who bit whom: {cosines[2, 3]:.2f}",
        label="cosine",
        vmin=0,
        vmax=1,
    )


def _short(text: str) -> str:
    return text if len(text) < 26 else text[:24].strip() + "…"
