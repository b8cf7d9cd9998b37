"""Exercise: layer_norm_backward."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def layer_norm_backward_cases(rng):
    def case(*shape, label, gamma=None):
        gamma = rng.normal(size=shape[-1]) if gamma is None else gamma
        out, cache = layers.layer_norm(
            3 * rng.normal(size=shape), gamma, rng.normal(size=shape[-1])
        )
        return Case((rng.normal(size=out.shape), cache), label=label)

    # x = (-2, 2): mean 0, std 2, normalized (-1, 1). Two features have only one direction, which
    # the norm takes away: dx is 0.
    by_hand = (np.array([[-1.0, 1.0]]), np.array([[0.5]]), np.array([1.0, 3.0]))
    # normalized (-1, 0, 0, 1) · √2: dout = (1, 0, 0, 0) has the mean 1/4 and along it -√2/4.
    four = (np.array([[-1.0, 0, 0, 1]]) * 2**0.5, np.array([[2.0]]), np.ones(4))
    return [
        Case(
            (np.array([[5.0, 7.0]]), by_hand),
            label="two features",
            expected=([[0.0, 0.0]], [-5.0, 7.0], [5.0, 7.0]),
        ),
        Case(
            (np.array([[1.0, 0, 0, 0]]), four),
            label="four features, worked by hand",
            expected=([[0.5, -0.5, -0.5, 0.5]], [-(2**0.5), 0, 0, 0], [1, 0, 0, 0]),
        ),
        case(3, 5, label="3 vectors"),
        case(2, 3, 7, label="a batch"),
        case(2, 3, 5, 11, label="four axes"),
        case(3, 7, label="with gamma = 1", gamma=np.ones(7)),
    ]


def _plain(dout, cache):
    normalized, inverse_std, gamma = cache
    d_model = len(gamma)
    dgamma = (dout * normalized).reshape(-1, d_model).sum(axis=0)
    dbeta = dout.reshape(-1, d_model).sum(axis=0)
    d = dout * gamma
    mean = d.mean(axis=-1, keepdims=True)
    mean_along = (d * normalized).mean(axis=-1, keepdims=True)
    dx = inverse_std * (d - mean - normalized * mean_along)
    return dx, dgamma, dbeta


def _jacobian(dout, cache):
    normalized, inverse_std, gamma = cache
    n = len(gamma)
    dx = np.empty_like(normalized)
    for place in np.ndindex(normalized.shape[:-1]):
        z = normalized[place]
        jacobian = (np.eye(n) - np.ones((n, n)) / n - np.outer(z, z) / n) * inverse_std[place]
        dx[place] = jacobian @ (gamma * dout[place])
    dgamma = np.einsum("nd,nd->d", dout.reshape(-1, n), normalized.reshape(-1, n))
    return dx, dgamma, np.einsum("nd->d", dout.reshape(-1, n))


def _summed(dout, cache):
    normalized, inverse_std, gamma = cache
    n, front = len(gamma), tuple(range(dout.ndim - 1))
    d = gamma * dout
    total = d.sum(-1, keepdims=True)
    along = np.sum(d * normalized, -1, keepdims=True)
    dx = (n * d - total - normalized * along) * inverse_std / n
    return dx, np.sum(dout * normalized, axis=front), np.sum(dout, axis=front)


def _with(dx=None, dgamma=None, dbeta=None):
    """The right gradients with some of them replaced."""

    def answer(dout, cache):
        grads = list(_plain(dout, cache))
        for place, change in enumerate((dx, dgamma, dbeta)):
            if change is not None:
                grads[place] = change(dout, *cache)
        return tuple(grads)

    return answer


def _paths(direct=1, mean=1, along=1, mean_of=np.mean, axis=-1):
    def dx(dout, normalized, inverse_std, gamma):
        d = dout * gamma
        terms = mean * mean_of(d, axis=axis, keepdims=True)
        terms = terms + along * normalized * mean_of(d * normalized, axis=axis, keepdims=True)
        return inverse_std * (direct * d - terms)

    return dx


def _means_without_gamma(dout, normalized, inverse_std, gamma):
    along = (dout * normalized).mean(axis=-1, keepdims=True)
    return inverse_std * (gamma * dout - dout.mean(axis=-1, keepdims=True) - normalized * along)


def _along_the_ones(dout, normalized, inverse_std, gamma):
    d = dout * gamma
    return inverse_std * (d - (d * (1 + normalized)).mean(axis=-1, keepdims=True))


def _total(case, got):
    """What the reader's dx sums to in the first vector."""
    return number(np.asarray(got[0]).reshape(-1, np.shape(got[0])[-1])[0].sum())


register(
    Exercise(
        name="layer_norm_backward",
        lesson=7,
        reference=layers.layer_norm_backward,
        shown=_plain,
        cases=layer_norm_backward_cases,
        mistakes=(
            Mistake(
                "direct_path_alone",
                _with(dx=_paths(mean=0, along=0)),
                "Only the direct path is there. Each feature also moves the mean of its vector and "
                "its standard deviation, and through them all other features: two more terms.",
            ),
            Mistake(
                "without_the_mean",
                _with(dx=_paths(mean=0)),
                lambda case, got, want: (
                    "The path through the mean is missing. To add the same number to all features "
                    "changes nothing, so dx must sum to 0 in every vector; yours sums to "
                    f"{_total(case, got)} in the first. Subtract the mean of dout · gamma."
                ),
            ),
            Mistake(
                "along_not_times_normalized",
                _with(
                    dx=lambda dout, normalized, inverse_std, gamma: (
                        inverse_std
                        * (
                            dout * gamma
                            - (1 + normalized) * (dout * gamma).mean(axis=-1, keepdims=True)
                        )
                    )
                ),
                "In the last term you take the mean of d alone. It is the mean of d * normalized: "
                "how much of d points along normalized.",
            ),
            Mistake(
                "along_the_ones",
                _with(dx=_along_the_ones),
                "The last term lacks the factor normalized in front. Through the deviation a "
                "vector is stretched, so what is taken away points along normalized: normalized "
                "times the mean of d * normalized.",
            ),
            Mistake(
                "without_the_variance",
                _with(dx=_paths(along=0)),
                "The path through the standard deviation is missing. To stretch a vector changes "
                "nothing either: subtract normalized times the mean of dout · gamma · normalized.",
            ),
            Mistake(
                "gamma_forgotten",
                _with(
                    dx=lambda dout, normalized, inverse_std, gamma: _paths()(
                        dout, normalized, inverse_std, np.ones_like(gamma)
                    )
                ),
                "gamma is missing in dx. On its way back dout first passes the product with gamma: "
                "begin with dout * gamma.",
            ),
            Mistake(
                "means_without_gamma",
                _with(dx=_means_without_gamma),
                "gamma is in the direct term, but the two means are taken of dout without it. All "
                "three terms begin with dout * gamma.",
            ),
            Mistake(
                "inverse_std_forgotten",
                _with(
                    dx=lambda dout, normalized, inverse_std, gamma: _paths()(
                        dout, normalized, 1.0, gamma
                    )
                ),
                "The factor inverse_std is missing. The forward divided by the standard deviation, "
                "so a step of x makes a step of normalized that is smaller by that factor.",
            ),
            Mistake(
                "inverse_std_twice",
                _with(
                    dx=lambda dout, normalized, inverse_std, gamma: (
                        inverse_std * _paths()(dout, normalized, inverse_std, gamma)
                    )
                ),
                "The factor inverse_std is in dx twice. The given last line multiplies by it "
                "already; d is dout * gamma.",
            ),
            Mistake(
                "sums_for_means",
                _with(dx=_paths(mean_of=np.sum)),
                lambda case, got, want: (
                    "The two terms are sums, and they should be means: mean and variance divide by "
                    f"d_model = {len(case.args[1][2])}, and the factor comes back."
                ),
            ),
            Mistake(
                "means_over_the_batch",
                _with(dx=_paths(axis=0)),
                "The means are taken over the first axis, as in a batch norm. Layer norm knows "
                "each vector alone: axis=-1.",
            ),
            Mistake(
                "dgamma_is_dbeta",
                _with(dgamma=lambda dout, *_: dout.reshape(-1, dout.shape[-1]).sum(axis=0)),
                "dgamma misses a factor: gamma multiplies normalized, so its slope is normalized. "
                "Sum dout * normalized.",
            ),
            Mistake(
                "gamma_in_dgamma",
                _with(
                    dgamma=lambda dout, normalized, inverse_std, gamma: (
                        (dout * gamma * normalized).reshape(-1, len(gamma)).sum(axis=0)
                    )
                ),
                "dgamma holds gamma itself as a factor. In gamma * normalized the slope in gamma "
                "is normalized: sum dout * normalized, without gamma.",
            ),
            Mistake(
                "dgamma_dbeta_first_axis",
                _with(
                    dgamma=lambda dout, normalized, *_: (dout * normalized).sum(axis=0),
                    dbeta=lambda dout, *_: dout.sum(axis=0),
                ),
                "dgamma and dbeta are summed over the first axis only. Every vector of every "
                "sequence used them: sum over all axes but the last.",
            ),
            Mistake(
                "dgamma_dbeta_means",
                _with(
                    dgamma=lambda dout, normalized, *_: (
                        (dout * normalized).reshape(-1, dout.shape[-1]).mean(axis=0)
                    ),
                    dbeta=lambda dout, *_: dout.reshape(-1, dout.shape[-1]).mean(axis=0),
                ),
                "dgamma and dbeta are means over the vectors. What was used several times collects "
                "a sum.",
            ),
        ),
        correct=(_plain, _jacobian, _summed),
        hints=(
            "Go back line by line: out = gamma * normalized + beta first. That gives dbeta, dgamma "
            "and d = dout * gamma, the gradient of normalized.",
            "x reaches normalized on three paths: directly, through the mean, and through the "
            "standard deviation. Each path is one term.",
            "The path through the mean takes away the mean of d. The path through the standard "
            "deviation takes away normalized times the mean of d * normalized.",
            "dx = inverse_std * (d - d.mean(axis=-1, keepdims=True) - normalized * (d * "
            "normalized).mean(axis=-1, keepdims=True))",
        ),
    )
)
