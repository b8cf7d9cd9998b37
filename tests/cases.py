"""What a case of a differentiable function is, and what the cases of several modules share."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from sizes import D_MODEL, T_K, T_Q, B, make_ids, make_padded_ids, make_params

from course_lib import attention


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

X, MEMORY, VECTOR = (B, T_Q, D_MODEL), (B, T_K, D_MODEL), (D_MODEL,)
CAUSAL = attention.causal_mask(T_Q)
KEY_MASK = attention.padding_mask(PADDED_SOURCE_IDS, 0)


def draw(*shapes):
    """Return a function of rng that draws one array of each shape."""
    return lambda rng: tuple(rng.standard_normal(shape) for shape in shapes)


def rng_again():
    """Return the same generator at each call, so that the same entries are dropped."""
    return np.random.default_rng(3)


def block_params(rng, config):
    """Draw the parameters of one block, of a decoder where the family has cross-attention."""
    params = make_params(config, rng)
    return params.get("decoder", params)["blocks"][0]


def function_of(case_name):
    """Return the name of the function that a case is of: what stands before a slash."""
    return case_name.partition("/")[0]
