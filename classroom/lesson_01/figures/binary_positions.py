"""The figure of positions as binary digits."""

from __future__ import annotations

from typing import Any

import numpy as np

from classroom.plots import heatmap, mpl
from classroom.plots.style import SMALL_SIZE, ink_on

NAMES = ["ones", "twos", "fours", "eights"]


def binary_digits(digits: Any) -> mpl.Figure:
    """Draw the binary digits of positions, a row for each digit, and the digit in each cell.

    Parameters
    ----------
    digits : int ndarray, shape (positions, 4)
        The ones first.

    Returns
    -------
    Picture
    """
    digits = np.asarray(digits)
    most = int((np.diff(digits, axis=0) != 0).sum(axis=1).max())
    picture = heatmap(
        digits.T,
        title=f"Each digit has its own wavelength, and up to {most} of them jump at once",
        x_label="position",
        row_labels=NAMES,
        values=False,
        height=1.3,
        label="digit",
    )
    ax, scale = picture.axes[:2]
    for (position, row), digit in np.ndenumerate(digits):
        ink = ink_on(ax.images[0].to_rgba(int(digit))[:3])
        ax.text(position, row, str(digit), size=SMALL_SIZE, color=ink, ha="center", va="center")
    scale.set_yticks([0, 1])
    return picture
