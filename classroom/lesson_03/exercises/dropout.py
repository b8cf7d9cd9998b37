"""dropout: in training some entries become 0 and the others grow."""

import numpy as np

from classroom.exercises import Case, Mistake, number
from classroom.lesson_03.equal_draws import EqualDraws


def cases(rng):
    x = rng.normal(size=(3, 5)) + 2
    return [
        Case(
            (np.array([1.0, 2, 3, 4]), 0.5),
            label="no rng, as when a model is evaluated; worked by hand",
            expected=([1.0, 2, 3, 4], None),
        ),
        Case((x, 0.2, EqualDraws(1)), label="a fifth is dropped"),
        Case(
            (rng.normal(size=(2, 3, 7)) + 2, 0.75, EqualDraws(2)),
            label="three quarters are dropped",
        ),
        Case((rng.normal(size=(2, 3, 7)), 0.5, EqualDraws(3)), label="a half is dropped"),
        Case((x, 0.2), label="no rng, a batch"),
    ]


mistakes = [
    Mistake(
        "no_rng",
        {"if rng is not None": "if True"},
        "Without rng nothing is to be dropped, and there is nothing to draw from. Draw only if "
        "rng is not None.",
    ),
    Mistake(
        "never",
        {"x * scale": "x"},
        "Nothing was dropped although there is an rng. With an rng, draw a number for each entry "
        "and set those to 0 whose number is below p.",
    ),
    Mistake(
        "shrinks_later",
        {"= x, None": "= x * (1 - p), None", " / (1 - p)": ""},
        "You keep the entries as they are in training and shrink all of them when there is no "
        "rng. That was the first form of dropout. Here the kept ones are divided by 1 - p in "
        "training, and evaluation leaves x alone.",
    ),
    Mistake(
        "scales_always",
        {"= x, None": "= x / (1 - p), None"},
        "Without rng the entries are divided by 1 - p, although none was dropped. Evaluation "
        "returns x as it is.",
    ),
    Mistake(
        "always",
        {
            "    if rng is not None:": "    rng = rng or np.random.default_rng(0)\n    if True:",
        },
        "Entries are dropped although there is no rng. That is how a model is evaluated, and then "
        "nothing may be dropped. Draw only if rng is not None.",
    ),
    Mistake(
        "no_scale",
        {" / (1 - p)": ""},
        lambda case, got, want: (
            "The kept entries are as large as before, so the sum shrinks to a share of "
            f"{number(1 - case.args[1])} on average. Divide them by 1 - p = "
            f"{number(1 - case.args[1])}."
        ),
    ),
    Mistake(
        "scaled_down",
        {"/ (1 - p)": "* (1 - p)"},
        "The kept entries are multiplied by 1 - p. They must make up for those that are gone: "
        "divide by 1 - p.",
    ),
    Mistake(
        "divided_by_p",
        {"/ (1 - p)": "/ p"},
        lambda case, got, want: (
            f"The kept entries are divided by p = {number(case.args[1])}. The share that is kept "
            f"is 1 - p = {number(1 - case.args[1])}: divide by that."
        ),
    ),
    Mistake(
        "inverted",
        {">= p": "< p"},
        lambda case, got, want: (
            f"You keep what should be dropped: a number below p = {number(case.args[1])} comes up "
            "with probability p, and such an entry is to become 0. Keep where the number is p or "
            "more."
        ),
    ),
    Mistake(
        "keep_probability",
        {">= p": "< p", "/ (1 - p)": "/ p"},
        lambda case, got, want: (
            f"You read p = {number(case.args[1])} as the probability to keep an entry. Here it is "
            "the probability to drop one."
        ),
    ),
    Mistake(
        "other_end",
        {">= p": "< 1 - p"},
        "You keep where the number is below 1 - p. That is just as likely, but the contract says: "
        "keep where it is p or more.",
    ),
    Mistake(
        "other_end_no_scale",
        {">= p": "< 1 - p", " / (1 - p)": ""},
        "You keep where the number is below 1 - p, and the kept entries stay as they are. Keep "
        "where it is p or more, and divide what is kept by 1 - p.",
    ),
    Mistake(
        "own_generator",
        {"rng.random(": "np.random.default_rng(0).random("},
        "You draw from a new generator, so the same entries are dropped at every call. Draw from "
        "the one that you were given: rng.random(x.shape).",
    ),
    Mistake(
        "global_generator",
        {"rng.random(": "np.random.random("},
        "You draw with np.random.random, from a generator that all programs share. Draw from the "
        "one that you were given, so that a run can be repeated: rng.random(x.shape).",
    ),
    Mistake(
        "per_feature",
        {"x.shape)": "x.shape[-1:])"},
        "One number is drawn for each feature, so whole columns vanish. Each entry has its own: "
        "rng.random(x.shape).",
    ),
    Mistake(
        "per_vector",
        {"x.shape)": "(*x.shape[:-1], 1))"},
        "One number is drawn for each vector, so whole vectors vanish. Each entry has its own: "
        "rng.random(x.shape).",
    ),
    Mistake(
        "normal",
        {"rng.random(x.shape)": "rng.normal(size=x.shape)"},
        "The numbers are drawn from a normal distribution, where a number below p does not have "
        "probability p. rng.random draws evenly between 0 and 1.",
    ),
]

hints = [
    "Two situations. Without rng: x as it is. With rng: some entries become 0, the others grow.",
    "rng.random(x.shape) draws a number between 0 and 1 for each entry. How likely is it to be "
    "below p?",
    "kept = rng.random(x.shape) >= p is an array of bools: True with probability 1 - p.",
    "scale = kept.astype(x.dtype) / (1 - p); out = x * scale.",
]
