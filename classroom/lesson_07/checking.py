"""The verdict of a reader's gradient check on an answer that may not be finished."""

from collections.abc import Callable
from typing import Any

import numpy as np


def verdict_of(
    check: Callable[..., Any],
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    args: tuple[np.ndarray, ...],
) -> str:
    """Say in a sentence what a gradient check finds, whatever state the backward is in.

    Parameters
    ----------
    check : callable
        check(forward, backward, args) returns True where it takes the backward for right.
    forward, backward : callable
    args : tuple of arrays

    Examples
    --------
    >>> verdict_of(lambda *_: False, np.sin, np.cos, ())
    'gradient_check says False: cos is not the derivative of sin at this place.'
    """
    name = backward.__name__
    try:
        fits = check(forward, backward, args)
    except NotImplementedError:
        return f"{name} is not written yet."
    except Exception as error:
        said = f"{type(error).__name__}: {error}".removesuffix(": ")
        return f"No verdict: the check of {name} raised {said}"
    if fits is None:
        return "No verdict: gradient_check returned None."
    if fits:
        return f"gradient_check says True: {name} fits {forward.__name__} at this place."
    return (
        f"gradient_check says False: {name} is not the derivative of {forward.__name__} "
        "at this place."
    )
