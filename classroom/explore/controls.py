"""Descriptions of sliders and choices, without any widget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Slider:
    """A real number between two ends.

    Parameters
    ----------
    minimum, maximum, default : float
    step : float, optional
        The smallest move; a hundredth of the range by default. Ignored if `log`.
    log : bool
        Whether equal moves multiply by equal factors; both ends must then be positive.
    label : str
        The name beside the slider; the name of the argument by default.

    Raises
    ------
    ValueError
        If the ends are the wrong way round, or the default lies outside.
    """

    minimum: float
    maximum: float
    default: float
    step: float | None = None
    log: bool = False
    label: str = ""

    def __post_init__(self) -> None:
        _check_range(self.minimum, self.maximum, self.default)
        if self.log and self.minimum <= 0:
            raise ValueError(
                f"Slider: a logarithmic slider has no place for {self.minimum:g}; "
                "its smallest value must be above 0."
            )

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest value."""
        return self.minimum, self.maximum

    def describe(self) -> str:
        """Say from where to where it goes and where it stands."""
        return f"{self.minimum:g} to {self.maximum:g}, at {self.default:g}"

    def steps(self) -> float:
        """Return the step: of the value, or of its power of ten if `log`."""
        if self.log:
            return math.log10(self.maximum / self.minimum) / 100
        return self.step if self.step is not None else (self.maximum - self.minimum) / 100


@dataclass(frozen=True)
class IntSlider:
    """A whole number between two ends, both included.

    Parameters
    ----------
    minimum, maximum, default : int
    step : int
    label : str
        The name beside the slider; the name of the argument by default.

    Raises
    ------
    ValueError
        If the ends are the wrong way round, or the default lies outside.
    """

    minimum: int
    maximum: int
    default: int
    step: int = 1
    label: str = ""

    def __post_init__(self) -> None:
        _check_range(self.minimum, self.maximum, self.default)
        for name in ("minimum", "maximum", "default", "step"):
            value = getattr(self, name)
            if value != int(value):
                raise ValueError(f"IntSlider: {name} is {value!r}, which is no whole number.")

    @property
    def ends(self) -> tuple[int, int]:
        """The least and the greatest value."""
        return self.minimum, self.maximum

    def describe(self) -> str:
        """Say from where to where it goes and where it stands."""
        return f"{self.minimum} to {self.maximum}, at {self.default}"


@dataclass(frozen=True)
class Choice:
    """One of several values.

    Parameters
    ----------
    options : sequence of values, or of (label, value) pairs
        Pairs let two options have the same label, as the words of a sentence may.
    default : value, optional
        The first option by default.
    label : str
        The name beside it; the name of the argument by default.
    slider : bool
        Whether to slide through the options, which then have an order, instead of a dropdown.

    Raises
    ------
    ValueError
        If there is no option, or the default is none of them.
    """

    options: Sequence[Any]
    default: Any = None
    label: str = ""
    slider: bool = False
    pairs: tuple[tuple[str, Any], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pairs = tuple(
            option if isinstance(option, tuple) and len(option) == 2 else (str(option), option)
            for option in self.options
        )
        if not pairs:
            raise ValueError("Choice: there are no options to choose from.")
        values = [value for _, value in pairs]
        if self.default is None:
            object.__setattr__(self, "default", values[0])
        if self.default not in values:
            shown = ", ".join(repr(value) for value in values[:8])
            raise ValueError(
                f"Choice: the default {self.default!r} is none of the options: {shown}."
            )
        object.__setattr__(self, "pairs", pairs)

    @property
    def ends(self) -> tuple[Any, Any]:
        """The first and the last value."""
        return self.pairs[0][1], self.pairs[-1][1]

    def describe(self) -> str:
        """Say how many options there are and which one is chosen."""
        chosen = next(label for label, value in self.pairs if value == self.default)
        return f"{len(self.pairs)} choices, at {chosen}"


Control = Slider | IntSlider | Choice


def _check_range(minimum: float, maximum: float, default: float) -> None:
    if not minimum < maximum:
        raise ValueError(
            f"Slider: the smallest value must be below the largest, but {minimum:g} is not below "
            f"{maximum:g}."
        )
    if not minimum <= default <= maximum:
        raise ValueError(
            f"Slider: the default {default:g} lies outside {minimum:g} to {maximum:g}."
        )
