"""Marks as a PNG, for where no script runs."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

import numpy as np

from classroom.architecture.layout import Columns
from classroom.architecture.lettering import SIZE, SMALL, runs
from classroom.architecture.marks import RADIUS, Box, Line, Mark, Node, Text
from classroom.architecture.svg import HEAD, _in_order
from classroom.plots import mpl
from classroom.plots.display import DPI
from classroom.plots.style import COLORS, INK, SOFT, blank, place, text_width

POINTS = 72 / DPI
"""Points of a pixel."""
PALE, FAINT, PANEL = "#cce3f0", "#f3f3f3", "#f7f7f7"
LINES = {
    "stream": (INK, 4.0),
    "branch": (SOFT, 1.3),
    "input": (SOFT, 1.3),
    "memory": (COLORS[2], 2.0),
    "gradient": (COLORS[1], 1.6),
}
"""Color and width in pixels of each kind of line."""


def png_of(columns: Columns) -> bytes:
    """Draw marks with matplotlib, two pixels for each of the page."""
    from PIL import Image

    figure = blank(columns.width / DPI, columns.height / DPI)
    ax = place(figure, 0, 0, columns.width / DPI, columns.height / DPI)
    ax.set_axis_off()
    ax.set_xlim(0, columns.width)
    ax.set_ylim(columns.height, 0)
    for mark in _in_order(columns.marks):
        _draw(ax, mark)
    figure.set_dpi(2 * DPI)
    canvas = mpl.FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    out = BytesIO()
    palette = Image.new("P", (1, 1))
    palette.putpalette(_palette())
    few = image.quantize(palette=palette, dither=Image.Dither.NONE)
    few.save(out, "PNG", compress_level=6)
    return out.getvalue()


@lru_cache(maxsize=1)
def _palette() -> bytes:
    """Return the colors of a drawing, at most 126: each ink on each ground, in five strengths."""
    inks = [_rgb(color) for color in (INK, SOFT, *COLORS[:3])]
    grounds = [_rgb(color) for color in ("#ffffff", PANEL, FAINT, PALE)]
    pairs = [(ground, ink) for ground in grounds for ink in inks]
    pairs.append((_rgb(COLORS[0]), _rgb("#ffffff")))
    shades = [
        np.round(ground + (ink - ground) * share / 5) for ground, ink in pairs for share in range(6)
    ]
    return np.unique(np.array(shades), axis=0).astype(np.uint8).tobytes()


def _rgb(color: str) -> np.ndarray:
    return np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)], float)


def _draw(ax: mpl.Axes, mark: Mark) -> None:
    if isinstance(mark, Box):
        _box(ax, mark)
    elif isinstance(mark, Line):
        _line(ax, mark)
    elif isinstance(mark, Node):
        _node(ax, mark)
    else:
        _text(ax, mark)


def _box(ax: mpl.Axes, box: Box) -> None:
    face, edge, width, dashes = FAINT, SOFT, 1.0, "-"
    owner = box.look.owner
    if box.kind == "panel":
        face, edge = PANEL, "none"
    elif box.kind == "frame":
        face, dashes = "none", "--"
    elif owner in ("yours", "some"):
        face, edge = COLORS[0] if owner == "yours" else PALE, COLORS[0]
    elif owner == "refused":
        face, edge, width, dashes = "white", COLORS[1], 2.0, "--"
    elif box.look.lit:
        face = PALE
    if box.look.lit:
        edge, width = COLORS[0], 2.5
    patch = mpl.FancyBboxPatch(
        (box.x, box.y), box.w, box.h, boxstyle="round,pad=0,rounding_size=4", facecolor=face,
        edgecolor=edge, linewidth=width * POINTS, linestyle=dashes, zorder=1,
    )  # fmt: skip
    ax.add_patch(patch)


def _line(ax: mpl.Axes, line: Line) -> None:
    color, width = LINES[line.kind]
    points = list(line.points)
    if line.arrow:
        (ax_, ay), (x, y) = points[-2], points[-1]
        dx, dy = (x > ax_) - (x < ax_), (y > ay) - (y < ay)
        wide = 6 if line.kind == "stream" else 4
        bx, by = points[-1] = (x - HEAD * dx, y - HEAD * dy)
        corners = [(x, y), (bx - wide * dy, by + wide * dx), (bx + wide * dy, by - wide * dx)]
        ax.fill(*zip(*corners, strict=True), color=color, linewidth=0, zorder=1)
    ax.plot(
        *zip(*points, strict=True), color=color, linewidth=width * POINTS, zorder=1,
        solid_capstyle="butt", linestyle=(0, (2.5, 1.2)) if line.kind == "gradient" else "-",
    )  # fmt: skip


def _node(ax: mpl.Axes, node: Node) -> None:
    x, y, look = node.x, node.y, node.look
    color = COLORS[0] if look.lit or look.owner == "yours" else INK
    filled = node.kind == "dot" or look.owner == "yours"
    size = 2 * (RADIUS if node.kind == "plus" else 4)
    ax.plot(
        [x], [y], marker="o", markersize=size * POINTS, markeredgecolor=color, zorder=1,
        markerfacecolor=color if filled else "white",
        markeredgewidth=(3 if look.lit else 2) * POINTS,
    )  # fmt: skip
    if node.kind == "plus":
        ink = "white" if look.owner == "yours" else INK
        for xs, ys in (([x - 5, x + 5], [y, y]), ([x, x], [y - 5, y + 5])):
            ax.plot(xs, ys, color=ink, linewidth=2 * POINTS, zorder=1)


def _text(ax: mpl.Axes, text: Text) -> None:
    size = SIZE * POINTS
    pieces = [(run, size * (SMALL if low else 1), low) for run, low in runs(text.text)]
    widths = [_advance(run, points, text.bold) for run, points, _ in pieces]
    x = text.x - sum(widths) * {"start": 0.0, "middle": 0.5, "end": 1.0}[text.anchor]
    color = SOFT if text.kind in ("shape", "note") else INK
    if text.kind == "label" and text.look.owner == "yours":
        color = "white"
    for (run, points, low), wide in zip(pieces, widths, strict=True):
        ax.text(
            x, text.y + 4.2 + (3 if low else 0), run, size=points, color=color, va="baseline",
            ha="left", weight="bold" if text.bold else "normal", parse_math=False, zorder=1,
        )  # fmt: skip
        x += wide


def _advance(run: str, points: float, bold: bool) -> float:
    """Return how far a run of letters moves the next one on, in pixels of the page.

    Measured at the size at which it is drawn, and with a letter behind it, since what is measured
    alone ends where its ink ends.
    """
    with_bar = text_width(f"{run}|", 2 * points, bold, math=False)
    return (with_bar - text_width("|", 2 * points, bold, math=False)) * DPI / 2
