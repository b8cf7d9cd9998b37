"""Vectors of texts that count words, to be compared with those of a model."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np


def word_vectors(texts: Sequence[str], queries: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors of texts and of queries: a word's rarity where it occurs, 0 for all others.

    The rarity is log(texts / texts with the word) (Spärck Jones 1972).

    Parameters
    ----------
    texts, queries : sequence of str

    Returns
    -------
    arrays (texts, words) and (queries, words)
        The words are those of the texts.

    Examples
    --------
    >>> of_texts, of_queries = word_vectors(["a bird", "a door"], ["Which bird?"])
    >>> of_texts.round(2).tolist(), of_queries.round(2).tolist()
    ([[0.0, 0.69, 0.0], [0.0, 0.0, 0.69]], [[0.0, 0.69, 0.0]])
    """
    stands_in = Counter(word for text in texts for word in words_of(text))
    words = sorted(stands_in)
    rarity = np.log([len(texts) / stands_in[word] for word in words])
    vectors = [
        np.array([np.isin(words, list(words_of(text))) * rarity for text in several])
        for several in (texts, queries)
    ]
    return vectors[0], vectors[1]


def words_of(text: str) -> set[str]:
    """Return the words of a text in lower case, each once."""
    return set(re.findall("[a-z]+", text.lower()))
