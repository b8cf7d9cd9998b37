"""A running text whose words can be shaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from course_lib.plots.style import COLORS, INK, LABEL_SIZE, text_width
from course_lib.plots.words import visible

LINE = 0.27
"""Inches from one line of the text to the next."""

_CLOSING = set(",.;:!?)’”")
_LIGHT = np.array([1.0, 1.0, 1.0])
_DEEP = np.array([0.96, 0.62, 0.10])


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
    for index, token in enumerate(tokens):
        shown = "⏎" if token == "\n" else token if characters else visible(word_of(token))
        line = lines[-1]
        gap = "" if characters or not line.text or token[:1] in _CLOSING else " "
        too_long = text_width(line.text + gap + shown, LABEL_SIZE, math=False) > width
        if line.text and too_long and token[:1] not in _CLOSING:
            line, gap = Line("", [], [], []), ""
            lines.append(line)
        start = text_width(line.text + gap + "|", LABEL_SIZE, math=False) - _BAR
        text = line.text + gap + shown
        end = text_width(text + "|", LABEL_SIZE, math=False) - _BAR
        lines[-1] = Line(text, [*line.tokens, index], [*line.starts, start], [*line.ends, end])
        if token.endswith("\n") and index < len(tokens) - 1:
            lines.append(Line("", [], [], []))
    return lines


def word_of(token: str) -> str:
    """Return a token without the line break at its end, which only says where a line ends."""
    return token if token == "\n" else token.removesuffix("\n")


_BAR = text_width("|", LABEL_SIZE, math=False)


class Page:
    """The lines on some axes, each token with a shade behind it.

    Parameters
    ----------
    ax : Axes
        Measured in inches, with y downward.
    lines : list of Line
    """

    def __init__(self, ax: Axes, lines: Sequence[Line]) -> None:
        self.shades: list[Rectangle] = []
        self.texts: list[Text] = []
        for row, line in enumerate(lines):
            y = row * LINE + 0.02
            for start, end in zip(line.starts, line.ends, strict=True):
                shade = Rectangle((start - 0.01, y), end - start + 0.02, LINE - 0.05, linewidth=0)
                ax.add_patch(shade)
                self.shades.append(shade)
            self.texts.append(
                ax.text(0, y + 0.165, line.text, size=LABEL_SIZE, parse_math=False, color=INK)
            )

    def shade(self, weights: np.ndarray, chosen: int) -> None:
        """Shade each token by its weight, the largest deepest, and frame the chosen one."""
        shares = weights / (weights.max() or 1.0)
        for index, (shade, share) in enumerate(zip(self.shades, shares, strict=True)):
            shade.set_facecolor(tuple(_LIGHT + (_DEEP - _LIGHT) * share))
            shade.set_edgecolor(COLORS[0])
            shade.set_linewidth(1.8 if index == chosen else 0)
            shade.set_zorder(1.5 if index == chosen else 1)
