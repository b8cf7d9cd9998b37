"""The box that every widget of the course lives in, readable where no kernel runs."""

from __future__ import annotations

from typing import Any

import ipywidgets as widgets

from classroom.plots.display import bundle

GREEN, RED = "#007a58", "#c14a00"
"""For right and wrong, beside a tick or a cross: color alone never carries the meaning."""


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
        super().__init__(children, **kwargs)
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

    A subclass has the widget `image` and a method `figure`, which returns what stays.
    """

    def show_picture(self, png: bytes, size: tuple[int, int]) -> None:
        """Send a picture of some width and height to the browser."""
        with self.image.hold_sync():
            self.image.value = png
            self.image.width, self.image.height = map(str, size)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        data, metadata = super()._repr_mimebundle_(**kwargs)
        picture, about = bundle(self.figure())
        return data | picture, metadata | about


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
