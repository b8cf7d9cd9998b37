"""layer_norm_backward: three paths, direct, through the mean and through the deviation."""

import numpy as np

from classroom.exercises import Case, Mistake, number
from course_lib import layers


def cases(rng):
    def case(*shape, label, gamma=None, proves=""):
        gamma = rng.normal(size=shape[-1]) if gamma is None else gamma
        x, beta = 3 * rng.normal(size=shape), rng.normal(size=shape[-1])
        out, cache = layers.layer_norm(x, gamma, beta)
        return Case((rng.normal(size=out.shape), cache), label=label, proves=proves)

    # x = (-2, 2): mean 0, std 2, normalized (-1, 1). Two features have only one direction, which
    # the norm takes away: dx is 0.
    by_hand = (np.array([[-1.0, 1.0]]), np.array([[0.5]]), np.array([1.0, 3.0]))
    # normalized (-1, 0, 0, 1) · √2: dout = (1, 0, 0, 0) has the mean 1/4 and along it -√2/4.
    four = (np.array([[-1.0, 0, 0, 1]]) * 2**0.5, np.array([[2.0]]), np.ones(4))
    return [
        Case(
            (np.array([[1.0, 0, 0, 0]]), four),
            label="four features, worked by hand",
            expected=([[0.5, -0.5, -0.5, 0.5]], [-(2**0.5), 0, 0, 0], [1, 0, 0, 0]),
        ),
        case(3, 7, label="with gamma = 1", gamma=np.ones(7), proves="the vectors where gamma is 1"),
        Case(
            (np.array([[5.0, 7.0]]), by_hand),
            label="two features, gamma is not 1",
            expected=([[0.0, 0.0]], [-5.0, 7.0], [5.0, 7.0]),
        ),
        case(3, 5, label="3 vectors", proves="any gamma"),
        case(2, 3, 7, label="a batch", proves="a batch"),
        case(2, 3, 5, 11, label="four axes"),
        case(7, label="a single vector"),
    ]


def total(case, got):
    """What the reader's dx sums to in the first vector."""
    return number(np.asarray(got[0]).reshape(-1, np.shape(got[0])[-1])[0].sum())


mistakes = [
    Mistake(
        "direct_path_alone",
        {" - through_mean - through_deviation": ""},
        "Only the direct path is there. Each feature also moves the mean of its vector and its "
        "standard deviation, and through them all other features: two more terms.",
    ),
    Mistake(
        "without_the_mean",
        {" - through_mean": ""},
        lambda case, got, want: (
            "The path through the mean is missing. To add the same number to all features changes "
            f"nothing, so dx must sum to 0 in every vector; yours sums to {total(case, got)} in "
            "the first. Subtract the mean of dout · gamma."
        ),
    ),
    Mistake(
        "along_not_times_normalized",
        {"(d * normalized)": "d"},
        "In the last term you take the mean of d alone. It is the mean of d * normalized: how much "
        "of d points along normalized.",
    ),
    Mistake(
        "along_the_ones",
        {"normalized * (": "("},
        "The last term lacks the factor normalized in front. Through the deviation a vector is "
        "stretched, so what is taken away points along normalized: normalized times the mean of d "
        "* normalized.",
    ),
    Mistake(
        "without_the_variance",
        {" - through_deviation": ""},
        "The path through the standard deviation is missing, or what you subtract for it is 0, as "
        "mean(d) · mean(normalized) always is. To stretch a vector changes nothing "
        "either: subtract normalized times the mean of dout · gamma · normalized.",
    ),
    Mistake(
        "gamma_forgotten",
        {"dout * gamma": "dout"},
        "gamma is missing in dx. On its way back dout first passes the product with gamma: begin "
        "with dout * gamma.",
    ),
    Mistake(
        "means_without_gamma",
        [
            {"= d.mean": "= dout.mean", "(d * ": "(dout * "},
            {"= d.mean": "= dout.mean"},
            {"(d * ": "(dout * "},
        ],
        "gamma is in the direct term, but a mean is taken of dout without it. All three terms "
        "begin with dout * gamma.",
    ),
    Mistake(
        "gamma_at_the_end",
        {"dout * gamma": "dout", "(d - through_mean": "gamma * (d - through_mean"},
        "gamma multiplies the result in place of dout. gamma was the last step of the forward, so "
        "it is the first of the backward: the two means are taken of dout · gamma.",
    ),
    Mistake(
        "diagonal_alone",
        {
            "through_mean - through_deviation": "d / d_model - d * normalized**2 / d_model",
        },
        "1 − 1/n − z²/n is how a feature answers to itself: the diagonal of the Jacobian. Every "
        "feature also moves the others, through the mean and the deviation: both terms are means "
        "over all features of the vector.",
    ),
    Mistake(
        "divided_twice",
        [
            {"= normalized * (": "= normalized / d_model * ("},
            {"= d.mean": "= 1 / d_model * d.mean"},
            {
                "= normalized * (": "= normalized / d_model * (",
                "= d.mean": "= 1 / d_model * d.mean",
            },
        ],
        lambda case, got, want: (
            f"A term that is taken away is divided by d_model = {len(case.args[1][2])} twice. It "
            "is one mean over the features of the vector."
        ),
    ),
    Mistake(
        "one_less_than_n",
        [
            {
                "d.mean(axis=-1, keepdims=True)": "d.sum(axis=-1, keepdims=True) / (d_model - 1)",
                "(d * normalized).mean(axis=-1, keepdims=True)": "(d * normalized).sum(axis=-1, "
                "keepdims=True) / (d_model - 1)",
            },
            {
                "(d * normalized).mean(axis=-1, keepdims=True)": "(d * normalized).sum(axis=-1, "
                "keepdims=True) / (d_model - 1)",
            },
        ],
        lambda case, got, want: (
            f"You divide by d_model − 1 = {len(case.args[1][2]) - 1}. The variance of layer norm "
            f"divides by d_model = {len(case.args[1][2])}, and so do both means."
        ),
    ),
    Mistake(
        "means_of_all",
        [
            {"mean(axis=-1, keepdims=True)": "mean()"},
            {"= d.mean(axis=-1, keepdims=True)": "= d.mean()"},
            {"normalized).mean(axis=-1, keepdims=True)": "normalized).mean()"},
        ],
        "A mean is taken over the whole array. Each vector has its own mean and deviation: along "
        "the last axis, with keepdims=True.",
    ),
    Mistake(
        "no_keepdims",
        [
            {", keepdims=True": ""},
            {"= d.mean(axis=-1, keepdims=True)": "= d.mean(axis=-1)"},
            {"normalized).mean(axis=-1, keepdims=True)": "normalized).mean(axis=-1)"},
        ],
        "A mean has lost its axis and no longer meets its own vector. keepdims=True keeps the axis "
        "with length 1.",
    ),
    Mistake(
        "factor_of_the_deviation",
        [
            {"= normalized * (": "= 2 * normalized * ("},
            {"= normalized * (": "= 0.5 * normalized * ("},
        ],
        "The last term has a factor that does not belong. The square in the variance gives a 2 and "
        "the root a ½, and together they are 1.",
    ),
    Mistake(
        "inverse_std_forgotten",
        {"inverse_std * (": "("},
        "The factor inverse_std is missing. The forward divided by the standard deviation, so a "
        "step of x makes a step of normalized that is smaller by that factor.",
    ),
    Mistake(
        "inverse_std_twice",
        {"dout * gamma": "dout * gamma * inverse_std"},
        "The factor inverse_std is in dx twice. The given last line multiplies by it already; d is "
        "dout * gamma.",
    ),
    Mistake(
        "inverse_std_in_a_term",
        [
            {"= normalized * (": "= inverse_std * normalized * ("},
            {"= d.mean": "= inverse_std * d.mean"},
            {
                "= d.mean": "= inverse_std * d.mean",
                "= normalized * (": "= inverse_std * normalized * (",
            },
            {"= normalized * (": "= normalized / inverse_std * ("},
        ],
        "A term that is taken away has 1/σ in it once too often, or x − μ in place of normalized. "
        "Written with normalized, the three terms have one factor 1/σ together, and the given last "
        "line multiplies by it.",
    ),
    Mistake(
        "sums_for_means",
        {"mean(": "sum("},
        lambda case, got, want: (
            "The two terms are sums, and they should be means: mean and variance divide by d_model "
            f"= {len(case.args[1][2])}, and the factor comes back."
        ),
    ),
    Mistake(
        "means_over_the_batch",
        {"axis=-1": "axis=0"},
        "The means are taken over the first axis, as in a batch norm. Layer norm knows each vector "
        "alone: axis=-1.",
    ),
    Mistake(
        "dgamma_is_dbeta",
        {"(dout * normalized)": "dout"},
        "dgamma misses a factor: gamma multiplies normalized, so its slope is normalized. Sum dout "
        "* normalized.",
    ),
    Mistake(
        "gamma_for_normalized",
        {"(dout * normalized)": "(dout * gamma)"},
        "dgamma is a sum of dout * gamma. The slope of gamma * normalized in gamma is the other "
        "factor: sum dout * normalized.",
    ),
    Mistake(
        "gamma_in_dgamma",
        {"dout * normalized": "dout * gamma * normalized"},
        "dgamma holds gamma itself as a factor. In gamma * normalized the slope in gamma is "
        "normalized: sum dout * normalized, without gamma.",
    ),
    Mistake(
        "dgamma_of_another",
        [
            {"(dout * normalized)": "(dout * normalized * inverse_std)"},
            {"(dout * normalized)": "(dout * normalized / inverse_std)"},
        ],
        "dgamma has 1/σ or σ in it. gamma multiplies normalized, which is divided by σ already: "
        "its slope is normalized itself.",
    ),
    Mistake(
        "dgamma_not_summed",
        {"normalized).reshape(-1, d_model).sum(axis=0)": "normalized)"},
        "dgamma is not summed. All vectors were multiplied by the same gamma, so their shares add "
        "up, and dgamma has the shape of gamma.",
    ),
    Mistake(
        "dgamma_over_features",
        {"normalized).reshape(-1, d_model).sum(axis=0)": "normalized).sum(axis=-1)"},
        "dgamma is summed over the features: it has one number for each vector. It has one for "
        "each feature, the sum over all vectors.",
    ),
    Mistake(
        "dgamma_dbeta_first_axis",
        {".reshape(-1, d_model)": ""},
        "dgamma and dbeta are summed over the first axis only. Every vector of every sequence used "
        "them: sum over all axes but the last.",
    ),
    Mistake(
        "dgamma_dbeta_means",
        {"sum(axis=0)": "mean(axis=0)"},
        "dgamma and dbeta are means over the vectors. What was used several times collects a sum.",
    ),
]

hints = [
    "Go back line by line: out = gamma * normalized + beta first. That gives dbeta, dgamma and d = "
    "dout * gamma, the gradient of normalized.",
    "x reaches normalized on three paths: directly, through the mean, and through the standard "
    "deviation. Each path is one term.",
    "The path through the mean takes away the mean of d. The path through the standard deviation "
    "takes away normalized times the mean of d * normalized.",
    "dx = inverse_std * (d - d.mean(axis=-1, keepdims=True) - normalized * (d * "
    "normalized).mean(axis=-1, keepdims=True))",
]
