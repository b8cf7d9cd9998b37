"""layer_norm: each vector gets mean 0 and variance 1, then gamma and beta."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    gamma, beta = rng.normal(size=7), rng.normal(size=7)
    x = rng.normal(size=(5, 7)) * 3 + 2
    return [
        # mean 3, deviations -3 -1 0 1 3, their squares 9 1 0 1 9: variance 4, root 2.
        Case(
            (np.array([[0.0, 2, 3, 4, 6]]), np.array([2.0, 2, 2, 2, 4]), np.ones(5)),
            label="one vector, worked by hand",
            expected=([[-2, 0, 1, 2, 7]], None),
        ),
        Case((x, gamma, beta), label="five vectors of 7 features", proves="each vector by itself"),
        Case((rng.normal(size=(2, 3, 7)) - 1, gamma, beta), label="a batch"),
        Case(
            (rng.normal(size=(2, 3, 5, 7)) * 2, gamma, beta),
            label="three axes in front",
            proves="the axes in front",
        ),
        Case((x[0], gamma, beta), label="one vector of shape (7,), no axes in front"),
        Case((x + 100, gamma, beta), label="features near +100"),
        Case((x * 1e-3, gamma, beta), label="features that differ by little"),
        Case((x, gamma, beta), {"eps": 0.5}, label="a large eps"),
        Case((np.full((3, 7), 4.0), gamma, beta), label="all features of a vector equal"),
        Case((x * 1e-3, gamma, beta), {"eps": 0.0}, label="eps = 0"),
    ]


def first_variance(case):
    return number(np.var(case.args[0].reshape(-1, case.args[0].shape[-1])[0]))


mistakes = [
    Mistake(
        "no_keepdims",
        {", keepdims=True": ""},
        "The mean or the variance has lost its axis, so it does not line up with x. keepdims=True "
        "keeps that axis with length 1, and each vector meets its own mean.",
    ),
    Mistake(
        "wrong_axis",
        [{"axis=-1": "axis=0"}, {"axis=-1": "axis=tuple(range(x.ndim - 1))"}],
        "The mean and the variance are taken along axis 0, or along all axes but the last, so each "
        "feature is normalized over the vectors. That is what batch norm does. Layer norm looks at "
        "one vector: axis=-1.",
    ),
    Mistake(
        "second_axis_restored",
        {"axis=-1, keepdims=True)": "axis=-1)[:, None]"},
        "The axis that the mean took away is put back as the second one. With more axes in front, "
        "(B, T, d_model), it is the last that is missing: keepdims=True keeps it where it was.",
    ),
    Mistake(
        "over_positions",
        {"axis=-1": "axis=1"},
        "The mean and the variance are taken along axis 1. In a batch (B, T, d_model) these are "
        "the positions, and rows see each other. Count from the end: axis=-1.",
    ),
    Mistake(
        "over_sequence",
        [{"axis=-1": "axis=tuple(range(1, x.ndim))"}, {"axis=-1": "axis=(-2, -1)"}],
        "One mean and one variance are taken for a whole sequence of a batch, so its rows see each "
        "other. Each row has its own: axis=-1.",
    ),
    Mistake(
        "over_everything",
        {"axis=-1": "axis=None"},
        "One mean and one variance are taken over the whole array, so the vectors influence each "
        "other. Each vector has its own: axis=-1, keepdims=True.",
    ),
    Mistake(
        "mean_over_everything",
        {"x.mean(axis=-1, keepdims=True)": "x.mean()"},
        "One mean is taken over the whole array, though each vector has a variance of its own. It "
        "also has its own mean: axis=-1, keepdims=True.",
    ),
    Mistake(
        "variance_over_everything",
        {"x.var(axis=-1, keepdims=True)": "x.var()"},
        "One variance is taken over the whole array, though each vector has a mean of its own. It "
        "also has its own variance: axis=-1, keepdims=True.",
    ),
    Mistake(
        "no_gamma_beta",
        {"gamma * normalized + beta": "normalized"},
        "The vectors are normalized, but gamma and beta are missing: multiply by gamma, then add "
        "beta.",
    ),
    Mistake(
        "no_gamma",
        {"gamma * normalized": "normalized"},
        "gamma is missing: multiply the normalized vectors by it before beta is added.",
    ),
    Mistake("no_beta", {" + beta": ""}, "beta is missing: add it after gamma was multiplied."),
    Mistake(
        "gamma_plus_one",
        {"gamma * normalized": "(1 + gamma) * normalized"},
        "The normalized vectors are multiplied by 1 + gamma. Some models keep gamma in that form, "
        "as the distance from 1; here gamma is the factor itself.",
    ),
    Mistake(
        "matrix_product",
        [
            {"gamma * normalized": "normalized @ gamma"},
            {"gamma * normalized": "gamma @ normalized"},
        ],
        "@ multiplies and adds up. gamma has a factor for each feature, and nothing is added up: "
        "multiply elementwise.",
    ),
    Mistake(
        "gamma_beta_swapped",
        {"gamma * normalized + beta": "beta * normalized + gamma"},
        "gamma and beta have changed places: gamma multiplies, beta is added.",
    ),
    Mistake(
        "beta_before_gamma",
        {"gamma * normalized + beta": "gamma * (normalized + beta)"},
        "beta is added before gamma multiplies, so beta is scaled too. Multiply by gamma first, "
        "then add beta.",
    ),
    Mistake(
        "no_eps",
        {" + eps": ""},
        "eps is missing. Where all features of a vector are equal, the variance is 0 and 0/0 is "
        "nan. Add eps to the variance, under the root.",
    ),
    Mistake(
        "eps_after_division",
        {"1 / np.sqrt(variance + eps)": "1 / np.sqrt(variance) + eps"},
        "eps is added to the quotient. It belongs to the variance, under the root: there it keeps "
        "the divisor away from 0.",
    ),
    Mistake(
        "eps_as_bound",
        {"variance + eps": "np.maximum(variance, eps)"},
        "eps is a lower bound of the variance here. It is added to every variance, the large ones, "
        "too.",
    ),
    Mistake(
        "eps_squared",
        {"+ eps": "+ eps**2"},
        "eps is squared before it is added. It is added to the variance as it is.",
    ),
    Mistake(
        "zero_eps_replaced",
        {"    mean =": "    eps = eps or 1e-5\n    mean ="},
        "eps = 0 is given, and the default is used in its place: 0 counts as False in Python. The "
        "signature already has the default; use eps as it comes.",
    ),
    Mistake(
        "eps_in_numerator",
        {" + eps": "", "x - mean": "x - mean + eps"},
        "eps is added to the numerator. It belongs to the variance, under the root, where it "
        "keeps the divisor away from 0.",
    ),
    Mistake(
        "eps_outside",
        {"np.sqrt(variance + eps)": "(np.sqrt(variance) + eps)"},
        "eps is added to the root of the variance. Here it belongs under the root: "
        "np.sqrt(variance + eps). The two differ where the features differ by little.",
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
        "sample_variance",
        {"x.var(": "x.var(ddof=1, "},
        lambda case, got, want: (
            f"You divide the sum of squares by d_model - 1 = {case.args[0].shape[-1] - 1}. Layer "
            f"norm uses the plain mean of the squares, over {case.args[0].shape[-1]}: np.var "
            "without ddof."
        ),
    ),
    Mistake(
        "by_variance",
        {"np.sqrt(variance + eps)": "(variance + eps)"},
        lambda case, got, want: (
            f"You divide by the variance ({first_variance(case)} in the first vector), not by "
            "its root. Only the root has the unit of x: np.sqrt(variance + eps)."
        ),
    ),
    Mistake(
        "root_twice",
        {"x.var(": "x.std("},
        "The root is taken twice: of the variance, which gives the standard deviation, and then of "
        "that. Once is enough.",
    ),
    Mistake(
        "multiplied",
        {"1 / np.sqrt": "np.sqrt"},
        "The centered vectors are multiplied by the standard deviation, so long ones become longer "
        "still. Divide by it.",
    ),
    Mistake(
        "by_length",
        {"x.var(axis=-1, keepdims=True)": "((x - mean) ** 2).sum(axis=-1, keepdims=True)"},
        lambda case, got, want: (
            "The squared deviations are added up, so each vector gets length 1. The variance is "
            f"their mean, over {case.args[0].shape[-1]} features."
        ),
    ),
    Mistake(
        "mean_absolute",
        {"np.sqrt(variance + eps)": "(np.abs(x - mean).mean(axis=-1, keepdims=True) + eps)"},
        "The vectors are divided by their mean absolute deviation. The standard deviation is the "
        "root of the mean of the squared deviations.",
    ),
    Mistake(
        "mean_after_division",
        {"(x - mean) * inverse_std": "x * inverse_std - mean"},
        "x is divided first and the mean subtracted then, as large as it was. Subtract the mean "
        "first, then divide the difference.",
    ),
    Mistake(
        "turned_round",
        {"x - mean": "mean - x"},
        "x is subtracted from the mean, so every feature has the wrong sign before gamma. It is "
        "the mean that is subtracted from x.",
    ),
    Mistake(
        "x_added",
        {"out = gamma": "out = x + gamma"},
        "x is added to the result. That is the residual connection, a function of its own; "
        "layer_norm returns the normalized vectors alone.",
    ),
    Mistake(
        "scaled_first",
        {
            "    mean =": "    x = gamma * x + beta\n    mean =",
            "gamma * normalized + beta": "normalized",
        },
        "gamma and beta are applied to x, before the norm, which takes most of that away again. "
        "They come last.",
    ),
    Mistake(
        "only_centered",
        {" * inverse_std": ""},
        "The mean is subtracted, but the vector is not divided by its standard deviation, so a "
        "vector that is ten times as long stays so.",
    ),
    Mistake(
        "mean_kept",
        {"(x - mean)": "x"},
        "You divide by the standard deviation, but the mean was not subtracted from x before.",
    ),
    Mistake(
        "rms",
        {"x.var(": "(x**2).mean(", "(x - mean)": "x"},
        "You divide by the root of the mean square without subtracting the mean. That is RMS "
        "norm, the next exercise. Subtract the mean first.",
    ),
    Mistake(
        "square_not_centered",
        {"x.var(": "(x**2).mean("},
        "The mean is subtracted above, but the variance is taken as the mean square of x itself. "
        "The variance is the mean square of x - mean.",
    ),
    Mistake(
        "result_in_cache",
        [{"(normalized,": "(out,"}, {"(normalized,": "(gamma * normalized,"}],
        "out is right, but normalized in the cache has gamma in it, or gamma and beta. Keep the "
        "vectors before gamma and beta under a name of their own.",
    ),
    Mistake(
        "std_in_cache",
        {", inverse_std,": ", 1 / inverse_std,"},
        "out is right, but inverse_std in the cache is the standard deviation itself. It should "
        "be 1 divided by it.",
    ),
]

hints = [
    "Four steps, each along the last axis: the mean, the variance, normalize, then gamma and beta.",
    "x.mean(axis=-1, keepdims=True) has one number for each vector, in the right place to be "
    "subtracted. x.var(axis=-1, keepdims=True) is the mean of the squared deviations.",
    "inverse_std = 1 / np.sqrt(variance + eps); normalized = (x - mean) * inverse_std.",
    "out = gamma * normalized + beta.",
]
