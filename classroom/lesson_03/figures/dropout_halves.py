"""The figure of what dropout changes on text that was read and on text that was not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classroom.plots import mpl
from classroom.plots.bar_charts import bars
from classroom.plots.labels import decimals


def bits_on_both_halves(bits: Mapping[float, Sequence[float]]) -> mpl.Figure:
    """Draw the bits per character on both halves, (read, unread): for no dropout, then for some."""
    without, with_it = bits.values()
    changes = [decimals(after - before) for before, after in zip(without, with_it, strict=True)]
    signed = [change if change.startswith("−") else f"+{change}" for change in changes]
    return bars(
        ["read", "read+dropout", "unread", "unread+dropout"],
        [without[0], with_it[0], without[1], with_it[1]],
        title=f"Dropout changes the bits per character by {signed[0]} on what was read "
        f"and by {signed[1]} on what was not",
        y_label="bits per character",
        highlight=[1, 3],
        digits=3,
    )
