"""shift_rotation: the matrix that moves every position vector on by k."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case(
            (1, 2),
            label="a shift by 1, one pair",
            expected=[[0.5403, -0.8415], [0.8415, 0.5403]],
            proves="the block of a pair",
        ),
        Case((3, 10), label="a shift by 3, five pairs", proves="the blocks for base 10000"),
        Case((5, 6, 100.0), label="base 100", proves="the base"),
        Case((-2, 6), label="a shift back by 2"),
        Case((0, 4), label="no shift", expected=np.eye(4)),
    ]


returns = ("R",)

BLOCK = "[[c, -s], [s, c]]"

mistakes = [
    Mistake(
        "backwards",
        {BLOCK: "[[c, s], [-s, c]]"},
        lambda case, got, want: (
            f"This matrix shifts by {-case.args[0]} where {case.args[0]} is meant: it is the "
            "transpose of the right one. The vectors are rows, table[p] @ R, so the first column "
            "of a block makes the new sine: (cos, sin) downwards. -sin stands at the upper right."
        ),
    ),
    Mistake(
        "reflection",
        {BLOCK: "[[c, s], [s, -c]]"},
        "The minus stands before the last cosine. Such a block reflects instead of turning: with "
        "k = 0 it would turn the cosine of every position into its negative. Both cosines are "
        "positive, and one sine has the minus.",
    ),
    Mistake(
        "no_sign",
        {BLOCK: "[[c, s], [s, c]]"},
        "A minus is missing. cos(a + b) = cos a cos b − sin a sin b: the new cosine takes the old "
        "sine with −sin(k ω).",
    ),
    Mistake(
        "cosine_and_sine_swapped",
        [{BLOCK: "[[s, -c], [c, s]]"}, {BLOCK: "[[s, c], [-c, s]]"}],
        "Sine and cosine of the angle have changed places. With k = 0 nothing may move, so the "
        "diagonal must hold cos 0 = 1.",
    ),
    Mistake(
        "one_frequency",
        {" * base ** (-2 * i / d_model)": ""},
        "Every block has the same angle, k. Pair i turns by k ω with its own frequency, "
        "ω = base^(−2i/d_model), so later blocks turn less.",
    ),
    Mistake(
        "ignores_shift",
        {"k * base": "base"},
        lambda case, got, want: (
            "This is the shift by 1, whatever k is. The angle of a pair is k ω, here with "
            f"k = {case.args[0]}."
        ),
    ),
    Mistake(
        "always_forward",
        {"k * base": "abs(k) * base"},
        lambda case, got, want: (
            f"This is the shift by {abs(case.args[0])}, and k is {case.args[0]}. Use k as it is: a "
            "negative angle turns back."
        ),
    ),
    Mistake(
        "power_of_entries",
        {"k * base": "base", "return R": "return R**k"},
        "R ** k raises every entry to the power k. k steps are k products of matrices, which "
        "np.linalg.matrix_power makes; or put the angle k ω into the sines and cosines.",
    ),
    Mistake(
        "k_times_the_matrix",
        {"k * base": "base", "return R": "return k * R"},
        "This is k times the matrix that shifts by 1. k steps turn k times as far: k multiplies "
        "the angle, not the sines and cosines.",
    ),
    Mistake(
        "doubled_exponent",
        {"-2 * i / d_model": "-4 * i / d_model"},
        "The first block is right; the others turn too slowly. The exponent is twice what it "
        "should be. If your i is already 0, 2, 4, …, it is the 2i of the formula: "
        "ω = base^(−i/d_model).",
    ),
    Mistake(
        "halved_exponent",
        {"-2 * i / d_model": "-i / d_model"},
        "The first block is right; the others turn too fast. The exponent is half of what it "
        "should be: with pairs i = 0, 1, 2, … it is −2i / d_model.",
    ),
    Mistake(
        "multiplied",
        {"-2 * i / d_model": "2 * i / d_model"},
        "The first block is right; the others turn far too fast, by k base^(2i/d_model). ω is "
        "base^(−2i/d_model), so each pair turns more slowly than the one before.",
    ),
    Mistake(
        "whole_exponent",
        {"-2 * i / d_model": "-2 * i // d_model"},
        "// rounds the exponent down to -1, so that all pairs but the first turn equally fast. "
        "Divide with /.",
    ),
    Mistake(
        "shift_in_the_exponent",
        {"k * base ** (-2 * i / d_model)": "base ** (-2 * i * k / d_model)"},
        "k stands in the exponent, so that ω is raised to the power k. The angle is k times ω.",
    ),
    Mistake(
        "degrees",
        {"k * base": "np.deg2rad(k) * base"},
        "The angles are k ω in radians, which is what np.cos takes. You turn them into something "
        "57.3 times smaller, as if they were degrees.",
    ),
    Mistake(
        "shift_added",
        {"k * base": "k + base"},
        "The angle is k + ω. k steps of ω each make k times ω: with k = 0 nothing may turn.",
    ),
    Mistake(
        "added_to_identity",
        {"np.zeros((d_model, d_model))": "np.eye(d_model)", "] = [[": "] += [["},
        "The blocks are added to the identity, so each cosine on the diagonal is too large by 1. "
        "A block replaces what stands there.",
    ),
    Mistake(
        "overlapping",
        {"2 * i : 2 * i + 2": "i : i + 2"},
        "Each block writes over a part of the one before. Pair i holds features 2i and 2i + 1, so "
        "its block is R[2*i : 2*i + 2, 2*i : 2*i + 2].",
    ),
    Mistake(
        "first_pair_only",
        {"np.zeros((d_model, d_model))": "np.eye(d_model)", "range(d_model // 2)": "range(1)"},
        lambda case, got, want: (
            "Only the first pair is turned; the others stay where they are. There are "
            f"d_model / 2 = {case.args[1] // 2} pairs, and each has its block on the diagonal."
        ),
    ),
    Mistake(
        "last_pairs_missing",
        [
            edit | {"range(d_model // 2)": f"range({count})"}
            for count in ("(d_model // 2 + 1) // 2", "d_model // 4", "d_model // 2 - 1")
            for edit in ({}, {"np.zeros((d_model, d_model))": "np.eye(d_model)"})
        ],
        lambda case, got, want: (
            "The last pairs are not turned: the loop ends before it reaches them. d_model = "
            f"{case.args[1]} makes {case.args[1] // 2} pairs, each with its block. (An index that "
            "goes in steps of 2 runs up to d_model.)"
        ),
    ),
    Mistake(
        "first_pair_missing",
        [
            edit | {"range(d_model // 2)": "range(1, d_model // 2)"}
            for edit in ({}, {"np.zeros((d_model, d_model))": "np.eye(d_model)"})
        ],
        "The first pair is not turned: the loop begins with the second. Pairs are counted from 0, "
        "and pair 0 has ω = 1.",
    ),
    Mistake(
        "halves",
        {"2 * i : 2 * i + 2": "i :: d_model // 2"},
        "This matrix fits a table that has all sines first and all cosines after them. Ours "
        "alternate: features 2i and 2i + 1 are a pair, so its block stands in rows and columns 2i "
        "and 2i + 1.",
    ),
    Mistake(
        "without_two_pi",
        {"k * base": "k / (2 * np.pi) * base"},
        lambda case, got, want: (
            "Every angle is 2π = 6.283 times too small: that of pair 0 should be k = "
            f"{number(case.args[0])}, in radians. With wavelengths the angle is 2π k / wavelength."
        ),
    ),
    Mistake(
        "one_corner",
        {BLOCK: "[[c, -s], [0, c]]"},
        "The lower left corner of each block is still 0. The new sine is made of both old values: "
        "sin(a + b) = sin a cos b + cos a sin b.",
    ),
    Mistake(
        "fixed_base",
        {"k * base": "k * 10000.0"},
        lambda case, got, want: (
            f"base is {number(case.args[2])}, but 10000 is used. Use the parameter."
        ),
    ),
]

hints = [
    "One pair first, d_model = 2. The derivation above gives its 2 × 2 block; then put one block "
    "for each pair on the diagonal of a matrix of zeros.",
    "The vector is a row, so each column of the block makes one new number: the first column the "
    "new sine, the second the new cosine.",
    "Pair i turns by angle = k * base ** (-2 * i / d_model). With c = cos(angle) and "
    "s = sin(angle) the block is [[c, -s], [s, c]].",
    "R = np.zeros((d_model, d_model)); then for each pair i: "
    "R[2*i : 2*i + 2, 2*i : 2*i + 2] = [[c, -s], [s, c]].",
]
