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
        Case((x, gamma), label="five vectors of 7 features", proves="each vector by itself"),
        Case((rng.normal(size=(2, 3, 7)) - 1, gamma), label="a batch"),
        Case(
            (rng.normal(size=(2, 3, 5, 7)) * 2, gamma),
            label="three axes in front",
            proves="the axes in front",
        ),
        Case((x[0], gamma), label="one vector of shape (7,), no axes in front"),
        Case((x * 1e-3, gamma), label="small features"),
        Case((x, gamma), {"eps": 0.5}, label="a large eps"),
        Case((np.zeros((3, 7)), gamma), label="vectors of zeros"),
        Case((x * 1e-3, gamma), {"eps": 0.0}, label="eps = 0"),
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
        "second_axis_restored",
        {"axis=-1, keepdims=True)": "axis=-1)[:, None]"},
        "The axis that the mean took away is put back as the second one. With more axes in front, "
        "(B, T, d_model), it is the last that is missing: keepdims=True keeps it where it was.",
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
        "centered_afterwards",
        {"normalized = x": "normalized = (x - x.mean(axis=-1, keepdims=True))"},
        "The divisor is the root mean square of x, as it should be, but the mean is subtracted "
        "from x. RMS norm leaves the mean where it is.",
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
        "sample_mean",
        {MEAN_SQUARE: "(x * x).sum(axis=-1, keepdims=True) / (x.shape[-1] - 1)"},
        lambda case, got, want: (
            f"The sum of the squares is divided by {case.args[0].shape[-1] - 1}. It is a plain "
            f"mean, over {case.args[0].shape[-1]} features."
        ),
    ),
    Mistake(
        "root_before_mean",
        {
            f"np.sqrt({MEAN_SQUARE} + eps)": "(np.sqrt((x * x).sum(axis=-1, keepdims=True) + eps)"
            " / x.shape[-1])"
        },
        "The root of the sum of squares is divided by d_model. The mean comes first, under the "
        "root: square, mean, root.",
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
        "multiplied",
        {"1 / np.sqrt": "np.sqrt"},
        "x is multiplied by its root mean square, so long vectors become longer still. Divide by "
        "it.",
    ),
    Mistake(
        "root_twice",
        {"1 / np.sqrt(": "1 / np.sqrt(np.sqrt(", " + eps)": ") + eps)"},
        "The root is taken twice. Once is enough: square, mean, root.",
    ),
    Mistake(
        "largest",
        {f"np.sqrt({MEAN_SQUARE} + eps)": "(np.abs(x).max(axis=-1, keepdims=True) + eps)"},
        "Each vector is divided by its largest magnitude. Its root mean square is wanted, to which "
        "all features contribute.",
    ),
    Mistake(
        "mean_absolute",
        {"np.sqrt((x * x)": "(np.abs(x)"},
        "You divide by the mean of the absolute values. Square, take the mean, then take the root.",
    ),
    Mistake(
        "wrong_axis",
        [{"axis=-1": "axis=0"}, {"axis=-1": "axis=tuple(range(x.ndim - 1))"}],
        "The mean square of each feature is taken over the vectors, along axis 0 or along all axes "
        "but the last. Each vector has its own: axis=-1.",
    ),
    Mistake(
        "over_positions",
        {"axis=-1": "axis=1"},
        "The mean square is taken along axis 1. In a batch (B, T, d_model) these are the "
        "positions, and rows see each other. Count from the end: axis=-1.",
    ),
    Mistake(
        "over_sequence",
        [{"axis=-1": "axis=tuple(range(1, x.ndim))"}, {"axis=-1": "axis=(-2, -1)"}],
        "One mean square is taken for a whole sequence of a batch, so its rows see each other. "
        "Each row has its own: axis=-1.",
    ),
    Mistake(
        "over_everything",
        {"axis=-1, keepdims=True": ""},
        "One mean square is taken over the whole array. Each vector has its own: axis=-1, "
        "keepdims=True.",
    ),
    Mistake(
        "length_of_everything",
        {f"np.sqrt({MEAN_SQUARE} + eps)": "(np.linalg.norm(x) + eps)"},
        "np.linalg.norm without an axis takes the whole array for one vector, and adds the squares "
        "up: each vector has a root mean square of its own, with a mean in it.",
    ),
    Mistake(
        "gamma_plus_one",
        {"* gamma": "* (1 + gamma)"},
        "The vectors are multiplied by 1 + gamma. Some models keep gamma in that form, as the "
        "distance from 1; here gamma is the factor itself.",
    ),
    Mistake(
        "gamma_added",
        {"* gamma": "+ gamma"},
        "gamma is added. It is a factor for each feature; RMS norm has nothing that is added, no "
        "beta.",
    ),
    Mistake(
        "scaled_first",
        {
            "    inverse_rms": "    x = x * gamma\n    inverse_rms",
            "normalized * gamma": "normalized",
        },
        "gamma is applied to x, before the norm, which takes most of that away again. It comes "
        "last.",
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
        "eps_after_division",
        {f"1 / np.sqrt({MEAN_SQUARE} + eps)": f"1 / np.sqrt({MEAN_SQUARE}) + eps"},
        "eps is added to the quotient. It belongs to the mean square, under the root: there it "
        "keeps the divisor away from 0.",
    ),
    Mistake(
        "eps_as_bound",
        [
            {f"{MEAN_SQUARE} + eps": f"np.maximum({MEAN_SQUARE}, eps)"},
            {f"np.sqrt({MEAN_SQUARE} + eps)": f"np.maximum(np.sqrt({MEAN_SQUARE}), eps)"},
        ],
        "eps is a lower bound here. It is added to every mean square, the large ones, too.",
    ),
    Mistake(
        "eps_squared",
        {"+ eps": "+ eps**2"},
        "eps is squared before it is added. It is added to the mean square as it is.",
    ),
    Mistake(
        "zero_eps_replaced",
        {"    inverse_rms": "    eps = eps or 1e-5\n    inverse_rms"},
        "eps = 0 is given, and the default is used in its place: 0 counts as False in Python. The "
        "signature already has the default; use eps as it comes.",
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
        "result_in_cache",
        {"(normalized,": "(out,"},
        "out is right, but normalized in the cache has gamma in it. Keep the vectors before gamma "
        "under a name of their own.",
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
