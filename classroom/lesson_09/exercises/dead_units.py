"""dead_units: the share of the hidden units that never let anything through."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    by_hand = np.array([[[0.0, 1.0, 0.0, 2.0], [0.0, 0.0, 0.0, 0.0], [5.0, 5.0, 0.0, 5.0]]])
    seen = np.array([[True, True, False]])
    everything = np.ones((1, 3), bool)
    hidden = np.maximum(rng.normal(size=(3, 5, 11)) - 1.0, 0.0)
    hidden[:, :, :4] = 0.0
    hidden[2, 1, 3] = 1e-10  # a unit that wakes once, and hardly
    right = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], bool)
    only_padding = hidden.copy()
    only_padding[1, 4, :2] = 7.0  # wakes where nothing stands
    return [
        Case(
            (by_hand, everything),
            label="four units, no padding",
            expected=0.25,
            proves="one sequence without padding",
        ),
        Case(
            (by_hand, seen),
            label="four units, the last position is padding",
            expected=0.5,
            proves="one sequence",
        ),
        Case((hidden, right), label="three sequences, padding on the right"),
        Case(
            (only_padding, right),
            label="two units wake at padding only",
            proves="padding on the right",
        ),
        Case((hidden, right[:, ::-1].copy()), label="padding on the left"),
        Case(
            (np.full((2, 3, 7), 0.001), np.ones((2, 3), bool)), label="none is dead", expected=0.0
        ),
        Case((np.zeros((2, 3, 7)), np.ones((2, 3), bool)), label="all are dead", expected=1.0),
    ]


def padding_told(case, got, want):
    hidden, counted = case.args
    only = int(((hidden != 0).any(axis=(0, 1)) & (hidden[counted] == 0).all(axis=0)).sum())
    return (
        f"{only} of the {hidden.shape[-1]} units wake at padding only, and you count them as "
        f"alive: {number(got)} in place of {number(want)}. Nothing is learned from padding. Look "
        "at hidden[counted], which has the shape (positions that count, d_ff)."
    )


returns = ("share",)

DEAD = "(hidden[counted] == 0).all(axis=0)"
LIMITS = ("1e-6", "1e-3", "0.01", "0.05", "0.1")


def until_padding(hidden, counted):
    seen = np.logical_and.accumulate(counted, axis=1)
    return float((hidden[seen] == 0).all(axis=0).mean())


mistakes = [
    Mistake(
        "until_padding",
        until_padding,
        "A sequence is left at its first padding, and what comes after it is not looked at. "
        "Padding may stand in front, too: go through all positions, and ask `counted` at each.",
    ),
    Mistake(
        "one_sequence",
        {"hidden[counted]": "hidden[0][counted[0]]"},
        lambda case, got, want: (
            f"You look at the first sequence alone. Here are {len(case.args[0])}, and a unit may "
            "wake in any of them."
        ),
    ),
    Mistake(
        "last_position",
        [{"hidden[counted]": "hidden[:, -1]"}, {"hidden[counted]": "hidden[:, 0]"}],
        "You look at one position of each sequence. A unit may wake at any other: take all "
        "positions that count.",
    ),
    Mistake(
        "dead_in_some_sequence",
        {DEAD: "((hidden == 0) | ~counted[:, :, None]).all(axis=1).any(axis=0)"},
        lambda case, got, want: (
            "A unit counts as dead with you if it sleeps through one of the sequences. It has to "
            f"sleep through all: {number(want)} of the units do, not {number(got)}."
        ),
    ),
    Mistake(
        "asleep",
        {".all(axis=0)": ""},
        lambda case, got, want: (
            f"{number(got)} is the share of the zeros: how much is asleep, on average. A unit that "
            "sleeps at most positions is not dead, it waits. Ask of each unit whether it is 0 at "
            "all positions, then take the mean over the units."
        ),
    ),
    Mistake(
        "asleep_with_padding",
        {"hidden[counted]": "hidden", ".all(axis=0)": ""},
        lambda case, got, want: (
            f"{number(got)} is the share of the zeros in `hidden`, padding included. Ask of each "
            "unit whether it is 0 at all positions that count, then take the mean over the units."
        ),
    ),
    Mistake(
        "asleep_somewhere",
        {".all(": ".any("},
        lambda case, got, want: (
            f"{number(got)} is the share of the units that are 0 somewhere. Dead means 0 "
            "everywhere: .all(axis=0) in place of .any(axis=0)."
        ),
    ),
    Mistake("with_padding", {"hidden[counted]": "hidden", "axis=0": "axis=(0, 1)"}, padding_told),
    Mistake(
        "padding_asleep_too",
        {
            "(hidden[counted] == 0)": "((hidden == 0) & counted[:, :, None])",
            "axis=0": "axis=(0, 1)",
        },
        lambda case, got, want: (
            "With `& counted` a unit is dead only if no position is padding: at padding the "
            f"condition is False, so .all() gives False and the share is {number(got)}. Positions "
            "that do not count must not decide. Take hidden[counted], or `| ~counted[:, :, None]`."
        ),
    ),
    Mistake(
        "mask_turned",
        {"[counted]": "[~counted]"},
        "You look at the padding alone. `counted` is True where a token is: hidden[counted], "
        "without the ~.",
    ),
    Mistake(
        "awake",
        {"== 0": "> 0", ".all(": ".any("},
        lambda case, got, want: (
            f"{number(got)} is the share of the units that are alive. The dead ones are the rest, "
            f"{number(want)}."
        ),
    ),
    Mistake(
        "count",
        [{"float(": "int(", ".mean()": ".sum()"}, {".mean()": ".sum()"}],
        lambda case, got, want: (
            f"{number(got)} is how many units are dead. Wanted is their share of all d_ff = "
            f"{case.args[0].shape[-1]}, which can be compared between models of any width."
        ),
    ),
    Mistake(
        "which",
        {"float(": "(", ".mean()": ""},
        "You return one answer for each unit. Wanted is a single number, the share that is dead: "
        "the mean of these.",
    ),
    Mistake(
        "each_sequence",
        {"(hidden[counted] == 0)": "((hidden == 0) | ~counted[:, :, None])", "axis=0": "axis=1"},
        lambda case, got, want: (
            "You ask in each sequence for itself. A unit that sleeps through one sequence may wake "
            f"in the next; dead are those that sleep through all of them: {number(want)}, not "
            f"{number(got)}. All positions of all sequences stand side by side in hidden[counted]."
        ),
    ),
    Mistake(
        "below_zero",
        {"== 0": "< 0"},
        "You look for numbers below 0, and relu leaves none: a unit that sleeps gives exactly 0. "
        "Compare with == 0.",
    ),
    Mistake(
        "no_axis",
        [{"axis=0": ""}, {"float(": "bool(", "axis=0": ""}],
        "You ask whether everything is 0, one question for all units: .all() without an axis. Ask "
        "it of each unit, .all(axis=0) over the positions, and take the mean of the answers.",
    ),
    Mistake(
        "nearly",
        [
            {"== 0": "< 1e-3"},
            {"== 0": "< 1e-6"},
            {"hidden[counted] == 0": "np.isclose(hidden[counted], 0)"},
            {"== 0": "< 0.01"},
            {"== 0": "< 0.1"},
            *({DEAD: f"(hidden[counted].mean(axis=0) < {limit})"} for limit in LIMITS),
        ],
        "You take a unit for dead that is nearly 0, everywhere or on average. A unit that wakes a "
        "little has a slope there, and learns. Relu gives exact zeros: compare each with == 0.",
    ),
    Mistake(
        "by_positions",
        {".mean()": ".sum() / counted.sum()"},
        lambda case, got, want: (
            "You divide the number of dead units by the number of positions. Divide by that of the "
            f"units, d_ff = {case.args[0].shape[-1]}."
        ),
    ),
    Mistake(
        "by_sequences",
        {".mean()": ".sum() / len(hidden)"},
        lambda case, got, want: (
            "You divide the number of dead units by that of the sequences, len(hidden). Divide by "
            f"that of the units, d_ff = {case.args[0].shape[-1]}."
        ),
    ),
    Mistake(
        "percent",
        {".mean()": ".mean() * 100"},
        lambda case, got, want: (
            f"{number(got)} is a percentage. A share is a number from 0 to 1: {number(want)}."
        ),
    ),
    Mistake(
        "by_everything",
        {".mean()": ".sum() / hidden[counted].size"},
        lambda case, got, want: (
            "You divide the number of dead units by how many numbers there are. Divide by that of "
            f"the units, d_ff = {case.args[0].shape[-1]}."
        ),
    ),
    Mistake(
        "positions",
        {"axis=0": "axis=-1"},
        "You ask which positions have no unit awake, and take the mean over the positions. Turn "
        "it round: which units are 0 at all positions? In hidden[counted] the positions are axis "
        "0 and the units are the last axis.",
    ),
]

hints = [
    "The question is asked of each unit: is it 0 at every position that counts? The share is the "
    "mean of the answers.",
    "hidden[counted] keeps the positions that count, of all sequences: (n, d_ff).",
    "Compare with 0, take .all(axis=0) over the positions, then .mean() over the units.",
]
