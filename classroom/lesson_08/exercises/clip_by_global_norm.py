"""clip_by_global_norm: gradients are scaled alike, in place, to a largest joint norm."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number, reference
from course_lib.params import flatten


def cases(rng):
    by_hand = {"W": np.array([[3.0, 4.0]]), "b": np.array([12.0])}
    nested = {
        "embedding": {"W": rng.normal(size=(7, 3))},
        "blocks": [{"W": rng.normal(size=(3, 5)), "b": np.zeros(5)}],
    }
    return [
        # 3^2 + 4^2 + 12^2 = 13^2.
        Case(
            (by_hand, 6.5),
            label="two arrays, worked by hand",
            expected=13.0,
            proves="what is too long is shortened",
        ),
        Case((by_hand, 20.0), label="short enough already", expected=13.0),
        Case((by_hand, 13.02), label="a limit just above the norm", expected=13.0),
        Case(
            (by_hand, 12.98),
            label="a limit just below the norm",
            expected=13.0,
            proves="what is short enough stays",
        ),
        Case((nested, 1.0), label="a nested dict"),
        Case((by_hand, 0.0), label="a limit of 0, which leaves nothing", expected=13.0),
        Case(({"W": np.zeros((2, 3)), "b": np.zeros(3)}, 1.0), label="all zeros"),
        Case(
            ({"W": rng.normal(size=(2, 3)), "b": rng.normal(size=3)}, math.inf),
            label="no limit: max_norm is inf",
        ),
    ]


returns = ("norm",)
may_change = ("grads",)

LENGTH = "math.sqrt(sum(float((array**2).sum()) for array in arrays))"


def norm_so_far(grads, max_norm):
    total = 0.0
    for array in flatten(grads).values():
        total += float((array**2).sum())
        norm = math.sqrt(total)
        if norm > max_norm:
            array *= max_norm / norm
    return norm


def each_alone(grads, max_norm):
    for array in flatten(grads).values():
        norm = float(np.linalg.norm(array))
        if norm > max_norm:
            array *= max_norm / norm
    return norm


def each_part(grads, max_norm):
    norms = [each_of(part, max_norm) for part in grads.values()]
    return math.sqrt(sum(norm**2 for norm in norms))


def each_of(part, max_norm):
    """Clip one entry of `grads` by the norm of what it holds."""
    return reference("clip_by_global_norm")({"part": part}, max_norm)


mistakes = [
    Mistake(
        "each_array",
        [{"/ norm": "/ max(max_norm, np.linalg.norm(array))"}, each_alone, each_part],
        lambda case, got, want: (
            "You clip each array, or each entry of `grads`, by its own norm. Long ones are then "
            "shortened more than short ones, and the step no longer points downhill. All arrays "
            f"together make one vector, of length {number(want)}; scale them all by one factor."
        ),
    ),
    Mistake(
        "each_number",
        {"array *= max_norm / norm": "np.clip(array, -max_norm, max_norm, out=array)"},
        "You clip every number by itself, which bends the gradient: large entries are cut and "
        "small ones stay. Scale all of them by one factor, so that only the length changes.",
    ),
    Mistake(
        "norm_of_clipped",
        [
            {"max_norm / norm": f"max_norm / {LENGTH}"},
            {"max_norm / norm": f"min(1, max_norm / {LENGTH})"},
        ],
        "The norm is measured again for each array, when the ones before it have been shortened. "
        "It is smaller then, so that later arrays are shortened too little. Measure it once, and "
        "scale all of them by one factor.",
    ),
    Mistake(
        "divided_by_the_square",
        {"max_norm / norm": "max_norm / norm**2"},
        lambda case, got, want: (
            "You divide by the sum of the squares, without its root. What is left is then "
            f"{number(want)} times too short: the factor is max_norm / norm."
        ),
    ),
    Mistake(
        "zero_taken_for_none",
        {"if norm": "if max_norm and norm"},
        "max_norm = 0 is taken for no limit: 0 counts as false in a condition. It is a limit like "
        "any other, and leaves a gradient of 0. No limit is math.inf.",
    ),
    Mistake(
        "always",
        [
            {"norm > max_norm": "norm > 0"},
            {"norm > max_norm": "norm > 0 and math.isfinite(max_norm)"},
        ],
        lambda case, got, want: (
            f"The norm is {number(want)}, below max_norm = {number(case.args[1])}, and you stretch "
            "the gradients to it. Clipping only shortens: leave them as they are unless norm > "
            "max_norm."
        ),
    ),
    Mistake(
        "always_even_zero",
        {"if norm > max_norm": "if True"},
        lambda case, got, want: (
            "You scale to max_norm in any case, also gradients that are shorter: here the norm is "
            f"{number(want)} and max_norm {number(case.args[1])}. And where all are 0, you divide "
            "by 0. Scale only if norm > max_norm."
        ),
    ),
    Mistake(
        "condition_turned",
        [{"norm > max_norm": "0 < norm < max_norm"}, {"norm > max_norm": "norm < max_norm"}],
        "The condition is turned round: you leave gradients alone that are longer than max_norm, "
        "and stretch those that are shorter. Scale if norm > max_norm.",
    ),
    Mistake(
        "norm_so_far",
        norm_so_far,
        "You scale within the loop that adds up the squares, by the norm of the arrays so far. The "
        "one factor is known only after all of them: two loops, one after the other.",
    ),
    Mistake(
        "not_in_place",
        {"array *=": "array = array *"},
        "The norm is right, but the arrays in `grads` are what they were. A product makes a new "
        "array, whatever name or place in a dict of your own you give it; `array *= …` changes "
        "the one that the caller holds.",
    ),
    Mistake(
        "norm_after",
        {"return norm": "return min(norm, max_norm)"},
        lambda case, got, want: (
            f"You return {number(got)}, the norm after clipping. Return the one before it, "
            f"{number(want)}: it is what tells how rough the ground is."
        ),
    ),
    Mistake(
        "factor_returned",
        {"return norm": "return min(1.0, max_norm / max(norm, 1e-12))"},
        lambda case, got, want: (
            f"The gradients are right. You return the factor, {number(got)}; the norm before "
            f"clipping is wanted, {number(want)}."
        ),
    ),
    Mistake(
        "mean_of_squares",
        {LENGTH: f"{LENGTH} / math.sqrt(sum(array.size for array in arrays))"},
        lambda case, got, want: (
            f"{number(got)} is the root of the *mean* of all squares. The norm is a length, and "
            f"grows with the number of entries: the root of their sum, {number(want)}."
        ),
    ),
    Mistake(
        "sum_of_magnitudes",
        {LENGTH: "sum(float(np.abs(array).sum()) for array in arrays)"},
        lambda case, got, want: (
            f"{number(got)} is the sum of all magnitudes. The global norm is the root of the sum "
            f"of all squares, {number(want)}."
        ),
    ),
    Mistake(
        "one_of_the_norms",
        [
            {LENGTH: f"{name}(float(np.linalg.norm(array)) for array in arrays)"}
            for name in ("max", "min")
        ]
        + [{LENGTH: "float(np.mean([np.linalg.norm(array) for array in arrays]))"}],
        lambda case, got, want: (
            "Each array has got a norm of its own, and one number is made of these: "
            f"{number(got)}. All arrays together are one vector, of length {number(want)}: the "
            "root of the sum of all squares."
        ),
    ),
    Mistake(
        "sum_of_norms",
        {LENGTH: "sum(float(np.linalg.norm(array)) for array in arrays)"},
        lambda case, got, want: (
            f"You add up the norms of the arrays, {number(got)}. Lengths do not add up so; squares "
            f"do. Sum all squares, then take the root: {number(want)}."
        ),
    ),
    Mistake(
        "no_root",
        [{"math.sqrt": ""}, {"return norm": "return norm**2"}],
        lambda case, got, want: (
            f"{number(got)} is the square of the norm. Take the root: {number(want)}."
        ),
    ),
    Mistake(
        "largest_entry",
        {LENGTH: "max(float(np.abs(array).max()) for array in arrays)"},
        lambda case, got, want: (
            f"{number(got)} is the largest entry. The norm is the length of all entries together, "
            f"the root of the sum of their squares: {number(want)}."
        ),
    ),
    Mistake(
        "turned_round",
        {"max_norm / norm": "norm / max_norm"},
        "The factor is turned round: norm / max_norm is above 1 and makes the gradients longer. "
        "Multiply by max_norm / norm.",
    ),
    Mistake(
        "subtracted",
        {"array *= max_norm / norm": "array -= norm - max_norm"},
        "You subtract what is too much from every entry, which turns the gradient to another "
        "direction. Multiply all entries by the same factor: then only the length changes.",
    ),
    Mistake(
        "length_one",
        {"max_norm / norm": "1 / norm"},
        lambda case, got, want: (
            f"You scale to the length 1, whatever max_norm is; here it is {number(case.args[1])}. "
            "Multiply by max_norm / norm."
        ),
    ),
    Mistake(
        "first_level",
        [
            {"flatten(grads)": "grads"},
            {
                "flatten(grads).values()": (
                    "array for array in grads.values() if isinstance(array, np.ndarray)"
                )
            },
        ],
        "You go through `grads` itself, but its values may be dicts and lists. `flatten(grads)` "
        "gives a flat dict of the very same arrays.",
    ),
]

hints = [
    "Think of all gradients as one long vector. What is its length, and by which factor must it be "
    "multiplied if it is too long?",
    "arrays = list(flatten(grads).values()) holds all arrays. The norm is the root of the sum of "
    "all their squares.",
    "if norm > max_norm, multiply each array by max_norm / norm, in place: `array *= …`. Return "
    "the norm from before.",
    "norm = math.sqrt(sum(float((array**2).sum()) for array in arrays))",
]
