"""Whether marks of a drawing lie over one another."""

from itertools import combinations, pairwise, product

from classroom.architecture.layout import NARROWEST, WIDEST, Columns
from classroom.architecture.marks import Box, Line, Node, Text, extent


def inside(small, large, room=0.0):
    return (
        small[0] >= large[0] + room
        and small[1] >= large[1] + room
        and small[2] <= large[2] - room
        and small[3] <= large[3] - room
    )


def overlap(a, b, room=0.0):
    return a[0] < b[2] - room and b[0] < a[2] - room and a[1] < b[3] - room and b[1] < a[3] - room


def strokes(line):
    """Return the extents of the straight pieces of a line, as wide as they are drawn."""
    half = {"stream": 2, "gradient": 1}.get(line.kind, 1)
    points = line.points
    found = []
    for (ax, ay), (bx, by) in pairwise(points):
        x, y = half * (ax == bx), half * (ay == by)
        found.append((min(ax, bx) - x, min(ay, by) - y, max(ax, bx) + x, max(ay, by) + y))
    if line.arrow:
        (ax, ay), (x, y) = points[-2:]
        dx, dy = (x > ax) - (x < ax), (y > ay) - (y < ay)
        wide = 6 if line.kind == "stream" else 4
        across = wide * (dy != 0), wide * (dx != 0)
        left, top = x - 7 * (dx > 0) - across[0], y - 7 * (dy > 0) - across[1]
        right, bottom = x + 7 * (dx < 0) + across[0], y + 7 * (dy < 0) + across[1]
        found.append((left, top, right, bottom))
    return found


def faults(columns: Columns):
    """Say which marks lie over one another."""
    texts = [m for m in columns.marks if isinstance(m, Text)]
    boxes = [m for m in columns.marks if isinstance(m, Box) and m.kind == "part"]
    frames = [m for m in columns.marks if isinstance(m, Box) and m.kind != "part"]
    lines = [m for m in columns.marks if isinstance(m, Line)]
    nodes = [m for m in columns.marks if isinstance(m, Node)]
    page = (0, 0, columns.width, columns.height)
    for mark in columns.marks:
        if not inside(extent(mark), page, 1):
            yield f"{mark} reaches out of the page {page}"
    for a, b in combinations(texts, 2):
        if overlap(extent(a), extent(b)):
            yield f"{a.text!r} lies over {b.text!r}"
    for text in texts:
        own = [
            box for box in boxes if text.kind == "label" and inside(extent(text), extent(box), 2)
        ]
        if text.kind == "label" and not own:
            yield f"{text.text!r} does not fit into its box"
        for box in boxes:
            if box not in own and overlap(extent(text), extent(box)):
                yield f"{text.text!r} touches the box of {box.part}"
        for frame in frames:
            if overlap(extent(text), extent(frame)) and not inside(extent(text), extent(frame), 1):
                yield f"{text.text!r} lies on the edge of {frame.part}"
        for line in lines:
            if any(overlap(extent(text), stroke) for stroke in strokes(line)):
                yield f"{text.text!r} is crossed by the {line.kind} to {line.part} {line.points}"
        for node in nodes:
            if overlap(extent(text), extent(node)):
                yield f"{text.text!r} touches the {node.kind} of {node.part}"
    for a, b in combinations(boxes, 2):
        if overlap(extent(a), extent(b)):
            yield f"{a.part} lies over {b.part}"
    for box, frame in product(boxes, frames):
        if overlap(extent(box), extent(frame)) and not inside(extent(box), extent(frame), 2):
            yield f"{box.part} lies on the edge of {frame.part}"
    for box, line in product(boxes, lines):
        inner = (box.x + 1.5, box.y + 1.5, box.x + box.w - 1.5, box.y + box.h - 1.5)
        if any(overlap(inner, stroke) for stroke in strokes(line)):
            yield f"the {line.kind} to {line.part} runs over {box.part}"


def looked_at(drawing):
    for columns, widest in ((drawing.wide, WIDEST), (drawing.narrow, NARROWEST)):
        assert columns.width <= widest
        assert list(faults(columns)) == []
