"""Exercise: relu_backward."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def relu_backward_cases(rng):
    def case(*shape, label):
        return Case((rng.normal(size=shape), (rng.normal(size=shape),)), label=label)

    return [
        Case(
            (np.array([5.0, 6.0, -7.0]), (np.array([-1.0, 2.0, 3.0]),)),
            label="three numbers, worked by hand",
            expected=[0.0, 6.0, -7.0],
        ),
        case(3, 5, label="a matrix"),
        case(2, 3, 5, label="a batch"),
    ]


def _where(dout, cache):
    (x,) = cache
    return np.where(x > 0, dout, 0.0)


def _product(dout, cache):
    return dout * (cache[0] >= 0)


def _assigned(dout, cache):
    dx = dout.copy()
    dx[cache[0] <= 0] = 0
    return dx


register(
    Exercise(
        name="relu_backward",
        lesson=7,
        reference=layers.relu_backward,
        shown=_product,
        cases=relu_backward_cases,
        returns=("dx",),
        mistakes=(
            Mistake(
                "passes_everything",
                lambda dout, cache: dout,
                "dout passes unchanged, as if relu did nothing. Where x was negative, out was 0 "
                "whatever x did: the gradient there is 0.",
            ),
            Mistake(
                "sign_of_dout",
                lambda dout, cache: np.maximum(dout, 0),
                "You keep dout where dout itself is positive. Whether the way is open was decided "
                "in the forward, by x: dout * (x > 0).",
            ),
            Mistake(
                "times_output",
                lambda dout, cache: dout * np.maximum(cache[0], 0),
                "You multiply by relu(x). The slope of relu is 1 where x is positive, however "
                "large x is.",
            ),
            Mistake(
                "no_dout",
                lambda dout, cache: (cache[0] > 0).astype(float),
                "This is the slope of relu alone. The chain rule multiplies it by what comes from "
                "above, dout.",
            ),
            Mistake(
                "inverted",
                lambda dout, cache: dout * (cache[0] < 0),
                "The two sides have changed places: yours passes where x was negative.",
            ),
            Mistake(
                "not_unpacked",
                lambda dout, cache: dout * (cache > 0),
                "cache is a tuple that holds x, not x itself. Take it out: (x,) = cache, or "
                "cache[0].",
            ),
        ),
        correct=(_where, _product, _assigned),
        hints=(
            "The curve of relu has two slopes. Which one holds is decided by x, which the cache "
            "holds.",
            "Slope 1 where x > 0, slope 0 elsewhere; times dout, entry by entry.",
            "A boolean array counts as 0 and 1 in a product: dout * (x > 0).",
        ),
    )
)
