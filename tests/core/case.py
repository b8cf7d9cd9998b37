"""What a case is, and the ids that cases share."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .sizes import T_K, T_Q, make_ids, make_padded_ids


class Case(NamedTuple):
    """A function with its backward, and a way to draw its differentiable arguments.

    `forward(*args)` returns (out, cache), the same at every call; `backward(dout, cache)` returns
    one gradient for each of args, a single one bare. Ids, masks and settings are held fixed.
    """

    forward: Callable
    backward: Callable
    make_args: Callable


_rng = np.random.default_rng(2)
IDS, SOURCE_IDS = make_ids(_rng, T_Q), make_ids(_rng, T_K)
PADDED_IDS, PADDED_SOURCE_IDS = make_padded_ids(_rng, T_Q), make_padded_ids(_rng, T_K)


def draw(*shapes):
    """Return a function of rng that draws one array of each shape."""
    return lambda rng: tuple(rng.standard_normal(shape) for shape in shapes)


def rng_again():
    """Return the same generator at each call, so that the same entries are dropped."""
    return np.random.default_rng(3)
