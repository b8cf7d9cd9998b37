"""Exercise: dead_units."""

import numpy as np

from course_lib import dynamics

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def dead_units_cases(rng):
    by_hand = np.array([[[0.0, 1.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0], [5.0, 5.0, 0.0, 5.0]]])
    seen = np.array([[True, True, False]])
    everything = np.ones((1, 3), bool)
    hidden = np.maximum(rng.normal(size=(3, 5, 11)) - 1.0, 0.0)
    hidden[:, :, :4] = 0.0
    hidden[2, 1, 3] = 1e-4  # a unit that wakes once, and little
    right = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], bool)
    only_padding = hidden.copy()
    only_padding[1, 4, :2] = 7.0  # wakes where nothing stands
    return [
        Case((by_hand, everything), label="four units, no padding", expected=0.25),
        Case((by_hand, seen), label="four units, the last position is padding", expected=0.5),
        Case((hidden, right), label="three sequences, padding on the right"),
        Case((only_padding, right), label="two units wake at padding only"),
        Case((hidden, right[:, ::-1].copy()), label="padding on the left"),
        Case((np.ones((2, 3, 7)), np.ones((2, 3), bool)), label="none is dead", expected=0.0),
        Case((np.zeros((2, 3, 7)), np.ones((2, 3), bool)), label="all are dead", expected=1.0),
    ]


def _loop(hidden, counted):
    B, T, d_ff = hidden.shape
    dead = 0
    for unit in range(d_ff):
        if not any(hidden[b, t, unit] for b in range(B) for t in range(T) if counted[b, t]):
            dead += 1
    return dead / d_ff


def _largest(hidden, counted):
    return float(np.mean((hidden * counted[:, :, None]).max(axis=(0, 1)) <= 0))


def _where(hidden, counted):
    return ((hidden == 0) | ~counted[..., None]).all(axis=(0, 1)).mean()


def _with_padding(hidden, counted):
    return (hidden == 0).all(axis=(0, 1)).mean()


def _asleep(hidden, counted):
    return (hidden[counted] == 0).mean()


def _asleep_with_padding(hidden, counted):
    return (hidden == 0).mean()


def _asleep_somewhere(hidden, counted):
    return (hidden[counted] == 0).any(axis=0).mean()


def _padding_asleep_too(hidden, counted):
    return ((hidden == 0) & counted[:, :, None]).all(axis=(0, 1)).mean()


def _awake(hidden, counted):
    return (hidden[counted] > 0).any(axis=0).mean()


def _count(hidden, counted):
    return int((hidden[counted] == 0).all(axis=0).sum())


def _which(hidden, counted):
    return (hidden[counted] == 0).all(axis=0)


def _each_sequence(hidden, counted):
    return ((hidden == 0) | ~counted[:, :, None]).all(axis=1).mean()


def _below_zero(hidden, counted):
    return (hidden[counted] < 0).all(axis=0).mean()


def _no_axis(hidden, counted):
    return float((hidden[counted] == 0).all())


def _nearly(hidden, counted):
    return (hidden[counted] < 1e-3).all(axis=0).mean()


def _by_positions(hidden, counted):
    return (hidden[counted] == 0).all(axis=0).sum() / counted.sum()


def _by_everything(hidden, counted):
    return (hidden[counted] == 0).all(axis=0).sum() / hidden[counted].size


def _positions(hidden, counted):
    return (hidden[counted] == 0).all(axis=-1).mean()


def _mask_turned(hidden, counted):
    return (hidden[~counted] == 0).all(axis=0).mean()


def _padding_told(case, got, want):
    hidden, counted = case.args
    only = int(((hidden != 0).any(axis=(0, 1)) & (hidden[counted] == 0).all(axis=0)).sum())
    return (
        f"{only} of the {hidden.shape[-1]} units wake at padding only, and you count them as "
        f"alive: {number(got)} in place of {number(want)}. Nothing is learned from padding. Look "
        "at hidden[counted], which has the shape (positions that count, d_ff)."
    )


register(
    Exercise(
        name="dead_units",
        lesson=9,
        reference=dynamics.dead_units,
        returns=("share",),
        cases=dead_units_cases,
        mistakes=(
            Mistake(
                "asleep",
                _asleep,
                lambda case, got, want: (
                    f"{number(got)} is the share of the zeros: how much is asleep, on average. A "
                    "unit that sleeps at most positions is not dead, it waits. Ask of each unit "
                    "whether it is 0 at all positions, then take the mean over the units."
                ),
            ),
            Mistake(
                "asleep_with_padding",
                _asleep_with_padding,
                lambda case, got, want: (
                    f"{number(got)} is the share of the zeros in `hidden`, padding included. Ask "
                    "of each unit whether it is 0 at all positions that count, then take the mean "
                    "over the units."
                ),
            ),
            Mistake(
                "asleep_somewhere",
                _asleep_somewhere,
                lambda case, got, want: (
                    f"{number(got)} is the share of the units that are 0 somewhere. Dead means 0 "
                    "everywhere: .all(axis=0) in place of .any(axis=0)."
                ),
            ),
            Mistake("with_padding", _with_padding, _padding_told),
            Mistake(
                "padding_asleep_too",
                _padding_asleep_too,
                lambda case, got, want: (
                    "With `& counted` a unit is dead only if no position is padding: at padding "
                    f"the condition is False, so .all() gives False and the share is {number(got)}."
                    " Positions that do not count must not decide. Take hidden[counted], or "
                    "`| ~counted[:, :, None]`."
                ),
            ),
            Mistake(
                "mask_turned",
                _mask_turned,
                "You look at the padding alone. `counted` is True where a token is: "
                "hidden[counted], without the ~.",
            ),
            Mistake(
                "awake",
                _awake,
                lambda case, got, want: (
                    f"{number(got)} is the share of the units that are alive. The dead ones are "
                    f"the rest, {number(want)}."
                ),
            ),
            Mistake(
                "count",
                _count,
                lambda case, got, want: (
                    f"{number(got)} is how many units are dead. Wanted is their share of all "
                    f"d_ff = {case.args[0].shape[-1]}, which can be compared between models of any "
                    "width."
                ),
            ),
            Mistake(
                "which",
                _which,
                "You return one answer for each unit. Wanted is a single number, the share that "
                "is dead: the mean of these.",
            ),
            Mistake(
                "each_sequence",
                _each_sequence,
                lambda case, got, want: (
                    "You ask in each sequence for itself. A unit that sleeps through one sequence "
                    "may wake in the next; dead are those that sleep through all of them: "
                    f"{number(want)}, not {number(got)}. All positions of all sequences stand "
                    "side by side in hidden[counted]."
                ),
            ),
            Mistake(
                "below_zero",
                _below_zero,
                "You look for numbers below 0, and relu leaves none: a unit that sleeps gives "
                "exactly 0. Compare with == 0.",
            ),
            Mistake(
                "no_axis",
                _no_axis,
                "You ask whether everything is 0, one question for all units: .all() without an "
                "axis. Ask it of each unit, .all(axis=0) over the positions, and take the mean of "
                "the answers.",
            ),
            Mistake(
                "nearly",
                _nearly,
                "You take a unit for dead that is nearly 0. A unit that wakes a little has a slope "
                "there, and learns. Relu gives exact zeros, so compare with == 0.",
            ),
            Mistake(
                "by_positions",
                _by_positions,
                lambda case, got, want: (
                    "You divide the number of dead units by the number of positions. Divide by "
                    f"that of the units, d_ff = {case.args[0].shape[-1]}."
                ),
            ),
            Mistake(
                "by_everything",
                _by_everything,
                lambda case, got, want: (
                    "You divide the number of dead units by how many numbers there are. Divide by "
                    f"that of the units, d_ff = {case.args[0].shape[-1]}."
                ),
            ),
            Mistake(
                "positions",
                _positions,
                "You ask which positions have no unit awake, and take the mean over the "
                "positions. Turn it round: which units are 0 at all positions? In hidden[counted] "
                "the positions are axis 0 and the units are the last axis.",
            ),
        ),
        correct=(_loop, _largest, _where),
        hints=(
            "The question is asked of each unit: is it 0 at every position that counts? The share "
            "is the mean of the answers.",
            "hidden[counted] keeps the positions that count, of all sequences: (n, d_ff).",
            "Compare with 0, take .all(axis=0) over the positions, then .mean() over the units.",
        ),
    )
)
