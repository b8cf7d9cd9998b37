"""A text as a picture, for what a model wrote."""

from __future__ import annotations

from classroom.plots import mpl
from classroom.plots.labels import begin
from classroom.plots.style import (
    INK,
    TICK_SIZE,
    WIDTH,
    blank,
    title_height,
    wrap,
    write_title,
)

LINE = 0.2


def leaf(text: str, title: str = "", width: float = WIDTH) -> mpl.Figure:
    """Write a text on a page, line by line; long lines are broken.

    A model in float32 may write something else on another machine, and a stored notebook compares
    texts, but not pictures.

    Parameters
    ----------
    text : str
    title : str
        What is special about it.
    width : float
        Inches.
    """
    lines = wrap(text, width - 0.6, TICK_SIZE + 1)
    top = title_height(title, width)
    figure = blank(width, top + LINE * len(lines) + 0.15)
    tall = figure.get_size_inches()[1]
    for row, line in enumerate(lines):
        figure.text(
            0.3 / width, 1 - (top + LINE * row) / tall, line, size=TICK_SIZE + 1, color=INK,
            va="top", family="serif", parse_math=False,
        )  # fmt: skip
    write_title(figure, title)
    figure.alt = f"{begin(title, 'A text')}: {' / '.join(line for line in lines if line)}"
    figure.alt += "" if figure.alt.endswith(".") else "."
    return figure
