"""From a picture to a PNG, and from there into the notebook."""

from __future__ import annotations

import html
import math
import struct
import sys
import zlib
from base64 import b64encode
from io import BytesIO
from typing import Any

import numpy as np

from classroom.plots import mpl

DPI = 100
"""Pixels for each inch of a figure, as it is displayed."""


def alt_text(figure: mpl.Figure) -> str:
    """Return the alt text of a figure.

    Raises
    ------
    ValueError
        If the figure has none: a reader who cannot see it would be left out.
    """
    alt = getattr(figure, "alt", "")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(
            "show: this figure has no alt text. Set figure.alt to one or two sentences that tell "
            "what it shows, computed from its data, for readers who cannot see it."
        )
    return alt


def encode_png(canvas: mpl.FigureCanvasAgg) -> bytes:
    """Return what was drawn on a canvas as PNG, fast: unfiltered and lightly compressed."""
    pixels = np.asarray(canvas.buffer_rgba())[..., :3]
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)
    rows[:, 1:] = pixels.reshape(height, -1)
    chunks = (
        (b"IHDR", struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows.tobytes(), 1)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def to_png(figure: mpl.Figure) -> bytes:
    """Draw a figure at one pixel for each CSS pixel, fast, for an explorer."""
    canvas = mpl.FigureCanvasAgg(figure)
    canvas.draw()
    return encode_png(canvas)


def to_small_png(figure: mpl.Figure) -> bytes:
    """Draw a figure at two pixels for each CSS pixel, crisp and small, to be stored.

    A palette of 256 colors keeps every color within 4 percent and takes a third of the bytes.
    """
    from PIL import Image

    canvas = mpl.FigureCanvasAgg(figure)
    figure.set_dpi(2 * DPI)
    try:
        canvas.draw()
        image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    finally:
        figure.set_dpi(DPI)
    out = BytesIO()
    palette = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    palette.save(out, "PNG", compress_level=9)
    return out.getvalue()


def size_in_pixels(figure: mpl.Figure) -> tuple[int, int]:
    """Width and height at which a figure is displayed, in CSS pixels."""
    width, height = figure.get_size_inches()
    return round(width * DPI), round(height * DPI)


SHRUNK = 0.81
"""How far a picture may shrink: letters of 8 points, the smallest in any, then have 9 pixels."""

DARK_CARD = 0.16 * 17 / 255 + 0.84
"""The grey of the card in JupyterLab's dark theme: every color of a picture is multiplied by it."""

CARD = (
    "isolation: isolate; max-width: 100%; overflow-x: auto; border-radius: 4px; "
    "background: color-mix(in srgb, var(--jp-layout-color0, white) 16%, white)"
)
"""Style of the card below a picture: white on a light page, light grey on a dark one.

On a phone the card scrolls sideways under a picture that may not shrink as far as the page.
"""
ON_CARD = "mix-blend-mode: multiply"
"""Style of the picture, whose white takes the color of the card."""


def least_width(width: float) -> int:
    """Return how narrow a picture `width` pixels wide may become on a narrow page."""
    return math.ceil(SHRUNK * width)


def picture_html(figure: mpl.Figure) -> str:
    """Return a figure as HTML: its PNG, alt text and size, on a card.

    This is the form in which alt text reaches the page in JupyterLab, in exported HTML and on a
    site; what stands in the metadata of an image/png reaches none of them. What has a form of its
    own, as an attention view, says so by `to_html`.
    """
    own = getattr(figure, "to_html", None)
    if own is not None:
        return own()
    width, height = size_in_pixels(figure)
    png = b64encode(to_small_png(figure)).decode()
    alt = html.escape(" ".join(alt_text(figure).split()))
    return (
        f'<div style="display: inline-block; {CARD}">'
        f'<img alt="{alt}" width="{width}" height="{height}" '
        f'style="{ON_CARD}; min-width: {least_width(width)}px" '
        f'src="data:image/png;base64,{png}"></div>'
    )


def monospaced(text: str) -> str:
    """Return a printed table as HTML that keeps its columns, on an exported page too."""
    style = "font-family: var(--jp-code-font-family, monospace); white-space: pre; overflow-x: auto"
    return f'<pre style="{style}">{html.escape(text, quote=False)}</pre>'


def show(figure: mpl.Figure) -> None:
    """Display a figure in the notebook as a PNG with alt text.

    Outside a notebook it prints the alt text.

    Raises
    ------
    ValueError
        If the figure has no alt text.
    """
    if in_notebook():
        publish({"text/html": picture_html(figure), "text/plain": "a picture"})
    else:
        print(alt_text(figure))


def in_notebook() -> bool:
    """Tell whether a Jupyter kernel runs this code, so that a picture can be displayed."""
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


def publish(data: dict[str, Any], metadata: dict[str, Any] | None = None) -> None:
    """Display one mimebundle in the notebook."""
    from IPython.display import publish_display_data

    publish_display_data(data, metadata)
