"""The figure of which columns of the output are alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.heatmaps import heatmap
from classroom.plots.labels import decimals


def similar_columns(
    cosines: Any, tokens: Sequence[str], vowels: str, consonants: str, marks: str
) -> mpl.Figure:
    """Draw the cosines between the columns of some characters, kind by kind.

    Parameters
    ----------
    cosines : array_like, shape (vocab_size, vocab_size)
    tokens : sequence of str
        The vocabulary.
    vowels, consonants, marks : str
        Which characters to draw.

    Returns
    -------
    Picture
    """
    chosen = vowels + consonants + marks
    places = {token: at for at, token in enumerate(tokens)}
    at = [places[character] for character in chosen]
    shown = np.array(cosines, dtype=float)[np.ix_(at, at)]
    np.fill_diagonal(shown, np.nan)
    first, last = slice(0, len(vowels)), slice(len(chosen) - len(marks), None)
    between = float(shown[first, last].mean())
    among = [float(np.nanmean(shown[kind, kind])) for kind in (first, last)]
    return heatmap(
        np.nan_to_num(shown),  # 1 with itself says nothing
        list(chosen),
        list(chosen),
        title=f"Mean cosine of two vowels {decimals(among[0])}, of two marks {decimals(among[1])}, "
        f"of a vowel and a mark {decimals(between)}",
        label="cosine of two columns",
        diverging=True,
        values=False,
        width=6.2,
    )
