"""The look that every figure of the course shares: sizes, colors, and text that fits."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from classroom.plots import mpl
from classroom.plots.display import DARK_CARD, DPI

WIDTH = 8.0
"""Width of a full figure in inches: 800 pixels, the width of a notebook cell."""

INK = "#222222"
SOFT = "#6b6b6b"
GRID = "#e3e3e3"
MASKED_FACE = "#ececec"
MASKED_HATCH = "#a8a8a8"

COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#8C6BB1")
"""Okabe and Ito (2008): told apart by readers with any of the common color vision deficiencies."""

DASHES = (
    "-", (0, (5, 1.5)), (0, (1.5, 1.2)), (0, (5, 1.5, 1.5, 1.5)), (0, (10, 2)),
    (0, (5, 1.2, 1.2, 1.2, 1.2, 1.2)),
)  # fmt: skip
"""Of the first line, the second, …: color alone never tells lines apart."""

SEQUENTIAL = "viridis"
DIVERGING = "RdBu_r"

TITLE_SIZE = 11.5
LABEL_SIZE = 10.0
TICK_SIZE = 9.0
SMALL_SIZE = 8.0
"""Points of the smallest letters; on a phone pictures shrink until these have 9 pixels."""

CONTRAST = 4.5
"""Least contrast of letters with what they lie on (WCAG 2, level AA)."""


def blank(width: float, height: float) -> mpl.Figure:
    """Return an empty white `Picture` of `width` by `height` inches, in whole pixels, with Agg."""
    from classroom.plots.picture import Picture

    size = (round(width * DPI) / DPI, round(height * DPI) / DPI)
    figure = Picture(figsize=size, dpi=DPI, facecolor="white")
    mpl.FigureCanvasAgg(figure)
    return figure


@lru_cache(maxsize=64)
def ink_of(color: str) -> str:
    """Return a tone of a color, "#rrggbb", in which letters can be read on both themes' cards."""
    rgb = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    tone = 1.0
    while contrast([tone * c for c in rgb], [1.0] * 3, DARK_CARD) < CONTRAST:
        tone -= 0.01
    return "#" + "".join(f"{int(255 * tone * c):02x}" for c in rgb)


def ink_on(ground: Sequence[float]) -> str:
    """Return the color of letters on a colored ground (red, green, blue from 0 to 1)."""
    inks = {INK: [34 / 255] * 3, "white": [1.0] * 3, "black": [0.0] * 3}
    found = {name: contrast(rgb, ground, DARK_CARD) for name, rgb in inks.items()}
    return next((n for n, c in found.items() if c >= CONTRAST), max(found, key=found.__getitem__))


def contrast(ink: Sequence[float], ground: Sequence[float], card: float = 1.0) -> float:
    """Return the contrast by WCAG 2 of two colors that lie on a grey card."""
    dark, light = sorted(_luminance([card * part for part in rgb[:3]]) for rgb in (ink, ground))
    return (light + 0.05) / (dark + 0.05)


def _luminance(rgb: Sequence[float]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def place(
    figure: mpl.Figure, left: float, bottom: float, width: float, height: float, **kwargs: Any
) -> mpl.Axes:
    """Add axes at a place given in inches from the lower left corner, in the course's style."""
    w, h = figure.get_size_inches()
    ax = figure.add_axes((left / w, bottom / h, width / w, height / h), **kwargs)
    ax.tick_params(labelsize=TICK_SIZE, colors=INK, length=3, color=SOFT)
    for side, spine in ax.spines.items():
        spine.set_visible(side in ("left", "bottom"))
        spine.set_color(SOFT)
        spine.set_linewidth(0.8)
    ax.xaxis.label.set(size=LABEL_SIZE, color=INK)
    ax.yaxis.label.set(size=LABEL_SIZE, color=INK)
    return ax


def figure_of(ax: mpl.Axes) -> mpl.Figure:
    """Return the whole figure that axes stand in."""
    figure = ax.figure
    if not isinstance(figure, mpl.Figure):
        raise TypeError(
            "plots: the axes must stand in a figure of their own, not in a part of one."
        )
    return figure


def grid(ax: mpl.Axes, axis: str = "y") -> None:
    """Draw a light grid behind the data."""
    ax.set_axisbelow(True)
    ax.grid(visible=True, axis=axis, color=GRID, linewidth=0.8)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float, bold: bool = False, math: bool = True) -> float:
    """Width in inches of one line of `text` at `size` points, as Agg draws it."""
    font = mpl.FontProperties(size=size, weight="bold" if bold else "normal")
    is_math = math and text.count("$") >= 2
    try:
        width, _, _ = _renderer().get_text_width_height_descent(text, font, is_math)
    except ValueError as error:
        raise ValueError(f"plots: matplotlib cannot set the text {text!r}: {error}") from error
    return float(width) / DPI


@lru_cache(maxsize=1)
def _renderer() -> mpl.RendererAgg:
    return mpl.FigureCanvasAgg(mpl.Figure(figsize=(1, 1), dpi=DPI)).get_renderer()


def widest(labels: Any, size: float, math: bool = False) -> float:
    """Width in inches of the widest of some labels; 0.0 if there are none."""
    return max((text_width(str(label), size, math=math) for label in labels), default=0.0)


def wrap(text: str, width: float, size: float, bold: bool = False) -> list[str]:
    """Break `text` into lines that fit into `width` inches."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        characters = max(len(paragraph), 1)
        broken = [paragraph]
        while characters > 10 and any(_too_wide(line, width, size, bold) for line in broken):
            characters -= 2
            broken = textwrap.wrap(paragraph, characters, break_long_words=False) or [""]
        lines.extend(broken)
    return lines


def _too_wide(line: str, width: float, size: float, bold: bool) -> bool:
    """Tell whether a line is wider than `width`.

    To measure a new line takes a millisecond; its characters are measured already. Kerning makes a
    line narrower than they are together, by a percent at most.
    """
    if "$" not in line and 0.96 * sum(text_width(c, size, bold) for c in line) > width:
        return True
    return text_width(line, size, bold) > width


def title_height(title: str, width: float) -> float:
    """Inches that `title` takes at the top of a figure that is `width` inches wide."""
    if not title:
        return 0.12
    return 0.26 + 0.21 * len(wrap(title, width - 0.2, TITLE_SIZE, bold=True))


def write_title(figure: mpl.Figure, title: str) -> None:
    """Set the title, wrapped, from the left edge of the figure."""
    width, height = figure.get_size_inches()
    lines = wrap(title, width - 0.2, TITLE_SIZE, bold=True)
    for number, line in enumerate(lines):
        figure.text(
            0.1 / width,
            1 - (0.08 + 0.21 * number) / height,
            line,
            size=TITLE_SIZE,
            weight="bold",
            color=INK,
            va="top",
            ha="left",
        )
