"""What a head may look at: for each role the keys that it wants."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.afterword_b.model_texts import Pronoun


def wanted_keys(tokens: Sequence[str], case: Pronoun) -> dict[str, np.ndarray]:
    """Return for each role the keys that each query should look at, bool (T, T)."""
    tokens = list(tokens)
    T, words = len(tokens), np.array(tokens)
    others = ~np.eye(T, dtype=bool)
    noun = np.zeros((T, T), dtype=bool)
    noun[tokens.index(case.pronoun), tokens.index(case.antecedent)] = True
    return {
        "itself": np.eye(T, dtype=bool),
        "the token before": np.eye(T, k=-1, dtype=bool),
        "the token after": np.eye(T, k=1, dtype=bool),
        "[CLS]": (words == "[CLS]") & others,
        "[SEP]": (words == "[SEP]") & others,
        "the full stop": (words == ".") & others,
        "the same word": (words[:, None] == words) & others,
        "the pronoun's noun": noun,
    }
