"""The letters of a figure as they are drawn: where each line of text lies, on what, in what color.

What stands in a figure's list of artists says little: ticks outside their axis are never drawn,
slanted words have boxes far larger than their letters. So the renderer itself is asked.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg

from classroom.plots.display import DPI


class Letters(NamedTuple):
    """One line of text.

    Fields
    ------
    text : str
    owner : Text
        The artist that it belongs to, which may have several lines.
    size : float
        Pixels of its font.
    color : ndarray, shape (4,)
    corners : ndarray, shape (4, 2)
        Of its ink, in pixels from the lower left corner of the figure.
    clip : (x0, y0, x1, y1) or None
        What of the figure it may be drawn on.
    """

    text: str
    owner: Any
    size: float
    color: np.ndarray
    corners: np.ndarray
    clip: tuple[float, ...] | None


class Drawn(NamedTuple):
    """A figure without its letters.

    Fields
    ------
    letters : list of Letters
    ground : ndarray, shape (rows, columns, 3)
        What lies under them, from 0 to 255, the upper row first.
    renderer : RendererAgg
    """

    letters: list[Letters]
    ground: np.ndarray


def draw(figure: Any) -> Drawn:
    """Draw a figure without its letters, and note where they would be."""
    found: list[Letters] = []
    canvas = FigureCanvasAgg(figure)
    with noting(found):
        canvas.draw()
    return Drawn(found, np.asarray(canvas.buffer_rgba())[..., :3].copy())


@contextmanager
def noting(found: list[Letters]):
    """Note each line of text instead of drawing it."""

    def note(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if not s.strip() or gc.get_alpha() == 0:
            return
        wide, high, below = self.get_text_width_height_descent(s, prop, ismath)
        turn = np.radians(angle)
        axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        ink = [(0, -below), (wide, -below), (wide, high - below), (0, high - below)]
        corners = (x, self.height - y) + np.array(ink) @ axes
        color = np.array(gc.get_rgb(), dtype=float)
        color[3] *= 1.0 if gc.get_alpha() is None else gc.get_alpha() / max(color[3], 1e-9)
        clip = gc.get_clip_rectangle()
        found.append(
            Letters(
                s, mtext, prop.get_size_in_points() * DPI / 72, color, corners,
                None if clip is None else tuple(clip.extents),
            )
        )  # fmt: skip

    original = RendererAgg.draw_text
    RendererAgg.draw_text = note
    try:
        yield
    finally:
        RendererAgg.draw_text = original


def meet(a: np.ndarray, b: np.ndarray, touch: float) -> bool:
    """Tell whether two quadrilaterals overlap by more than `touch` pixels in every direction."""
    for corners in (a, b):
        for edge in (corners[1] - corners[0], corners[3] - corners[0]):
            length = np.hypot(*edge)
            if length < 1e-6:
                return False
            along_a, along_b = a @ edge / length, b @ edge / length
            if min(along_a.max(), along_b.max()) - max(along_a.min(), along_b.min()) <= touch:
                return False
    return True


def inside(points: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """Tell which points (N, 2) lie in a rectangle that may be turned."""
    held = np.ones(len(points), dtype=bool)
    for edge in (corners[1] - corners[0], corners[3] - corners[0]):
        along, ends = points @ edge, corners @ edge
        held &= (along >= ends.min()) & (along <= ends.max())
    return held


def ground_under(drawn: Drawn, one: Letters) -> np.ndarray:
    """Return the colors (N, 3), from 0 to 1, of a hundred pixels that some letters lie on."""
    rows, columns, _ = drawn.ground.shape
    (x0, y0), (x1, y1) = one.corners.min(axis=0), one.corners.max(axis=0)
    x, y = np.meshgrid(
        np.arange(max(0, int(x0)), min(columns, int(np.ceil(x1)) + 1)),
        np.arange(max(0, int(y0)), min(rows, int(np.ceil(y1)) + 1)),
    )
    places = np.stack([x.ravel(), y.ravel()], axis=1)
    places = places[inside(places + 0.5, one.corners)]
    places = places[:: 1 + len(places) // 100]
    return drawn.ground[rows - 1 - places[:, 1], places[:, 0]] / 255


def contrast(ink: np.ndarray, ground: np.ndarray, card: float = 1.0) -> np.ndarray:
    """Return the contrast by WCAG 2 of a color on others (N, 3), both laid on a grey card."""
    dark = luminance(card * (ink[:3] * ink[3] + ground * (1 - ink[3])))
    light = luminance(card * ground)
    return (np.maximum(dark, light) + 0.05) / (np.minimum(dark, light) + 0.05)


def luminance(rgb: np.ndarray) -> np.ndarray:
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])
