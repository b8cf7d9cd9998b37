"""Exercise: shift_rotation."""

import numpy as np

from course_lib import positional

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def shift_rotation(k, d_model, base=10000.0):
    """Return the matrix R (d_model, d_model) with table[p] @ R = table[p + k] for every p."""
    R = np.zeros((d_model, d_model))
    for i, wavelength in enumerate(positional.wavelengths(d_model, base)):
        angle = 2.0 * np.pi * k / wavelength
        c, s = np.cos(angle), np.sin(angle)
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def shift_rotation_cases(rng):
    return [
        Case(
            (1, 2),
            label="a shift by 1, one pair",
            expected=[[0.5403, -0.8415], [0.8415, 0.5403]],
        ),
        Case((3, 10), label="a shift by 3, five pairs"),
        Case((5, 6, 100.0), label="base 100"),
        Case((-2, 6), label="a shift back by 2"),
        Case((0, 4), label="no shift", expected=np.eye(4)),
    ]


def _blocks(k, d_model, base, block):
    """Blocks along the diagonal, each made from cosine and sine of its pair's angle."""
    angles = k * base ** (-np.arange(0, d_model, 2) / d_model)
    R = np.zeros((d_model, d_model))
    for i, angle in enumerate(angles):
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = block(np.cos(angle), np.sin(angle))
    return R


def _right_block(c, s):
    return [[c, -s], [s, c]]


def _backwards(k, d_model, base=10000.0):
    return shift_rotation(-k, d_model, base)


def _reflection(k, d_model, base=10000.0):
    return _blocks(k, d_model, base, lambda c, s: [[c, s], [s, -c]])


def _no_sign(k, d_model, base=10000.0):
    return _blocks(k, d_model, base, lambda c, s: [[c, s], [s, c]])


def _cosine_and_sine_swapped(k, d_model, base=10000.0):
    return _blocks(k, d_model, base, lambda c, s: [[s, -c], [c, s]])


def _one_frequency(k, d_model, base=10000.0):
    return _blocks(k, d_model, 1.0, _right_block)


def _ignores_shift(k, d_model, base=10000.0):
    return shift_rotation(1, d_model, base)


def _always_forward(k, d_model, base=10000.0):
    return shift_rotation(abs(k), d_model, base)


def _power_of_entries(k, d_model, base=10000.0):
    with np.errstate(divide="ignore"):
        return shift_rotation(1, d_model, base) ** k


def _doubled_exponent(k, d_model, base=10000.0):
    R = np.zeros((d_model, d_model))
    for i in range(0, d_model, 2):
        R[i : i + 2, i : i + 2] = shift_rotation(k * base ** (-2 * i / d_model), 2)
    return R


def _halved_exponent(k, d_model, base=10000.0):
    R = np.zeros((d_model, d_model))
    for i in range(d_model // 2):
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = shift_rotation(k * base ** (-i / d_model), 2)
    return R


def _overlapping(k, d_model, base=10000.0):
    R = np.zeros((d_model, d_model))
    for i in range(d_model // 2):
        R[i : i + 2, i : i + 2] = shift_rotation(k * base ** (-2 * i / d_model), 2)
    return R


def _first_pair_only(k, d_model, base=10000.0):
    R = np.eye(d_model)
    R[:2, :2] = shift_rotation(k, 2, base)
    return R


def _halves(k, d_model, base=10000.0):
    angles = k * base ** (-np.arange(0, d_model, 2) / d_model)
    c, s = np.diag(np.cos(angles)), np.diag(np.sin(angles))
    return np.block([[c, -s], [s, c]])


def _without_two_pi(k, d_model, base=10000.0):
    return shift_rotation(k / (2 * np.pi), d_model, base)


def _in_the_corners(k, d_model, base=10000.0):
    angles = k * base ** (-np.arange(0, d_model, 2) / d_model)
    R = np.diag(np.repeat(np.cos(angles), 2))
    for i, angle in enumerate(angles):
        R[2 * i, 2 * i + 1] = -np.sin(angle)
    return R


def _fixed_base(k, d_model, base=10000.0):
    return shift_rotation(k, d_model)


def _shown(k, d_model, base=10000.0):
    """Return the matrix R (d_model, d_model) with table[p] @ R = table[p + k] for every p."""
    R = np.zeros((d_model, d_model))
    for i in range(d_model // 2):
        angle = k * base ** (-2 * i / d_model)
        c, s = np.cos(angle), np.sin(angle)
        R[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, -s], [s, c]]
    return R


def _diagonals(k, d_model, base=10000.0):
    angles = k / base ** (2 * np.arange(d_model // 2) / d_model)
    off = np.zeros(d_model - 1)
    off[::2] = np.sin(angles)
    return np.diag(np.repeat(np.cos(angles), 2)) - np.diag(off, 1) + np.diag(off, -1)


def _at_even_and_odd(k, d_model, base=10000.0):
    even = np.arange(0, d_model, 2)
    angles = k / base ** (even / d_model)
    R = np.zeros((d_model, d_model))
    R[even, even] = R[even + 1, even + 1] = np.cos(angles)
    R[even + 1, even] = np.sin(angles)
    R[even, even + 1] = -np.sin(angles)
    return R


register(
    Exercise(
        name="shift_rotation",
        lesson=1,
        reference=shift_rotation,
        cases=shift_rotation_cases,
        mistakes=(
            Mistake(
                "backwards",
                _backwards,
                lambda case, got, want: (
                    f"This matrix shifts by {-case.args[0]} where {case.args[0]} is meant: it is "
                    "the transpose of the right one. The vectors are rows, table[p] @ R, so the "
                    "first column of a block makes the new sine: (cos, sin) downwards. -sin stands "
                    "at the upper right."
                ),
            ),
            Mistake(
                "reflection",
                _reflection,
                "The minus stands before the last cosine. Such a block reflects instead of "
                "turning: with k = 0 it would turn the cosine of every position into its "
                "negative. Both cosines are positive, and one sine has the minus.",
            ),
            Mistake(
                "no_sign",
                _no_sign,
                "A minus is missing. cos(a + b) = cos a cos b − sin a sin b: the new cosine takes "
                "the old sine with −sin(k ω).",
            ),
            Mistake(
                "cosine_and_sine_swapped",
                _cosine_and_sine_swapped,
                "Sine and cosine of the angle have changed places. With k = 0 nothing may move, so "
                "the diagonal must hold cos 0 = 1.",
            ),
            Mistake(
                "one_frequency",
                _one_frequency,
                "Every block has the same angle, k. Pair i turns by k ω with its own frequency, "
                "ω = base^(−2i/d_model), so later blocks turn less.",
            ),
            Mistake(
                "ignores_shift",
                _ignores_shift,
                lambda case, got, want: (
                    f"This is the shift by 1, whatever k is. The angle of a pair is k ω, here with "
                    f"k = {case.args[0]}."
                ),
            ),
            Mistake(
                "always_forward",
                _always_forward,
                lambda case, got, want: (
                    f"This is the shift by {abs(case.args[0])}, and k is {case.args[0]}. Use k as "
                    "it is: a negative angle turns back."
                ),
            ),
            Mistake(
                "power_of_entries",
                _power_of_entries,
                "R ** k raises every entry to the power k. k steps are k products of matrices, "
                "which np.linalg.matrix_power makes; or put the angle k ω into the sines and "
                "cosines.",
            ),
            Mistake(
                "doubled_exponent",
                _doubled_exponent,
                "The first block is right; the others turn too slowly. The exponent is twice what "
                "it should be. If your i is already 0, 2, 4, …, it is the 2i of the formula: "
                "ω = base^(−i/d_model).",
            ),
            Mistake(
                "halved_exponent",
                _halved_exponent,
                "The first block is right; the others turn too fast. The exponent is half of what "
                "it should be: with pairs i = 0, 1, 2, … it is −2i / d_model.",
            ),
            Mistake(
                "overlapping",
                _overlapping,
                "Each block writes over a part of the one before. Pair i holds features 2i and "
                "2i + 1, so its block is R[2*i : 2*i + 2, 2*i : 2*i + 2].",
            ),
            Mistake(
                "first_pair_only",
                _first_pair_only,
                lambda case, got, want: (
                    "Only the first pair is turned; the others stay where they are. There are "
                    f"d_model / 2 = {case.args[1] // 2} pairs, and each has its block on the "
                    "diagonal."
                ),
            ),
            Mistake(
                "halves",
                _halves,
                "This matrix fits a table that has all sines first and all cosines after them. "
                "Ours alternate: features 2i and 2i + 1 are a pair, so its block stands in rows "
                "and columns 2i and 2i + 1.",
            ),
            Mistake(
                "without_two_pi",
                _without_two_pi,
                lambda case, got, want: (
                    "Every angle is 2π = 6.283 times too small: that of pair 0 should be "
                    f"k = {number(case.args[0])}, in radians. With wavelengths the angle is "
                    "2π k / wavelength."
                ),
            ),
            Mistake(
                "one_corner",
                _in_the_corners,
                "The lower left corner of each block is still 0. The new sine is made of both old "
                "values: sin(a + b) = sin a cos b + cos a sin b.",
            ),
            Mistake(
                "fixed_base",
                _fixed_base,
                lambda case, got, want: (
                    f"base is {number(case.args[2])}, but 10000 is used. Use the parameter."
                ),
            ),
        ),
        correct=(_diagonals, _at_even_and_odd),
        hints=(
            "One pair first, d_model = 2. The derivation above gives its 2 × 2 block; then put one "
            "block for each pair on the diagonal of a matrix of zeros.",
            "The vector is a row, so each column of the block makes one new number: the first "
            "column the new sine, the second the new cosine.",
            "Pair i turns by angle = k * base ** (-2 * i / d_model). With c = cos(angle) and "
            "s = sin(angle) the block is [[c, -s], [s, c]].",
            "R = np.zeros((d_model, d_model)); then for each pair i: "
            "R[2*i : 2*i + 2, 2*i : 2*i + 2] = [[c, -s], [s, c]].",
        ),
        shown=_shown,
        returns=("R",),
    )
)
