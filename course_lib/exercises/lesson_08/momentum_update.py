"""Exercise: momentum_update."""

import numpy as np

from course_lib import optim

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def momentum_update_cases(rng):
    return [
        # 0.9 * 1 + 2 = 2.9, 0.9 * (-10) + 2 = -7, 0.9 * 0 + 4 = 4.
        Case(
            (np.array([2.0, 2.0, 4.0]), np.array([1.0, -10.0, 0.0])),
            label="three numbers, worked by hand",
            expected=np.array([2.9, -7.0, 4.0]),
        ),
        Case((rng.normal(size=(3, 5)), np.zeros((3, 5))), label="the first step"),
        Case((rng.normal(size=7), rng.normal(size=7), 0.5), label="another momentum"),
        Case((rng.normal(size=(2, 3)), rng.normal(size=(2, 3)), 0.0), label="no momentum"),
    ]


def _average(g, v, momentum=0.9):
    return momentum * v + (1 - momentum) * g


def _turned_round(g, v, momentum=0.9):
    return momentum * g + v


def _never_forgets(g, v, momentum=0.9):
    return v + g


def _minus(g, v, momentum=0.9):
    return momentum * v - g


def _default_only(g, v, momentum=0.9):
    return 0.9 * v + g


def _nesterov(g, v, momentum=0.9):
    return g + momentum * (momentum * v + g)


def _forgets_the_gradient(g, v, momentum=0.9):
    return momentum * v


def _both(g, v, momentum=0.9):
    return momentum * (v + g)


def _plain(g, v, momentum=0.9):
    return momentum * v + g


def _loop(g, v, momentum=0.9):
    out = np.empty_like(v)
    for place in np.ndindex(v.shape):
        out[place] = momentum * v[place] + g[place]
    return out


def _into_v(g, v, momentum=0.9):
    v[...] = momentum * v + g
    return v


register(
    Exercise(
        name="momentum_update",
        lesson=8,
        reference=optim.momentum_update,
        shown=_plain,
        cases=momentum_update_cases,
        may_use_up=("v",),
        mistakes=(
            Mistake(
                "average",
                _average,
                lambda case, got, want: (
                    "You take an average: the gradient is multiplied by 1 − momentum, which here "
                    f"makes it {number(1 / (1 - _momentum(case)))} times smaller. That is the "
                    "first average of Adam, further down. Here the gradient is added whole."
                ),
            ),
            Mistake(
                "turned_round",
                _turned_round,
                "You multiply the gradient by `momentum` and keep the velocity whole. It is the "
                "velocity that fades: momentum · v + g.",
            ),
            Mistake(
                "never_forgets",
                _never_forgets,
                "You add the gradient to the velocity, but the velocity never fades: old gradients "
                "would count for ever. Multiply `v` by `momentum` first.",
            ),
            Mistake(
                "minus",
                _minus,
                "You subtract the gradient. Here the velocity points uphill like the gradient, for "
                "`sgd_step` does the subtracting. Add `g`.",
            ),
            Mistake(
                "default_only",
                _default_only,
                lambda case, got, want: (
                    f"You always use 0.9. Here `momentum` is {number(_momentum(case))}: use the "
                    "parameter."
                ),
            ),
            Mistake(
                "nesterov",
                _nesterov,
                "This is Nesterov's variant, which looks one step ahead: g plus momentum times the "
                "new velocity. What is asked for is the velocity itself: momentum · v + g.",
            ),
            Mistake(
                "forgets_the_gradient",
                _forgets_the_gradient,
                "The velocity fades, but no gradient is added to it: it stays 0 for ever. Add `g`.",
            ),
            Mistake(
                "both",
                _both,
                "You multiply both by `momentum`, the velocity and the new gradient. Only what is "
                "old fades: momentum · v + g.",
            ),
        ),
        correct=(_plain, _loop, _into_v),
        hints=(
            "Two things happen to the velocity: what is old fades a little, and the new gradient "
            "comes on top.",
            "To fade is to be multiplied by `momentum`, a number below 1. The gradient is added as "
            "it is.",
            "return momentum * v + g",
        ),
    )
)


def _momentum(case):
    return case.args[2] if len(case.args) > 2 else 0.9
