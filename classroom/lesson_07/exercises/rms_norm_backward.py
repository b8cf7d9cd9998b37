"""rms_norm_backward: a norm with one path beside the direct one, derived by the reader alone."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def rms_norm(x, gamma, eps=1e-5):
    """Return (out, cache), as the lesson defines it."""
    inverse_rms = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + eps)
    normalized = x * inverse_rms
    return normalized * gamma, (normalized, inverse_rms, gamma)


def cases(rng):
    def case(*shape, label, size=1.0, shift=0.0, proves="", **kwargs):
        x, gamma = size * rng.normal(size=shape) + shift, rng.normal(size=shape[-1])
        out, cache = rms_norm(x, gamma, **kwargs)
        return Case((rng.normal(size=out.shape), cache), label=label, proves=proves)

    # squares 1 49 25 25: their mean is 25, its root 5.
    by_hand = rms_norm(np.array([[1.0, 7, -5, 5]]), np.array([5.0, 5, 5, 10]), eps=0)[1]
    return [
        Case(
            (np.array([[1.0, 0, 0, 0]]), by_hand),
            label="four features, worked by hand",
            expected=([[0.99, -0.07, 0.05, -0.05]], [0.2, 0, 0, 0]),
        ),
        case(3, 5, label="3 vectors", size=3.0, proves="a few vectors, where eps is small"),
        case(2, 3, 7, label="a batch", size=3.0, proves="a batch"),
        case(2, 3, 5, 11, label="four axes", size=3.0),
        case(7, label="a single vector", size=3.0),
        case(3, 7, label="vectors far from 0", size=30.0, shift=1000.0),
        case(3, 7, label="an eps as large as the mean square", eps=1.0, proves="any eps"),
        Case((rng.normal(size=(3, 7)), rms_norm(np.zeros((3, 7)), np.ones(7))[1]), label="x = 0"),
    ]


def along(case, got):
    """How much of the first vector of the reader's dx points along normalized."""
    width = len(case.args[1][2])
    dx, normalized = (np.asarray(a).reshape(-1, width)[0] for a in (got[0], case.args[1][0]))
    return number(float(dx @ normalized))


THROUGH = "normalized * (d * normalized).mean(axis=-1, keepdims=True)"

mistakes = [
    Mistake(
        "direct_path_alone",
        {" - through_rms": ""},
        "Only the direct path is there. Each feature also moves the root mean square of its "
        "vector, and through it all other features: one more term.",
    ),
    Mistake(
        "as_layer_norm",
        {"(d - through_rms)": "(d - d.mean(axis=-1, keepdims=True) - through_rms)"},
        "You subtract the mean of d, as layer_norm_backward does. RMS norm takes no mean away, so "
        "there is no path through a mean.",
    ),
    Mistake(
        "sign",
        {"d - through_rms": "d + through_rms"},
        "The second term has the wrong sign. A larger feature makes the root mean square larger, "
        "and everything that is divided by it smaller.",
    ),
    Mistake(
        "projected_exactly",
        {THROUGH: f"{THROUGH} / (normalized**2).mean(axis=-1, keepdims=True)"},
        lambda case, got, want: (
            "You take away all of d that points along normalized; yours has "
            f"{along(case, got)} left along it in the first vector. That is right for eps = 0 "
            "alone. With eps the mean of normalized² is below 1, and a little of that direction "
            "stays."
        ),
    ),
    Mistake(
        "along_not_times_normalized",
        {"(d * normalized).mean": "d.mean"},
        "In the second term you take the mean of d alone. Write out which outputs x_j reaches "
        "through the root mean square, and with which slope each: the slope of output i holds x_i.",
    ),
    Mistake(
        "along_the_ones",
        {THROUGH: "(d * normalized).mean(axis=-1, keepdims=True)"},
        "The second term is the same for all features of a vector. But a feature moves the mean "
        "square by 2 x_j / n: a large one moves it more. The factor normalized is missing.",
    ),
    Mistake(
        "gamma_forgotten",
        {"dout * gamma": "dout"},
        "gamma is missing in dx. On its way back dout first passes the product with gamma: begin "
        "with dout * gamma.",
    ),
    Mistake(
        "mean_without_gamma",
        {"(d * normalized)": "(dout * normalized)"},
        "gamma is in the direct term, but the mean is taken of dout without it. Both terms begin "
        "with dout * gamma.",
    ),
    Mistake(
        "inverse_rms_forgotten",
        {"inverse_rms * (": "("},
        "The factor inverse_rms is missing. The forward divided by the root mean square, so a step "
        "of x makes a step of normalized that is smaller by that factor.",
    ),
    Mistake(
        "inverse_rms_on_one_term",
        {"inverse_rms * (d - through_rms)": "inverse_rms * d - through_rms"},
        "inverse_rms is in the direct term alone. Written with normalized, both terms have it.",
    ),
    Mistake(
        "normalized_for_x",
        [
            {"inverse_rms * (d - through_rms)": f"inverse_rms * d - inverse_rms**{n} * through_rms"}
            for n in (3, 2)
        ],
        "The second term has inverse_rms to a higher power, which would belong to x. But the cache "
        "holds normalized, which is x · inverse_rms already, and it stands there twice.",
    ),
    Mistake(
        "divided_by_inverse",
        {"inverse_rms * (": "1 / inverse_rms * ("},
        "dx is divided by inverse_rms, and it is to be multiplied: the cache holds 1/r, not r.",
    ),
    Mistake(
        "gamma_at_the_end",
        {"dout * gamma": "dout", "inverse_rms * (d": "gamma * inverse_rms * (d"},
        "gamma multiplies the result in place of dout. gamma was the last step of the forward, so "
        "it is the first of the backward: the mean is taken of dout · gamma · normalized.",
    ),
    Mistake(
        "diagonal_alone",
        [
            {"(d - through_rms)": "(d - d * normalized**2 / len(gamma))"},
            {"(d - through_rms)": "(d - d * normalized**2)"},
        ],
        "This is how a feature answers to itself: the diagonal of the Jacobian. Every feature also "
        "moves the others, through the root mean square: add up over all outputs of the vector.",
    ),
    Mistake(
        "divided_twice",
        {"d - through_rms": "d - through_rms / len(gamma)"},
        lambda case, got, want: (
            f"The second term is divided by d_model = {len(case.args[1][2])} twice. It is one mean "
            "over the features of the vector."
        ),
    ),
    Mistake(
        "one_less_than_n",
        {".mean(axis=-1, keepdims=True)": ".sum(axis=-1, keepdims=True) / (len(gamma) - 1)"},
        lambda case, got, want: (
            f"The mean divides by d_model − 1 = {len(case.args[1][2]) - 1}. The mean square of the "
            f"forward divides by d_model = {len(case.args[1][2])}."
        ),
    ),
    Mistake(
        "mean_of_all",
        {".mean(axis=-1, keepdims=True)": ".mean()"},
        "The mean is taken over the whole array. Each vector has its own root mean square: along "
        "the last axis, with keepdims=True.",
    ),
    Mistake(
        "no_keepdims",
        {", keepdims=True": ""},
        "The mean has lost its axis and no longer meets its own vector. keepdims=True keeps the "
        "axis with length 1.",
    ),
    Mistake(
        "sum_for_mean",
        {"mean(": "sum("},
        lambda case, got, want: (
            "The second term is a sum, and it should be a mean: the mean square divides by "
            f"d_model = {len(case.args[1][2])}, and the factor comes back."
        ),
    ),
    Mistake(
        "two_from_the_square",
        {"d - through_rms": "d - 2 * through_rms"},
        "The second term is twice too large. The square gives a factor 2, but the root gives ½.",
    ),
    Mistake(
        "half_from_the_root",
        {"d - through_rms": "d - 0.5 * through_rms"},
        "The second term is half of what it should be. The root gives a factor ½, but the square "
        "gives 2.",
    ),
    Mistake(
        "mean_over_the_batch",
        {"axis=-1": "axis=0"},
        "The mean is taken over the first axis. Each vector has its own root mean square: axis=-1.",
    ),
    Mistake(
        "dgamma_is_dbeta",
        {"dgamma = (dout * normalized)": "dgamma = dout"},
        "dgamma misses a factor: gamma multiplies normalized, so its slope is normalized. Sum dout "
        "* normalized.",
    ),
    Mistake(
        "gamma_for_normalized",
        {"dgamma = (dout * normalized)": "dgamma = (dout * gamma)"},
        "dgamma is a sum of dout * gamma. The slope of gamma * normalized in gamma is the other "
        "factor: sum dout * normalized.",
    ),
    Mistake(
        "gamma_in_dgamma",
        {"dgamma = (dout * normalized)": "dgamma = (dout * gamma * normalized)"},
        "dgamma holds gamma itself as a factor. In gamma * normalized the slope in gamma is "
        "normalized: sum dout * normalized, without gamma.",
    ),
    Mistake(
        "dgamma_of_another",
        [
            {"dgamma = (dout * normalized)": "dgamma = (dout * normalized / inverse_rms)"},
            {"dgamma = (dout * normalized)": "dgamma = (dout * normalized * inverse_rms)"},
        ],
        "dgamma has the root mean square in it. gamma multiplies normalized, which is divided "
        "already: its slope is normalized itself.",
    ),
    Mistake(
        "dgamma_over_features",
        {".reshape(-1, len(gamma)).sum(axis=0)": ".sum(axis=-1)"},
        "dgamma is summed over the features: it has one number for each vector. It has one for "
        "each feature, the sum over all vectors.",
    ),
    Mistake(
        "dgamma_not_summed",
        {".reshape(-1, len(gamma)).sum(axis=0)": ""},
        "dgamma is not summed. All vectors were multiplied by the same gamma, so their shares add "
        "up, and dgamma has the shape of gamma.",
    ),
    Mistake(
        "dgamma_first_axis",
        {".reshape(-1, len(gamma))": ""},
        "dgamma is summed over the first axis only. Every vector of every sequence used gamma: sum "
        "over all axes but the last.",
    ),
    Mistake(
        "dgamma_mean",
        {"sum(axis=0)": "mean(axis=0)"},
        "dgamma is a mean over the vectors. What was used several times collects a sum.",
    ),
]

hints = [
    "Begin as for layer norm: out = gamma * normalized gives dgamma, and d = dout * gamma, the "
    "gradient of normalized. What is left is the way from normalized to x.",
    "x_j reaches normalized_i on two paths: directly, if i = j, and through r, the root under "
    "which eps stands. Write normalized_i = x_i / r. What is the slope of r in x_j?",
    "r² = mean(x²) + eps, so 2 r ∂r/∂x_j = 2 x_j / n, and ∂r/∂x_j = normalized_j / n. Now the "
    "quotient rule, then the sum over all i.",
    "The direct path gives d_j / r. The other gives − normalized_j / r times a mean over i. "
    "Compare with the path through σ in layer norm.",
]
