"""softmax_backward: every score moves all weights of its row."""

import numpy as np

from classroom.exercises import Case, Mistake, number
from course_lib import layers


def cases(rng):
    def case(*shape, label, axis=-1, proves=""):
        out, cache = layers.softmax(rng.normal(size=shape) * 2, axis)
        return Case((rng.normal(size=out.shape), cache), label=label, proves=proves)

    scores = np.where(np.tri(5, dtype=bool), rng.normal(size=(5, 5)), -np.inf)
    masked = layers.softmax(scores)[1]
    return [
        # The sum of dout out is 1/4; (1 - 1/4) / 4, (0 - 1/4) / 4, (0 - 1/4) / 2.
        Case(
            (np.array([1.0, 0.0, 0.0]), (np.array([0.25, 0.25, 0.5]), -1)),
            label="three weights, worked by hand",
            expected=[0.1875, -0.0625, -0.125],
            proves="one row",
        ),
        case(3, 5, label="one row of weights for each query", proves="several rows"),
        case(2, 3, 5, 7, label="a batch with heads", proves="the axes in front"),
        case(3, 5, label="along axis 0", axis=0),
        case(2, 3, 5, label="along an axis in the middle", axis=1, proves="any axis"),
        Case((200 * rng.normal(size=(5, 5)), masked), label="some weights 0, masked; dout large"),
    ]


def row_total(case, got):
    """What the first row of the reader's answer sums to."""
    return number(np.take(np.asarray(got).sum(axis=case.args[1][1]), 0))


returns = ("dx",)

TOTAL = "(dout * out).sum(axis=axis, keepdims=True)"
SOLVED = f"out * (dout - {TOTAL})"

mistakes = [
    Mistake(
        "without_the_sum",
        {f"(dout - {TOTAL})": "dout"},
        lambda case, got, want: (
            "The second term is missing: every weight also falls when another score rises, because "
            f"all share one sum. Your first row sums to {row_total(case, got)}, and a gradient of "
            "the softmax always sums to 0. Subtract out · Σ dout out."
        ),
    ),
    Mistake(
        "elementwise_slope",
        {f"(dout - {TOTAL})": "dout * (1 - out)"},
        lambda case, got, want: (
            "w (1 − w) is how a weight answers to its own score: the diagonal of the Jacobian. "
            "Every score moves the other weights too, by −w_i w_j. Your first row sums to "
            f"{row_total(case, got)} in place of 0."
        ),
    ),
    Mistake(
        "p_minus_y",
        [{SOLVED: "out - dout"}, {SOLVED: "dout - out"}],
        "The weights minus dout: p − y is the gradient of softmax and cross-entropy together, with "
        "a one-hot y. Here the softmax stands alone, and dout may be anything.",
    ),
    Mistake(
        "of_the_logarithm",
        {SOLVED: "dout - out * dout.sum(axis=axis, keepdims=True)"},
        "dout − out · Σ dout is the backward of log_softmax. Here dout is the gradient of the "
        "weights themselves, not of their logarithms.",
    ),
    Mistake(
        "first_term_missing",
        {SOLVED: f"-out * {TOTAL}"},
        "Only the second term is there, −out · Σ dout out: what every score does to the other "
        "weights. A score also raises its own weight: the term out · dout.",
    ),
    Mistake(
        "first_term_not_weighted",
        {SOLVED: f"dout - out * {TOTAL}"},
        "The weight multiplies only the second term: dout − out · Σ. It multiplies both, out · "
        "(dout − Σ); in the Jacobian the diagonal is w_i (1 − w_i), not 1 − w_i².",
    ),
    Mistake(
        "plus",
        {"dout - (": "dout + ("},
        lambda case, got, want: (
            "The sum is added, and it is to be subtracted: another score that rises takes weight "
            f"away. Your first row sums to {row_total(case, got)} in place of 0."
        ),
    ),
    Mistake(
        "second_term_not_weighted",
        {f"(dout - {TOTAL})": f"dout - {TOTAL}"},
        lambda case, got, want: (
            "The weight multiplies only the first term: out · dout − Σ. It multiplies both, out · "
            f"(dout − Σ). Your first row sums to {row_total(case, got)} in place of 0."
        ),
    ),
    Mistake(
        "mean_for_sum",
        {"out).sum": "out).mean"},
        "You take the mean of dout · out, which divides once more by the number of weights. The "
        "weights sum to 1, so their sum Σ dout · out is the weighted mean.",
    ),
    Mistake(
        "no_keepdims",
        {", keepdims=True": ""},
        "The sum has lost its axis and meets the wrong one of dout. keepdims=True keeps it with "
        "length 1, so that each row gets its own sum.",
    ),
    Mistake(
        "last_axis",
        {"axis=axis": "axis=-1"},
        lambda case, got, want: (
            f"The softmax ran along axis {case.args[1][1]}, and you sum along the last. The cache "
            "holds the axis."
        ),
    ),
    Mistake(
        "first_axis",
        {"axis=axis": "axis=0"},
        lambda case, got, want: (
            f"The softmax ran along axis {case.args[1][1]}, and you sum along axis 0. The cache "
            "holds the axis."
        ),
    ),
    Mistake(
        "softmax_again",
        {"= cache": "= cache\n    out = np.exp(out) / np.exp(out).sum(axis=axis, keepdims=True)"},
        "The softmax is applied once more. The cache does not hold the scores but the weights, "
        "which are the softmax already.",
    ),
    Mistake(
        "sum_of_all",
        {"axis=axis, keepdims=True": ""},
        "One sum is taken over the whole array. Every row has a softmax of its own: sum along "
        "`axis`, with keepdims=True.",
    ),
    Mistake(
        "sum_of_dout",
        {"(dout * out).sum": "dout.sum"},
        "You subtract the sum of dout. It is a weighted mean that is subtracted, with the weights "
        "of the row: Σ dout · out.",
    ),
    Mistake(
        "mean_of_dout",
        {"(dout * out).sum": "dout.mean"},
        "You subtract the plain mean of dout. It must be the mean with the weights of the row, Σ "
        "dout · out; the two agree only where all weights are equal.",
    ),
    Mistake(
        "not_weighted",
        {"return out * ": "return "},
        "The factor out in front is missing: out · (dout − Σ dout out). A score whose weight is 0 "
        "moves nothing and must get the gradient 0.",
    ),
    Mistake(
        "zeros",
        {"return out": "return 0 * out"},
        "All gradients are 0. That is right only if dout is the same for all weights of a row: the "
        "weights sum to 1 whatever the scores do.",
    ),
]

hints = [
    "A score x_j reaches the loss through every weight of its row. How does weight i answer to "
    "score j? There are two cases, i = j and i ≠ j.",
    "∂w_i/∂x_j = w_i (1 − w_j) if i = j, and −w_i w_j if not. Both are w_i (δ_ij − w_j).",
    "dx_j = Σ_i dout_i w_i (δ_ij − w_j) = w_j (dout_j − Σ_i dout_i w_i). The sum is the same for "
    "all j of a row.",
    "out * (dout - (dout * out).sum(axis=axis, keepdims=True))",
]
