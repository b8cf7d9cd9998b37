"""The box that every widget of the course lives in, readable where no kernel runs."""

from __future__ import annotations

import html
from typing import Any

import ipywidgets as widgets

from classroom.plots.display import CARD, ON_CARD, picture_html

GREEN, RED = "#007a58", "#c14a00"
"""For right and wrong, beside a tick or a cross: color alone never carries the meaning."""

_HIDDEN = "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)"
_STYLE = f"""<style>
.course-card {{{CARD}}}
.course-card img {{{ON_CARD}}}
.course-box .jupyter-widgets-disconnected::before {{content: none}}
.course-box.jupyter-widgets-disconnected::before {{
  content: "As it was saved. Run this cell to use it."; font: inherit; font-style: italic;
  color: inherit; padding: 0 0 4px; align-self: flex-start;
}}
</style>"""
"""What a widget cannot say of itself. Where no kernel answers it, JupyterLab sets a broken link
before each of its parts; one sentence before the whole says what to do."""


class Box(widgets.VBox):
    """A vertical box with a stable text, so that the stored notebook reads well and compares equal.

    Parameters
    ----------
    children : list of Widget
    text : str
        What stands for the box where there is neither a kernel nor a browser.
    markdown : str, optional
        What a web page of the notebook shows in its place.
    """

    def __init__(self, children: list[Any], text: str, markdown: str = "", **kwargs: Any) -> None:
        look = widgets.HTML(_STYLE, layout={"display": "none"})
        super().__init__([*children, look], **kwargs)
        self.add_class("course-box")
        self._text = text
        self._markdown = markdown

    def __repr__(self) -> str:
        return self._text

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data = dict(super()._repr_mimebundle_(**kwargs) or {})
        data["text/plain"] = self._text
        if self._markdown:
            data["text/markdown"] = self._markdown
        return data, {}


class PictureBox(Box):
    """A box with a picture that changes, and that stays in the notebook, drawn finely.

    Below the picture stands its alt text, read out but not seen: an image widget has none.
    A subclass has a method `figure`, which returns what stays.
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
        self.words.value = f'<div role="status" style="{_HIDDEN}">{html.escape(alt)}</div>'

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/html": picture_html(self.figure())}, metadata


def note(text: str, color: str) -> str:
    """Return HTML for an answer to the reader: a bar of `color` beside the text."""
    return (
        f'<div role="status" style="border-left: 4px solid {color}; padding: 4px 10px; '
        f'margin: 4px 0; line-height: 1.45; white-space: normal; max-width: 760px">{text}</div>'
    )


def paragraph(html: str) -> widgets.HTMLMath:
    """Return a paragraph that wraps, and whose math is set."""
    return widgets.HTMLMath(
        f'<div style="line-height: 1.45; white-space: normal; max-width: 780px">{html}</div>'
    )
