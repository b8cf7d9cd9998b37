"""A picture that is drawn over and over: what stands still is drawn once, what moves each time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from classroom.plots import mpl
from classroom.plots.display import alt_text, encode_png, size_in_pixels
from classroom.plots.style import INK, TITLE_SIZE, wrap


class Stage:
    """Base of the figures that explorers move.

    A subclass lays its picture out in `__init__`, which ends with `self.animate(...)`, and moves
    the artists in `update`. The stage itself is the pure figure function: called with values, it
    returns a new picture. `frame` draws the same picture faster, over a stored background.

    Parameters
    ----------
    picture : Picture
    *arguments, **keywords
        What the subclass was made with, so that it can be made anew.
    """

    def __init__(self, picture: mpl.Figure, *arguments: Any, **keywords: Any) -> None:
        self.picture = picture
        self._made_with = (arguments, keywords)
        self._moving: list[mpl.Artist] = []
        self._above: list[mpl.Artist] = []
        self._background: Any = None
        self._overlay: tuple[slice, Any, Any] | None = None
        width, height = picture.get_size_inches()
        self._title = picture.text(
            0.1 / width, 1 - 0.08 / height, "", size=TITLE_SIZE, weight="bold", color=INK,
            va="top", ha="left", linespacing=1.25,
        )  # fmt: skip

    def update(self, **values: Any) -> None:
        """Move the artists to some values, and set the title and the alt text."""
        raise NotImplementedError("a Stage needs its own update(**values)")

    def animate(self, *artists: mpl.Artist | Iterable[mpl.Artist]) -> None:
        """Name the artists that move, in the order in which they are drawn."""
        for artist in artists:
            self._moving.extend([artist] if isinstance(artist, mpl.Artist) else artist)

    def keep_above(self, artists: Iterable[mpl.Artist]) -> None:
        """Name artists that stand still but lie over those that move: text over its shades."""
        self._above.extend(artists)

    def redraw_background(self) -> None:
        """Draw the background again before the next frame: an axis or a label has changed."""
        self._background = None

    def title(self, text: str) -> None:
        """Set the title, wrapped to the width of the picture."""
        width = self.picture.get_size_inches()[0]
        self._title.set_text("\n".join(wrap(text, width - 0.2, TITLE_SIZE, bold=True)))

    def __call__(self, **values: Any) -> mpl.Figure:
        """Return a new picture for some values."""
        arguments, keywords = self._made_with
        fresh = type(self)(*arguments, **keywords)
        fresh.update(**values)
        return fresh.picture

    def frame(self, **values: Any) -> tuple[bytes, str, tuple[int, int]]:
        """Return PNG, alt text and size in pixels for some values."""
        self.update(**values)
        canvas = self.picture.canvas
        assert isinstance(canvas, mpl.FigureCanvasAgg)
        moving = [*self._moving, self._title]
        if self._background is None:
            for artist in [*moving, *self._above]:
                artist.set_animated(True)
            canvas.draw()
            self._background = canvas.copy_from_bbox(self.picture.bbox)
            self._overlay = self._drawn_above(canvas)
        canvas.restore_region(self._background)
        for artist in moving:
            self.picture.draw_artist(artist)
        if self._overlay is not None:
            rows, ink, light = self._overlay
            pixels = np.asarray(canvas.buffer_rgba())[rows, :, :3]
            pixels[:] = (pixels * light + ink) // 255
        return encode_png(canvas), alt_text(self.picture), size_in_pixels(self.picture)

    def _drawn_above(self, canvas: mpl.FigureCanvasAgg) -> tuple[slice, Any, Any] | None:
        """Draw what lies above on nothing. Return its rows, its ink and what shines through it."""
        if not self._above:
            return None
        canvas.get_renderer().clear()
        for artist in self._above:
            self.picture.draw_artist(artist)
        drawn = np.asarray(canvas.buffer_rgba())
        filled = np.flatnonzero(drawn[..., 3].any(axis=1))
        if not filled.size:
            return None
        rows = slice(int(filled[0]), int(filled[-1]) + 1)
        cover = drawn[rows, :, 3:].astype(np.uint16)
        return rows, drawn[rows, :, :3] * cover, 255 - cover
