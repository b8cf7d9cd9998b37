"""Exercise: clip_by_global_norm."""

import math

import numpy as np

from course_lib import optim
from course_lib.params import flatten

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_clipping as wrong


def clip_by_global_norm_cases(rng):
    nested = {
        "embedding": {"W": rng.normal(size=(7, 3))},
        "blocks": [{"W": rng.normal(size=(3, 5)), "b": np.zeros(5)}],
    }
    return [
        # 3^2 + 4^2 + 12^2 = 13^2.
        Case(
            ({"W": np.array([[3.0, 4.0]]), "b": np.array([12.0])}, 6.5),
            label="two arrays, worked by hand",
            expected=13.0,
        ),
        Case(
            ({"W": np.array([[3.0, 4.0]]), "b": np.array([12.0])}, 20.0),
            label="short enough already",
            expected=13.0,
        ),
        Case((nested, 1.0), label="a nested dict"),
        Case(({"W": np.zeros((2, 3)), "b": np.zeros(3)}, 1.0), label="all zeros"),
        Case(
            ({"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}, math.inf),
            label="no limit: max_norm is inf",
        ),
    ]


def _one_after_the_other(grads, max_norm):
    total = 0.0
    for array in flatten(grads).values():
        for value in array.ravel():
            total += value * value
    norm = total**0.5
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    for array in flatten(grads).values():
        array[...] = array * scale
    return norm


def _concatenated(grads, max_norm):
    named = flatten(grads)
    norm = np.linalg.norm(np.concatenate([array.ravel() for array in named.values()]))
    if norm > max_norm:
        for name in named:
            named[name] *= max_norm / norm
    return float(norm)


_TURNED = (
    "The condition is turned round: you leave gradients alone that are longer than max_norm, and "
    "stretch those that are shorter. Scale if norm > max_norm."
)

register(
    Exercise(
        name="clip_by_global_norm",
        lesson=8,
        reference=optim.clip_by_global_norm,
        returns=("norm",),
        cases=clip_by_global_norm_cases,
        may_change=("grads",),
        mistakes=(
            Mistake(
                "each_array",
                wrong.each_array,
                lambda case, got, want: (
                    "You clip each array by its own norm. Long arrays are then shortened more than "
                    "short ones, and the step no longer points downhill. All arrays together make "
                    f"one vector, of length {number(want)}; scale them all by one factor."
                ),
            ),
            Mistake(
                "each_number",
                wrong.each_number,
                "You clip every number by itself, which bends the gradient: large entries are cut "
                "and small ones stay. Scale all of them by one factor, so that only the length "
                "changes.",
            ),
            Mistake(
                "always",
                wrong.always,
                lambda case, got, want: (
                    f"The norm is {number(want)}, below max_norm = {number(case.args[1])}, and you "
                    "stretch the gradients to it. Clipping only shortens: leave them as they are "
                    "unless norm > max_norm."
                ),
            ),
            Mistake(
                "always_even_zero",
                wrong.always_even_zero,
                lambda case, got, want: (
                    f"You scale to max_norm in any case, also gradients that are shorter: here the "
                    f"norm is {number(want)} and max_norm {number(case.args[1])}. And where all "
                    "are 0, you divide by 0. Scale only if norm > max_norm."
                ),
            ),
            Mistake("condition_turned", wrong.condition_turned, _TURNED),
            Mistake(
                "condition_turned_even_zero",
                wrong.condition_turned_even_zero,
                _TURNED + " Where all are 0, you even divide by 0.",
            ),
            Mistake(
                "norm_so_far",
                wrong.norm_so_far,
                "You scale within the loop that adds up the squares, by the norm of the arrays so "
                "far. The one factor is known only after all of them: two loops, one after the "
                "other.",
            ),
            Mistake(
                "not_in_place",
                wrong.not_in_place,
                "The norm is right, but the arrays in `grads` are what they were. `array = array * "
                "…` gives a new array a name; `array *= …` changes the one that the caller holds.",
            ),
            Mistake(
                "norm_after",
                wrong.norm_after,
                lambda case, got, want: (
                    f"You return {number(got)}, the norm after clipping. Return the one before it, "
                    f"{number(want)}: it is what tells how rough the ground is."
                ),
            ),
            Mistake(
                "sum_of_norms",
                wrong.sum_of_norms,
                lambda case, got, want: (
                    f"You add up the norms of the arrays, {number(got)}. Lengths do not add up so; "
                    f"squares do. Sum all squares, then take the root: {number(want)}."
                ),
            ),
            Mistake(
                "no_root",
                wrong.no_root,
                lambda case, got, want: (
                    f"{number(got)} is the square of the norm. Take the root: {number(want)}."
                ),
            ),
            Mistake(
                "largest_entry",
                wrong.largest_entry,
                lambda case, got, want: (
                    f"{number(got)} is the largest entry. The norm is the length of all entries "
                    f"together, the root of the sum of their squares: {number(want)}."
                ),
            ),
            Mistake(
                "turned_round",
                wrong.turned_round,
                "The factor is turned round: norm / max_norm is above 1 and makes the gradients "
                "longer. Multiply by max_norm / norm.",
            ),
            Mistake(
                "length_one",
                wrong.to_length_one,
                lambda case, got, want: (
                    "You scale to the length 1, whatever max_norm is; here it is "
                    f"{number(case.args[1])}. Multiply by max_norm / norm."
                ),
            ),
            Mistake(
                "first_level",
                wrong.first_level,
                "You go through `grads` itself, but its values may be dicts and lists. "
                "`flatten(grads)` gives a flat dict of the very same arrays.",
            ),
        ),
        correct=(_one_after_the_other, _concatenated),
        hints=(
            "Think of all gradients as one long vector. What is its length, and by which factor "
            "must it be multiplied if it is too long?",
            "arrays = list(flatten(grads).values()) holds all arrays. The norm is the root of the "
            "sum of all their squares.",
            "if norm > max_norm, multiply each array by max_norm / norm, in place: `array *= …`. "
            "Return the norm from before.",
            "norm = math.sqrt(sum(float((array**2).sum()) for array in arrays))",
        ),
    )
)
