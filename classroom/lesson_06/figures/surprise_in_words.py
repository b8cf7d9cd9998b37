"""The figure of the surprise by the place of a letter in its word."""

from __future__ import annotations

from collections.abc import Mapping

from classroom.plots import bars, mpl


def surprise_by_letter(bits: Mapping[str, float]) -> mpl.Figure:
    """Draw the mean surprise (bits) by the letter of a word: "1st", "2nd", … "5th+", "other"."""
    return bars(
        list(bits),
        list(bits.values()),
        title=f"The first letter of a word costs {bits['1st']:.1f} bits, "
        f"those from the fifth on {bits['5th+']:.1f}",
        y_label="mean surprise (bits)",
        x_label="letter of a word, and what is no letter (held-out lines)",
        highlight=[0],
        height=2.2,
    )
