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
        Case((x, gamma, beta), label="five vectors of 7 features"),
        Case((rng.normal(size=(2, 3, 7)) - 1, gamma, beta), label="a batch"),
        Case((x + 100, gamma, beta), label="features near +100"),
        Case((x * 1e-3, gamma, beta), label="features that differ by little"),
        Case((x, gamma, beta), {"eps": 0.5}, label="a large eps"),
        Case((np.full((3, 7), 4.0), gamma, beta), label="all features of a vector equal"),
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
        {"axis=-1": "axis=0"},
        "The mean and the variance are taken along axis 0, so each feature is normalized over the "
        "vectors. That is what batch norm does. Layer norm looks at one vector: axis=-1.",
    ),
    Mistake(
        "over_positions",
        {"axis=-1": "axis=1"},
        "The mean and the variance are taken along axis 1. In a batch (B, T, d_model) these are "
        "the positions, and rows see each other. Count from the end: axis=-1.",
    ),
    Mistake(
        "over_sequence",
        {"axis=-1": "axis=tuple(range(1, x.ndim))"},
        "One mean and one variance are taken over all axes but the first, for a whole sequence of "
        "a batch, and its rows see each other. Each row has its own: axis=-1.",
    ),
    Mistake(
        "over_everything",
        {"axis=-1": "axis=None"},
        "One mean and one variance are taken over the whole array, so the vectors influence each "
        "other. Each vector has its own: axis=-1, keepdims=True.",
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
        {"(normalized,": "(out,"},
        "out is right, but normalized in the cache has gamma and beta in it. Keep the vectors "
        "before gamma and beta under a name of their own.",
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
