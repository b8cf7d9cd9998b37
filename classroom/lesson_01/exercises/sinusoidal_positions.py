"""sinusoidal_positions: a table of sines and cosines, a row for each position."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        # d_model 4 has two pairs: omega = 1 and 10000^(-1/2) = 0.01.
        Case(
            (3, 4),
            label="three positions in four features",
            expected=[
                [0, 1, 0, 1],
                [0.8415, 0.5403, 0.0100, 1.0000],
                [0.9093, -0.4161, 0.0200, 0.9998],
            ],
        ),
        Case((7, 10), label="seven positions in ten features", proves="the table for base 10000"),
        Case((5, 6, 100.0), label="base 100", proves="the base"),
        Case((1, 2), label="position 0 alone, in two features"),
        Case((3, 4), {"dtype": np.complex128}, label="with another dtype, np.complex128"),
        Case((3, 4), {"dtype": np.float32}, label="with dtype=np.float32"),
    ]


def turns_by_rows(T, d_model, base=10000.0, dtype=np.float64):
    pairs = np.arange(d_model) // 2
    table = np.arange(T)[:, None] / base ** (2 * pairs / d_model)
    table[0::2], table[1::2] = np.sin(table[0::2]), np.cos(table[1::2])
    return table.astype(dtype)


returns = ("table",)

EXPONENT = "-2 * np.arange(d_model // 2) / d_model"
ANGLE_OF_EACH_COLUMN = {
    "sin(angles)": "sin(angles[:, 0::2])",
    "cos(angles)": "cos(angles[:, 1::2])",
}

mistakes = [
    Mistake(
        "halves",
        {"0::2": ": d_model // 2", "1::2": "d_model // 2 :"},
        "All sines stand first and all cosines after them. Here they take turns: feature 0 is the "
        "sine and feature 1 the cosine of pair 0, features 2 and 3 are pair 1. Write into "
        "table[:, 0::2] and table[:, 1::2]. (Some models do use halves; then the weights must be "
        "trained with halves.)",
    ),
    Mistake(
        "cosine_first",
        {"0::2] = np.sin": "0::2] = np.cos", "1::2] = np.cos": "1::2] = np.sin"},
        lambda case, got, want: (
            "Sine and cosine have changed places: position 0 begins with "
            f"{number(np.asarray(got)[0, 0])}. sin 0 is 0, so it must begin with 0. Even features "
            "are sines, odd ones cosines."
        ),
    ),
    Mistake(
        "sines_only",
        {"np.cos": "np.sin"},
        "Even and odd features are both sines. A sine alone does not tell a position from its "
        "mirror image (sin 1 = sin(π − 1)); the cosine in the odd features does.",
    ),
    Mistake(
        "cosines_missing",
        {"np.empty": "np.zeros", "    table[:, 1::2] = np.cos(angles)\n": ""},
        "The odd features are all 0. They are the cosines of the same angles: table[:, 1::2].",
    ),
    Mistake(
        "turns_by_rows",
        turns_by_rows,
        "Sine and cosine take turns from row to row, so a position has only one of the two. They "
        "take turns from column to column: every row holds both of each angle.",
    ),
    Mistake(
        "negative_angles",
        {"* omega": "* -omega"},
        "All sines have the wrong sign, and the cosines do not: the angles are negative. The angle "
        "is p ω; in base^(−2i/d_model) the minus belongs to the exponent.",
    ),
    Mistake(
        "power_for_product",
        {"np.arange(T)[:, None] * omega": "omega ** np.arange(T)[:, None]"},
        "ω is raised to the power p. The angle is the product p ω: position 0 has the angle 0 in "
        "every pair.",
    ),
    Mistake(
        "slowest_first",
        {"np.arange(d_model // 2)": "np.arange(d_model // 2)[::-1]"},
        "The frequencies stand in reversed order, the slowest first. Pair 0 is the fastest, with "
        "ω = 1.",
    ),
    Mistake(
        "pairs_from_one",
        {"np.arange(d_model // 2)": "np.arange(1, d_model // 2 + 1)"},
        "The pairs are counted from 1, so that the fastest one is missing. Pair 0 has ω = 1: its "
        "row for position 1 begins with sin 1 = 0.8415.",
    ),
    Mistake(
        "share_of_the_length",
        {"np.arange(T)[:, None]": "np.arange(T)[:, None] / T"},
        "The positions are divided by their number T. Position 1 would then have another vector in "
        "a longer text. The angle is p ω with p = 0, 1, 2, ….",
    ),
    Mistake(
        "ignores_dtype",
        {", dtype)\n": ")\n"},
        "The numbers are right, but dtype is not used. The model trains in float32, and one "
        "float64 array makes all that follows float64. np.empty takes dtype, as the first line has "
        "it.",
    ),
    Mistake(
        "from_one",
        {"np.arange(T)": "np.arange(1, T + 1)"},
        "The positions begin with 1. They are counted from 0: row 0 must be 0, 1, 0, 1, …. "
        "np.arange(T) begins with 0.",
    ),
    Mistake(
        "doubled_exponent",
        {"-2 * np": "-4 * np"},
        "The exponent is twice what it should be, so the wavelengths grow too fast. If your i is "
        "already 0, 2, 4, … (np.arange(0, d_model, 2)), it is the 2i of the formula: divide it by "
        "d_model, not by d_model / 2, and do not double it again.",
    ),
    Mistake(
        "to_the_end",
        [
            {f"({EXPONENT})": "-np.linspace(0, 1, d_model // 2)"},
            {EXPONENT: "-np.arange(d_model // 2) / (d_model / 2 - 1)"},
        ],
        "The exponents run from 0 to 1 with both ends, as np.linspace(0, 1, d_model // 2) or a "
        "division by d_model / 2 - 1 makes them. In the formula 2i/d_model never reaches 1: divide "
        "i by d_model / 2.",
    ),
    Mistake(
        "halved_exponent",
        {"-2 * np": "-np"},
        "The exponent is half of what it should be. With pairs i = 0, 1, 2, … it is 2i / d_model.",
    ),
    Mistake(
        "own_frequency",
        {EXPONENT: "-np.arange(d_model) / d_model", **ANGLE_OF_EACH_COLUMN},
        "Each feature has a frequency of its own. A sine and its cosine belong together: features "
        "2i and 2i + 1 share the frequency of pair i, else a shift is no rotation. There are "
        "d_model / 2 frequencies.",
    ),
    Mistake(
        "column_in_exponent",
        {EXPONENT: "-2 * np.arange(d_model) / d_model", **ANGLE_OF_EACH_COLUMN},
        "The exponent counts columns where it should count pairs: column c has the frequency of "
        "pair i = c // 2, that is base^(−2i/d_model). Columns 0 and 1 share ω = 1.",
    ),
    Mistake(
        "whole_exponent",
        {") / d_model": ") // d_model"},
        "// rounds the exponent down to -1, so that all pairs but the first turn equally fast. "
        "Divide with /.",
    ),
    Mistake(
        "degrees",
        {"np.arange(T)": "np.deg2rad(np.arange(T))"},
        "The angles are p ω in radians, which is what np.sin takes. You turn them into something "
        "57.3 times smaller, as if they were degrees.",
    ),
    Mistake(
        "multiplied",
        {"-2 * np": "2 * np"},
        lambda case, got, want: (
            "The position is multiplied by base^(2i/d_model) where it should be divided by it. "
            f"Your last pair turns by {number(10000.0 ** (1 - 2 / case.args[1]))} radians at each "
            "step; it should be the slowest."
        ),
    ),
    Mistake(
        "without_two_pi",
        {"* omega": "* omega / (2 * np.pi)"},
        "Every angle is 2π = 6.283 times too small. The angle is p ω, and the wavelength is "
        "2π / ω: a whole wavelength must give the angle 2π. With wavelengths the angle is 2π "
        "p / wavelength.",
    ),
    Mistake(
        "with_two_pi",
        {"* omega": "* omega * (2 * np.pi)"},
        "Every angle is 2π = 6.283 times too large, so pair 0 makes a whole turn at each step and "
        "all its values are 0 and 1. The angle is p / base^(2i/d_model), without 2π.",
    ),
    Mistake(
        "no_column",
        {"[:, None]": ""},
        lambda case, got, want: (
            f"The positions have the shape ({case.args[0]},) and the frequencies "
            f"({case.args[1] // 2},): NumPy would multiply them one by one. Each position must "
            "meet each frequency. Make a column of the positions, np.arange(T)[:, None]; a column "
            "times a row is a table."
        ),
    ),
    Mistake(
        "same_frequency",
        {EXPONENT: "-(2 * np.arange(d_model // 2) // d_model)"},
        "All pairs turn equally fast, so all of them say the same. Divide the position by "
        "base^(2i/d_model), which is different for each pair i. "
        "(2 * i // d_model is 0 for every pair: divide with /.)",
    ),
    Mistake(
        "fixed_base",
        {"base **": "10000.0 **"},
        lambda case, got, want: (
            f"base is {number(case.args[2])}, but 10000 is used. Use the parameter."
        ),
    ),
]

hints = [
    "Begin with the angles alone: an array (T, d_model / 2) that holds p ω for each position p and "
    "each pair i. The table is their sines and cosines.",
    "omega has one entry for each pair: base ** (-2 * i / d_model) for i = 0, 1, …, "
    "d_model / 2 - 1, that is np.arange(d_model // 2).",
    "A column of positions times a row of frequencies is a table: np.arange(T)[:, None] * omega.",
    "table[:, 0::2] are the even features and table[:, 1::2] the odd ones: "
    "table[:, 0::2] = np.sin(angles), and the cosine likewise.",
]
