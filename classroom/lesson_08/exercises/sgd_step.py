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
            proves="a vector",
        ),
        Case(
            (rng.normal(size=(3, 5)), rng.normal(size=(3, 5)), 0.3),
            label="a matrix",
            proves="a matrix",
        ),
        Case(
            (rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5)), 2.0),
            label="three axes, a rate above 1",
        ),
        Case((rng.normal(size=7), rng.normal(size=7), 0.0), label="a rate of 0: nothing moves"),
    ]


may_change = ("theta",)

STEP = "theta -= lr * g"

mistakes = [
    Mistake(
        "new_array",
        {STEP: "theta = theta - lr * g"},
        "The numbers are right, but they are in a new array, and `theta` is what it was. The model "
        "holds `theta` itself and would never learn. Change the array in place: `theta -= …`, or "
        "`theta[...] = …`, and return it.",
    ),
    Mistake(
        "returns_the_step",
        [{"return theta": "return lr * g"}, {"return theta": "return -lr * g"}],
        "`theta` is changed as it should be, but what you return is the step. Return `theta`, the "
        "place that the step leads to.",
    ),
    Mistake(
        "step_alone",
        [{STEP: "theta = lr * g"}, {STEP: "theta = -lr * g"}],
        "You return the step and leave `theta` where it was. Take the step: subtract it from "
        "`theta`, in place, and return `theta`.",
    ),
    Mistake(
        "thrown_away",
        {STEP: "theta - lr * g"},
        "`theta` is what it was. A difference makes a new array, which is lost unless it is "
        "stored in `theta` itself: `theta -= …`, or `theta[...] = …`.",
    ),
    Mistake(
        "gradient_moved",
        {STEP: "g -= lr * theta", "return theta": "return g"},
        "The two have changed places: you move the gradient, and `theta` stays. Subtract lr times "
        "`g` from `theta`.",
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
        "fades",
        [
            {STEP: "theta[...] = (1 - lr) * theta - lr * g"},
            {STEP: "theta[...] = (1 - lr) * theta + lr * g"},
        ],
        "You multiply the old `theta` by 1 − lr, as in a running average. In a step of descent it "
        "counts whole; only the gradient is multiplied by lr.",
    ),
    Mistake(
        "backwards",
        {STEP: "theta[...] = lr * g - theta"},
        "The difference is turned round: you subtract `theta` from the step. The new theta is the "
        "old one minus lr times g.",
    ),
    Mistake(
        "times_theta",
        {"lr * g": "lr * g * theta"},
        "You multiply the gradient by `theta` as well. The step is lr times the gradient, wherever "
        "`theta` stands.",
    ),
    Mistake(
        "one_number",
        [{"lr * g": "lr * g.mean()"}, {"lr * g": "lr * g.sum()"}, {"lr * g": "lr * g.max()"}],
        "Every number of `theta` moves by the same amount: the gradient has been made one number. "
        "Each parameter has a slope of its own; use `g` as it is.",
    ),
    Mistake(
        "divided_by_count",
        [{"lr * g": "lr * g / len(g)"}, {"lr * g": "lr * g / g.size"}],
        "You divide the gradient by the number of its entries. The mean over the batch is in the "
        "loss already; use `g` as it is.",
    ),
    Mistake(
        "cut_off",
        [{"lr * g": "lr * np.clip(g, -1, 1)"}, {"lr * g": "np.clip(lr * g, -1, 1)"}],
        "You limit the step to numbers from −1 to 1. Clipping comes later in this lesson, and is a "
        "matter of all gradients together; here take the step as long as it is.",
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
