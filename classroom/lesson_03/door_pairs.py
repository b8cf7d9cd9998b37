"""Pairs of words from the poem, by what a unit that looks for 'chamber door' sees of them."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from course_lib.vocab import split_words

Corner = tuple[int, int]


def pairs_at_corners(poem: str) -> dict[Corner, tuple[str, int]]:
    """Sort all pairs of neighboring words by (is 'door', 'chamber' before it).

    Returns the most frequent pair of each corner, at (0, 0) one without either word, and how many
    pairs of the poem fall into the corner.

    >>> pairs_at_corners("a chamber door, the door, a chamber turning, a chamber door")[1, 1]
    ('chamber door', 2)
    """
    words = [token for token in split_words(poem.lower()) if token[0].isalpha()]
    found: dict[Corner, Counter[str]] = {}
    for before, word in pairwise(words):
        corner = int(word == "door"), int(before == "chamber")
        found.setdefault(corner, Counter())[f"{before} {word}"] += 1
    counts = {corner: pairs.total() for corner, pairs in found.items()}
    for pair in [pair for pair in found[0, 0] if {"door", "chamber"} & set(pair.split())]:
        del found[0, 0][pair]
    return {c: (pairs.most_common(1)[0][0], counts[c]) for c, pairs in found.items()}
