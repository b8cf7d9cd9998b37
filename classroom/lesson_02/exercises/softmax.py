"""softmax: scores become weights that sum to 1 along an axis."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    x = rng.normal(size=(3, 5)) * 2
    return [
        # exp([0, ln 2, ln 5]) = [1, 2, 5], and 1 + 2 + 5 = 8.
        Case(
            (np.log([1.0, 2.0, 5.0]),),
            label="three scores, worked by hand",
            expected=(np.array([1, 2, 5]) / 8, None),
        ),
        Case((x,), label="one row of weights for each query"),
        Case(
            (rng.normal(size=(2, 3, 5, 7)),),
            label="a batch with heads",
            proves="the weights along the last axis",
        ),
        Case((x,), {"axis": 0}, label="along another axis"),
        Case(
            (rng.normal(size=(2, 3, 5)),),
            {"axis": 1},
            label="along an axis in the middle",
            proves="the axis",
        ),
        Case((x + 1000,), label="scores near +1000"),
        Case((x - 1000,), label="scores near -1000"),
        Case((x + np.array([[0], [1000], [-1000]]),), label="rows that lie far apart"),
        Case(
            (np.array([[-1000.0, 0, 1000], [1000, 1000, 0]]),),
            label="scores of one row far apart",
            expected=([[0, 0, 1], [0.5, 0.5, 0]], None),
            proves="large scores",
        ),
        Case((np.where(x > 1, -np.inf, x),), label="scores of -inf, as a mask leaves them"),
        Case(
            (np.array([[-1000.0, -np.inf, -1000], [-np.inf, -1000, -np.inf]]),),
            label="scores of -inf beside scores of -1000",
            expected=([[0.5, 0, 0.5], [0, 1, 0]], None),
        ),
    ]


def overflow(case, got, want):
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


def sum_of_first_row(got):
    first = got[0] if isinstance(got, tuple) else got
    return number(np.asarray(first).reshape(-1, np.shape(first)[-1])[0].sum())


MAXIMUM = "x.max(axis=axis, keepdims=True)"
TOTAL = "powers.sum(axis=axis, keepdims=True)"

mistakes = [
    Mistake("forgot_max", {f" - {MAXIMUM}": ""}, overflow),
    Mistake(
        "global_max",
        {MAXIMUM: "x.max()"},
        "You subtract one maximum from the whole array. A row that lies far below it turns into "
        "zeros, and 0/0 is nan. Each row needs its own: `x.max(axis=axis, keepdims=True)`.",
    ),
    Mistake(
        "minus_mean",
        [{"x.max": "x.mean"}, {"x.max": "x.min"}],
        "You subtract the mean of the row, or its minimum. Neither is a bound: a score may lie far "
        "above it, and a score of −inf makes it −inf too. Subtract the row's maximum.",
    ),
    Mistake(
        "minus_first",
        {MAXIMUM: "np.take(x, [0], axis=axis)"},
        "You subtract the first score of each row. Another one may lie far above it, and where it "
        "is −inf the difference is nan. Subtract the row's maximum.",
    ),
    Mistake(
        "inf_becomes_zero",
        [
            {"    powers =": f"    x = np.where(np.isinf(x), {number}, x)\n    powers ="}
            for number in (0.0, -10.0, -100.0)
        ],
        "A score of −inf is replaced by 0 or by another number, which is a score like others: "
        "beside lower ones it gets a weight. exp(−inf) is 0 by itself, once the maximum is "
        "subtracted.",
    ),
    Mistake(
        "nan_to_zero",
        {f" - {MAXIMUM}": "", f"powers / {TOTAL}": f"np.nan_to_num(powers / {TOTAL})"},
        "np.nan_to_num turns the nan of inf/inf and 0/0 into 0, and whole rows have no weight "
        "left. Keep the nan from arising: subtract the largest score of the row before np.exp.",
    ),
    Mistake(
        "minus_largest_size",
        {"x.max": "np.abs(x).max"},
        lambda case, got, want: (
            "You subtract the largest absolute value. Where all scores are negative it pushes them "
            f"further down: here the largest score is {number(case.args[0].max())}, exp underflows "
            "to 0, and 0/0 is nan. Subtract the maximum itself, which may be negative."
        ),
    ),
    Mistake(
        "clipped",
        {f"x - {MAXIMUM}": "np.clip(x, -700, 700)"},
        "The scores are clipped before np.exp, so that large ones all become the same and their "
        "differences are lost. Subtract the row's maximum: it keeps them.",
    ),
    Mistake(
        "divided_by_max",
        [
            {f"x - {MAXIMUM}": divided}
            for divided in (
                f"x / {MAXIMUM}",
                "x / np.abs(x).max(axis=axis, keepdims=True)",
                f"(x - {MAXIMUM}) / {MAXIMUM}",
                f"(x - {MAXIMUM}) / np.ptp(x, axis=axis, keepdims=True)",
                "(x - x.min(axis=axis, keepdims=True)) / np.ptp(x, axis=axis, keepdims=True)",
            )
        ],
        "The scores are divided by the largest of the row, by its size or by the row's range. That "
        "changes the differences between the scores, and with them the weights. Subtract the "
        "largest, and divide nothing before np.exp.",
    ),
    Mistake(
        "standardized",
        [
            {f"x - {MAXIMUM}": f"(x - {shift}) / x.std(axis=axis, keepdims=True)"}
            for shift in ("x.mean(axis=axis, keepdims=True)", MAXIMUM)
        ],
        "The scores of a row are divided by their standard deviation before np.exp. That changes "
        "the differences between them, and with them the weights. Subtract the largest, and divide "
        "nothing before np.exp.",
    ),
    Mistake(
        "no_keepdims",
        {TOTAL: "powers.sum(axis=axis)"},
        "A maximum or a sum has lost its axis, so it no longer lines up with the array it is "
        "subtracted from or divides. keepdims=True keeps that axis with length 1, and each row "
        "meets its own number.",
    ),
    Mistake(
        "over_everything",
        {MAXIMUM: "x.max()", TOTAL: "powers.sum()"},
        lambda case, got, want: (
            "You divide by the sum of all entries, so only the whole array sums to 1: its first "
            f"row sums to {sum_of_first_row(got)}. Give sum and max the argument `axis`, and "
            "keepdims=True."
        ),
    ),
    Mistake(
        "max_of_last_axis",
        {MAXIMUM: "x.max(axis=-1, keepdims=True)"},
        "The maximum is taken along the last axis, whatever `axis` is. What is subtracted must be "
        "the same for all scores that are compared with each other: those along `axis`.",
    ),
    Mistake(
        "sum_of_last_axis",
        {TOTAL: "powers.sum(axis=-1, keepdims=True)"},
        "The sum runs along the last axis, whatever `axis` is. The weights must sum to 1 along "
        "`axis`.",
    ),
    Mistake(
        "axis_zero_is_false",
        {"    powers =": "    axis = axis or -1\n    powers ="},
        "axis=0 is taken for no axis: 0 counts as false. Use `axis` as it is; its default stands "
        "in the first line.",
    ),
    Mistake(
        "ignores_axis",
        {"axis=axis": "axis=-1"},
        "You always work along the last axis. Use the parameter: `axis=axis` in max and in sum.",
    ),
    Mistake(
        "wrong_axis",
        {"axis=axis": "axis=0"},
        lambda case, got, want: (
            "You work along axis 0, so the columns sum to 1, not the rows: the first row sums to "
            f"{sum_of_first_row(got)}. In attention a row belongs to one query, and its weights "
            "must sum to 1. Use `axis=axis` in max and in sum."
        ),
    ),
    Mistake(
        "forgot_exp",
        {f"np.exp(x - {MAXIMUM})": "x"},
        "You divide the scores themselves by their sum. A negative score then gives a negative "
        "weight. Take np.exp first, which makes every number positive.",
    ),
    Mistake(
        "forgot_exp_shifted",
        {"np.exp(": "("},
        "The maximum is subtracted, but np.exp is missing: without it the largest score gets the "
        "weight 0.",
    ),
    Mistake(
        "positive_without_exp",
        [
            {f"np.exp(x - {MAXIMUM})": positive}
            for positive in ("x**2", "np.abs(x)", "(x - x.min(axis=axis, keepdims=True))")
        ],
        "The scores are made positive by a square, an absolute value or the subtraction of the "
        "smallest, and not by np.exp. In the softmax a score that is larger by 1 has e times the "
        "weight, whatever its size.",
    ),
    Mistake(
        "sigmoid",
        [
            {f"np.exp(x - {MAXIMUM})": "1 / (1 + np.exp(-x))"},
            {
                f"np.exp(x - {MAXIMUM})": "1 / (1 + np.exp(-x))",
                f"powers / {TOTAL}": "powers",
            },
        ],
        "This is the sigmoid, which looks at each score alone. The softmax divides exp of a score "
        "by the sum of exp of all scores of the row.",
    ),
    Mistake(
        "mean_for_sum",
        {"powers.sum": "powers.mean"},
        lambda case, got, want: (
            f"You divide by the mean: the first row sums to {sum_of_first_row(got)}. Divide by the "
            "sum, and it sums to 1."
        ),
    ),
    Mistake(
        "length_for_sum",
        {TOTAL: "np.linalg.norm(powers, axis=axis, keepdims=True)"},
        "You divide by the length of the row, the root of its sum of squares. Weights sum to 1: "
        "divide by the sum.",
    ),
    Mistake(
        "sum_of_scores",
        {TOTAL: "x.sum(axis=axis, keepdims=True)"},
        "The exponentials are divided by the sum of the scores. Divide them by their own sum.",
    ),
    Mistake(
        "twice",
        {
            f"powers / {TOTAL}": f"powers / {TOTAL}\n"
            "    out = np.exp(out) / np.exp(out).sum(axis=axis, keepdims=True)"
        },
        "The softmax is applied to its own result, which makes the weights nearly alike. Once is "
        "enough.",
    ),
    Mistake(
        "scaled",
        {"np.exp(x": "np.exp((x", MAXIMUM: f"{MAXIMUM}) / np.sqrt(x.shape[axis])"},
        "The scores are divided by the root of their number before np.exp. A scale such as 1/√d_k "
        "belongs to the scores and is in them already: take x as it is.",
    ),
    Mistake(
        "largest_alone",
        {f"np.exp(x - {MAXIMUM})": f"1.0 * (x == {MAXIMUM})"},
        "All of the weight goes to the largest score. That is argmax; the softmax gives every "
        "score a share, in proportion to its exp.",
    ),
    Mistake(
        "not_normalized",
        {f"powers / {TOTAL}": "powers"},
        lambda case, got, want: (
            "These are the exponentials before they are divided by their sum: the first row sums "
            f"to {sum_of_first_row(got)}, not to 1. Divide by `exps.sum(axis=axis, "
            "keepdims=True)`."
        ),
    ),
    Mistake(
        "log_softmax",
        {f"powers / {TOTAL}": f"np.log(powers / {TOTAL})"},
        "This is the logarithm of the softmax: its values are negative, and exp of it is right. "
        "Weights lie between 0 and 1.",
    ),
    Mistake(
        "base_2",
        [{"np.exp(": "2.0 ** ("}, {"np.exp(": "10.0 ** ("}],
        "You raise 2 or 10 to the power of the scores. The softmax uses e: np.exp.",
    ),
    Mistake(
        "softmin",
        {f"x - {MAXIMUM}": "x.min(axis=axis, keepdims=True) - x"},
        "The smallest score gets the largest weight: the sign of the scores is turned round. Write "
        "`x - maximum`, not `maximum - x`.",
    ),
]

hints = [
    "Two steps. Make every score positive, so that a larger score stays the larger one. Then "
    "divide each row by what makes it sum to 1.",
    "np.exp makes positive. Divide by the sum along `axis`; keepdims=True lets the sum line up "
    "with the array it divides.",
    "np.exp(1000) is inf. The softmax does not change when the same number is subtracted from all "
    "scores of a row: subtract the row's maximum, x.max(axis=axis, keepdims=True), before np.exp.",
    "exps = np.exp(x - x.max(axis=axis, keepdims=True)); out is exps divided by "
    "exps.sum(axis=axis, keepdims=True).",
]
