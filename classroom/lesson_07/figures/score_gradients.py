"""Figures of one head over a line: where it looks, and how the loss answers to its scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.plots import attention_heatmap, heatmap, mpl

PAGE = 6.2
"""The width of both pictures in inches: one can be laid beside the other."""


def causal(count: int) -> np.ndarray:
    """Return which key each query may attend to."""
    return np.tri(count, dtype=bool)


def weights_of_head(weights: np.ndarray, head: int, tokens: Sequence[str]) -> mpl.Figure:
    """Draw the attention weights (n_heads, T, T) of one head."""
    return attention_heatmap(
        weights[head],
        tokens,
        title=f"Head {head + 1}: where each character looks",
        mask=causal(len(tokens)),
        width=PAGE,
    )


def gradient_of_scores(
    dscores: np.ndarray, head: int, tokens: Sequence[str], p_right: np.ndarray
) -> mpl.Figure:
    """Draw the gradient of one head's scores; the title names the row of the largest entry.

    Parameters
    ----------
    dscores : ndarray, shape (n_heads, T, T)
    head : int
    tokens : sequence of str, length T
    p_right : ndarray, shape (T,)
        The probability that the model gave to the token that came next.
    """
    row = int(np.abs(dscores[head]).max(axis=-1).argmax())
    return heatmap(
        dscores[head],
        tokens,
        tokens,
        title=f"The gradient of the same scores is largest at '{tokens[row]}', "
        f"which gave its next character only {p_right[row]:.2f}",
        x_label="key (column)",
        y_label="query (row)",
        label="dscores",
        diverging=True,
        values=False,
        mask=causal(len(tokens)),
        width=PAGE,
    )
