"""Exercise: rotary."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_rotary as wrong


def rotary(x, start=0, base=10000.0):
    """Turn each pair of features by an angle that grows with the vector's position."""
    T, d_k = x.shape[-2:]
    positions = np.arange(start, start + T)
    angles = positions[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)
    c, s = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    out = np.empty_like(x)
    out[..., 0::2] = even * c - odd * s
    out[..., 1::2] = odd * c + even * s
    return out


def rotary_cases(rng):
    return [
        # 1 radian each: (cos 1, sin 1), and (2 cos 2 - sin 2, cos 2 + 2 sin 2) two positions on
        Case(
            (np.array([[3.0, 4.0], [1.0, 0.0], [2.0, 1.0]]),),
            label="three vectors of one pair, worked by hand",
            expected=[[3.0, 4.0], [0.5403, 0.8415], [-1.7416, 1.4024]],
        ),
        Case((rng.standard_normal((2, 3, 5, 14)),), label="q of shape (2, 3, 5, 14)"),
        Case((rng.standard_normal((7, 6)), 11), label="start = 11"),
        Case((rng.standard_normal((2, 5, 6)), 3, 50.0), label="start = 3, base = 50"),
    ]


def _complex(x, start=0, base=10000.0):
    z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * wrong.angles_of(x, start, base))
    return np.stack([z.real, z.imag], axis=-1).reshape(x.shape)


def _one_by_one(x, start=0, base=10000.0):
    out = np.zeros(x.shape)
    for t in range(x.shape[-2]):
        for i in range(0, x.shape[-1], 2):
            angle = (start + t) / base ** (i / x.shape[-1])
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            out[..., t, i : i + 2] = x[..., t, i : i + 2] @ turn
    return out


def _partners(x, start=0, base=10000.0):
    angles = np.repeat(wrong.angles_of(x, start, base), 2, axis=-1)
    partner = np.empty_like(x)
    partner[..., 0::2], partner[..., 1::2] = -x[..., 1::2], x[..., 0::2]
    return x * np.cos(angles) + partner * np.sin(angles)


register(
    Exercise(
        name="rotary",
        lesson=9,
        reference=rotary,
        cases=rotary_cases,
        returns=("out",),
        mistakes=(
            Mistake(
                "backwards",
                wrong.backwards,
                "Each pair turns the other way round. The minus belongs to the even feature: "
                "even cos − odd sin. (The scores would be the same if queries and keys both turned "
                "this way, but the vectors are not those of the equation.)",
            ),
            Mistake(
                "from_one",
                wrong.from_one,
                lambda case, got, want: (
                    "Every vector is turned by one position too much. The first row stands at "
                    f"position start = {(*case.args, 0)[1]}, so its angles are "
                    f"{(*case.args, 0)[1]} ω."
                ),
            ),
            Mistake(
                "without_start",
                wrong.without_start,
                lambda case, got, want: (
                    f"`start` is not used: the first row stands at position {case.args[1]}, not "
                    "at 0. When a model writes with a cache, the new token is row 0 of x and yet "
                    "far along in the text."
                ),
            ),
            Mistake(
                "one_frequency",
                wrong.one_frequency,
                "Every pair turns at the same speed. Pair i has the frequency "
                "ω = base^(−2i/d_k); only the first one turns by a full radian each position.",
            ),
            Mistake(
                "halved_exponent",
                wrong.halved_exponent,
                "The exponent is half as large as it should be: pair i = 0, 1, 2, … has "
                "base^(−2i/d_k). With arange(0, d_k, 2) the factor 2 is in the range already; "
                "with arange(d_k // 2) it must be written.",
            ),
            Mistake(
                "positive_exponent",
                wrong.positive_exponent,
                "The later pairs turn faster and faster. The exponent is negative: "
                "ω = base^(−2i/d_k), so that the last pairs hardly move.",
            ),
            Mistake(
                "doubled_exponent",
                wrong.doubled_exponent,
                "The exponent is twice as large as it should be: pair i = 0, 1, 2, … has "
                "base^(−2i/d_k). With arange(0, d_k, 2) the factor 2 is in the range already, and "
                "the divisor is d_k, not d_k / 2.",
            ),
            Mistake(
                "exchanged",
                wrong.exchanged,
                "Sine and cosine are exchanged. At position 0 nothing may move: the cosine of 0 "
                "is 1, and belongs to the feature itself.",
            ),
            Mistake(
                "both_added",
                wrong.one_sign(1),
                "Both second terms are added. In a turn the two have opposite signs: minus for the "
                "even feature, plus for the odd one. Otherwise the length of the pair changes.",
            ),
            Mistake(
                "both_subtracted",
                wrong.one_sign(-1),
                "Both second terms are subtracted. In a turn the two have opposite signs: minus "
                "for the even feature, plus for the odd one. Otherwise the length of the pair "
                "changes.",
            ),
            Mistake(
                "one_behind_the_other",
                wrong.one_behind_the_other,
                "Every pair is turned rightly, but all even features stand first and all odd ones "
                "behind them. Each goes back to its own place: out[..., 0::2] and out[..., 1::2].",
            ),
            Mistake(
                "fixed_base",
                wrong.fixed_base,
                "`base` is not used: this is the result for 10000, whatever base is given.",
            ),
            Mistake(
                "halves",
                wrong.halves,
                "Feature i is paired with feature i + d_k/2. Released code of Llama does that, "
                "with the columns of its matrices in another order. Here, and in the paper, a pair "
                "is two neighbors: features 2i and 2i + 1.",
            ),
            Mistake(
                "reflected",
                wrong.reflected,
                "This reflects each pair instead of turning it: at position 0, where nothing may "
                "move, the odd features change their sign. The two cosines have the same sign, "
                "the two sines opposite ones.",
            ),
            Mistake(
                "overwritten",
                wrong.overwritten,
                "The odd features are made from even ones that were already overwritten. Keep the "
                "old values of both before you write either.",
            ),
            Mistake(
                "wrong_axis",
                wrong.wrong_axis,
                "The angle grows along the axis before the positions (the heads). x is "
                "(..., T, d_k): the position is the last axis but one.",
            ),
            Mistake(
                "added",
                wrong.added,
                "Sines and cosines are added to the vectors, as in lesson 1. Rotary positions "
                "add nothing: they turn each pair, and its length stays as it was.",
            ),
        ),
        correct=(_complex, _one_by_one, _partners),
        hints=(
            "Start with the table of angles, (T, d_k / 2): the position times the frequency of "
            "the pair. It broadcasts against x[..., 0::2].",
            "angles = np.arange(start, start + T)[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)",
            "With c and s the cosine and sine of the angles, even = x[..., 0::2] and "
            "odd = x[..., 1::2]: the new even features are even * c - odd * s.",
            "The new odd features are odd * c + even * s. Put both into out = np.empty_like(x), at "
            "out[..., 0::2] and out[..., 1::2].",
        ),
    )
)
