"""The box that every widget of the course lives in, and the card that stands in its place.

JupyterLab stores the state of a widget only while a kernel serves it: a notebook that is opened
again and saved before its cells are run loses them all. What is stored beside it is not lost.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import ipywidgets as widgets
from IPython.display import DisplayHandle, display

from classroom.plots.display import CARD, ON_CARD, least_width

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
"""The kind of output that JupyterLab puts a widget in the place of."""

GREEN, RED = "#007a58", "#c14a00"
"""For right and wrong, beside a tick or a cross: color alone never carries the meaning."""

_HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
_TOLD = 'content: "As it was saved. Run this cell to use it."; font-style: italic; color: inherit'
_STYLE = f"""<style>
.course-card {{{CARD}}}
.course-card img {{{ON_CARD}}}
.course-box .jupyter-widgets-disconnected::before {{content: none}}
.course-box.jupyter-widgets-disconnected::before {{
  font: inherit; {_TOLD}; padding: 0 0 4px; align-self: flex-start;
}}
</style>"""
"""What a widget cannot say of itself. Where no kernel answers it, JupyterLab sets a broken link
before each of its parts; one sentence before the whole says what to do."""

_LOST = ".jp-OutputArea:has(.course-saved) .jp-OutputArea-output.jupyter-widgets:not(:has(*))"
_CARD_STYLE = f"""<style>
:is(.jp-OutputArea, .cell_container):has(.course-box) .course-saved {{display: none}}
{_LOST} {{visibility: hidden; font-size: 0}}
{_LOST}::before {{{_TOLD}; visibility: visible; font-size: var(--jp-ui-font-size1)}}
</style>"""
"""The card gives way to its box. JupyterLab's error in the place of a box that is lost gives way
to the same sentence."""


class Box(widgets.VBox):
    """A vertical box that is displayed with a card, which is seen wherever the box is not.

    A subclass has a method `as_html`, which returns HTML: what the box shows, as it stands.

    Parameters
    ----------
    children : list of Widget
    text : str
        What stands for the box where there is no browser; the same on every run.
    """

    def __init__(self, children: list[Any], text: str) -> None:
        look = widgets.HTML(_STYLE, layout={"display": "none"})
        super().__init__([*children, look])
        self.add_class("course-box")
        self._text = text
        self._handle: DisplayHandle | None = None

    def __repr__(self) -> str:
        return self._text

    def as_html(self) -> str:
        """Return the HTML of what the box shows, as it stands."""
        raise NotImplementedError

    def stored(self) -> dict[str, str]:
        """Return what a notebook keeps of the box."""
        card = f'<div class="course-saved">{_CARD_STYLE}{self.as_html()}</div>'
        return {"text/html": card, "text/plain": self._text}

    def view(self) -> dict[str, Any]:
        """Return what shows the box itself where a kernel serves it."""
        return {WIDGET_VIEW: self.get_view_spec()}

    def store(self) -> None:
        """Bring the card up to date, once the box has been displayed."""
        if self._handle is not None:
            self._handle.update(self.stored(), raw=True)

    def _ipython_display_(self) -> None:
        self._handle = display(self.stored(), raw=True, display_id=True)
        display(self.view(), raw=True)


class PictureBox(Box):
    """A box with a picture that changes.

    Below the picture stands its alt text, read out but not seen: an image widget has none.
    """

    def __init__(self, above: list[Any], below: list[Any], text: str) -> None:
        self.image = widgets.Image(format="png", layout={"margin": "0", "object_fit": "contain"})
        self.card = widgets.Box([self.image], layout={"margin": "4px 0", "width": "fit-content"})
        self.card.add_class("course-card")
        self.words = widgets.HTML("", layout={"height": "0", "margin": "0"})
        super().__init__([*above, self.card, self.words, *below], text)

    def show_picture(self, png: bytes, alt: str, size: tuple[int, int]) -> None:
        """Send a picture of some width and height to the browser, and its alt text."""
        with self.image.hold_sync():
            self.image.value = png
            self.image.width, self.image.height = map(str, size)
            self.image.layout.min_width = f"{least_width(size[0])}px"
        self.words.value = f'<div role="status" style="{_HIDDEN}">{html.escape(alt)}</div>'


def note(text: str, color: str) -> str:
    """Return HTML for an answer to the reader: a bar of `color` beside the text."""
    return (
        f'<div role="status" style="border-left: 4px solid {color}; padding: 4px 10px; '
        f'margin: 4px 0; line-height: 1.45; white-space: normal; max-width: 760px">{text}</div>'
    )


def block(html: str) -> str:
    """Return HTML for a text that wraps."""
    return f'<div style="line-height: 1.45; white-space: normal; max-width: 780px">{html}</div>'


def paragraph(html: str) -> widgets.HTMLMath:
    """Return a paragraph that wraps, and whose math is set."""
    return widgets.HTMLMath(block(html))


def listed(items: Iterable[str]) -> str:
    """Return HTML for a list, "" for an empty one."""
    body = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{body}</ul>" if body else ""
