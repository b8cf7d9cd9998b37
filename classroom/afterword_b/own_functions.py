"""The reader's functions inside a real model: which of them are called, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from classroom.exercises.my_model import parts_by_lesson
from classroom.exercises.swap import active, using
from classroom.plots.text_picture import leaf
from course_lib import pooling
from course_lib.pretrained import Pretrained, token_vectors


def is_live(real: Any) -> Any:
    """Say whether a model is here, or what was recorded of it: a picture of some lines."""
    if isinstance(real, Pretrained):
        return leaf(
            "What follows is computed here and now, and sentences of your own are welcome.",
            "The model is here",
        )
    return leaf(
        "What follows was computed by the same code and stored. Sentences of your own need the "
        "weights.",
        "The weights are not here: you see what was recorded",
    )


def count_calls(ids: Any, real: Any, own: Any) -> tuple[Counter, np.ndarray, np.ndarray]:
    """Compute a sentence's vector with the course's functions, then with the reader's.

    Parameters
    ----------
    ids : int array (T,)
    real : Pretrained or Recorded
        Without weights it holds random numbers of the same shapes.
    own : OwnModel
        What `mine()` returns.

    Returns
    -------
    calls : Counter
        How often each part that an exercise asked for was called, by name.
    theirs, yours : arrays (d_model,)
    """
    calls: Counter = Counter()

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls[name] += 1
            return function(*args, **kwargs)

        return call

    def vector() -> np.ndarray:
        x, _ = token_vectors(ids[None], real.params, real.config)
        return pooling.pool(x, real.config.pooling)[0][0]

    theirs = vector()
    parts = [name for names in parts_by_lesson(own).values() for name in names]
    with using(**own):
        counting = {name: counted(name, active(name)) for name in parts}
    with using(**counting):
        yours = vector()
    return calls, theirs, yours
