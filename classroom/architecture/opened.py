"""Parts that are opened in place: attention with its projections, feed-forward with its maps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from classroom.architecture.lettering import width_of
from classroom.architecture.marks import LINE, Look, Sketch
from classroom.architecture.parts import Part

BOX = 26
"""Height of a box."""
GAP = 16
"""From one box to the next, room for an arrow."""
PANEL = 280
"""Width of the panel around what is opened."""
PAD = 6
COLUMNS = (33, 112, 191)
"""Where W_Q, W_K and W_V stand, from the inner edge of the panel."""
COLUMN = 66
"""Width of each."""
INNER = PANEL - 2 * PAD

Looks = Callable[[Part], Look]
Lettered = Callable[[Part], str]


class Ends(NamedTuple):
    """Where an opened or closed part is entered and left.

    `entry` is the x at which its branch comes in, `foot` how high its first box stands above its
    lower edge, `out` the x at which its branch goes on, `top` its upper edge; `side` the y at which
    the memory comes in.
    """

    entry: float
    foot: float
    out: float
    top: float
    side: float


class Opener:
    """Draws opened parts into a sketch.

    Parameters
    ----------
    sketch : Sketch
    look : function
        From a part to how it is shown.
    label : function
        From a part to the letters in its box.
    heights : dict
        Takes the y of each box by the name of its part.
    """

    def __init__(
        self, sketch: Sketch, look: Looks, label: Lettered, heights: dict[str, float]
    ) -> None:
        self.sketch, self.look, self.label, self.heights = sketch, look, label, heights

    def _box(self, part: Part, middle: float, y: float, wide: float) -> float:
        """Draw the box of a part and return its upper edge."""
        look = self.look(part)
        self.sketch.box(middle - wide / 2, y, wide, BOX, "part", part.name, look)
        self.sketch.text(middle, y + BOX / 2, self.label(part), part.name, "label", "middle", look)
        self.heights[part.name] = y + BOX / 2
        return y + BOX

    def _up(self, x: float, start: float, end: float, part: Part) -> None:
        self.sketch.line([(x, start), (x, end)], "branch", part.name)

    def feed_forward(self, part: Part, left: float, y: float) -> Ends:
        """Draw feed-forward in a panel whose lower left corner is given."""
        first, bend, second = part.inside
        x = left + PAD + COLUMNS[1]
        at = self._box(first, x, y + PAD, 104)
        self._up(x, at, at + 26, bend)
        self.sketch.text(x + 8, at + 13, first.out, first.name)
        at = self._box(bend, x, at + 26, 104)
        self._up(x, at, at + GAP, second)
        at = self._box(second, x, at + GAP, 104)
        self.sketch.text(x + 60, at - BOX / 2, part.label, part.name, "title")
        top = at + PAD
        self.sketch.box(left, y, PANEL, top - y, "panel", part.name, Look())
        return Ends(x, PAD, x, top, y)

    def attention(self, part: Part, left: float, y: float, mirrored: bool) -> Ends:
        """Draw attention in a panel; mirrored, so that keys and values stand on the left."""
        inside: Mapping[str, Part] = {inner.key: inner for inner in part.inside}
        inner = left + PAD

        def at_column(x: float) -> float:
            return inner + (INNER - x if mirrored else x)

        q, k, v = (at_column(x) for x in COLUMNS)
        own = part.key == "attention"
        away = -1 if mirrored else 1
        row = y + 26
        for name, x in (("W_Q", q), ("W_K", k), ("W_V", v)):
            self._box(inside[name], x, row, COLUMN)
        if own:
            for name, x in (("W_Q", q), ("W_V", v)):
                self.sketch.line(
                    [(k, y + 9), (x, y + 9), (x, row)], "branch", inside[name].name, joins=(-8, 0)
                )
        at = row + BOX
        middle, wide = (q + k) / 2, abs(q - k) + COLUMN
        scores, mix = inside["scores"], inside["mix"]
        beneath = at_cache = at
        if "cache" in inside:
            at = at_cache = self._cached(inside, (q, k, v), at)
        stack = [inside[name] for name in ("scores", "mask", "softmax") if name in inside]
        start = at + 24
        self._up(q, beneath, start, scores)
        self._up(k, at, start, scores)
        for name, x in (("q", q), ("k", k), ("v", v)):
            self.sketch.text(x + 8, at + 11, name, inside[f"W_{name.upper()}"].name)
        self._beside(inside, v, away, start)
        for number, inner_part in enumerate(stack):
            at = self._box(inner_part, middle, start, wide)
            if number < len(stack) - 1:
                self._up(middle, at, at + 14, stack[number + 1])
                start = at + 14
        shape = scores.out
        if width_of(shape) > abs(v - middle) - 26:
            shape = shape.replace("n_heads, ", "n_heads,\n")
        rise = 38 + LINE * shape.count("\n")
        self._up(middle, at, at + rise, mix)
        # Mirrored, the panel ends on the right: the letters stand on the other side of the arrow.
        self.sketch.text(
            middle - 16 if mirrored else middle + 8, at + 12, f"weights\n{shape}",
            stack[-1].name, anchor="end" if mirrored else "start",
        )  # fmt: skip
        at += rise
        lane = at_cache
        self._up(v, lane, at, mix)
        span = [min(q, v) - COLUMN / 2, max(q, v) + COLUMN / 2]
        self._box(mix, sum(span) / 2, at, span[1] - span[0])
        at += BOX
        last = inside["W_O"]
        self._up(k, at, at + 26, last)
        self.sketch.text(k + 8, at + 13, mix.out, mix.name)
        at = self._box(last, k, at + 26, COLUMN)
        side = k + away * (COLUMN / 2 + 8)
        anchor = "end" if mirrored else "start"
        self.sketch.text(side, at - BOX / 2, part.label, part.name, "title", anchor)
        top = at + PAD
        self.sketch.box(left, y, PANEL, top - y, "panel", part.name, Look())
        return Ends(k if own else q, 26, k, top, y + 9)

    def _beside(self, inside: Mapping[str, Part], v: float, away: int, y: float) -> None:
        """Write the shapes of q, k and v beside the lane of the values."""
        names = {"q": inside["W_Q"].out, "k, v": inside["W_K"].out}
        if "cache" in inside:
            names = {"q": inside["W_Q"].out, "k, v": inside["cache"].out}
        if len(set(names.values())) == 1:
            names = {"q, k, v": inside["W_Q"].out}
        lines = []
        for name, shape in names.items():
            lines += [name, *shape.replace("n_heads, ", "n_heads,\n").split("\n")]
        anchor = "start" if away > 0 else "end"
        low = y + 4
        self.sketch.text(
            v + (9 if away > 0 else -16), low, "\n".join(lines), inside["W_V"].name, anchor=anchor
        )

    def _cached(
        self, inside: Mapping[str, Part], columns: tuple[float, float, float], at: float
    ) -> float:
        """Draw the key-value cache over the keys and values, and return its upper edge."""
        _, k, v = columns
        cache = inside["cache"]
        for x in (k, v):
            self._up(x, at, at + 54, cache)
        shape = inside["W_K"].out.replace("n_heads, ", "n_heads,\n")
        self.sketch.text(k + 8, at + 12, f"a new row\n{shape}", cache.name)
        return self._box(cache, (k + v) / 2, at + 54, v - k + COLUMN)
