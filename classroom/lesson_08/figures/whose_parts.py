"""The figure that shows whose each part of a model is."""

from __future__ import annotations

from collections.abc import Mapping

from classroom.exercises.solutions import Part, name_of
from classroom.plots import mpl
from classroom.plots.labels import begin
from classroom.plots.style import (
    COLORS,
    INK,
    SMALL_SIZE,
    SOFT,
    TICK_SIZE,
    WIDTH,
    blank,
    ink_of,
    place,
    text_width,
    title_height,
    write_title,
)

ROW, GAP = 0.27, 0.09
LOOKS = {
    "yours": (COLORS[0], "white", COLORS[0]),
    "reference": ("white", INK, "#b5b5b5"),
    "refused": (ink_of(COLORS[1]), "white", ink_of(COLORS[1])),
}
"""Whose a part is -> face, text and edge of its box."""


def whose_parts(
    lessons: Mapping[Part, Mapping[str, str]], of: str = "parts of this model"
) -> mpl.Figure:
    """Draw a box for each part of a model, a row for each lesson, filled if it is the reader's.

    Parameters
    ----------
    lessons : mapping of int or str to mapping of str to {"yours", "reference", "refused"}
        For each lesson, whose each of its parts is: what `parts_by_lesson` and `playing` give.
    of : str
        What the parts do, for the title.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If a part is nobody's.
    """
    every = [whose for parts in lessons.values() for whose in parts.values()]
    unknown = sorted(set(every) - set(LOOKS))
    if unknown:
        raise ValueError(f"whose_parts: {unknown[0]!r} is none of {', '.join(LOOKS)}.")
    mine = every.count("yours")
    title = f"{mine} of {len(every)} {of} are yours"
    left = 0.3 + max((text_width(name_of(part), TICK_SIZE) for part in lessons), default=0.0)
    boxes: list[tuple[float, int, str, str]] = []
    names: list[tuple[int, str]] = []
    row = 0
    for lesson, parts in lessons.items():
        names.append((row, name_of(lesson)))
        x = left
        for name, whose in parts.items():
            wide = text_width(name, SMALL_SIZE) + 0.16
            if x + wide > WIDTH - 0.15 and x > left:
                x, row = left, row + 1
            boxes.append((x, row, name, whose))
            x += wide + GAP
        row += 1
    top = title_height(title, WIDTH)
    tall = row * (ROW + GAP)
    figure = blank(WIDTH, top + tall + 0.35)
    ax = place(figure, 0, 0.3, WIDTH, tall)
    ax.set_axis_off()
    ax.set_xlim(0, WIDTH)
    ax.set_ylim(tall, 0)
    for at, lesson in names:
        ax.text(0.12, at * (ROW + GAP) + ROW / 2, lesson, size=TICK_SIZE, va="center", color=INK)
    for x, at, name, whose in boxes:
        face, ink, edge = LOOKS[whose]
        wide = text_width(name, SMALL_SIZE) + 0.16
        y = at * (ROW + GAP)
        style = "round,pad=0,rounding_size=0.05"
        ax.add_patch(
            mpl.FancyBboxPatch(
                (x, y + 0.02), wide, ROW - 0.04, boxstyle=style, facecolor=face, edgecolor=edge,
                linewidth=0.9, linestyle=":" if whose == "refused" else "-",
            )
        )  # fmt: skip
        ax.text(x + wide / 2, y + ROW / 2, name, size=SMALL_SIZE, color=ink, ha="center",
                va="center", parse_math=False)  # fmt: skip
    key = "filled: yours · white: the course's"
    if "refused" in every:
        key += " · orange: yours, not right, so the course's is used"
    figure.text(0.12 / WIDTH, 0.1 / figure.get_size_inches()[1], key, size=SMALL_SIZE, color=SOFT)
    write_title(figure, title)
    listed = {kind: [n for _, _, n, w in boxes if w == kind] for kind in LOOKS}
    figure.alt = f"{begin(title, 'Boxes')}, one for each part. " + " ".join(
        f"{label}: {', '.join(listed[kind])}."
        for kind, label in (
            ("yours", "Yours"),
            ("refused", "Refused"),
            ("reference", "The course's"),
        )
        if listed[kind]
    )
    return figure
