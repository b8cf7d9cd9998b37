"""momentum_update: the velocity fades, and the gradient is added."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        # 0.9 * 1 + 2 = 2.9, 0.9 * (-10) + 2 = -7, 0.9 * 0 + 4 = 4.
        Case(
            (np.array([2.0, 2.0, 4.0]), np.array([1.0, -10.0, 0.0])),
            label="three numbers, worked by hand",
            expected=np.array([2.9, -7.0, 4.0]),
            proves="a momentum of 0.9",
        ),
        Case((rng.normal(size=(3, 5)), np.zeros((3, 5))), label="the first step"),
        Case((rng.normal(size=7), rng.normal(size=7), 0.5), label="another momentum"),
        Case(
            (80 * rng.normal(size=(2, 3, 5)), rng.normal(size=(2, 3, 5)), 0.0), label="no momentum"
        ),
    ]


def momentum(case):
    return case.args[2] if len(case.args) > 2 else 0.9


may_use_up = ("v",)

mistakes = [
    Mistake(
        "average",
        {"+ g": "+ (1 - momentum) * g"},
        lambda case, got, want: (
            "You take an average: the gradient is multiplied by 1 − momentum, which here makes it "
            f"{number(1 / (1 - momentum(case)))} times smaller. That is the first average of "
            "Adam, further down. Here the gradient is added whole."
        ),
    ),
    Mistake(
        "one_minus",
        [
            {"momentum * v": "(1 - momentum) * v"},
            {"momentum * v + g": "(1 - momentum) * v + momentum * g"},
        ],
        lambda case, got, want: (
            f"The velocity keeps the share 1 − momentum = {number(1 - momentum(case))} of itself. "
            f"It is to keep the share `momentum`, {number(momentum(case))}, and the gradient is "
            "added whole."
        ),
    ),
    Mistake(
        "fades_the_gradient",
        {"momentum * v + g": "v + (1 - momentum) * g"},
        lambda case, got, want: (
            "The velocity stays whole, and the gradient is multiplied by 1 − momentum = "
            f"{number(1 - momentum(case))}. It is the velocity that fades, by the factor "
            "`momentum`; the gradient is added whole."
        ),
    ),
    Mistake(
        "gradient_alone",
        {"momentum * v + g": "g"},
        "This is the gradient, without what is left of the velocity. Both belong to the new "
        "velocity: momentum times `v`, and `g` on top.",
    ),
    Mistake(
        "turned_round",
        {"momentum * v + g": "momentum * g + v"},
        "You multiply the gradient by `momentum` and keep the velocity whole. It is the velocity "
        "that fades: momentum · v + g.",
    ),
    Mistake(
        "never_forgets",
        {"momentum * v": "v"},
        "You add the gradient to the velocity, but the velocity never fades: old gradients would "
        "count for ever. Multiply `v` by `momentum` first.",
    ),
    Mistake(
        "minus",
        {"+ g": "- g"},
        "You subtract the gradient. Here the velocity points uphill like the gradient, for "
        "`sgd_step` does the subtracting. Add `g`.",
    ),
    Mistake(
        "default_only",
        {"momentum * v": "0.9 * v"},
        lambda case, got, want: (
            f"You always use 0.9. Here `momentum` is {number(momentum(case))}: use the parameter."
        ),
    ),
    Mistake(
        "zero_taken_for_none",
        {"    return": "    momentum = momentum or 0.9\n    return"},
        "A momentum of 0 is taken for none given, and 0.9 used in its place: 0 counts as false "
        "in a condition. It is a value like any other, and means that nothing of the old velocity "
        "is kept.",
    ),
    Mistake(
        "nesterov",
        {"momentum * v + g": "g + momentum * (momentum * v + g)"},
        "This is Nesterov's variant, which looks one step ahead: g plus momentum times the new "
        "velocity. What is asked for is the velocity itself: momentum · v + g.",
    ),
    Mistake(
        "forgets_the_gradient",
        {" + g": ""},
        "The velocity fades, but no gradient is added to it: it stays 0 for ever. Add `g`.",
    ),
    Mistake(
        "both",
        {"v + g": "(v + g)"},
        "You multiply both by `momentum`, the velocity and the new gradient. Only what is old "
        "fades: momentum · v + g.",
    ),
]

hints = [
    "Two things happen to the velocity: what is old fades a little, and the new gradient comes on "
    "top.",
    "To fade is to be multiplied by `momentum`, a number below 1. The gradient is added as it is.",
    "return momentum * v + g",
]
