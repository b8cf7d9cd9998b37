"""The figure of how far the gradient of a small batch is from that of all examples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classroom.plots import lines, mpl


def gradient_noise(sizes: Sequence[int], misses: Sequence[float]) -> mpl.Figure:
    """Draw the distance for each batch size, and the line of one over the root of the size.

    Parameters
    ----------
    sizes : sequence of int
    misses : sequence of float
        Mean distance from the full gradient, as a share of its length.
    """
    fold = sizes[-1] / sizes[0]
    figure = lines(
        sizes,
        {"measured": misses, "∝ 1/√B": misses[0] * np.sqrt(sizes[0] / np.array(sizes))},
        title=f"{fold:.0f} times the examples: {misses[0] / misses[-1]:.1f} times less noise",
        x_label="B (examples in a batch)",
        y_label="distance / full length",
        log_x=True,
        log_y=True,
        markers=True,
        height=3.2,
    )
    (axes,) = figure.axes
    axes.set_xticks(sizes, labels=[str(size) for size in sizes])
    axes.set_yticks([0.1, 0.2, 0.5, 1], labels=["0.1", "0.2", "0.5", "1"])
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_formatter("")
    return figure
