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
        Case((rng.normal(size=(2, 3, 5)) * 3,), label="a batch"),
        Case((-1 - rng.random((3, 7)),), label="only negative numbers"),
    ]


RELU = "np.maximum(x, 0)"

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
        "np.max makes one number of the whole array. np.maximum(x, 0) compares each entry with 0.",
    ),
    Mistake(
        "raises_on_truth",
        {RELU: "max(0, x)"},
        "Python's max compares whole arrays and cannot say which is larger. np.maximum(x, 0) "
        "compares entry by entry.",
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
        {RELU: "(x > 0).astype(float)"},
        "Each positive number became 1. They should stay what they are: multiply the step by x, "
        "or use np.maximum(x, 0).",
    ),
    Mistake(
        "leaky",
        {RELU: "np.where(x > 0, x, 0.01 * x)"},
        lambda case, got, want: (
            f"A hundredth of the negative numbers is left: {number(case.args[0].min())} becomes "
            f"{number(0.01 * case.args[0].min())}. That is leaky relu; in plain relu they become "
            "0."
        ),
    ),
    Mistake(
        "clipped",
        {RELU: "np.clip(x, 0, 1)"},
        "Large numbers are cut off at 1. Relu has no upper limit: 3 stays 3.",
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
        "This is log(1 + e^x), a rounded relu: it gives 0.69 at 0. The relu itself has a corner: "
        "np.maximum(x, 0).",
    ),
]

hints = [
    "Each entry is looked at alone: if it is negative it becomes 0, else it stays.",
    "np.maximum compares two arrays, or an array and a number, entry by entry.",
    "out = np.maximum(x, 0)",
]
