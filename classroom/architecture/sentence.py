"""What a drawing shows, in words: its alt text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from classroom.architecture.gradient import Step
from classroom.architecture.layout import FAMILIES, NORMS
from classroom.architecture.marks import Look
from classroom.architecture.parts import Part, Stack
from course_lib.params import TransformerConfig


def describe(
    config: TransformerConfig,
    stacks: Sequence[Stack],
    drawn: Mapping[str, Part],
    look: Callable[[Part], Look],
    backward: bool,
    cache: bool,
    steps: Sequence[Step],
) -> str:
    """Return the alt text of a drawing."""
    kind = f"{FAMILIES[config.family]}, {NORMS[config.norm]}"
    sentences = [f"Drawing of a transformer, {kind}, from the bottom up"]
    for stack in stacks:
        head = f"{stack.name}: " if stack.name else ""
        sentences.append(head + "; ".join(_stack(config, stack, drawn)))
    if cache:
        sentences.append("One new token is read; keys and values of the earlier ones are cached")
    shown = [p for p in drawn.values() if not any(inner.name in drawn for inner in p.inside)]
    lit = [_called(part) for part in shown if look(part).lit]
    if lit:
        sentences.append(f"Strongly drawn: {', '.join(dict.fromkeys(lit))}")
    for kind, text in (
        ("yours", "Yours, filled and ticked"),
        ("some", "Partly yours"),
        ("refused", "Refused, dashed and crossed"),
        ("reference", "The course's, plain"),
    ):
        if listed := [_called(part) for part in shown if look(part).owner == kind]:
            sentences.append(f"{text}: {', '.join(dict.fromkeys(listed))}")
    if backward:
        sentences.append("Dashed lines show the gradient's way back")
        sentences += [f"{n}. {step.caption.rstrip('.')}" for n, step in enumerate(steps, 1)]
    return ". ".join(_capital(sentence) for sentence in sentences) + "."


def _stack(config: TransformerConfig, stack: Stack, drawn: Mapping[str, Part]) -> list[str]:
    """Say what stands in a stack."""
    x = stack.letters.stream
    start = f"ids (B, {stack.letters.T}) to {stack.embedding.label} {x}"
    found = [start + (f" plus {stack.positions.label}" if stack.positions else "")]
    if stack.embedding_norm is not None:
        found.append(stack.embedding_norm.label)
    layers = []
    for norm, part, _ in stack.sublayers:
        name = part.label
        inside = [p.label for p in part.inside if p.name in drawn]
        if inside:
            name += f" ({', '.join(inside)})"
        if part.key == "cross_attention":
            name += " that reads the memory"
        if norm is None:
            layers.append(f"{name}, added to the stream")
        elif config.norm == "post":
            layers.append(f"{name}, added to the stream, then {norm.label}")
        else:
            layers.append(f"{norm.label}, {name}, added to the stream")
    count = f"{config.n_layers} times" if config.n_layers > 1 else "once"
    found.append(f"{stack.title}, {count}: {' / '.join(layers)}")
    if stack.norm is not None:
        found.append(stack.norm.label)
    found += [f"{part.label} to {part.out}" for part in stack.head]
    if not stack.head:
        found.append(f"memory {x}")
    return found


def _called(part: Part) -> str:
    """Return a part's label, with that of its sublayer where it lies in one."""
    return "residual sums" if part.label == "sum" else part.label


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
