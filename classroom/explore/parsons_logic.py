"""Lines to be put into order: the logic alone, without widgets."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple


class Checked(NamedTuple):
    """What checking an order leads to.

    Fields
    ------
    right : bool
        Whether the whole answer is right.
    wrong_at : int or None
        The place (from 0) of the first line that is out of place.
    message : str
        What to tell the reader.
    """

    right: bool
    wrong_at: int | None
    message: str


@dataclass
class Parsons:
    """Lines in their right order, with others that do not belong.

    Parameters
    ----------
    prompt : str
    lines : sequence of str
        In the right order: code as it stands, or text with $math$.
    distractors : sequence of (line, why)
        Lines that do not belong, and why not.
    explain : mapping of str to str
        For a line, why it stands where it does: told when it comes too early, and at the end.
    any_order : sequence of tuples of int
        Groups of places in `lines` (from 0) that may be exchanged among themselves.
    name : str
        Under which a lesson's `questions` holds it; set when it is looked up. Fixes the shuffling.

    Raises
    ------
    ValueError
        If two lines are the same, or `explain` or `any_order` names a line that is not there.
    """

    prompt: str
    lines: Sequence[str]
    distractors: Sequence[tuple[str, str]] = ()
    explain: Mapping[str, str] = field(default_factory=dict)
    any_order: Sequence[tuple[int, ...]] = ()
    name: str = ""

    def __post_init__(self) -> None:
        every = self.every_line
        if len(self.lines) < 2:
            raise ValueError(
                f"parsons: {self.prompt!r} needs at least two lines to put into order."
            )
        if len(set(every)) < len(every):
            twice = next(line for line in every if every.count(line) > 1)
            raise ValueError(
                f"parsons: {self.prompt!r} has the line {twice!r} twice; make them differ."
            )
        for line in self.explain:
            if line not in self.lines:
                raise ValueError(
                    f"parsons: {self.prompt!r} explains {line!r}, which is none of its lines."
                )
        for place in (place for group in self.any_order for place in group):
            if not 0 <= place < len(self.lines):
                raise ValueError(
                    f"parsons: any_order of {self.prompt!r} names line {place}, "
                    f"but the lines go from 0 to {len(self.lines) - 1}."
                )

    @property
    def every_line(self) -> list[str]:
        """The right lines in order, then the distractors."""
        return [*self.lines, *(line for line, _ in self.distractors)]

    def shuffled(self) -> list[str]:
        """Return every line in an order that depends on the id alone and is not the right one."""
        order = self.every_line
        generator = random.Random(self.name)
        while [line for line in order if line in self.lines] == list(self.lines):
            generator.shuffle(order)
        return order

    def mark(self, order: Sequence[str]) -> Checked:
        """Check an order of lines from the top and stop at the first that is out of place."""
        if not order:
            return Checked(False, None, "Put a line into your order first.")
        why_not = dict(self.distractors)
        free = {pair for group in self.any_order for pair in combinations(sorted(group), 2)}
        placed: set[int] = set()
        for place, line in enumerate(order):
            if line in why_not:
                return Checked(False, place, f"Line {place + 1} does not belong. {why_not[line]}")
            index = list(self.lines).index(line)
            early = [i for i in range(index) if i not in placed and (i, index) not in free]
            if early:
                reason = self.explain.get(line, "")
                text = f"Line {place + 1} comes too early: something else is needed before it."
                return Checked(False, place, f"{text} {reason}".strip())
            placed.add(index)
        missing = len(self.lines) - len(placed)
        if missing:
            so_far = "Right so far. " + ("One line is" if missing == 1 else f"{missing} lines are")
            return Checked(False, None, f"{so_far} still missing.")
        return Checked(True, None, "Right.")
