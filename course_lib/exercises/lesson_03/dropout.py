"""Exercise: dropout."""

import numpy as np

from course_lib import dropout as module

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from .drawn import Drawn


def dropout_cases(rng):
    x = rng.normal(size=(3, 5)) + 2
    return [
        Case(
            (np.array([1.0, 2, 3, 4]), 0.5),
            label="no rng, as when a model is evaluated; worked by hand",
            expected=([1.0, 2, 3, 4], None),
        ),
        Case((x, 0.2, Drawn(1)), label="a fifth is dropped"),
        Case((rng.normal(size=(2, 3, 7)) + 2, 0.75, Drawn(2)), label="three quarters are dropped"),
        Case((rng.normal(size=(2, 3, 7)), 0.5, Drawn(3)), label="a half is dropped"),
        Case((x, 0.2), label="no rng, a batch"),
    ]


def _dropout(x, p, rng=None):
    if rng is None:
        return x, (None,)
    kept = rng.random(x.shape) >= p
    scale = kept.astype(x.dtype) / (1 - p)
    return x * scale, (scale,)


def _where(x, p, rng=None):
    scale = None
    if rng is not None:
        scale = np.where(rng.random(x.shape) < p, 0.0, 1 / (1 - p))
    return (x if scale is None else x * scale), (scale,)


def _binomial(x, p, rng=None):
    if rng is None:
        return x, (None,)
    scale = rng.binomial(1, 1 - p, x.shape) / (1 - p)
    return x * scale, (scale,)


def _uniform(x, p, rng=None):
    if rng is None:
        return x, (None,)
    scale = (rng.uniform(0, 1, size=x.shape) >= p) / (1 - p)
    return x * scale, (scale,)


def _choice(x, p, rng=None):
    if rng is None:
        return x, (None,)
    scale = rng.choice([0.0, 1.0], size=x.shape, p=[p, 1 - p]) / (1 - p)
    return x * scale, (scale,)


def variant(keep=lambda drawn, p: drawn >= p, factor=lambda p: 1 / (1 - p), shape=np.shape):
    """Make a dropout with a step replaced."""

    def answer(x, p, rng=None):
        if rng is None:
            return x
        return x * keep(rng.random(shape(x)), p) * factor(p)

    return answer


def _shrinks_later(x, p, rng=None):
    return x * (1 - p) if rng is None else x * (rng.random(x.shape) >= p)


def _scales_always(x, p, rng=None):
    return x / (1 - p) if rng is None else x * (rng.random(x.shape) >= p) / (1 - p)


def _always(x, p, rng=None):
    rng = np.random.default_rng(0) if rng is None else rng
    return x * (rng.random(x.shape) >= p) / (1 - p)


def _no_rng(x, p, rng=None):
    return x * (rng.random(x.shape) >= p) / (1 - p)


def _global(x, p, rng=None):
    drawn = np.random.random(x.shape)  # noqa: NPY002  many readers know no other way
    return x if rng is None else x * (drawn >= p) / (1 - p)


def _never(x, p, rng=None):
    return x


register(
    Exercise(
        name="dropout",
        lesson=3,
        reference=module.dropout,
        shown=_dropout,
        cases=dropout_cases,
        mistakes=(
            Mistake(
                "no_rng",
                _no_rng,
                "Without rng nothing is to be dropped, and there is nothing to draw from. Draw "
                "only if rng is not None.",
            ),
            Mistake(
                "never",
                _never,
                "Nothing was dropped although there is an rng. With an rng, draw a number for "
                "each entry and set those to 0 whose number is below p.",
            ),
            Mistake(
                "shrinks_later",
                _shrinks_later,
                "You keep the entries as they are in training and shrink all of them when there "
                "is no rng. That was the first form of dropout. Here the kept ones are divided by "
                "1 - p in training, and evaluation leaves x alone.",
            ),
            Mistake(
                "scales_always",
                _scales_always,
                "Without rng the entries are divided by 1 - p, although none was dropped. "
                "Evaluation returns x as it is.",
            ),
            Mistake(
                "always",
                _always,
                "Entries are dropped although there is no rng. That is how a model is evaluated, "
                "and then nothing may be dropped. Draw only if rng is not None.",
            ),
            Mistake(
                "no_scale",
                variant(factor=lambda p: 1.0),
                lambda case, got, want: (
                    "The kept entries are as large as before, so the sum shrinks to a share of "
                    f"{number(1 - case.args[1])} on average. Divide them by 1 - p = "
                    f"{number(1 - case.args[1])}."
                ),
            ),
            Mistake(
                "scaled_down",
                variant(factor=lambda p: 1 - p),
                "The kept entries are multiplied by 1 - p. They must make up for those that are "
                "gone: divide by 1 - p.",
            ),
            Mistake(
                "divided_by_p",
                variant(factor=lambda p: 1 / p),
                lambda case, got, want: (
                    f"The kept entries are divided by p = {number(case.args[1])}. The share that "
                    f"is kept is 1 - p = {number(1 - case.args[1])}: divide by that."
                ),
            ),
            Mistake(
                "inverted",
                variant(keep=lambda drawn, p: drawn < p),
                lambda case, got, want: (
                    f"You keep what should be dropped: a number below p = {number(case.args[1])} "
                    "comes up with probability p, and such an entry is to become 0. Keep where "
                    "the number is p or more."
                ),
            ),
            Mistake(
                "keep_probability",
                variant(keep=lambda drawn, p: drawn < p, factor=lambda p: 1 / p),
                lambda case, got, want: (
                    f"You read p = {number(case.args[1])} as the probability to keep an entry. "
                    "Here it is the probability to drop one."
                ),
            ),
            Mistake(
                "other_end",
                variant(keep=lambda drawn, p: drawn < 1 - p),
                "You keep where the number is below 1 - p. That is just as likely, but the "
                "contract says: keep where it is p or more.",
            ),
            Mistake(
                "other_end_no_scale",
                variant(keep=lambda drawn, p: drawn < 1 - p, factor=lambda p: 1.0),
                "You keep where the number is below 1 - p, and the kept entries stay as they are. "
                "Keep where it is p or more, and divide what is kept by 1 - p.",
            ),
            Mistake(
                "own_generator",
                lambda x, p, rng=None: (
                    x
                    if rng is None
                    else x * (np.random.default_rng(0).random(x.shape) >= p) / (1 - p)
                ),
                "You draw from a new generator, so the same entries are dropped at every call. "
                "Draw from the one that you were given: rng.random(x.shape).",
            ),
            Mistake(
                "global_generator",
                _global,
                "You draw with np.random.random, from a generator that all programs share. Draw "
                "from the one that you were given, so that a run can be repeated: "
                "rng.random(x.shape).",
            ),
            Mistake(
                "per_feature",
                variant(shape=lambda x: x.shape[-1:]),
                "One number is drawn for each feature, so whole columns vanish. Each entry has "
                "its own: rng.random(x.shape).",
            ),
            Mistake(
                "per_vector",
                variant(shape=lambda x: (*x.shape[:-1], 1)),
                "One number is drawn for each vector, so whole vectors vanish. Each entry has its "
                "own: rng.random(x.shape).",
            ),
            Mistake(
                "normal",
                lambda x, p, rng=None: (
                    x if rng is None else x * (rng.normal(size=x.shape) >= p) / (1 - p)
                ),
                "The numbers are drawn from a normal distribution, where a number below p does "
                "not have probability p. rng.random draws evenly between 0 and 1.",
            ),
        ),
        correct=(_dropout, _where, _binomial, _uniform, _choice),
        hints=(
            "Two situations. Without rng: x as it is. With rng: some entries become 0, the others "
            "grow.",
            "rng.random(x.shape) draws a number between 0 and 1 for each entry. How likely is it "
            "to be below p?",
            "kept = rng.random(x.shape) >= p is an array of bools: True with probability 1 - p.",
            "scale = kept.astype(x.dtype) / (1 - p); out = x * scale.",
        ),
    )
)
