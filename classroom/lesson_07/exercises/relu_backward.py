"""relu_backward: the gradient passes where x was positive."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    def case(*shape, label):
        return Case((rng.normal(size=shape), (rng.normal(size=shape),)), label=label)

    return [
        Case(
            (np.array([5.0, 6.0, -7.0]), (np.array([-1.0, 2.0, 3.0]),)),
            label="three numbers, worked by hand",
            expected=[0.0, 6.0, -7.0],
            proves="both slopes",
        ),
        Case(
            (
                np.array([200.0, 3.0, 5.0, 7.0, -300.0, 13.0]),
                (np.array([1e-9, -1e-9, 1e-3, -1e-3, 100.0, -100.0]),),
            ),
            label="x close to 0 on either side and far from it, dout large",
            expected=[200, 0, 5, 0, -300, 0],
            proves="x of any size",
        ),
        case(3, 5, label="a matrix"),
        case(2, 3, 5, label="a batch"),
    ]


returns = ("dx",)

mistakes = [
    Mistake(
        "passes_everything",
        {" * (x > 0)": ""},
        "dout passes unchanged, as if relu did nothing. Where x was negative, out was 0 whatever x "
        "did: the gradient there is 0.",
    ),
    Mistake(
        "sign_of_dout",
        {"x > 0": "dout > 0"},
        "You keep dout where dout itself is positive. Whether the way is open was decided in the "
        "forward, by x: dout * (x > 0).",
    ),
    Mistake(
        "positive_dout_alone",
        {"dout * (x": "np.maximum(dout, 0) * (x"},
        "Negative entries of dout are set to 0. The slope depends on x alone: where x is positive, "
        "dout passes as it is, whatever its sign.",
    ),
    Mistake(
        "times_output",
        {"(x > 0)": "np.maximum(x, 0)"},
        "You multiply by relu(x). The slope of relu is 1 where x is positive, however large x is.",
    ),
    Mistake(
        "absolute_value",
        {"(x > 0)": "np.sign(x)"},
        "Where x is negative you return −dout. A slope of −1 on the left is that of |x|; relu is "
        "flat there, and its slope is 0.",
    ),
    Mistake(
        "leaky",
        [{"(x > 0)": f"np.where(x > 0, 1, {slope})"} for slope in ("0.01", "0.1", "0.2")],
        "A part of dout passes where x is negative, as in a leaky relu. The relu of this course is "
        "0 there, and so is its slope.",
    ),
    Mistake(
        "picked",
        {"dout * (x > 0)": "dout[x > 0]"},
        "dout[x > 0] keeps only the entries with a positive x, in one row. The others stay in "
        "their places, with the gradient 0: multiply by x > 0, or use np.where.",
    ),
    Mistake(
        "forward_again",
        {"dout * (x > 0)": "np.maximum(x, 0)"},
        "This is relu itself, what the forward returned. The backward returns dout times the slope "
        "of relu.",
    ),
    Mistake(
        "no_dout",
        {"dout * (x > 0)": "(x > 0).astype(float)"},
        "This is the slope of relu alone. The chain rule multiplies it by what comes from above, "
        "dout.",
    ),
    Mistake(
        "inverted",
        {"x > 0": "x < 0"},
        "The two sides have changed places: yours passes where x was negative.",
    ),
    Mistake(
        "not_unpacked",
        {"(x,) =": "x ="},
        "cache is a tuple that holds x, not x itself. Take it out: (x,) = cache, or cache[0].",
    ),
]

hints = [
    "The curve of relu has two slopes. Which one holds is decided by x, which the cache holds.",
    "Slope 1 where x > 0, slope 0 elsewhere; times dout, entry by entry.",
    "A boolean array counts as 0 and 1 in a product: dout * (x > 0).",
]
