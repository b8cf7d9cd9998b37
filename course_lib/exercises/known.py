"""What is known of a call when a wrong array is looked at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .values import close, leaves


@dataclass(frozen=True)
class Known:
    """The arguments by name, the name of the part looked at, the tolerance."""

    arguments: dict[str, Any]
    path: str
    rtol: float

    def same(self, got: np.ndarray, want: np.ndarray) -> bool:
        return got.shape == want.shape and bool(np.all(close(got, want, self.rtol)))

    def arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        for name, value in self.arguments.items():
            for path, leaf in leaves(value, name):
                if isinstance(leaf, np.ndarray):
                    yield path, leaf


# Takes the reader's array, the right one of the same shape and what is known of the call;
# returns a sentence, or None where the pattern does not fit.
Pattern = Callable[[np.ndarray, np.ndarray, Known], str | None]
