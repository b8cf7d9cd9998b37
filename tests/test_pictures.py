"""Every picture of every lesson can be read: large enough, uncovered, whole, not by color alone.

The solved lessons are run here, cell by cell, and each picture that a cell leaves is measured as
it is drawn; each explorer at both ends of each of its controls. So a new figure is held to the
rules (`figure_rules.faults`) as soon as a lesson shows it. By default that is done for a sample of
the lessons, for all of them on demand (COURSE_SLOW=1).
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterator

import lesson_files as files
import numpy as np
import pytest
from figure_rules import faults
from lesson_files import ROOT, TEXTS

from classroom.exercises import saving_off
from classroom.explore.explorer_box import Explorer
from classroom.plots import display, heatmap
from classroom.plots.curves import draw_lines
from classroom.plots.picture import Picture
from classroom.plots.style import COLORS, INK, SOFT, blank, contrast, ink_of, ink_on, place

#: Run by default. What moves is drawn with small data in tests/lesson_NN, too.
SAMPLE = ("01_", "02_", "04_", "07_")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_picture_of_a_lesson_can_be_read(name: str, monkeypatch) -> None:
    if not name.startswith(SAMPLE) and not os.environ.get("COURSE_SLOW"):
        pytest.skip("runs a whole lesson: COURSE_SLOW=1 runs it")
    monkeypatch.chdir(ROOT / "lessons")
    found: dict[str, None] = {}  # each once
    number = 0
    for where, figure in shown(name, monkeypatch):
        number += 1
        found.update((f"{where}: {fault}", None) for fault in faults(figure))
    assert number > 5
    assert not found, "\n" + "\n".join(found)


def shown(name: str, monkeypatch) -> Iterator[tuple[str, Picture]]:
    """Run a solved lesson. Yield each picture, with the cell that made it and the values."""
    made: list[Picture] = []
    boxes: list[Explorer] = []
    note(monkeypatch, Picture, lambda picture, *_: made.append(picture))
    note(monkeypatch, Explorer, lambda box, *_: boxes.append(box))
    namespace: dict = {"__name__": "__main__"}
    saving_off()
    for cell in files.code_cells(files.made(name, "solutions")):
        with contextlib.redirect_stdout(io.StringIO()):
            files.execute(cell.source, f"<cell {cell.id}>", namespace)
        for picture in list(made):
            if picture.alt:  # else it is the bare stage of an explorer
                yield cell.id, picture
        for box in boxes:
            for values in ({}, *box.ends()):
                yield f"{cell.id} {values}", box.figure(**values)
        made.clear()
        boxes.clear()


def note(monkeypatch, kind: type, seen) -> None:
    """Call `seen` with all that an object of some kind is made with."""
    original = kind.__init__

    def init(self, *arguments, **keywords):
        original(self, *arguments, **keywords)
        seen(self, *arguments)

    monkeypatch.setattr(kind, "__init__", init)


STAGES = sorted(
    path.relative_to(ROOT / "classroom").with_suffix("").as_posix()
    for path in (ROOT / "classroom").glob("*/figures/*.py")
    if "(Stage)" in path.read_text("utf-8")
)


@pytest.mark.parametrize("figure", STAGES)
def test_every_figure_that_moves_is_drawn_by_a_test_of_its_lesson(figure: str) -> None:
    """There `assert_fit` and `assert_moves` hold it to the same rules, with small data."""
    lesson, _, module = figure.split("/")
    texts = [path.read_text("utf-8") for path in (ROOT / "tests" / lesson).glob("test_*.py")]
    named = f"classroom.{lesson}.figures.{module} import"
    explorers = (ROOT / "classroom" / lesson / "explorers.py").read_text("utf-8")
    assert any("assert_fit" in text or "assert_moves" in text for text in texts)
    assert any(named in text for text in (*texts, explorers)), "no test draws it"


def test_the_rules_find_what_is_planted() -> None:
    assert faults(planted()) == []
    for plant, found in PLANTED.items():
        assert any(fault.startswith(plant) for fault in faults(planted(found))), plant


def planted(plant: Callable | None = None) -> Picture:
    """Make a figure without a fault, or with one."""
    figure = blank(4, 3)
    ax = place(figure, 0.6, 0.5, 3, 2)
    draw_lines(ax, np.arange(9.0), {"up": np.arange(9.0), "down": -np.arange(9.0)})
    ax.text(2, 3, "a slanted word", rotation=45, color=INK)
    ax.text(3, 3, "its neighbor", rotation=45, color=INK)  # their boxes overlap, they do not
    if plant:
        plant(figure, ax)
    return figure


def alike(figure, ax) -> None:
    for line in ax.lines:
        line.set_linestyle("-")


def half_of_the_words(figure, ax) -> None:
    ax.imshow(np.eye(8))
    ax.set_xticks([0, 2, 4, 6], list("abcd"))


PLANTED = {
    "too small": lambda figure, ax: ax.text(0, 0, "small", size=7.5),
    "cut off": lambda figure, ax: figure.text(0.97, 0.5, "beyond the edge"),
    "over each other": lambda figure, ax: [ax.text(1, -5 - k, "words", size=14) for k in (0, 0.5)],
    "too pale": lambda figure, ax: ax.text(0, -5, "pale", color=COLORS[4]),
    "color alone": alike,
    "labels left out": half_of_the_words,
}


def test_a_picture_keeps_its_letters_legible_on_a_phone() -> None:
    figure = heatmap(np.eye(3))
    least = display.least_width(display.size_in_pixels(figure)[0])
    assert f"min-width: {least}px" in display.picture_html(figure)
    assert "overflow-x: auto" in display.CARD
    assert 0.8 < least / display.size_in_pixels(figure)[0] < 0.83


@pytest.mark.parametrize("card", [1.0, display.DARK_CARD])
def test_letters_can_be_read_on_the_card_of_each_theme(card: float) -> None:
    for color in (*map(ink_of, COLORS), INK, SOFT):
        assert contrast(rgb(color), [1.0] * 3, card) >= 4.5, color
    for grey in np.linspace(0, 1, 50):
        ink = {"white": [1.0] * 3, "black": [0.0] * 3}.get(ink_on([grey] * 3)) or rgb(INK)
        assert contrast(ink, [grey] * 3, card) > 3.8, grey


def rgb(color: str) -> list[float]:
    return [int(part, 16) / 255 for part in re.findall("[0-9a-f]{2}", color.lower())]
