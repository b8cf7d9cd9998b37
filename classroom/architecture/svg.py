"""Marks as SVG, whose colors are variables of the page's theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from classroom.architecture.layout import Columns
from classroom.architecture.lettering import SMALL, runs
from classroom.architecture.marks import RADIUS, Box, Line, Look, Mark, Node, Text

HEAD = 7
"""Length of an arrow's head."""

STYLE = """
:host { display: block; container-type: inline-size;
  --ink: var(--jp-content-font-color1, var(--color-foreground-primary, #222));
  --paper: var(--jp-layout-color0, var(--color-background-primary, #fff));
  --soft: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --lit: color-mix(in srgb, #0072B2 80%, var(--ink));
  --grad: color-mix(in srgb, #D55E00 85%, var(--ink));
  --memory: color-mix(in srgb, #009E73 85%, var(--ink)); color: var(--ink); }
svg { display: block; max-width: 100%; height: auto; }
text { fill: var(--ink); font: 12px system-ui, "DejaVu Sans", sans-serif;
  dominant-baseline: central; }
text.shape, text.note { fill: var(--soft); }
text.title, .lit text, text.lit, text.yours, text.some { font-weight: 700; }
text.yours { fill: #fff; }
text.title.yours { fill: var(--ink); }
rect { fill: color-mix(in srgb, var(--ink) 5%, var(--paper)); stroke: var(--soft); }
rect.panel { fill: color-mix(in srgb, var(--ink) 4%, var(--paper)); stroke: none; }
rect.frame { fill: none; stroke-dasharray: 5 4; }
rect.part.lit { fill: color-mix(in srgb, #0072B2 22%, var(--paper)); }
rect.lit { stroke: var(--lit); stroke-width: 2.5; }
rect.part.yours { fill: #0072B2; stroke: #0072B2; }
rect.part.some { fill: color-mix(in srgb, #0072B2 22%, var(--paper)); stroke: #0072B2; }
rect.part.refused { fill: none; stroke: var(--grad); stroke-dasharray: 5 3; stroke-width: 2; }
path { fill: none; stroke: var(--soft); stroke-width: 1.3; }
path.stream { stroke: var(--ink); stroke-width: 4; }
path.memory { stroke: var(--memory); stroke-width: 2; }
path.gradient { stroke: var(--grad); stroke-width: 1.6; stroke-dasharray: 4 2; }
path.head { fill: var(--soft); stroke: none; }
path.head.stream { fill: var(--ink); } path.head.memory { fill: var(--memory); }
path.head.gradient { fill: var(--grad); }
circle { fill: var(--paper); stroke: var(--ink); stroke-width: 2; }
circle.dot { fill: var(--ink); }
circle.lit { stroke: var(--lit); stroke-width: 3; }
circle.dot.lit { fill: var(--lit); }
circle.plus.yours { fill: #0072B2; stroke: #0072B2; }
path.cross { stroke: var(--ink); stroke-width: 2; } path.cross.yours { stroke: #fff; }
"""


def svg_of(columns: Columns, alt: str, steps: Mapping[str, int], names: Mapping[str, str]) -> str:
    """Return a drawing as SVG.

    Parameters
    ----------
    columns : Columns
    alt : str
        What it shows.
    steps : mapping of str to int
        For a part, the step of the walk in which it acts.
    names : mapping of str to str
        For a part, what appears under the pointer.
    """
    body = "".join(_mark(mark, steps, names) for mark in _in_order(columns.marks))
    w, h = columns.width, columns.height
    return (
        f'<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        f'aria-label="{escape(alt)}">{body}</svg>'
    )


def _in_order(marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks from the lowest to the highest layer."""
    layers = {"frame": 0, "panel": 1}

    def layer(mark: Mark) -> int:
        if isinstance(mark, Line):
            return {"stream": 3, "gradient": 5}.get(mark.kind, 2)
        return layers.get(mark.kind, 4) if isinstance(mark, Box) else 6

    return sorted(marks, key=layer)


PLAIN = Look()


def classes(*words: str, look: Look = PLAIN) -> str:
    """Return the classes of an element: its kind, lit or not, whose."""
    owner = [] if look.owner in ("", "reference") else [look.owner]
    return " ".join([*words, *["lit"] * look.lit, *owner])


def _mark(mark: Mark, steps: Mapping[str, int], names: Mapping[str, str]) -> str:
    at = f' data-step="{steps[mark.part]}"' if mark.part in steps else ""
    if isinstance(mark, Box):
        title = names.get(mark.part, "")
        title = f"<title>{escape(title)}</title>" if title and mark.kind == "part" else ""
        return (
            f'<rect class="{classes(mark.kind, look=mark.look)}" x="{mark.x}" y="{mark.y}" '
            f'width="{mark.w}" height="{mark.h}" rx="4"{at}>{title}</rect>'
        )
    if isinstance(mark, Text):
        anchor = "" if mark.anchor == "start" else f' text-anchor="{mark.anchor}"'
        return (
            f'<text class="{classes(mark.kind, look=mark.look)}" x="{mark.x}" y="{mark.y}"{anchor}'
            f'{at} pointer-events="none">{letters(mark.text)}</text>'
        )
    if isinstance(mark, Node):
        x, y, look = mark.x, mark.y, mark.look
        r = RADIUS if mark.kind == "plus" else 4
        circle = f'<circle class="{classes(mark.kind, look=look)}" cx="{x}" cy="{y}" r="{r}"{at}/>'
        if mark.kind == "dot":
            return circle
        cross = f"M{x - 5} {y}h10M{x} {y - 5}v10"
        return f'{circle}<path class="{classes("cross", look=look)}" d="{cross}"/>'
    return _line(mark, at)


def _line(line: Line, at: str) -> str:
    points = list(line.points)
    head = ""
    if line.arrow:
        (ax, ay), (x, y) = points[-2], points[-1]
        dx, dy = _sign(x - ax), _sign(y - ay)
        wide = 6 if line.kind == "stream" else 4
        back = (x - HEAD * dx, y - HEAD * dy)
        points[-1] = back
        a, b = (
            (back[0] - wide * dy, back[1] + wide * dx),
            (back[0] + wide * dy, back[1] - wide * dx),
        )
        head = f'<path class="head {line.kind}" d="M{x} {y}L{a[0]} {a[1]}L{b[0]} {b[1]}Z"{at}/>'
    d = "M" + "L".join(f"{x} {y}" for x, y in points)
    return f'<path class="{line.kind}" d="{d}"{at}/>{head}'


def _sign(number: float) -> int:
    return (number > 0) - (number < 0)


def letters(text: str) -> str:
    """Return a text with its subscripts as tspans.

    >>> letters("d_k!")
    'd<tspan font-size="9" dy="3">k</tspan><tspan dy="-3">!</tspan>'
    """
    found, lowered = "", False
    for run, low in runs(text):
        written = escape(run, quote=False)
        if low:
            found += f'<tspan font-size="{12 * SMALL:.0f}" dy="3">{written}</tspan>'
        else:
            found += f'<tspan dy="-3">{written}</tspan>' if lowered else written
        lowered = low
    return found
