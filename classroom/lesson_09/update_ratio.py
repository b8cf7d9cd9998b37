"""How long a step is, compared with what it changes."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.params import flatten


class UpdateRatio:
    """Measures each step of a training: the norm of the update divided by that of the weights.

    To be given as `watch`. Over all matrices together; what has one axis, a bias or a scale of a
    norm, is left out.

    Attributes
    ----------
    ratios : list of float
        One for each step.

    Examples
    --------
    >>> watch = UpdateRatio()
    >>> for step, w in enumerate([4.0, 3.0, 3.3]):
    ...     watch(step, {"W": np.array([[w]])})
    >>> np.round(watch.ratios, 2).tolist()
    [0.25, 0.1]
    """

    def __init__(self) -> None:
        self.ratios: list[float] = []
        self._before: np.ndarray | None = None

    def __call__(self, step: int, params: dict[str, Any]) -> None:
        """Look at the parameters before the first step, as step 0, and after each step."""
        matrices = [a for a in flatten(params).values() if a.ndim == 2]
        now = np.concatenate([a.ravel() for a in matrices]).astype(np.float64)
        if self._before is not None:
            moved = np.linalg.norm(now - self._before)
            self.ratios.append(float(moved / np.linalg.norm(self._before)))
        self._before = now
