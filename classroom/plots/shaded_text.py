"""A running text whose words can be shaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from classroom.plots import mpl
from classroom.plots.labels import visible
from classroom.plots.style import COLORS, INK, LABEL_SIZE, place, text_width

LINE = 0.27
"""Inches from one line of the text to the next."""

MARGIN = 0.15
"""Inches left and right of a text."""

_CLOSING = set(",.;:!?)’”")


class Line(NamedTuple):
    """One line of a running text.

    Fields
    ------
    text : str
    tokens : list of int
        Which tokens stand in it.
    starts, ends : list of float
        Where each of them starts and ends, in inches.
    """

    text: str
    tokens: list[int]
    starts: list[float]
    ends: list[float]


def lay_out(tokens: Sequence[str], width: float) -> list[Line]:
    """Set tokens in lines of `width` inches: words with spaces between, characters without.

    A token that is a line break ends its line, and so does one that ends in a line break.
    """
    characters = all(len(token) <= 1 for token in tokens)
    lines = [Line("", [], [], [])]
    bar = text_width("|", LABEL_SIZE, math=False)
    for index, token in enumerate(tokens):
        shown = "⏎" if token == "\n" else token if characters else visible(word_of(token))
        line = lines[-1]
        gap = "" if characters or not line.text or token[:1] in _CLOSING else " "
        too_long = text_width(line.text + gap + shown, LABEL_SIZE, math=False) > width
        if line.text and too_long and token[:1] not in _CLOSING:
            line, gap = Line("", [], [], []), ""
            lines.append(line)
        start = text_width(line.text + gap + "|", LABEL_SIZE, math=False) - bar
        text = line.text + gap + shown
        end = text_width(text + "|", LABEL_SIZE, math=False) - bar
        lines[-1] = Line(text, [*line.tokens, index], [*line.starts, start], [*line.ends, end])
        if token.endswith("\n") and index < len(tokens) - 1:
            lines.append(Line("", [], [], []))
    return lines


def word_of(token: str) -> str:
    """Return a token without the line break at its end, which only says where a line ends."""
    return token if token == "\n" else token.removesuffix("\n")


def page_height(lines: Sequence[Line]) -> float:
    """Inches that the lines of a text take."""
    return len(lines) * LINE + 0.1


class Page:
    """The lines across a picture, each token with a shade behind it.

    Parameters
    ----------
    picture : Figure
    lines : list of Line
    bottom : float
        Inches from the lower edge of the picture to the text.
    """

    def __init__(self, picture: mpl.Figure, lines: Sequence[Line], bottom: float) -> None:
        width, tall = picture.get_size_inches()[0] - 2 * MARGIN, page_height(lines)
        ax = self.ax = place(picture, MARGIN, bottom, width, tall)
        ax.set_axis_off()
        ax.set_xlim(0, width)
        ax.set_ylim(tall, 0)
        self.shades: list[mpl.Rectangle] = []
        self.texts: list[mpl.Text] = []
        for row, line in enumerate(lines):
            y = row * LINE + 0.02
            for start, end in zip(line.starts, line.ends, strict=True):
                shade = mpl.Rectangle(
                    (start - 0.01, y), end - start + 0.02, LINE - 0.05, linewidth=0
                )
                ax.add_patch(shade)
                self.shades.append(shade)
            self.texts.append(
                ax.text(0, y + 0.165, line.text, size=LABEL_SIZE, parse_math=False, color=INK)
            )

    def shade(self, weights: np.ndarray, chosen: int) -> None:
        """Shade each token by its weight, the largest deepest, and frame the chosen one."""
        shares = weights / (weights.max() or 1.0)
        for index, (shade, share) in enumerate(zip(self.shades, shares, strict=True)):
            shade.set_facecolor(shade_color(share))
            shade.set_edgecolor(COLORS[0])
            shade.set_linewidth(1.8 if index == chosen else 0)
            shade.set_zorder(1.5 if index == chosen else 1)


def shade_color(share: float) -> tuple[float, ...]:
    """Return a color between white, for 0, and orange, for 1."""
    return tuple(1.0 + (np.array([0.96, 0.62, 0.10]) - 1.0) * share)
