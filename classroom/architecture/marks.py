"""What a drawing is made of: boxes, lines, nodes and texts, in pixels, y downwards."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from classroom.architecture.lettering import SIZE, width_of

Point = tuple[float, float]
LINE = 15
"""Pixels from one line of a text to the next."""
RADIUS = 9
"""Of the circle around a plus."""


@dataclass(frozen=True)
class Look:
    """How a part is shown.

    Attributes
    ----------
    lit : bool
        A strong edge, bold letters.
    owner : str
        "" or "reference": plain. "yours": filled, ✓. "some": partly the reader's. "refused": a
        dashed edge, ✗.
    """

    lit: bool = False
    owner: str = ""


@dataclass(frozen=True)
class Box:
    """A rectangle of kind "part", "panel" (around an opened part) or "frame" (around a block)."""

    x: float
    y: float
    w: float
    h: float
    kind: str
    part: str
    look: Look = Look()


@dataclass(frozen=True)
class Text:
    """One line of letters, its middle at height y.

    `anchor` is "start", "middle" or "end". `kind` is "label" (in its box), "shape", "title" or
    "note".
    """

    x: float
    y: float
    text: str
    anchor: str
    kind: str
    part: str
    look: Look = Look()

    @property
    def bold(self) -> bool:
        """Whether the letters are bold."""
        return self.kind == "title" or (
            self.kind == "label" and (self.look.lit or self.look.owner in ("yours", "some"))
        )


@dataclass(frozen=True)
class Line:
    """A line of kind "stream", "branch", "memory" or "gradient", with an arrow at its end or none.

    `part` is what it leads to, for a gradient what it comes from. Where a line starts on another,
    `joins` is how far from its start the other's gradient runs.
    """

    points: tuple[Point, ...]
    kind: str
    part: str
    arrow: bool = True
    joins: Point = (0.0, 0.0)


@dataclass(frozen=True)
class Node:
    """A "plus", where a branch is added to the stream, or a "dot", where one leaves it."""

    x: float
    y: float
    kind: str
    part: str
    look: Look = Look()


Mark = Box | Text | Line | Node
Extent = tuple[float, float, float, float]


def extent(mark: Mark) -> Extent:
    """Return (left, top, right, bottom) of what a mark covers."""
    if isinstance(mark, Box):
        return mark.x, mark.y, mark.x + mark.w, mark.y + mark.h
    if isinstance(mark, Node):
        r = RADIUS if mark.kind == "plus" else 4
        return mark.x - r, mark.y - r, mark.x + r, mark.y + r
    if isinstance(mark, Text):
        wide = width_of(mark.text, mark.bold)
        left = mark.x - {"start": 0.0, "middle": wide / 2, "end": wide}[mark.anchor]
        return left, mark.y - SIZE / 2, left + wide, mark.y + SIZE / 2
    xs, ys = zip(*mark.points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


@dataclass
class Sketch:
    """Marks that are being collected, y upwards from 0; `turned` gives them y downwards."""

    marks: list[Mark] = field(default_factory=list)

    def box(self, x: float, y: float, w: float, h: float, kind: str, part: str, look: Look) -> None:
        """Add a rectangle from its lower left corner."""
        self.marks.append(Box(x, y, w, h, kind, part, look))

    def text(
        self, x: float, y: float, text: str, part: str, kind: str = "shape", anchor: str = "start",
        look: Look = Look(),
    ) -> None:  # fmt: skip
        """Add the lines of a text, the last one at height y."""
        lines = text.split("\n")
        for row, line in enumerate(lines):
            at = y + LINE * (len(lines) - 1 - row)
            self.marks.append(Text(x, at, line, anchor, kind, part, look))

    def line(
        self, points: list[Point], kind: str, part: str, arrow: bool = True,
        joins: Point = (0.0, 0.0),
    ) -> None:  # fmt: skip
        """Add a line that leads to a part."""
        self.marks.append(Line(tuple(points), kind, part, arrow, joins))

    def node(self, x: float, y: float, kind: str, part: str, look: Look) -> None:
        """Add a plus or a dot."""
        self.marks.append(Node(x, y, kind, part, look))

    def turned(self, margin: float) -> tuple[list[Mark], float, float]:
        """Return the marks with y downwards, `margin` around them, and the width and height."""
        extents = [extent(mark) for mark in self.marks]
        left, low = min(e[0] for e in extents), min(e[1] for e in extents)
        right, high = max(e[2] for e in extents), max(e[3] for e in extents)
        dx, top = round(margin - left), round(margin + high)
        turned: list[Mark] = []
        for mark in self.marks:
            if isinstance(mark, Line):
                points = tuple((round(x + dx), round(top - y)) for x, y in mark.points)
                turned.append(replace(mark, points=points, joins=(mark.joins[0], -mark.joins[1])))
            elif isinstance(mark, Box):
                x, y = round(mark.x + dx), round(top - mark.y - mark.h)
                turned.append(replace(mark, x=x, y=y, w=round(mark.w), h=round(mark.h)))
            else:
                turned.append(replace(mark, x=round(mark.x + dx), y=round(top - mark.y)))
        return turned, round(right + dx + margin), round(top - low + margin)
