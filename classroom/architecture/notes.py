"""What is written beside a drawing and below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from classroom.architecture.lettering import width_of
from classroom.architecture.marks import LINE, Sketch, extent
from classroom.architecture.parts import Stack


def name_arrays(
    sketch: Sketch, stack: Stack, at: tuple[float, float], room: float, heights: Mapping[str, float]
) -> None:
    """Write the arrays of each part beside it, with their shapes, under a title.

    Parameters
    ----------
    sketch : Sketch
    stack : Stack
    at : (x, y)
        Of the title.
    room : float
        Pixels that a line may take.
    heights : dict of str to float
        The y of each part.
    """
    x, top = at
    for part in stack.parts():
        arrays = dict(part.arrays)
        if any(inner.name in heights for inner in part.inside):
            continue
        if part.key in ("W_Q", "W_V") or part.name not in heights:
            continue
        if part.key == "W_K":
            owner = next(p for p in stack.parts() if p.inside and part in p.inside)
            arrays = {n: s for n, s in owner.arrays.items() if n[-1] in "QKV"}
        if not arrays:
            continue
        name = part.name.split(".W_")[0]
        lines = _joined([f"{name}: {_grouped(arrays)[0]}", *_grouped(arrays)[1:]], ", ", room)
        middle = heights[part.name] - LINE / 2 * (len(lines) - 1)
        sketch.text(x, middle, "\n".join(lines), part.name)
    sketch.text(x, top, "arrays in params", "params", "title")


def _grouped(arrays: Mapping[str, tuple[int, ...]]) -> list[str]:
    """Return arrays of one shape in one line: "W_Q, W_K (64, 64)"."""
    by_shape: dict[tuple[int, ...], list[str]] = {}
    for name, shape in arrays.items():
        by_shape.setdefault(shape, []).append(name)
    return [f"{', '.join(names)} {shape}" for shape, names in by_shape.items()]


def _joined(pieces: Sequence[str], between: str, room: float) -> list[str]:
    """Join pieces to lines that fit into some pixels."""
    lines: list[str] = []
    for piece in pieces:
        if lines and width_of(lines[-1] + between + piece) < room:
            lines[-1] += between + piece
        else:
            lines.append(piece)
    return lines


def write_key(sketch: Sketch, key: Sequence[str], room: float) -> None:
    """Write what the looks mean below the drawing."""
    left = min(extent(mark)[0] for mark in sketch.marks)
    low = min(extent(mark)[1] for mark in sketch.marks)
    for row, line in enumerate(_joined(key, " · ", room)):
        sketch.text(left, low - 20 - LINE * row, line, "key", "note")
