"""Exercise: softmax."""

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def softmax_cases(rng):
    x = rng.normal(size=(3, 5)) * 2
    return [
        # exp([0, ln 2, ln 5]) = [1, 2, 5], and 1 + 2 + 5 = 8.
        Case(
            (np.log([1.0, 2.0, 5.0]),),
            label="three scores, worked by hand",
            expected=(np.array([1, 2, 5]) / 8, None),
        ),
        Case((x,), label="one row of weights for each query"),
        Case((rng.normal(size=(2, 3, 5, 7)),), label="a batch with heads"),
        Case((x,), {"axis": 0}, label="along another axis"),
        Case((rng.normal(size=(2, 3, 5)),), {"axis": 1}, label="along an axis in the middle"),
        Case((x + 1000,), label="scores near +1000"),
        Case((x - 1000,), label="scores near -1000"),
        Case((x + np.array([[0], [1000], [-1000]]),), label="rows that lie far apart"),
        Case((np.where(x > 1, -np.inf, x),), label="scores of -inf, as a mask leaves them"),
    ]


def _softmax_without_max(x, axis=-1):
    exps = np.exp(x)
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax_max_of_all(x, axis=-1):
    exps = np.exp(x - x.max())
    return exps / exps.sum()


def _softmax_last_axis(x, axis=-1):
    return layers.softmax(x)[0]


def _softmax_no_keepdims(x, axis=-1):
    exps = np.exp(x - x.max(axis=axis, keepdims=True))
    return exps / exps.sum(axis=axis)


def _softmax_no_exp(x, axis=-1):
    return x / x.sum(axis=axis, keepdims=True)


def _softmax_no_exp_shifted(x, axis=-1):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted / shifted.sum(axis=axis, keepdims=True)


def _softmax_not_normalized(x, axis=-1):
    return np.exp(x - x.max(axis=axis, keepdims=True))


def _log_softmax(x, axis=-1):
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


def _softmax_base_2(x, axis=-1):
    powers = 2.0 ** (x - x.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


def _softmin(x, axis=-1):
    return layers.softmax(-x, axis)[0]


def _overflow(case, got, want):
    x = case.args[0]
    if x.max() > 0:
        return (
            f"exp overflows: the largest score here is {number(x.max())}, exp of it is inf, and "
            "inf/inf is nan. Subtract the largest score along `axis` first. That multiplies "
            "numerator and denominator by the same factor, so the weights stay as they are."
        )
    return (
        f"exp underflows: the largest score here is {number(x.max())}, exp of it is 0, and 0/0 is "
        "nan. Subtract the largest score along `axis` first: then the largest exponent is exp(0) "
        "= 1."
    )


def _sum_of_first_row(got):
    first = got[0] if isinstance(got, tuple) else got
    return number(np.asarray(first).reshape(-1, np.shape(first)[-1])[0].sum())


def _softmax_global_max(x, axis=-1):
    exps = np.exp(x - x.max())
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax_minus_mean(x, axis=-1):
    exps = np.exp(x - x.mean(axis=axis, keepdims=True))
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax_nan_to_zero(x, axis=-1):
    exps = np.exp(x)
    return np.nan_to_num(exps / exps.sum(axis=axis, keepdims=True))


def _softmax_minus_largest_size(x, axis=-1):
    exps = np.exp(x - np.abs(x).max(axis=axis, keepdims=True))
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax_clipped(x, axis=-1):
    exps = np.exp(np.clip(x, -700, 700))
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax_over_max(x, axis=-1):
    exps = np.exp(x / x.max(axis=axis, keepdims=True))
    return exps / exps.sum(axis=axis, keepdims=True)


def _softmax(x, axis=-1):
    exps = np.exp(x - x.max(axis=axis, keepdims=True))
    out = exps / exps.sum(axis=axis, keepdims=True)
    return out, (out, axis)


def _softmax_loop(x, axis=-1):
    moved = np.moveaxis(x, axis, -1)
    out = np.empty_like(moved)
    for place in np.ndindex(moved.shape[:-1]):
        row = moved[place]
        powers = [float(np.exp(score - max(row))) for score in row]
        out[place] = [power / sum(powers) for power in powers]
    out = np.moveaxis(out, -1, axis)
    return out, (out, axis)


def _softmax_by_logarithm(x, axis=-1):
    largest = np.max(x, axis=axis, keepdims=True)
    total = np.log(np.sum(np.exp(x - largest), axis=axis, keepdims=True)) + largest
    out = np.exp(x - total)
    return out, (out, axis)


def _softmax_float32(x, axis=-1):
    exps = np.exp((x - np.max(x, axis, keepdims=True)).astype(np.float32))
    out = exps * (1 / exps.sum(axis, keepdims=True))
    return out, (out, axis)


register(
    Exercise(
        name="softmax",
        lesson=2,
        reference=layers.softmax,
        shown=_softmax,
        cases=softmax_cases,
        mistakes=(
            Mistake("forgot_max", _softmax_without_max, _overflow),
            Mistake(
                "global_max",
                _softmax_global_max,
                "You subtract one maximum from the whole array. A row that lies far below it "
                "turns into zeros, and 0/0 is nan. Each row needs its own: `x.max(axis=axis, "
                "keepdims=True)`.",
            ),
            Mistake(
                "minus_mean",
                _softmax_minus_mean,
                "You subtract the mean of the row, or its minimum. Neither is a bound: a score may "
                "lie far above it, and a score of −inf makes it −inf too. Subtract the row's "
                "maximum.",
            ),
            Mistake(
                "nan_to_zero",
                _softmax_nan_to_zero,
                "np.nan_to_num turns the nan of inf/inf and 0/0 into 0, and whole rows have no "
                "weight left. Keep the nan from arising: subtract the largest score of the row "
                "before np.exp.",
            ),
            Mistake(
                "minus_largest_size",
                _softmax_minus_largest_size,
                lambda case, got, want: (
                    "You subtract the largest absolute value. Where all scores are negative it "
                    "pushes them further down: here the largest score is "
                    f"{number(case.args[0].max())}, exp underflows to 0, and 0/0 is nan. Subtract "
                    "the maximum itself, which may be negative."
                ),
            ),
            Mistake(
                "clipped",
                _softmax_clipped,
                "The scores are clipped before np.exp, so that large ones all become the same "
                "and their differences are lost. Subtract the row's maximum: it keeps them.",
            ),
            Mistake(
                "divided_by_max",
                _softmax_over_max,
                "You divide by the largest score. That changes the differences between the "
                "scores, and with them the weights. Subtract it.",
            ),
            Mistake(
                "no_keepdims",
                _softmax_no_keepdims,
                "A maximum or a sum has lost its axis, so it no longer lines up with the array "
                "it is subtracted from or divides. keepdims=True keeps that axis with length 1, "
                "and each row meets its own number.",
            ),
            Mistake(
                "over_everything",
                _softmax_max_of_all,
                lambda case, got, want: (
                    "You divide by the sum of all entries, so only the whole array sums to 1: "
                    f"its first row sums to {_sum_of_first_row(got)}. Give sum and max the "
                    "argument `axis`, and keepdims=True."
                ),
            ),
            Mistake(
                "ignores_axis",
                _softmax_last_axis,
                "You always work along the last axis. Use the parameter: `axis=axis` in max and "
                "in sum.",
            ),
            Mistake(
                "wrong_axis",
                lambda x, axis=-1: layers.softmax(x, axis=0)[0],
                lambda case, got, want: (
                    "You work along axis 0, so the columns sum to 1, not the rows: the first row "
                    f"sums to {_sum_of_first_row(got)}. In attention a row belongs to one query, "
                    "and its weights must sum to 1. Use `axis=axis` in max and in sum."
                ),
            ),
            Mistake(
                "forgot_exp",
                _softmax_no_exp,
                "You divide the scores themselves by their sum. A negative score then gives a "
                "negative weight. Take np.exp first, which makes every number positive.",
            ),
            Mistake(
                "forgot_exp_shifted",
                _softmax_no_exp_shifted,
                "The maximum is subtracted, but np.exp is missing: without it the largest score "
                "gets the weight 0.",
            ),
            Mistake(
                "not_normalized",
                _softmax_not_normalized,
                lambda case, got, want: (
                    "These are the exponentials before they are divided by their sum: the first "
                    f"row sums to {_sum_of_first_row(got)}, not to 1. Divide by "
                    "`exps.sum(axis=axis, keepdims=True)`."
                ),
            ),
            Mistake(
                "log_softmax",
                _log_softmax,
                "This is the logarithm of the softmax: its values are negative, and exp of it is "
                "right. Weights lie between 0 and 1.",
            ),
            Mistake(
                "base_2",
                _softmax_base_2,
                "You raise 2 to the power of the scores. The softmax uses e: np.exp.",
            ),
            Mistake(
                "softmin",
                _softmin,
                "The smallest score gets the largest weight: the sign of the scores is turned "
                "round. Write `x - maximum`, not `maximum - x`.",
            ),
        ),
        correct=(_softmax, _softmax_loop, _softmax_by_logarithm, _softmax_float32),
        hints=(
            "Two steps. Make every score positive, so that a larger score stays the larger one. "
            "Then divide each row by what makes it sum to 1.",
            "np.exp makes positive. Divide by the sum along `axis`; keepdims=True lets the sum "
            "line up with the array it divides.",
            "np.exp(1000) is inf. The softmax does not change when the same number is subtracted "
            "from all scores of a row: subtract the row's maximum, x.max(axis=axis, "
            "keepdims=True), before np.exp.",
            "exps = np.exp(x - x.max(axis=axis, keepdims=True)); out is exps divided by "
            "exps.sum(axis=axis, keepdims=True).",
        ),
    )
)
