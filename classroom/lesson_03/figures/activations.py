"""The figure of activation functions and of their slopes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from classroom.plots import mpl
from classroom.plots.curves import draw_lines
from classroom.plots.labels import begin, decimals
from classroom.plots.style import (
    COLORS,
    LABEL_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
    title_height,
    write_title,
)


def outputs_and_slopes(
    z: np.ndarray, outputs: Mapping[str, np.ndarray], slopes: Mapping[str, np.ndarray]
) -> mpl.Figure:
    """Draw the outputs of relu and gelu on the left and their slopes on the right, over z."""
    at = int(np.argmin(np.abs(z + 2)))
    title = (
        f"Gelu follows relu, rounds the corner and dips to {decimals(outputs['gelu'].min())}; at "
        f"z = {decimals(z[at], 0)} its slope is {decimals(slopes['gelu'][at])}, that of relu "
        f"{decimals(slopes['relu'][at])}"
    )
    top = title_height(title, WIDTH)
    figure = blank(WIDTH, top + 3.2)
    for column, (label, series) in enumerate([("output", outputs), ("slope", slopes)]):
        ax = place(figure, 0.75 + 3.95 * column, 0.55, 3.1, 2.45)
        draw_lines(ax, z, series)
        ax.set_xlabel("z", size=LABEL_SIZE)
        ax.set_ylabel(label, size=LABEL_SIZE)
        for i, name in enumerate(series):
            ax.text(0.05, 0.9 - 0.09 * i, name, color=ink_of(COLORS[i]), transform=ax.transAxes)
    write_title(figure, title)
    figure.alt = (
        f"{begin(title, 'Two line charts')} over z from {z[0]:.0f} to {z[-1]:.0f}. "
        + " ".join(
            f"{label.capitalize()} of {name}: from {decimals(y[0])} to {decimals(y[-1])}, lowest "
            f"{decimals(y.min())}, highest {decimals(y.max())}."
            for label, series in [("output", outputs), ("slope", slopes)]
            for name, y in series.items()
        )
    )
    return figure
