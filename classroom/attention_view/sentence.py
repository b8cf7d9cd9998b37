"""What one query attends to, in a sentence; `view.js` makes the same one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.attention_view.packing import to_share

NAMED = 3
"""How many keys the sentence names, at most."""
LEAST = 26
"""The step of 1 percent: weaker keys are not named, unless none is stronger."""


def percent(step: int) -> str:
    """Return a weight, as a step of √w, in percent.

    >>> percent(255), percent(122), percent(12), percent(0)
    ('100%', '23%', '<1%', '0%')
    """
    share = 100 * float(to_share(step))
    if share < 0.5:
        return "0%" if step == 0 else "<1%"
    return f"{int(share + 0.5)}%"


def strongest(row: np.ndarray, count: int) -> list[int]:
    """Return the keys with the largest weights, the first of equal ones first."""
    return [int(key) for key in np.argsort(-row.astype(int), kind="stable")[:count] if row[key]]


def attends_to(row: np.ndarray, keys: Sequence[str]) -> str:
    """Say which keys a row of weights, as steps of √w, names first."""
    top = int(row.max())
    alike = int((row == top).sum())
    if alike > NAMED:
        return f"attends to {alike} tokens alike, {percent(top)} each"
    best = [key for key in strongest(row, NAMED) if row[key] >= min(LEAST, top)]
    return "attends to " + ", ".join(f"{keys[key]} {percent(int(row[key]))}" for key in best)


def query_sentence(row: np.ndarray, query: int, queries: Sequence[str], keys: Sequence[str]) -> str:
    """Say what a query attends to, and which of how many it is."""
    return f"{queries[query]} ({query + 1} of {len(queries)}) {attends_to(row, keys)}"
