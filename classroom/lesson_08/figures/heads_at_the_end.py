"""The figures of where the heads of the trained models look: at the arrow, and while copying."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from classroom.plots import heads_grid, mpl


def heads_at_the_arrow(
    weights: np.ndarray, tokens: Sequence[str], answers: Mapping[str, int]
) -> mpl.Figure:
    """Draw where each head looks from the arrow, a row for each question.

    Parameters
    ----------
    weights : array (questions, n_heads, T)
        The last row of the attention of each head.
    tokens : sequence of str
        Of the question, T of them; the first is the operation.
    answers : mapping of str to int
        For each operation the position of the right answer.
    """
    best = [row[:, place].max() for row, place in zip(weights, answers.values(), strict=True)]
    most = sum(weight > 0.5 for weight in best)
    return heads_grid(
        weights.transpose(1, 0, 2).astype(float),
        [f"{name}→{tokens[place]}" for name, place in answers.items()],
        ["op", *tokens[1:]],
        title=f"For {most} of {len(best)} questions some head looks mostly at the answer",
    )


def heads_while_copying(weights: np.ndarray, words: Sequence[str]) -> mpl.Figure:
    """Draw the cross-attention of each head, from <bos> and the words to the words.

    Parameters
    ----------
    weights : array (n_heads, T + 1, T)
    words : sequence of str, T of them
    """
    there = [float(np.mean(np.diagonal(head[:-1]))) for head in weights]
    return heads_grid(
        weights.astype(float),
        ["<bos>", *words],
        words,
        title=f"The heads give {min(there):.2f} to {max(there):.2f} of their attention to the word "
        "that is to be written",
    )
