"""Which functions one sentence calls in a real model, and whose they are."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from classroom.plots.bar_charts import bars


def picture_of_calls(calls: Mapping[str, int], own: Container[str]) -> Any:
    """Draw how often each function was called.

    Parameters
    ----------
    calls : mapping of str to int
    own : container of str
        The names of the reader's functions.
    """
    used = sorted(calls, key=lambda name: -calls[name])
    by_you = sum(calls[name] for name in used if name in own)
    return bars(
        used,
        [calls[name] for name in used],
        title=f"One sentence: {by_you} of {sum(calls.values())} calls go to functions that you "
        "wrote (orange)",
        y_label="calls",
        highlight=[index for index, name in enumerate(used) if name in own],
        horizontal=True,
    )
