"""The words of a poem for heads that are built by hand: cut, laid in lines, given directions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.vocab import split_words


def words_of(text: str) -> list[str]:
    """Cut a text into words, without punctuation.

    >>> words_of("Only this, and nothing more.")
    ['Only', 'this', 'and', 'nothing', 'more']
    """
    return [token for token in split_words(text) if token[0].isalpha()]


def words_in_lines(text: str) -> list[str]:
    """Cut a text into words; the last one of each line ends in a line break, for a picture.

    >>> words_in_lines("Quoth the raven,\\nNevermore.")
    ['Quoth', 'the', 'raven\\n', 'Nevermore\\n']
    """
    words: list[str] = []
    for line in text.splitlines():
        words += words_of(line)
        words[-1] += "\n"
    return words


def random_directions(names: Sequence[str], width: int, seed: int) -> dict[str, np.ndarray]:
    """Return a random vector of length 1 for each of some names, (width,)."""
    rows = np.random.default_rng(seed).standard_normal((len(names), width))
    return dict(zip(names, rows / np.linalg.norm(rows, axis=1, keepdims=True), strict=True))
