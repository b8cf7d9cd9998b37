"""Exercise: rms_norm, which the course's models do not use and many newer ones do."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def rms_norm(x, gamma, eps=1e-5):
    """Bring each vector to a mean square of 1, then apply gamma (Zhang and Sennrich 2019, Eq. 4).

    Parameters
    ----------
    x : array (..., d_model)
    gamma : array (d_model,)
    eps : float
        Added to the mean square under the root, as Llama does; the paper's equation has none.

    Returns
    -------
    out : array (..., d_model)
    cache : (normalized, inverse_rms, gamma)
    """
    inverse_rms = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    normalized = x * inverse_rms
    return normalized * gamma, (normalized, inverse_rms, gamma)


def rms_norm_cases(rng):
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


def _loop(x, gamma, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    normalized, inverse = np.empty_like(rows), np.empty((len(rows), 1))
    for i, row in enumerate(rows):
        inverse[i] = (sum(value**2 for value in row) / len(row) + eps) ** -0.5
        normalized[i] = row * inverse[i]
    normalized, inverse = normalized.reshape(x.shape), inverse.reshape(*x.shape[:-1], 1)
    return normalized * gamma, (normalized, inverse, gamma)


def _by_length(x, gamma, eps=1e-5):
    length = np.linalg.norm(x, axis=-1, keepdims=True)
    inverse_rms = (length**2 / x.shape[-1] + eps) ** -0.5
    normalized = x * inverse_rms
    return normalized * gamma, (normalized, inverse_rms, gamma)


def _mean_square(x, axis=-1, keepdims=True):
    return (x * x).mean(axis=axis, keepdims=keepdims)


def _mean_subtracted(x, gamma, eps=1e-5):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps) * gamma


def _standard_deviation(x, gamma, eps=1e-5):
    return x / np.sqrt(x.var(-1, keepdims=True) + eps) * gamma


def _sum_of_squares(x, gamma, eps=1e-5):
    return x / np.sqrt((x * x).sum(-1, keepdims=True) + eps) * gamma


register(
    Exercise(
        name="rms_norm",
        lesson=3,
        reference=rms_norm,
        cases=rms_norm_cases,
        mistakes=(
            Mistake(
                "no_keepdims",
                lambda x, gamma, eps=1e-5: x / np.sqrt(_mean_square(x, -1, False) + eps) * gamma,
                "The mean square has lost its axis, so it does not line up with x. keepdims=True "
                "keeps that axis with length 1.",
            ),
            Mistake(
                "mean_subtracted",
                _mean_subtracted,
                "You subtract the mean. That is layer norm; RMS norm leaves the mean where it is "
                "and divides by the root of the mean square of x itself.",
            ),
            Mistake(
                "standard_deviation",
                _standard_deviation,
                "You divide by the standard deviation, which is taken around the mean. RMS norm "
                "takes the squares of x as it is: np.sqrt((x * x).mean(...)).",
            ),
            Mistake(
                "sum_of_squares",
                _sum_of_squares,
                lambda case, got, want: (
                    "You divide by the root of the sum of squares, the length of the vector. The "
                    f"mean over its {case.args[0].shape[-1]} features is wanted, so these are "
                    f"{number(case.args[0].shape[-1] ** 0.5)} times too small."
                ),
            ),
            Mistake(
                "square_of_mean",
                lambda x, gamma, eps=1e-5: (
                    x / np.sqrt(x.mean(-1, keepdims=True) ** 2 + eps) * gamma
                ),
                "You square the mean of each vector. The mean of the squares is wanted: square "
                "first, so that positive and negative features do not cancel.",
            ),
            Mistake(
                "no_root",
                lambda x, gamma, eps=1e-5: x / (_mean_square(x) + eps) * gamma,
                "You divide by the mean square, not by its root. RMS stands for root mean square.",
            ),
            Mistake(
                "mean_absolute",
                lambda x, gamma, eps=1e-5: x / (np.abs(x).mean(-1, keepdims=True) + eps) * gamma,
                "You divide by the mean of the absolute values. Square, take the mean, then take "
                "the root.",
            ),
            Mistake(
                "wrong_axis",
                lambda x, gamma, eps=1e-5: x / np.sqrt(_mean_square(x, 0) + eps) * gamma,
                "The mean square is taken along axis 0, over the vectors. Each vector has its "
                "own: axis=-1.",
            ),
            Mistake(
                "over_everything",
                lambda x, gamma, eps=1e-5: x / np.sqrt((x * x).mean() + eps) * gamma,
                "One mean square is taken over the whole array. Each vector has its own: axis=-1, "
                "keepdims=True.",
            ),
            Mistake(
                "no_gamma",
                lambda x, gamma, eps=1e-5: x / np.sqrt(_mean_square(x) + eps),
                "gamma is missing: multiply each feature by its own factor at the end.",
            ),
            Mistake(
                "no_eps",
                lambda x, gamma, eps=1e-5: x / np.sqrt(_mean_square(x)) * gamma,
                "eps is missing, so a vector of zeros becomes 0/0 = nan. Add eps to the mean "
                "square, under the root.",
            ),
            Mistake(
                "eps_outside",
                lambda x, gamma, eps=1e-5: x / (np.sqrt(_mean_square(x)) + eps) * gamma,
                "eps is added to the root. Here it belongs under the root: "
                "np.sqrt(mean_square + eps). The two differ where x is small.",
            ),
            Mistake(
                "eps_ignored",
                lambda x, gamma, eps=1e-5: x / np.sqrt(_mean_square(x) + 1e-5) * gamma,
                lambda case, got, want: (
                    "You add 1e-05 whatever the caller asks for; here eps is "
                    f"{number(case.kwargs.get('eps', 1e-5))}. Use the parameter."
                ),
            ),
            Mistake(
                "rms_in_cache",
                lambda x, gamma, eps=1e-5: (
                    rms_norm(x, gamma, eps)[0],
                    (rms_norm(x, gamma, eps)[1][0], np.sqrt(_mean_square(x) + eps), gamma),
                ),
                "out is right, but inverse_rms in the cache is the root mean square itself. It "
                "should be 1 divided by it.",
            ),
        ),
        correct=(rms_norm, _loop, _by_length),
        hints=(
            "Read the name backwards: square every feature, take the mean over the last axis, "
            "take the root. Then divide x by it.",
            "(x * x).mean(axis=-1, keepdims=True) is the mean square of each vector. Nothing is "
            "subtracted from x.",
            "inverse_rms = 1 / np.sqrt(mean_square + eps); normalized = x * inverse_rms; "
            "out = normalized * gamma.",
        ),
    )
)
