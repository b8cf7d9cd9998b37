"""Exercise: layer_norm."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_layer_norm as wrong


def layer_norm_cases(rng):
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


def _layer_norm(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    variance = ((x - mean) ** 2).mean(axis=-1, keepdims=True)
    inverse_std = 1 / np.sqrt(variance + eps)
    normalized = (x - mean) * inverse_std
    return gamma * normalized + beta, (normalized, inverse_std, gamma)


def _layer_norm_loop(x, gamma, beta, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    normalized, inverse = np.empty_like(rows), np.empty((len(rows), 1))
    for i, row in enumerate(rows):
        inverse[i] = 1 / np.sqrt(np.var(row) + eps)
        normalized[i] = (row - np.mean(row)) * inverse[i]
    normalized, inverse = normalized.reshape(x.shape), inverse.reshape(*x.shape[:-1], 1)
    return normalized * gamma + beta, (normalized, inverse, gamma)


def _layer_norm_einsum(x, gamma, beta, eps=1e-5):
    centered = x - np.einsum("...d->...", x)[..., None] / x.shape[-1]
    variance = np.einsum("...d,...d->...", centered, centered)[..., None] / x.shape[-1]
    inverse_std = (variance + eps) ** -0.5
    normalized = centered * inverse_std
    return normalized * gamma + beta, (normalized, inverse_std, gamma)


def _first_variance(case):
    return number(np.var(case.args[0].reshape(-1, case.args[0].shape[-1])[0]))


register(
    Exercise(
        name="layer_norm",
        lesson=3,
        reference=layers.layer_norm,
        shown=_layer_norm,
        cases=layer_norm_cases,
        mistakes=(
            Mistake(
                "no_keepdims",
                wrong.no_keepdims,
                "The mean or the variance has lost its axis, so it does not line up with x. "
                "keepdims=True keeps that axis with length 1, and each vector meets its own mean.",
            ),
            Mistake(
                "wrong_axis",
                wrong.wrong_axis,
                "The mean and the variance are taken along axis 0, so each feature is normalized "
                "over the vectors. That is what batch norm does. Layer norm looks at one vector: "
                "axis=-1.",
            ),
            Mistake(
                "over_positions",
                wrong.over_positions,
                "The mean and the variance are taken along axis 1. In a batch (B, T, d_model) "
                "these are the positions, and rows see each other. Count from the end: axis=-1.",
            ),
            Mistake(
                "over_sequence",
                wrong.over_sequence,
                "One mean and one variance are taken over all axes but the first, for a whole "
                "sequence of a batch, and its rows see each other. Each row has its own: axis=-1.",
            ),
            Mistake(
                "over_everything",
                wrong.over_everything,
                "One mean and one variance are taken over the whole array, so the vectors "
                "influence each other. Each vector has its own: axis=-1, keepdims=True.",
            ),
            Mistake(
                "no_gamma_beta",
                wrong.no_gamma_beta,
                "The vectors are normalized, but gamma and beta are missing: multiply by gamma, "
                "then add beta.",
            ),
            Mistake(
                "no_gamma",
                wrong.no_gamma,
                "gamma is missing: multiply the normalized vectors by it before beta is added.",
            ),
            Mistake(
                "no_beta", wrong.no_beta, "beta is missing: add it after gamma was multiplied."
            ),
            Mistake(
                "gamma_beta_swapped",
                wrong.gamma_beta_swapped,
                "gamma and beta have changed places: gamma multiplies, beta is added.",
            ),
            Mistake(
                "beta_before_gamma",
                wrong.beta_before_gamma,
                "beta is added before gamma multiplies, so beta is scaled too. Multiply by gamma "
                "first, then add beta.",
            ),
            Mistake(
                "no_eps",
                wrong.no_eps,
                "eps is missing. Where all features of a vector are equal, the variance is 0 and "
                "0/0 is nan. Add eps to the variance, under the root.",
            ),
            Mistake(
                "eps_in_numerator",
                wrong.eps_in_numerator,
                "eps is added to the numerator. It belongs to the variance, under the root, where "
                "it keeps the divisor away from 0.",
            ),
            Mistake(
                "eps_outside",
                wrong.eps_outside,
                "eps is added to the root of the variance. Here it belongs under the root: "
                "np.sqrt(variance + eps). The two differ where the features differ by little.",
            ),
            Mistake(
                "eps_ignored",
                wrong.eps_ignored,
                lambda case, got, want: (
                    f"You add 1e-05 whatever the caller asks for; here eps is "
                    f"{number(case.kwargs.get('eps', 1e-5))}. Use the parameter."
                ),
            ),
            Mistake(
                "sample_variance",
                wrong.sample_variance,
                lambda case, got, want: (
                    f"You divide the sum of squares by d_model - 1 = {case.args[0].shape[-1] - 1}. "
                    f"Layer norm uses the plain mean of the squares, over "
                    f"{case.args[0].shape[-1]}: np.var without ddof."
                ),
            ),
            Mistake(
                "by_variance",
                wrong.by_variance,
                lambda case, got, want: (
                    f"You divide by the variance ({_first_variance(case)} in the first vector), "
                    "not by its root. Only the root has the unit of x: np.sqrt(variance + eps)."
                ),
            ),
            Mistake(
                "only_centered",
                wrong.only_centered,
                "The mean is subtracted, but the vector is not divided by its standard deviation, "
                "so a vector that is ten times as long stays so.",
            ),
            Mistake(
                "mean_kept",
                wrong.mean_kept,
                "You divide by the standard deviation, but the mean was not subtracted from x "
                "before.",
            ),
            Mistake(
                "rms",
                wrong.rms,
                "You divide by the root of the mean square without subtracting the mean. That is "
                "RMS norm, the next exercise. Subtract the mean first.",
            ),
            Mistake(
                "square_not_centered",
                wrong.square_not_centered,
                "The mean is subtracted above, but the variance is taken as the mean square of x "
                "itself. The variance is the mean square of x - mean.",
            ),
            Mistake(
                "result_in_cache",
                wrong.result_in_cache,
                "out is right, but normalized in the cache has gamma and beta in it. Keep the "
                "vectors before gamma and beta under a name of their own.",
            ),
            Mistake(
                "std_in_cache",
                wrong.std_in_cache,
                "out is right, but inverse_std in the cache is the standard deviation itself. It "
                "should be 1 divided by it.",
            ),
        ),
        correct=(_layer_norm, _layer_norm_loop, _layer_norm_einsum),
        hints=(
            "Four steps, each along the last axis: the mean, the variance, normalize, then gamma "
            "and beta.",
            "x.mean(axis=-1, keepdims=True) has one number for each vector, in the right place to "
            "be subtracted. x.var(axis=-1, keepdims=True) is the mean of the squared deviations.",
            "inverse_std = 1 / np.sqrt(variance + eps); normalized = (x - mean) * inverse_std.",
            "out = gamma * normalized + beta.",
        ),
    )
)
