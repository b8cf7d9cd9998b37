"""A generator for the cases of exercises that draw: every usual way of drawing agrees."""

import copy
from typing import Any

import numpy as np

_Generator: Any = np.random.Generator  # its overloads are more than is needed here


class EqualDraws(_Generator):
    """Give the same numbers whether floats of 32 or of 64 bits are asked for.

    The course draws dropout with random(shape, dtype=np.float32), which is faster; most readers
    write random(shape), uniform or binomial. With this generator all of them keep the same entries.
    """

    def __init__(self, seed: Any) -> None:
        super().__init__(seed if hasattr(seed, "lock") else np.random.PCG64(seed))

    def random(self, size: Any = None, dtype: Any = np.float64, out: Any = None) -> Any:
        drawn = super().random(size, dtype=np.float32)
        drawn = np.asarray(drawn, dtype) if size is not None else float(drawn)
        if out is None:
            return drawn
        out[...] = drawn
        return out

    def uniform(self, low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Any:
        return low + (high - low) * self.random(size)

    def binomial(self, n: Any, p: Any, size: Any = None) -> Any:
        if n != 1:
            return super().binomial(n, p, size)
        return np.asarray(np.asarray(self.random(size)) >= 1 - p, dtype=np.int64)

    def choice(
        self, a: Any, size: Any = None, replace: Any = True, p: Any = None, **more: Any
    ) -> Any:
        """Draw 0 or something else with given probabilities: 0 where the number drawn is small."""
        values = np.arange(a) if isinstance(a, int) else np.asarray(a)
        if p is None or len(p) != 2 or np.count_nonzero(values) != 1:
            return super().choice(a, size, replace, p, **more)
        zero = int(np.argmin(values != 0))
        kept = np.asarray(self.random(size)) >= p[zero]
        return values[np.where(kept, 1 - zero, zero)]

    def __deepcopy__(self, memo: dict) -> "EqualDraws":
        return EqualDraws(copy.deepcopy(self.bit_generator, memo))
