"""A quiz that marks itself: the logic alone, without widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

LETTERS = "ABCDEFGHIJ"
"""The names of the options, as many as a quiz may have."""


class Option(NamedTuple):
    """One option of a quiz: its text, whether it is right, and why or why not."""

    text: str
    right: bool
    why: str


class Marked(NamedTuple):
    """What a click on an option leads to.

    Fields
    ------
    right : bool
        Whether that option is right.
    why : str
        Its explanation.
    done : bool
        Whether all right options are found.
    """

    right: bool
    why: str
    done: bool


@dataclass
class Quiz:
    """A question and its options, and which of them were tried.

    Parameters
    ----------
    question : str
        May hold `code`, **bold**, *italic* and $math$; so may all the texts of the options.
    options : sequence of (text, is_right, why)
        `why` says why that option is right or wrong.
    several : bool
        Whether more than one option is right.
    name : str
        Under which a lesson's `questions` holds it; set when it is looked up.

    Raises
    ------
    ValueError
        If there are fewer than two options or more than ten, none is right, more than one is right
        although `several` is False, two have the same text, or one has no explanation.
    """

    question: str
    options: Sequence[Any]
    several: bool = False
    name: str = ""
    tried: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.options = [_option(self.question, option) for option in self.options]
        texts = [option.text for option in self.options]
        right = sum(option.right for option in self.options)
        if len(texts) < 2 or len(set(texts)) < len(texts):
            raise ValueError(f"quiz: {self.question!r} needs two or more options, all different.")
        if len(texts) > len(LETTERS):
            raise ValueError(
                f"quiz: {self.question!r} has {len(texts)} options; {len(LETTERS)} is the most."
            )
        if right == 0:
            raise ValueError(f"quiz: no option of {self.question!r} is right.")
        if right > 1 and not self.several:
            raise ValueError(
                f"quiz: {right} options of {self.question!r} are right; if so meant, say "
                "several=True."
            )
        unexplained = [option.text for option in self.options if not option.why.strip()]
        if unexplained:
            raise ValueError(
                f"quiz: {self.question!r} does not say why '{unexplained[0]}' is right or wrong."
            )

    def mark(self, choice: int | str) -> Marked:
        """Mark an option, given by its place (from 0) or its text."""
        texts = [option.text for option in self.options]
        if isinstance(choice, str):
            if choice not in texts:
                raise ValueError(f"quiz: {choice!r} is none of the options of '{self.name}'.")
            choice = texts.index(choice)
        if not 0 <= choice < len(texts):
            raise ValueError(f"quiz: '{self.name}' has {len(texts)} options, so {choice} is none.")
        if choice not in self.tried:
            self.tried.append(choice)
        option = self.options[choice]
        return Marked(option.right, option.why, self.done)

    @property
    def found(self) -> int:
        """How many right options were tried."""
        return sum(self.options[choice].right for choice in self.tried)

    @property
    def wanted(self) -> int:
        """How many options are right."""
        return sum(option.right for option in self.options)

    @property
    def done(self) -> bool:
        """Whether all right options were tried."""
        return self.found == self.wanted


def _option(question: str, option: Sequence[object]) -> Option:
    if len(option) != 3 or not isinstance(option[1], bool):
        raise ValueError(
            f"quiz: an option of {question!r} must be (text, True or False, why), not {option!r}."
        )
    return Option(str(option[0]), option[1], str(option[2]))
