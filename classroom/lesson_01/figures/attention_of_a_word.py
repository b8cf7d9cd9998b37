"""The figure of what one word takes from another, among the weights of a whole line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from classroom.plots import attention_heatmap, mpl


def attention_of_one_word(query: str, key: str, weights: Any, labels: Sequence[str]) -> mpl.Figure:
    """Draw the attention weights of a line; the title says what one word takes from another.

    Parameters
    ----------
    query, key : str
        Two of the labels.
    weights : ndarray, shape (T, T)
    labels : sequence of str, length T

    Returns
    -------
    Picture
    """
    weight = weights[labels.index(query), labels.index(key)]
    title = f"“{' '.join(labels)}”: {query} takes {weight:.2f} from {key}"
    return attention_heatmap(weights, labels, title=title, width=5.4)
