"""rms_norm: each vector is divided by its root mean square.

The course's models do not use it; many newer ones do.
"""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    gamma = rng.normal(size=7)
    x = rng.normal(size=(5, 7)) * 3 + 2
    return [
        # squares 1 49 25 25: their mean is 25, its root 5.
        Case(
            (np.array([[1.0, 7, -5, 5]]), np.array([5.0, 5, 5, 10])),
            label="one vector, worked by hand",
            expected=([[1, 7, -5, 10]], None),
        ),
        Case((x, gamma), label="five vectors of 7 features"),
        Case((rng.normal(size=(2, 3, 7)) - 1, gamma), label="a batch"),
        Case((x * 1e-3, gamma), label="small features"),
        Case((x, gamma), {"eps": 0.5}, label="a large eps"),
        Case((np.zeros((3, 7)), gamma), label="a vector of zeros"),
    ]


MEAN_SQUARE = "(x * x).mean(axis=-1, keepdims=True)"

mistakes = [
    Mistake(
        "no_keepdims",
        {", keepdims=True": ""},
        "The mean square has lost its axis, so it does not line up with x. keepdims=True keeps "
        "that axis with length 1.",
    ),
    Mistake(
        "mean_subtracted",
        {
            "(x * x).mean": "x.var",
            "normalized = x": "normalized = (x - x.mean(axis=-1, keepdims=True))",
        },
        "You subtract the mean. That is layer norm; RMS norm leaves the mean where it is and "
        "divides by the root of the mean square of x itself.",
    ),
    Mistake(
        "standard_deviation",
        {"(x * x).mean": "x.var"},
        "You divide by the standard deviation, which is taken around the mean. RMS norm takes the "
        "squares of x as it is: np.sqrt((x * x).mean(...)).",
    ),
    Mistake(
        "sum_of_squares",
        {".mean(": ".sum("},
        lambda case, got, want: (
            "You divide by the root of the sum of squares, the length of the vector. The mean "
            f"over its {case.args[0].shape[-1]} features is wanted, so these are "
            f"{number(case.args[0].shape[-1] ** 0.5)} times too small."
        ),
    ),
    Mistake(
        "square_of_mean",
        {MEAN_SQUARE: "x.mean(axis=-1, keepdims=True) ** 2"},
        "You square the mean of each vector. The mean of the squares is wanted: square first, so "
        "that positive and negative features do not cancel.",
    ),
    Mistake(
        "no_root",
        {"np.sqrt(": "("},
        "You divide by the mean square, not by its root. RMS stands for root mean square.",
    ),
    Mistake(
        "mean_absolute",
        {"np.sqrt((x * x)": "(np.abs(x)"},
        "You divide by the mean of the absolute values. Square, take the mean, then take the root.",
    ),
    Mistake(
        "wrong_axis",
        {"axis=-1": "axis=0"},
        "The mean square is taken along axis 0, over the vectors. Each vector has its own: "
        "axis=-1.",
    ),
    Mistake(
        "over_everything",
        {"axis=-1, keepdims=True": ""},
        "One mean square is taken over the whole array. Each vector has its own: axis=-1, "
        "keepdims=True.",
    ),
    Mistake(
        "no_gamma",
        {" * gamma": ""},
        "gamma is missing: multiply each feature by its own factor at the end.",
    ),
    Mistake(
        "no_eps",
        {" + eps": ""},
        "eps is missing, so a vector of zeros becomes 0/0 = nan. Add eps to the mean square, "
        "under the root.",
    ),
    Mistake(
        "eps_outside",
        {f"np.sqrt({MEAN_SQUARE} + eps)": f"(np.sqrt({MEAN_SQUARE}) + eps)"},
        "eps is added to the root. Here it belongs under the root: np.sqrt(mean_square + eps). "
        "The two differ where x is small.",
    ),
    Mistake(
        "eps_ignored",
        {"+ eps": "+ 1e-5"},
        lambda case, got, want: (
            "You add 1e-05 whatever the caller asks for; here eps is "
            f"{number(case.kwargs.get('eps', 1e-5))}. Use the parameter."
        ),
    ),
    Mistake(
        "rms_in_cache",
        {", inverse_rms,": ", 1 / inverse_rms,"},
        "out is right, but inverse_rms in the cache is the root mean square itself. It should be "
        "1 divided by it.",
    ),
]

hints = [
    "Read the name backwards: square every feature, take the mean over the last axis, take the "
    "root. Then divide x by it.",
    "(x * x).mean(axis=-1, keepdims=True) is the mean square of each vector. Nothing is "
    "subtracted from x.",
    "inverse_rms = 1 / np.sqrt(mean_square + eps); normalized = x * inverse_rms; out = normalized "
    "* gamma.",
]
