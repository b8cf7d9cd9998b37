"""Exercise: softmax_backward."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def softmax_backward_cases(rng):
    def case(*shape, label, axis=-1):
        out, cache = layers.softmax(rng.normal(size=shape) * 2, axis)
        return Case((rng.normal(size=out.shape), cache), label=label)

    masked = np.where(np.tri(5, dtype=bool), rng.normal(size=(5, 5)), -np.inf)
    return [
        # The sum of dout out is 1/4; (1 - 1/4) / 4, (0 - 1/4) / 4, (0 - 1/4) / 2.
        Case(
            (np.array([1.0, 0.0, 0.0]), (np.array([0.25, 0.25, 0.5]), -1)),
            label="three weights, worked by hand",
            expected=[0.1875, -0.0625, -0.125],
        ),
        case(3, 5, label="one row of weights for each query"),
        case(2, 3, 5, 7, label="a batch with heads"),
        case(3, 5, label="along axis 0", axis=0),
        case(2, 3, 5, label="along an axis in the middle", axis=1),
        Case(
            (rng.normal(size=(5, 5)), layers.softmax(masked)[1]), label="with weights of 0, masked"
        ),
    ]


def _plain(dout, cache):
    out, axis = cache
    return out * (dout - (dout * out).sum(axis=axis, keepdims=True))


def _jacobian(dout, cache):
    out, axis = (np.moveaxis(cache[0], cache[1], -1), cache[1])
    upstream = np.moveaxis(dout, axis, -1)
    dx = np.empty_like(out)
    for place in np.ndindex(out.shape[:-1]):
        w = out[place]
        dx[place] = upstream[place] @ (np.diag(w) - np.outer(w, w))
    return np.moveaxis(dx, -1, axis)


def _two_terms(dout, cache):
    out, axis = cache
    along = dout * out
    return along - out * np.sum(along, axis, keepdims=True)


def _other_axis(dout, cache):
    return _plain(dout, (cache[0], -1))


def _no_keepdims(dout, cache):
    out, axis = cache
    return out * (dout - (dout * out).sum(axis=axis))


def _sum_of_all(dout, cache):
    return cache[0] * (dout - (dout * cache[0]).sum())


def _sum_of_dout(dout, cache):
    return cache[0] * (dout - dout.sum(axis=cache[1], keepdims=True))


def _mean_of_dout(dout, cache):
    return cache[0] * (dout - dout.mean(axis=cache[1], keepdims=True))


def _not_weighted(dout, cache):
    return dout - (dout * cache[0]).sum(axis=cache[1], keepdims=True)


def _row_total(case, got):
    """What the first row of the reader's answer sums to."""
    return number(np.take(np.asarray(got).sum(axis=case.args[1][1]), 0))


register(
    Exercise(
        name="softmax_backward",
        lesson=7,
        reference=layers.softmax_backward,
        shown=_plain,
        cases=softmax_backward_cases,
        returns=("dx",),
        mistakes=(
            Mistake(
                "without_the_sum",
                lambda dout, cache: dout * cache[0],
                lambda case, got, want: (
                    "The second term is missing: every weight also falls when another score rises, "
                    "because all share one sum. Your first row sums to "
                    f"{_row_total(case, got)}, and a gradient of the softmax always sums to 0. "
                    "Subtract out · Σ dout out."
                ),
            ),
            Mistake(
                "elementwise_slope",
                lambda dout, cache: dout * cache[0] * (1 - cache[0]),
                lambda case, got, want: (
                    "w (1 − w) is how a weight answers to its own score: the diagonal of the "
                    "Jacobian. Every score moves the other weights too, by −w_i w_j. Your first "
                    f"row sums to {_row_total(case, got)} in place of 0."
                ),
            ),
            Mistake(
                "plus",
                lambda dout, cache: (
                    cache[0] * (dout + (dout * cache[0]).sum(axis=cache[1], keepdims=True))
                ),
                lambda case, got, want: (
                    "The sum is added, and it is to be subtracted: another score that rises takes "
                    f"weight away. Your first row sums to {_row_total(case, got)} in place of 0."
                ),
            ),
            Mistake(
                "second_term_not_weighted",
                lambda dout, cache: (
                    dout * cache[0] - (dout * cache[0]).sum(axis=cache[1], keepdims=True)
                ),
                lambda case, got, want: (
                    "The weight multiplies only the first term: out · dout − Σ. It multiplies "
                    f"both, out · (dout − Σ). Your first row sums to {_row_total(case, got)} in "
                    "place of 0."
                ),
            ),
            Mistake(
                "mean_for_sum",
                lambda dout, cache: (
                    cache[0] * (dout - (dout * cache[0]).mean(axis=cache[1], keepdims=True))
                ),
                "You take the mean of dout · out, which divides once more by the number of "
                "weights. The weights sum to 1, so their sum Σ dout · out is the weighted mean.",
            ),
            Mistake(
                "no_keepdims",
                _no_keepdims,
                "The sum has lost its axis and meets the wrong one of dout. keepdims=True keeps it "
                "with length 1, so that each row gets its own sum.",
            ),
            Mistake(
                "last_axis",
                _other_axis,
                lambda case, got, want: (
                    f"The softmax ran along axis {case.args[1][1]}, and you sum along the last. "
                    "The cache holds the axis."
                ),
            ),
            Mistake(
                "sum_of_all",
                _sum_of_all,
                "One sum is taken over the whole array. Every row has a softmax of its own: sum "
                "along `axis`, with keepdims=True.",
            ),
            Mistake(
                "sum_of_dout",
                _sum_of_dout,
                "You subtract the sum of dout. It is a weighted mean that is subtracted, with the "
                "weights of the row: Σ dout · out.",
            ),
            Mistake(
                "mean_of_dout",
                _mean_of_dout,
                "You subtract the plain mean of dout. It must be the mean with the weights of the "
                "row, Σ dout · out; the two agree only where all weights are equal.",
            ),
            Mistake(
                "not_weighted",
                _not_weighted,
                "The factor out in front is missing: out · (dout − Σ dout out). A score whose "
                "weight is 0 moves nothing and must get the gradient 0.",
            ),
            Mistake(
                "zeros",
                lambda dout, cache: np.zeros_like(cache[0]),
                "All gradients are 0. That is right only if dout is the same for all weights of a "
                "row: the weights sum to 1 whatever the scores do.",
            ),
        ),
        correct=(_plain, _jacobian, _two_terms),
        hints=(
            "A score x_j reaches the loss through every weight of its row. How does weight i "
            "answer to score j? There are two cases, i = j and i ≠ j.",
            "∂w_i/∂x_j = w_i (1 − w_j) if i = j, and −w_i w_j if not. Both are w_i (δ_ij − w_j).",
            "dx_j = Σ_i dout_i w_i (δ_ij − w_j) = w_j (dout_j − Σ_i dout_i w_i). The sum is the "
            "same for all j of a row.",
            "out * (dout - (dout * out).sum(axis=axis, keepdims=True))",
        ),
    )
)
