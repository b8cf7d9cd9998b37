"""A prediction and its comparison with what was measured: the logic alone, without widgets."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CLOSE = 1.25


@dataclass
class Prediction:
    """A question that is answered before the measurement.

    Parameters
    ----------
    question : str
        May hold `code`, **bold**, *italic* and $math$.
    options : sequence of str, or mapping of str to number
        What to choose from, without math. With numbers, a measured number stands for the option
        whose number is nearest. Empty if a number is asked for.
    unit : str
        The unit of the number.
    explanation : str or callable
        Why it is so, in the markup of the question; or a function that returns that text, of the
        values that `reveal` is given by name.
    answer : str or float, optional
        The truth, where no cell measures it.
    digits : int
        Significant digits to show.
    name : str
        Under which a lesson's `questions` holds it; set when it is looked up.
    asked : bool
        Whether the question was put since the kernel started.
    value : str or float, optional
        What was committed; None until then.

    Raises
    ------
    ValueError
        If there is one option alone, two are the same, one holds math, or the answer is none.
    """

    question: str
    options: Sequence[str] | Mapping[str, float] = ()
    unit: str = ""
    explanation: str | Callable[..., str] = ""
    answer: str | float | None = None
    digits: int = 3
    name: str = ""
    asked: bool = field(default=False, compare=False)
    value: str | float | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        options = list(self.options)
        if options and len(set(options)) < max(2, len(options)):
            raise ValueError(
                f"predict: {self.question!r} needs two or more options, all different."
            )
        if any("$" in option for option in options):
            raise ValueError(
                f"predict: an option of {self.question!r} holds $math$, which a choice cannot "
                "show; write it in plain text (the question may hold math)."
            )
        if options and self.answer is not None and self.answer not in options:
            raise ValueError(
                f"predict: the answer {self.answer!r} is none of the options: {', '.join(options)}."
            )

    def commit(self, value: str | float) -> None:
        """Keep the prediction. Options are kept as text, numbers as float."""
        if self.options:
            if str(value) not in self.options:
                raise ValueError(
                    f"predict: {value!r} is none of the options: {', '.join(self.options)}."
                )
            self.value = str(value)
            return
        number = float(value)
        if not math.isfinite(number):
            raise ValueError(f"predict: {value!r} is no finite number.")
        self.value = number

    def said(self) -> str:
        """Return what was committed, in words, "" before that."""
        if self.value is None or self.options:
            return str(self.value or "")
        return self._with_unit(float(self.value))

    def explain(self, values: dict[str, Any]) -> str:
        """Return the explanation, made with the values that it asks for."""
        if isinstance(self.explanation, str):
            if values:
                raise TypeError(
                    f"reveal: the explanation of '{self.name}' asks for no values, "
                    f"but {', '.join(values)} given."
                )
            return self.explanation
        return self.explanation(**values)

    def compare(self, truth: Any = None) -> str:
        """Return the sentences that lay the prediction beside the truth, in Markdown.

        Raises
        ------
        ValueError
            If the truth is none of the options, or no number where one is asked for, or is missing.
        """
        truth = self.answer if truth is None else truth
        if truth is None:
            raise ValueError(f"reveal: '{self.name}' needs the truth: reveal('{self.name}', …).")
        if self.options:
            return self._compare_options(self._option(truth))
        if isinstance(truth, str):
            raise ValueError(
                f"reveal: '{self.name}' asks for a number, so the truth must be one, not {truth!r}."
            )
        measured = f"**{self._with_unit(float(truth))}**"
        if self.value is None:
            return f"You made no prediction. It is {measured}."
        apart = distance(float(self.value), float(truth))
        return f"You predicted {self.said()}. It is {measured}. {apart}"

    def _option(self, truth: Any) -> str:
        if isinstance(self.options, Mapping) and not isinstance(truth, str):
            numbers = self.options
            return min(numbers, key=lambda option: abs(numbers[option] - float(truth)))
        if str(truth) not in self.options:
            raise ValueError(
                f"reveal: the truth {truth!r} of '{self.name}' is none of the options: "
                f"{', '.join(self.options)}."
            )
        return str(truth)

    def _compare_options(self, truth: str) -> str:
        if self.value is None:
            return f"You made no prediction. It is: **{truth}**"
        if self.value == truth:
            return f"You predicted: {self.value}\n\nAnd so it is."
        return f"You predicted: {self.value}\n\nIt is: **{truth}**"

    def _with_unit(self, number: float) -> str:
        return f"{format_number(number, self.digits)} {self.unit}".strip()


def distance(said: float, truth: float) -> str:
    """Say how far a predicted number is from the measured one: as a ratio where it can be."""
    if said == truth:
        return "Exactly."
    if said > 0 and truth > 0:
        ratio = max(said / truth, truth / said)
        if ratio <= CLOSE:
            return "That is close."
        size = "large" if said > truth else "small"
        return f"Your number is {format_number(ratio, 2)} times too {size}."
    if said < 0 and truth < 0:
        ratio = max(said / truth, truth / said)
        return (
            "That is close."
            if ratio <= CLOSE
            else f"The two differ {format_number(ratio, 2)} times."
        )
    if said * truth < 0:
        return "The sign is the other one."
    return f"Your number is {format_number(abs(said - truth), 2)} off."


def format_number(number: float, digits: int = 3) -> str:
    """Return a number to some significant digits, with no exponent where none is needed.

    >>> format_number(0.12345), format_number(45678.0), format_number(8.0)
    ('0.123', '45,700', '8')
    """
    text = f"{number:.{digits}g}"
    if "e" in text and 1e-4 <= abs(number) < 1e9:
        return f"{float(text):,.0f}"
    return text
