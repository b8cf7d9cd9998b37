"""relu: negative numbers become 0."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case(
            (np.array([-2.0, -0.5, 0, 0.5, 3]),),
            label="five numbers, worked by hand",
            expected=([0.0, 0, 0, 0.5, 3], None),
        ),
        Case((rng.normal(size=(2, 3, 5)) * 3,), label="a batch", proves="ordinary numbers"),
        Case((-1 - rng.random((3, 7)),), label="only negative numbers"),
        Case(
            (np.array([[[[-1e-3, -1e-4]]], [[[1e-4, 1e-3]]]]),),
            label="numbers close to 0, worked by hand",
            expected=([[[[0.0, 0]]], [[[1e-4, 1e-3]]]], None),
            atol=0,
            proves="numbers close to 0",
        ),
        Case(
            (np.array([-1000.0, 1000]),),
            label="numbers far from 0, worked by hand",
            expected=([0.0, 1000], None),
        ),
    ]


RELU = "np.maximum(x, 0)"


def first(got):
    """Return `out`, with or without its cache."""
    return got[0] if isinstance(got, (tuple, list)) else got


mistakes = [
    Mistake(
        "absolute",
        {RELU: "np.abs(x)"},
        "You take the absolute value: -2 becomes 2. Negative numbers become 0.",
    ),
    Mistake(
        "minimum",
        {"maximum": "minimum"},
        "You keep the negative numbers and set the positive ones to 0. It is the other way round: "
        "np.maximum.",
    ),
    Mistake(
        "one_number",
        {RELU: "np.max(x, initial=0.0)"},
        "np.max makes one number of the whole array. np.maximum compares each entry with 0.",
    ),
    Mistake(
        "along_axis",
        {RELU: "np.max(x, 0)"},
        "The largest entry along axis 0 is all that is left: np.max reads its second argument as "
        "an axis. np.maximum compares each entry with 0.",
    ),
    Mistake(
        "raises_on_truth",
        {RELU: "max(0, x)"},
        "A comparison with a whole array has an answer for each entry, and Python's `max` and `if` "
        "want a single one. np.maximum and np.where work entry by entry.",
    ),
    Mistake(
        "dropped",
        {RELU: "x[x > 0]"},
        lambda case, got, want: (
            f"{int((case.args[0] <= 0).sum())} entries are gone: x[x > 0] keeps only the positive "
            "ones and loses the shape. The negative ones become 0 and stay in their place."
        ),
    ),
    Mistake(
        "step",
        [
            {RELU: "(x > 0).astype(float)"},
            {RELU: "(x >= 0).astype(float)"},
            {RELU: "(x > 0).astype(int)"},
            {RELU: "x > 0"},
        ],
        "Each positive number became 1 (or True). They should stay what they are: multiply the "
        "step by x, or take the larger one of x and 0.",
    ),
    Mistake(
        "signs",
        {RELU: "np.sign(x)"},
        "Only the signs are left: -1, 0 and 1. Negative numbers become 0, positive ones stay what "
        "they are.",
    ),
    Mistake(
        "leaky",
        [{RELU: f"np.where(x > 0, x, {slope} * x)"} for slope in (0.01, 0.1, 0.2)],
        lambda case, got, want: (
            f"A part of the negative numbers is left: {number(case.args[0].min())} becomes "
            f"{number(np.ravel(first(got))[case.args[0].argmin()])}. That is leaky relu; in plain "
            "relu they become 0."
        ),
    ),
    Mistake(
        "clipped",
        [{RELU: f"np.clip(x, 0, {top})"} for top in (1, 6, 10, 100)],
        lambda case, got, want: (
            f"Large numbers are cut off at {number(np.max(first(got)))}. Relu has no upper limit: "
            f"{number(case.args[0].max())} stays {number(case.args[0].max())}."
        ),
    ),
    Mistake(
        "threshold",
        [{RELU: f"np.where(x > {edge}, x, 0)"} for edge in (1, 0.5, 0.1, 0.01)],
        lambda case, got, want: (
            "Small positive numbers become 0, too: "
            f"{number(np.max(case.args[0] * (first(got) == 0)))} is one of them. The corner is "
            "at 0."
        ),
    ),
    Mistake(
        "negated",
        {RELU: "np.maximum(-x, 0)"},
        "The negative numbers are left, with their signs turned round, and the positive ones "
        "become 0. It is x itself, not -x, that is compared with 0.",
    ),
    Mistake(
        "cache_of_result",
        {"(x,)": "(out,)"},
        "out is right, but the cache holds the result in place of x. Either you return (out,), or "
        "you wrote into x itself, as `x[x < 0] = 0` does: that changes the caller's array. Make a "
        "new one with np.maximum.",
    ),
    Mistake(
        "softplus",
        {RELU: "np.log1p(np.exp(x))"},
        "This is log(1 + e^x), a rounded relu: it gives 0.69 at 0. The relu itself has a corner "
        "there: below 0 it is 0.",
    ),
    Mistake(
        "smooth_gate",
        [
            {RELU: "x / (1 + np.exp(-x))"},
            {RELU: "gelu(x)[0]"},
            {RELU: 'gelu(x, "none")[0]'},
        ],
        "Each number is multiplied by a share that rises smoothly from 0 to 1, as in gelu or SiLU, "
        "so a little of the negative numbers is left. In relu they become 0.",
    ),
    Mistake(
        "elu",
        {RELU: "np.where(x > 0, x, np.exp(x) - 1)"},
        "The negative numbers become e^x - 1. That is ELU; in relu they become 0.",
    ),
    Mistake(
        "squashed",
        [{RELU: "1 / (1 + np.exp(-x))"}, {RELU: "np.tanh(x)"}],
        "This is a curve with an upper limit of 1, the sigmoid or the tanh. Relu leaves positive "
        "numbers as they are, however large.",
    ),
]

hints = [
    "Each entry is looked at alone: if it is negative it becomes 0, else it stays.",
    "np.maximum compares two arrays, or an array and a number, entry by entry.",
    "out = np.maximum(x, 0)",
]
