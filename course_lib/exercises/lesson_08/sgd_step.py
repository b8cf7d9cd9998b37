"""Exercise: sgd_step."""

import numpy as np

from course_lib import optim

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def sgd_step_cases(rng):
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


def _new_array(theta, g, lr):
    return theta - lr * g


def _uphill(theta, g, lr):
    theta += lr * g
    return theta


def _no_rate(theta, g, lr):
    theta -= g
    return theta


def _overwritten(theta, g, lr):
    theta[...] = -lr * g
    return theta


def _shrinks(theta, g, lr):
    theta -= lr * theta
    return theta


def _sign_only(theta, g, lr):
    theta -= lr * np.sign(g)
    return theta


def _length_one(theta, g, lr):
    theta -= lr * g / np.linalg.norm(g)
    return theta


def _divided(theta, g, lr):
    theta -= g / lr
    return theta


def _with_out(theta, g, lr):
    return np.subtract(theta, np.multiply(lr, g), out=theta)


def _one_by_one(theta, g, lr):
    for place in np.ndindex(theta.shape):
        theta[place] = theta[place] - lr * g[place]
    return theta


def _slice(theta, g, lr):
    theta[...] = theta - lr * g
    return theta


register(
    Exercise(
        name="sgd_step",
        lesson=8,
        reference=optim.sgd_step,
        cases=sgd_step_cases,
        may_change=("theta",),
        mistakes=(
            Mistake(
                "new_array",
                _new_array,
                "The numbers are right, but they are in a new array, and `theta` is what it was. "
                "The model holds `theta` itself and would never learn. Change the array in place: "
                "`theta -= …`, or `theta[...] = …`, and return it.",
            ),
            Mistake(
                "uphill",
                _uphill,
                "You add the gradient. It points to where the loss grows; go the other way: "
                "subtract it.",
            ),
            Mistake(
                "no_rate",
                _no_rate,
                lambda case, got, want: (
                    "You subtract the whole gradient. Multiply it by the learning rate first, here "
                    f"lr = {number(case.args[2])}."
                ),
            ),
            Mistake(
                "divided",
                _divided,
                lambda case, got, want: (
                    f"You divide the gradient by lr = {number(case.args[2])}. The learning rate is "
                    "a factor: multiply."
                ),
            ),
            Mistake(
                "overwritten",
                _overwritten,
                "You store the step in `theta`, without the place from which it starts. The new "
                "theta is the old one minus lr times g.",
            ),
            Mistake(
                "shrinks",
                _shrinks,
                "You subtract lr times `theta` itself: the parameters shrink, whatever the "
                "gradient says. Subtract lr times `g`.",
            ),
            Mistake(
                "sign_only",
                _sign_only,
                "You use only the signs of the gradient, so that every number moves by lr. In "
                "gradient descent a steep direction moves more: use `g` itself.",
            ),
            Mistake(
                "length_one",
                _length_one,
                lambda case, got, want: (
                    "You divide the gradient by its length, here "
                    f"{number(np.linalg.norm(case.args[1]))}, so that every step is lr long. Plain "
                    "gradient descent takes shorter steps where it is flat: use `g` as it is."
                ),
            ),
        ),
        correct=(_with_out, _one_by_one, _slice),
        hints=(
            "The gradient says where the loss grows. How far to go the other way is lr times it.",
            "`theta = theta - …` makes a new array and gives it the old name, inside the function "
            "only. An array is changed in place by `-=`.",
            "theta -= lr * g, and then return theta.",
        ),
    )
)
