"""Where everything in the drawing stands: from a model's parts to marks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from classroom.architecture.lettering import width_of
from classroom.architecture.marks import Mark, Sketch, extent
from classroom.architecture.notes import name_arrays, write_key
from classroom.architecture.opened import (
    BOX,
    COLUMNS,
    GAP,
    INNER,
    PAD,
    PANEL,
    Ends,
    Lettered,
    Looks,
    Opener,
)
from classroom.architecture.parts import Part, Stack, matches
from course_lib.params import TransformerConfig

FAMILIES = {
    "encoder": "encoder-only",
    "decoder": "decoder-only",
    "encoder-decoder": "encoder–decoder",
}
NORMS = {"pre": "pre-norm", "post": "post-norm", "none": "without norms"}

HALF = 60
"""Half the width of the boxes at the ends of a column, whose middle is the stream."""
NORM = 88
"""Width of the box of a norm."""
CLOSED = 150
"""Width of the box of a part that is not opened."""
ASIDE = 16
"""From the stream to the panel around an opened part."""
LANE = 12
"""From a frame to the line of the memory."""
WIDEST, NARROWEST = 800, 392
"""Pixels that the wide and the narrow layout may take."""
HIGH = 32
"""Height of a part that is not opened."""
MARGIN = 6


@dataclass(frozen=True)
class Columns:
    """The marks of a drawing, and its size."""

    marks: list[Mark]
    width: float
    height: float


def lay_out(
    stacks: Sequence[Stack],
    config: TransformerConfig,
    opened: Collection[str],
    look: Looks,
    label: Lettered,
    key: Sequence[str] = (),
    narrow: bool = False,
) -> Columns:
    """Place all parts of a model.

    Parameters
    ----------
    stacks : list of Stack
        Of `stacks_of`.
    config : TransformerConfig
    opened : collection of str
        Parts to be opened, as `matches` understands them.
    look, label : function
        From a part to how it is shown, and to the letters in its box.
    key : list of str
        What the looks mean, written below.
    narrow : bool
        One column for a page of 420 pixels; else up to 800 pixels wide.

    Returns
    -------
    Columns
    """
    sketch = Sketch()
    column = Column(sketch, config, opened, look, label)
    right = 0.0
    if len(stacks) == 1:
        right = column.draw(stacks[0], 0.0, 0.0, None)
    elif narrow:
        _above(column, stacks)
    else:
        _beside(column, stacks)
    top = max(extent(mark)[3] for mark in sketch.marks)
    if len(stacks) == 1 and not narrow:
        x = right + 22
        room = WIDEST - 2 * MARGIN - (x - min(extent(mark)[0] for mark in sketch.marks))
        name_arrays(sketch, stacks[0], (x, top + 18), room, column.heights)
    kind = f"{FAMILIES[config.family]}, {NORMS[config.norm]}"
    sketch.text(-HALF, top + 18, kind, "model", "title")
    write_key(sketch, key, (NARROWEST if narrow else WIDEST) - 2 * MARGIN)
    marks, width, height = sketch.turned(MARGIN)
    return Columns(marks, width, height)


def _beside(column: Column, stacks: Sequence[Stack]) -> None:
    """Draw the encoder left of the decoder, the memory's line between them."""
    encoder, decoder = stacks
    sketch = column.sketch
    right = column.draw(encoder, 0.0, 0.0, None)
    lane = right + LANE
    memory_top = column.top
    x = lane + LANE + HALF
    column.draw(decoder, x, 0.0, lambda end: [(0.0, memory_top), (lane, memory_top), (lane, end)])
    sketch.text(8, memory_top + 18, f"memory {encoder.letters.stream}", "memory")


def _above(column: Column, stacks: Sequence[Stack]) -> None:
    """Draw the decoder above the encoder, the memory's line on the right."""
    encoder, decoder = stacks
    right = column.draw(encoder, 0.0, 0.0, None)
    top = column.top
    lane = max(right, column.reach(decoder, 0.0)) + LANE
    column.sketch.text(8, top + 18, f"memory {encoder.letters.stream}", "memory")
    column.draw(decoder, 0.0, top + 46, lambda end: [(0.0, top), (lane, top), (lane, end)])


Route = Callable[[float], list[tuple[float, float]]]
"""From the height at which the memory is wanted to the line that leads there."""


class Column:
    """Draws stacks into a sketch, from the bottom up."""

    def __init__(
        self, sketch: Sketch, config: TransformerConfig, opened: Collection[str], look: Looks,
        label: Lettered,
    ) -> None:  # fmt: skip
        self.sketch, self.config, self.opened = sketch, config, opened
        self.look, self.label = look, label
        self.heights: dict[str, float] = {}
        self.opener = Opener(sketch, look, label, self.heights)
        self.top = self.x = self.last = 0.0
        self.post, self.wide = config.norm == "post", False

    def is_open(self, part: Part) -> bool:
        """Tell whether a part is drawn with what it consists of."""
        return bool(part.inside) and any(matches(name, part.name) for name in self.opened)

    def right_of(self, stack: Stack) -> float:
        """Return how far the frame of a stack's block reaches to the right of its stream."""
        self.wide = any(self.is_open(part) for _, part, _ in stack.sublayers)
        if self.wide:
            return ASIDE + PANEL + 8
        return 30 + CLOSED + 14

    def reach(self, stack: Stack, x: float) -> float:
        """Return where a stack with its stream at x ends on the right, below its head."""
        ends = [self.right_of(stack), float(HALF)]
        if stack.positions is not None:
            ends.append(HALF - 14 + self._positions_wide(stack.positions))
        return x + max(ends)

    def _positions_wide(self, part: Part) -> float:
        return width_of(self.label(part), bold=True) + 16

    def draw(self, stack: Stack, x: float, y: float, route: Route | None) -> float:
        """Draw a stack whose stream stands at x, and return where it ends on the right."""
        sketch, self.x = self.sketch, x
        frame_right = x + self.right_of(stack)
        which = {"encoder": "source ", "decoder": "target "}.get(stack.name, "")
        ids = f"{which}ids (B, {stack.letters.T})"
        sketch.text(x, y, ids, stack.embedding.name, "note", "middle")
        sketch.line([(x, y + 9), (x, y + 26)], "input", stack.embedding.name)
        y = self._end_box(stack.embedding, y + 26)
        self.last = y
        if stack.positions is not None:
            y = self._positions(stack.positions, y + 24) + 10  # above the box of the positions
        if stack.embedding_norm is not None:
            y = self._on_stream(stack.embedding_norm, y + 14)
        sketch.text(x + 10, y + 15, stack.letters.stream, stack.embedding.name)
        bottom = y = y + 26
        y += 14
        for number, (norm, part, add) in enumerate(stack.sublayers):
            y = self._sublayer(norm, part, add, y + (22 if number else 0), route)
        top = y + (44 if self.look(add).lit else 34)
        left = x - (self._norm_wide(norm) / 2 + 8 if self.post and norm else 30)
        block = stack.block
        sketch.box(
            left, bottom, frame_right - left, top - bottom, "frame", block.name, self.look(block)
        )
        times = f" × {self.config.n_layers}" if self.config.n_layers > 1 else ""
        title = self.label(block) + times
        sketch.text(frame_right - 8, top - 12, title, block.name, "title", "end", self.look(block))
        self.heights[block.name] = top - 12
        y = top
        if stack.norm is not None:
            y = self._on_stream(stack.norm, y + 18)
        if stack.head:
            y = self._head(stack, y)
        else:
            y += 22
            self._stream_to(y, "memory", arrow=False)
        self.top = y
        return self.reach(stack, x)

    def _stream_to(self, y: float, part: str, arrow: bool = False) -> None:
        """Draw the stream from where it last stood."""
        if y > self.last:
            self.sketch.line([(self.x, self.last), (self.x, y)], "stream", part, arrow)
        self.last = y

    def _end_box(self, part: Part, y: float) -> float:
        """Draw a box at an end of the column; where its letters need more it goes on rightwards."""
        wide = max(2.0 * HALF, width_of(self.label(part), bold=True) + 14)
        return self._box(part, self.x - HALF + wide / 2, y, wide)

    def _box(self, part: Part, middle: float, y: float, wide: float, high: float = BOX) -> float:
        """Draw the box of a part with its letters, and return its upper edge."""
        look = self.look(part)
        self.sketch.box(middle - wide / 2, y, wide, high, "part", part.name, look)
        text = self.label(part)
        self.sketch.text(middle, y + high / 2, text, part.name, "label", "middle", look)
        self.heights[part.name] = y + high / 2
        return y + high

    def _norm_wide(self, part: Part) -> float:
        """Return how wide the box of a norm is."""
        return max(NORM, width_of(self.label(part), True) + 10)

    def _on_stream(self, part: Part, y: float) -> float:
        """Draw a box that the whole stream goes through."""
        self._stream_to(y, part.name, arrow=True)
        y = self._box(part, self.x, y, self._norm_wide(part))
        self.last = y
        return y

    def _positions(self, part: Part, y: float) -> float:
        """Draw the positions, which are added to the stream at height y, and return it."""
        look = self.look(part)
        left, wide = self.x + HALF - 14, self._positions_wide(part)
        self._stream_to(y - 9, part.name)
        kind = "branch" if part.arrays else "input"
        self.sketch.line([(left, y), (self.x + 10, y)], kind, part.name)
        self._box(part, left + wide / 2, y - BOX / 2, wide)
        self.sketch.node(self.x, y, "plus", part.name, look)
        self.last = y + 9
        return y

    def _sublayer(
        self, norm: Part | None, part: Part, add: Part, y: float, route: Route | None
    ) -> float:
        """Draw a part on its branch, from the dot at y up to its plus or the norm behind it."""
        sketch, x = self.sketch, self.x
        fork = f"{add.name}.fork"
        self._stream_to(y, fork)
        sketch.node(x, y, "dot", fork, self.look(add))
        middle = x + ASIDE + PAD + COLUMNS[1] if self.wide else x + 30 + CLOSED / 2
        opened = self.is_open(part)
        crossed = opened and part.key == "cross_attention" and route is not None
        mirrored = crossed and route is not None and route(0.0)[-1][0] < x
        entry = middle
        if crossed:
            inner = x + ASIDE + PAD
            entry = inner + (INNER - COLUMNS[0] if mirrored else COLUMNS[0])
        foot = y + 18
        if norm is not None and not self.post:
            sketch.line([(x + 4, y), (entry, y), (entry, foot)], "branch", norm.name)
            wide = self._norm_wide(norm)
            stands = min(max(entry, x + 14 + wide / 2), x + ASIDE + PANEL - wide / 2)
            at = self._box(norm, stands if crossed else entry, foot, wide)
            start = [(entry, at)]
            foot = at + GAP
        else:
            start = [(x + 4, y), (entry, y)]
        ends = self._part(part, middle, foot, opened, mirrored)
        reached = foot + (ends.foot if opened else 0)
        first = part.name if not opened else part.inside[0].name
        if opened and part.key == "attention":
            first = f"{part.name}.W_K"
        sketch.line([*start, (entry, reached)], "branch", first)
        if part.key == "cross_attention" and route is not None:
            self._memory(part, route, ends, opened, mirrored)
        y = ends.top + (16 if not opened else 14)
        self._stream_to(y - 9, add.name)
        sketch.line([(ends.out, ends.top), (ends.out, y), (x + 10, y)], "branch", add.name)
        sketch.node(x, y, "plus", add.name, self.look(add))
        self.heights[add.name] = y
        self.last = y + 9
        if self.look(add).lit:
            sketch.text(x + 16, y + 11, f"update {part.out}", add.name)
        if norm is not None and self.post:
            y = self._on_stream(norm, y + 26)
        return y

    def _part(self, part: Part, middle: float, y: float, opened: bool, mirrored: bool) -> Ends:
        """Draw a sublayer without its norm, and return where it is entered and left."""
        if not opened:
            wide = max(CLOSED, width_of(self.label(part), True) + 12)
            top = self._box(part, middle, y, wide, HIGH)
            side = middle - wide / 2
            return Ends(middle, 0, middle, top, side)
        left = self.x + ASIDE
        self.heights[part.name] = y
        if part.key == "feed_forward":
            return self.opener.feed_forward(part, left, y)
        return self.opener.attention(part, left, y, mirrored)

    def _memory(self, part: Part, route: Route, ends: Ends, opened: bool, mirrored: bool) -> None:
        """Draw the memory's line to the keys and values; under the stream it has a gap."""
        x, inner = self.x, self.x + ASIDE + PAD
        if opened:
            y, row = ends.side, ends.side + 17
            columns = [inner + (INNER - c if mirrored else c) for c in COLUMNS[1:]]
            targets = {
                f"{part.name}.W_{name}": [(column, y), (column, row)]
                for name, column in zip("KV", columns, strict=True)
            }
        else:
            y = ends.top - HIGH / 2
            from_left = route(y)[-1][0] < x
            edge = ends.side if from_left else 2 * ends.out - ends.side
            targets = {part.name: [(edge, y)]}
        points = route(y)
        (lane, _), first = points[-1], _first(targets)
        if lane < x:
            self.sketch.line([*points, (x - 7, y)], "memory", first[0], arrow=False)
            points = [(x + 7, y)]
        self.sketch.line([*points, *first[1]], "memory", first[0])
        for name, ending in targets.items():
            beside = 8 if lane < x else -8
            self.sketch.line(ending, "memory", name, joins=(0, beside))

    def _head(self, stack: Stack, y: float) -> float:
        """Draw what turns the stream into logits, and the loss; return the y of its end."""
        sketch, x = self.sketch, self.x
        before = ""
        for part in stack.head:
            if not before:
                self._stream_to(y + 22, part.name, arrow=True)
                y = self._end_box(part, y + 22)
            else:
                sketch.line([(x, y), (x, y + 30)], "branch", part.name)
                sketch.text(x + 8, y + 14, before, part.name)
                y = self._end_box(part, y + 30)
            self.last = y
            bare = part is stack.head[-1]
            name = {"output": "logits ", "softmax": "probabilities "}.get(part.key, "")
            before = ("one vector for each text " if bare and not name else name) + part.out
        sketch.line([(x, y), (x, y + 22)], "input", stack.head[-1].name)
        if stack.head[-1].key == "loss":
            right = x + HALF + max(0.0, width_of(self.label(part), True) + 14 - 2 * HALF)
            sketch.line([(right + 24, y - BOX / 2), (right, y - BOX / 2)], "input", part.name)
            sketch.text(right + 28, y - BOX / 2, f"targets (B, {stack.letters.T})", part.name)
            sketch.text(x, y + 31, "loss", part.name, "note", "middle")
        else:
            sketch.text(x - HALF, y + 31, before, part.name, "note")
        return y + 31


def _first(targets: dict) -> tuple:
    """Take out what is farthest from the memory."""
    name = next(iter(targets))
    return name, targets.pop(name)
