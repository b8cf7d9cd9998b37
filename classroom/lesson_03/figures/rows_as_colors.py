"""The figure of the rows of a matrix, a word each, as colors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.plots import mpl
from classroom.plots.heatmaps import heatmap

FEATURES = 32


def rows_as_colors(rows: np.ndarray, words: Sequence[str], title: str) -> mpl.Figure:
    """Draw the first `FEATURES` features of each row, (T, d_model)."""
    return heatmap(
        rows[:, :FEATURES],
        row_labels=words,
        title=title,
        x_label=f"feature (the first {FEATURES} of {rows.shape[1]})",
        label="value",
        diverging=True,
        values=False,
        height=2.6,
    )
