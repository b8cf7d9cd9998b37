"""The figure of p − y over a piece of text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.plots import heatmap, mpl

SHOWN = 0.12
"""A character of the vocabulary is drawn where its |p − y| is larger somewhere."""


def gradient_over_line(
    difference: np.ndarray, text: Sequence[str], tokens: Sequence[str], word: str
) -> mpl.Figure:
    """Draw p − y, a column for each place and a row for each character that matters.

    Parameters
    ----------
    difference : ndarray, shape (T, V)
    text : sequence of str, length T
        What came.
    tokens : sequence of str, length V
    word : str
        With which the text begins; the title says how much of the push it has.
    """
    size = np.abs(difference)
    shown = np.flatnonzero(size.max(axis=0) > SHOWN)
    quiet = int((size.max(axis=1) < 0.5).sum())
    share = size[: len(word)].sum() / size.sum()
    return heatmap(
        difference[:, shown].T,
        [tokens[int(i)] for i in shown],
        list(text),
        title=f"'{word}' has {share:.0%} of this piece's push; at {quiet} of {len(size)} places "
        "nothing is off by more than a half",
        x_label="what came",
        y_label="logit of",
        label="p − y",
        diverging=True,
        values=False,
        height=4.6,
    )
