"""log_softmax: logits become log-probabilities."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    x = rng.normal(size=(3, 5)) * 2
    return [
        # The softmax of [0, ln 2, ln 5] is [1/8, 2/8, 5/8].
        Case(
            (np.log([1.0, 2.0, 5.0]),),
            label="three logits, worked by hand",
            expected=(np.log([1 / 8, 2 / 8, 5 / 8]), None),
            proves="a single row of small logits",
        ),
        Case((x,), label="one row for each position"),
        Case(
            (rng.normal(size=(2, 3, 5, 7)),),
            label="three axes in front",
            proves="the axes in front",
        ),
        Case(
            (np.array([0.0, 800.0, 1000.0]),),
            label="logits that lie far apart",
            expected=([-1000.0, -200.0, 0.0], None),
        ),
        Case(
            (np.array([0.0, 0, 0, 0, 0, 0, 1000]),),
            label="one logit a thousand above the rest",
            expected=([-1000.0] * 6 + [0.0], None),
        ),
        Case((x - 1000,), label="logits near -1000"),
        Case((x + np.array([[0], [1000], [-1000]]),), label="rows that lie far apart"),
    ]


def farthest_apart(case):
    return number((case.args[0].max(axis=-1) - case.args[0].min(axis=-1)).max())


MAXIMUM = "x.max(axis=-1, keepdims=True)"
LOG_SUM = "np.log(np.exp(shifted).sum(axis=-1, keepdims=True))"
LOG_P = f"shifted - {LOG_SUM}"


def with_eps(eps):
    return Mistake(
        f"with_eps_{eps:g}",
        [
            {LOG_P: f"np.log(softmax(x)[0] + {eps})"},
            {LOG_P: f"np.log(np.where(softmax(x)[0] > 0, softmax(x)[0], {eps}))"},
        ],
        f"{eps:g} is added to p before the logarithm, or stands in for a p that is too small. What "
        f"comes out there is log({eps:g}), about {math.log(eps):.1f}, however unlikely the token "
        "really is. "
        "Work with the logits: log(e^a / s) is a - log(s), which needs no eps.",
    )


mistakes = [
    Mistake(
        "log_of_softmax",
        {LOG_P: "np.log(softmax(x)[0])"},
        lambda case, got, want: (
            "You take the softmax first and the logarithm afterwards. Here two logits lie "
            f"{farthest_apart(case)} apart: the probability of the lower one is rounded to 0, and "
            "log(0) is -inf. Never form the small number: log(e^a / s) is a - log(s)."
        ),
    ),
    Mistake(
        "log_of_plain_softmax",
        {LOG_P: "np.log(np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True))"},
        "You take exponentials of the logits as they are, divide them by their sum, and take the "
        "logarithm last. Large logits overflow, and a small probability is rounded to 0. Work with "
        "differences of logits: log(e^a / s) is a - log(s).",
    ),
    *map(with_eps, (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-15, 1e-16, 1e-20, 1e-45, 1e-300)),
    Mistake(
        "without_max",
        {f" - {MAXIMUM}": ""},
        lambda case, got, want: (
            "The formula is right, but np.exp gets the logits as they are: the largest here is "
            f"{number(case.args[0].max())}, and exp of it is "
            f"{number(np.exp(min(case.args[0].max(), 710)))}. Subtract the row's maximum first, as "
            "in the softmax."
        ),
    ),
    Mistake(
        "cut_off",
        [
            {"return out": f"out = np.maximum(out, {least})\n    return out"}
            for least in (-50, -100)
        ],
        "The result is not let below a number. An unlikely token has the log-probability that it "
        "has, however far below 0.",
    ),
    Mistake(
        "no_bound",
        [{"x.max": "x.mean"}, {"x.max": "x.min"}, {"x.max": "np.abs(x).max"}],
        "What is subtracted is not the largest logit of the row: another number does not keep "
        "np.exp from overflowing, or all exponentials from becoming 0. Subtract the maximum.",
    ),
    Mistake(
        "max_twice",
        {"- np.log(": f"- {MAXIMUM} - np.log("},
        "The maximum is subtracted twice, so each row is too small by it. The logarithm of the sum "
        "is the maximum plus that of the shifted sum; with x - maximum only the second is left to "
        "subtract.",
    ),
    Mistake(
        "max_forgotten_outside",
        {"out = shifted": "out = x"},
        "The maximum is subtracted inside np.exp, but not from x itself, so each row is too large "
        "by its maximum. Subtract it once, `shifted = x - maximum`, and use shifted in both "
        "places.",
    ),
    Mistake(
        "max_forgotten_inside",
        {"exp(shifted)": "exp(x)"},
        "The maximum is subtracted from x, but np.exp still gets x itself, so each row is too "
        "small by its maximum, and np.exp can overflow. Use `shifted` in both places.",
    ),
    Mistake(
        "axis_1",
        {"axis=-1": "axis=1"},
        "You work along axis 1. That is the last one only where x has two axes; here the "
        "vocabulary lies along another: axis=-1.",
    ),
    Mistake(
        "added",
        {"shifted - np": "shifted + np"},
        "The logarithm of the sum is added. The sum divides, so its logarithm is subtracted: "
        "log(e^a / s) = a - log(s).",
    ),
    Mistake(
        "mean_of_exponentials",
        {"exp(shifted).sum": "exp(shifted).mean"},
        "The exponentials are averaged, so each entry is too large by the logarithm of the "
        "vocabulary's size. The softmax divides by their sum.",
    ),
    Mistake(
        "one_added",
        {"np.log(": "np.log1p("},
        "1 is added to the sum before the logarithm, as np.log1p does. Take np.log of the sum "
        "itself.",
    ),
    Mistake(
        "sum_of_logits",
        [{"np.exp(shifted).sum": "np.abs(shifted).sum"}, {"np.exp(shifted).sum": "shifted.sum"}],
        "The logits themselves are added up. The softmax divides by the sum of their exponentials.",
    ),
    Mistake(
        "log_sigmoid",
        {LOG_P: "-np.log1p(np.exp(-x))"},
        "This is the logarithm of the sigmoid, which looks at each logit alone. The softmax "
        "compares it with all the others of its row.",
    ),
    Mistake(
        "wrong_axis",
        {"axis=-1": "axis=0"},
        "You work along axis 0, so that the exponentials of each column sum to 1. A row of logits "
        "belongs to one position: use axis=-1 in max and in sum.",
    ),
    Mistake(
        "global_max",
        {MAXIMUM: "x.max()"},
        "You subtract one maximum from the whole array. In a row that lies far below it all "
        "exponentials are 0, and log(0) is -inf. Each row needs its own: "
        "`x.max(axis=-1, keepdims=True)`.",
    ),
    Mistake(
        "sum_of_all",
        {"axis=-1, keepdims=True": ""},
        "The sum runs over the whole array, so that all rows together make one distribution. Each "
        "position has its own: sum with `axis=-1, keepdims=True`.",
    ),
    Mistake(
        "no_keepdims",
        [
            {"sum(axis=-1, keepdims=True)": "sum(axis=-1)"},
            {MAXIMUM: "x.max(axis=-1)"},
            {"axis=-1, keepdims=True": "axis=-1"},
        ],
        "The maximum or the sum has lost its axis, so it no longer lines up with the array that it "
        "is subtracted from. keepdims=True keeps that axis with length 1.",
    ),
    Mistake(
        "no_log",
        {"np.log(": "("},
        "You subtract the sum of the exponentials. Subtract its logarithm: "
        "log(e^a / s) = a - log(s).",
    ),
    Mistake(
        "divided",
        {LOG_P: f"shifted / {LOG_SUM}"},
        "You divide by the logarithm of the sum. The logarithm turns a quotient into a difference: "
        "log(e^a / s) = a - log(s).",
    ),
    Mistake(
        "shifted_only",
        {f" - {LOG_SUM}": ""},
        "Only the maximum is subtracted, so that the largest entry of each row is 0. What is "
        "missing is the logarithm of the sum of the exponentials.",
    ),
    Mistake(
        "softmax",
        {LOG_P: "softmax(x)[0]"},
        "These are the probabilities themselves, between 0 and 1. Their logarithms are wanted, "
        "which are 0 or below.",
    ),
    Mistake(
        "negative",
        {"return out": "return -out"},
        "The sign is turned round: these are the surprises, -log p. log_softmax returns log p, "
        "which is 0 or below.",
    ),
    Mistake(
        "base_2",
        {"return out": "return out / math.log(2)"},
        "These are logarithms to base 2. Use the natural one, np.log, which undoes np.exp; the "
        "loss is counted in nats.",
    ),
]

hints = [
    "Write the softmax down and take its logarithm on paper: the logarithm of a quotient is a "
    "difference, and log(e^a) is a. Then no probability has to be formed.",
    "log p_i = x_i - log(sum_j e^(x_j)). np.exp can still overflow in the sum.",
    "log p does not change when the row's maximum is subtracted from x first: "
    "shifted = x - x.max(axis=-1, keepdims=True).",
    "out = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)).",
]
