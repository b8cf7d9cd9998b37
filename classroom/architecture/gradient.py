"""The way back: the gradient's lines beside those of the data, and the steps of both walks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from classroom.architecture.marks import Line, Mark, Point
from classroom.architecture.parts import Part, Stack
from course_lib.params import TransformerConfig

WITHIN = {
    "mix": "scaled_dot_product_attention_backward begins",
    "scores": "scaled_dot_product_attention_backward ends",
}
"""What is said of the parts of one function, in place of its name alone."""

BESIDE = 8
"""Pixels from a line to that of its gradient."""


@dataclass(frozen=True)
class Step:
    """One step of a walk through the drawing.

    Attributes
    ----------
    parts : tuple of str
        Those that act; the lines that bear their names appear.
    caption : str
    """

    parts: tuple[str, ...]
    caption: str


def with_gradient(marks: Sequence[Mark]) -> list[Mark]:
    """Add for each line that the data take the one that the gradient takes, the other way."""
    found = list(marks)
    for mark in marks:
        if isinstance(mark, Line) and mark.kind != "input":
            found.append(_back(mark))
    return found


def _back(line: Line) -> Line:
    """Return a line in the other direction, beside it: left of one that goes up."""
    points = line.points
    moved: list[Point] = []
    sides = [_side(a, b) for a, b in pairwise(points)]
    for index, (x, y) in enumerate(points):
        before, after = sides[max(index - 1, 0)], sides[min(index, len(sides) - 1)]
        dx = before[0] or after[0]
        dy = before[1] or after[1]
        moved.append((x + BESIDE * dx, y + BESIDE * dy))
    moved[0] = (moved[0][0] + line.joins[0], moved[0][1] + line.joins[1])
    return replace(line, points=tuple(moved[::-1]), kind="gradient", arrow=True)


def _side(a: Point, b: Point) -> tuple[int, int]:
    """Return the direction to the left of the way from a to b, y downwards."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    return (dy > 0) - (dy < 0), (dx < 0) - (dx > 0)


def backward_steps(
    stacks: Sequence[Stack], config: TransformerConfig, drawn: Mapping[str, Part]
) -> list[Step]:
    """Return the steps of the gradient, from the loss to the embeddings."""
    steps: list[Step] = []
    for stack in reversed(stacks):
        for group in reversed(list(_groups(stack, drawn, config.norm == "post"))):
            steps.append(_backward(group, stack))
        forks = [i for i, step in enumerate(steps) if step.parts[0].endswith(".fork")]
        n_layers = config.n_layers
        if n_layers > 1:
            last = steps[forks[-1]]
            more = " The other block follows, with arrays of its own."
            if n_layers > 2:
                more = f" The other {n_layers - 1} blocks follow, each with arrays of its own."
            steps[forks[-1]] = Step(last.parts, last.caption + more)
    return steps


def _groups(
    stack: Stack, drawn: Mapping[str, Part], post: bool
) -> Iterator[tuple[str, list[Part]]]:
    """Yield what acts together, from the bottom to the top."""
    yield "embedding", [stack.embedding]
    if stack.positions is not None:
        yield "positions", [stack.positions]
    if stack.embedding_norm is not None:
        yield "norm", [stack.embedding_norm]
    for norm, part, add in stack.sublayers:
        yield "fork", [add]
        if norm is not None and not post:
            yield "norm", [norm]
        inside = [p for p in part.inside if p.name in drawn]
        if inside:
            maps = [p for p in inside if p.key in ("W_Q", "W_K", "W_V")]
            if maps:
                yield "projections", maps
            for each in inside:
                if each.key == "softmax":
                    yield each.key, [each, *(p for p in inside if p.key == "mask")]
                elif each not in maps and each.key != "mask":
                    yield each.key, [each]
        else:
            yield part.key, [part]
        yield "plus", [add]
        if norm is not None and post:
            yield "norm", [norm]
    if stack.norm is not None:
        yield "norm", [stack.norm]
    for part in stack.head:
        if part.key != "softmax":
            yield part.key, [part]


def _backward(group: tuple[str, list[Part]], stack: Stack) -> Step:
    kind, parts = group
    part = parts[0]
    names = tuple(p.name for p in parts)
    arrays = [f"d{name} {shape}" for p in parts for name, shape in p.arrays.items()]
    x = stack.letters.stream
    if kind == "fork":
        text = f"residual_backward: two gradients meet and are added, dx {x}."
        return Step((f"{part.name}.fork",), text)
    if kind == "plus":
        text = (
            f"residual_backward: dout {x} goes both ways unchanged, down the stream and into the "
            "branch."
        )
        return Step(names, text)
    if kind == "embedding":
        text = "embedding_backward: each position adds its row of dx to the row of its token, "
        return Step(names, text + f"{', '.join(arrays)}.")
    function = next(f for f in part.functions if f.endswith("_backward"))
    if kind == "projections":
        text = f"linear_backward, three times: dq, dk and dv become {part.grad}, added up"
        if part.name.split(".")[-2] == "cross_attention":
            text = (
                "linear_backward, three times: dq becomes "
                f"{part.grad}; dk and dv become dmemory (B, T_k, d_model), for the encoder"
            )
    else:
        if part.key in ("W_1", "W_2", "W_O"):
            function = "linear_backward"
        text = f"{WITHIN.get(part.key, function)}: {part.grad}"
    if "cross_attention" in part.name and kind in ("projections", "cross_attention"):
        names = (*names, "memory")
    if kind == "loss":
        names = (*names, *(p.name for p in stack.head if p.key == "softmax"))
    if arrays and kind != "positions":
        text += f"; {', '.join(arrays)}"
    if kind == "positions":
        text += " passes unchanged" + (f", and its sum over B is {arrays[0]}" if arrays else "")
    return Step(names, text + ".")
