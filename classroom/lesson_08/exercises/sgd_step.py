"""sgd_step: a step of gradient descent, in place."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        # 1 - 0.1 * 3 = 0.7, and -2 - 0.1 * (-40) = 2.
        Case(
            (np.array([1.0, -2.0, 0.5]), np.array([3.0, -40.0, 0.0]), 0.1),
            label="three numbers, worked by hand",
            expected=np.array([0.7, 2.0, 0.5]),
        ),
        Case((rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), 0.3), label="a matrix"),
        Case((rng.normal(size=7), rng.normal(size=7), 2.0), label="a rate above 1"),
    ]


may_change = ("theta",)

mistakes = [
    Mistake(
        "new_array",
        {"theta -= lr * g": "theta = theta - lr * g"},
        "The numbers are right, but they are in a new array, and `theta` is what it was. The model "
        "holds `theta` itself and would never learn. Change the array in place: `theta -= …`, or "
        "`theta[...] = …`, and return it.",
    ),
    Mistake(
        "uphill",
        {"-=": "+="},
        "You add the gradient. It points to where the loss grows; go the other way: subtract it.",
    ),
    Mistake(
        "no_rate",
        {"lr * ": ""},
        lambda case, got, want: (
            "You subtract the whole gradient. Multiply it by the learning rate first, here lr = "
            f"{number(case.args[2])}."
        ),
    ),
    Mistake(
        "divided",
        {"lr * g": "g / lr"},
        lambda case, got, want: (
            f"You divide the gradient by lr = {number(case.args[2])}. The learning rate is a "
            "factor: multiply."
        ),
    ),
    Mistake(
        "overwritten",
        {"theta -= ": "theta[...] = -"},
        "You store the step in `theta`, without the place from which it starts. The new theta is "
        "the old one minus lr times g.",
    ),
    Mistake(
        "shrinks",
        {"lr * g": "lr * theta"},
        "You subtract lr times `theta` itself: the parameters shrink, whatever the gradient says. "
        "Subtract lr times `g`.",
    ),
    Mistake(
        "sign_only",
        {"lr * g": "lr * np.sign(g)"},
        "You use only the signs of the gradient, so that every number moves by lr. In gradient "
        "descent a steep direction moves more: use `g` itself.",
    ),
    Mistake(
        "length_one",
        {"lr * g": "lr * g / np.linalg.norm(g)"},
        lambda case, got, want: (
            f"You divide the gradient by its length, here {number(np.linalg.norm(case.args[1]))}, "
            "so that every step is lr long. Plain gradient descent takes shorter steps where it is "
            "flat: use `g` as it is."
        ),
    ),
]

hints = [
    "The gradient says where the loss grows. How far to go the other way is lr times it.",
    "`theta = theta - …` makes a new array and gives it the old name, inside the function only. An "
    "array is changed in place by `-=`.",
    "theta -= lr * g, and then return theta.",
]
