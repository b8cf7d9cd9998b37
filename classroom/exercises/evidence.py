"""What may be claimed of wrong numbers: what explains every wrong case, and not by chance.

A pattern looks at one wrong case and returns all that may be claimed of it. What is said is what
can be claimed of every wrong case, and only if one of them is too large for chance. A claim is
stated so that it means the same in every case: an axis is counted from the end, or from the front;
a factor is a number, or the length of an axis of an argument.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from classroom.exercises.reader_source import ReaderSource
from classroom.exercises.tree import close, leaves

MANY = 8  # distinct numbers that one claim does not meet by chance
FEW_CASES = 4  # results of one number each that one claim does not meet by chance
LONG = 5  # an axis whose length is no factor by chance
Claims = dict[Hashable, str]


@dataclass(frozen=True)
class Pair:
    """One part of the result in one wrong case: the reader's array and the right one.

    Attributes
    ----------
    got, want : array
    arguments : dict
        Those of the call, by name.
    path : str
        What the part is called.
    rtol : float
    source : ReaderSource
    """

    got: np.ndarray
    want: np.ndarray
    arguments: dict[str, Any]
    path: str
    rtol: float
    source: ReaderSource

    def same(self, got: np.ndarray, want: np.ndarray) -> bool:
        return got.shape == want.shape and bool(np.all(close(got, want, self.rtol)))

    def wrong(self) -> np.ndarray:
        return np.asarray(~close(self.got, self.want, self.rtol))

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        for name, value in self.arguments.items():
            for path, leaf in leaves(value, name):
                if isinstance(leaf, np.ndarray):
                    yield path, leaf

    @property
    def alike_in_shape(self) -> bool:
        return self.got.shape == self.want.shape

    @property
    def is_large(self) -> bool:
        """Whether chance cannot make a claim fit: many numbers, on axes that can be told apart."""
        if self.want.dtype.kind == "b":
            return self.want.size >= 2 * MANY and 3 <= int(self.want.sum()) <= self.want.size - 3
        with np.errstate(all="ignore"):
            digits = [np.format_float_scientific(x, 4) for x in floats(self.want).flat]
        if len(set(digits)) < MANY:
            return False
        lengths = self.want.shape
        return 1 not in lengths[-2:] if len(lengths) < 3 else lengths.count(1) < len(lengths) - 1


# Takes a wrong case; returns what may be claimed of it, each claim with its sentence.
Pattern = Callable[[Pair], Claims]


def claim(pairs: Sequence[Pair], patterns: Sequence[tuple[str, Pattern]]) -> tuple[str, str] | None:
    """Return the kind and the sentence of the first claim that fits every wrong case.

    Parameters
    ----------
    pairs : sequence of Pair
        One part of the result in every case in which it is wrong; the first is shown.
    patterns : sequence of (kind, pattern)
    """
    if not _beyond_chance(pairs):
        return None
    for kind, pattern in patterns:
        found = pattern(pairs[0])
        for pair in pairs[1:]:
            if not found:
                break
            others = pattern(pair)
            found = {key: text for key, text in found.items() if key in others}
        for key, text in found.items():
            if _meant(key, pairs):
                return kind, text
    return None


def _beyond_chance(pairs: Sequence[Pair]) -> bool:
    if any(pair.is_large for pair in pairs):
        return True
    results = {float(pair.want.flat[0]) for pair in pairs if pair.want.size == 1}
    return len(results) >= FEW_CASES and all(pair.want.size == 1 for pair in pairs)


def _meant(key: Hashable, pairs: Sequence[Pair]) -> bool:
    """Whether a factor is the length of an axis: not by chance, as 2 may be, and many a length."""
    if not isinstance(key, tuple) or key[0] != "length":
        return True
    _, _, name, axis = key
    lengths = {dict(pair.arrays())[name].shape[axis] for pair in pairs}
    return max(lengths) >= LONG and (len(lengths) > 1 or min(lengths) >= LONG)


def floats(array: np.ndarray) -> np.ndarray:
    """Return real numbers in float64; of others, nothing."""
    if array.dtype.kind not in "biuf":
        return np.zeros(0)
    return array.astype(np.float64)
