"""A prediction and its comparison with what was measured: the logic alone, without widgets."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CLOSE = 1.25


@dataclass
class Prediction:
    """A question that is answered before the measurement.

    Parameters
    ----------
    id : str
    question : str
    options : tuple of str
        Empty if a number is asked for.
    unit : str
        The unit of the number.
    value : str or float, optional
        What was committed; None until then.
    """

    id: str
    question: str
    options: tuple[str, ...] = ()
    unit: str = ""
    value: str | float | None = None

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

    def compare(self, truth: str | float, digits: int = 3) -> str:
        """Return the sentences that lay the prediction beside the truth, in Markdown."""
        if self.options:
            return self._compare_options(str(truth))
        if isinstance(truth, str):
            raise ValueError(
                f"reveal: '{self.id}' asks for a number, so the truth must be one, not {truth!r}."
            )
        measured = f"**{self._with_unit(float(truth), digits)}**"
        if self.value is None:
            return f"You made no prediction. It is {measured}."
        said = self._with_unit(float(self.value), digits)
        return (
            f"You predicted {said}. It is {measured}. {distance(float(self.value), float(truth))}"
        )

    def _compare_options(self, truth: str) -> str:
        if truth not in self.options:
            raise ValueError(
                f"reveal: the truth {truth!r} of '{self.id}' is none of the options: "
                f"{', '.join(self.options)}."
            )
        if self.value is None:
            return f"You made no prediction. It is: **{truth}**"
        if self.value == truth:
            return f"You predicted: {self.value}\n\nAnd so it is."
        return f"You predicted: {self.value}\n\nIt is: **{truth}**"

    def _with_unit(self, number: float, digits: int) -> str:
        return f"{format_number(number, digits)} {self.unit}".strip()


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


_asked: dict[str, Prediction] = {}


def ask(id: str, question: str, options: Sequence[object], unit: str) -> Prediction:
    """Return the prediction of that id: a new one, or the committed one of the same question."""
    fresh = Prediction(id, question, tuple(str(option) for option in options), unit)
    before = _asked.get(id)
    if before is not None and (before.question, before.options) == (question, fresh.options):
        return before
    _asked[id] = fresh
    return fresh


def asked(id: str) -> Prediction:
    """Return the prediction of that id, or say that its question was not put yet."""
    if id not in _asked:
        known = f" Asked so far: {', '.join(sorted(_asked))}." if _asked else ""
        raise ValueError(
            f"reveal: nothing was asked under the name '{id}' since the kernel started; "
            f'run the cell with predict("{id}", …) first.{known}'
        )
    return _asked[id]
