"""rotary: each pair of features turned by an angle that grows with the position."""

import numpy as np

from classroom.exercises import Case, Mistake, reference


def cases(rng):
    return [
        # 1 radian each: (cos 1, sin 1), and (2 cos 2 - sin 2, cos 2 + 2 sin 2) two positions on
        Case(
            (np.array([[3.0, 4.0], [1.0, 0.0], [2.0, 1.0]]),),
            label="three vectors of one pair, worked by hand",
            expected=[[3.0, 4.0], [0.5403, 0.8415], [-1.7416, 1.4024]],
            proves="one pair",
        ),
        Case(
            (rng.standard_normal((2, 3, 5, 14)),),
            label="q of shape (2, 3, 5, 14)",
            proves="seven pairs from position 0 on",
        ),
        Case((rng.standard_normal((7, 6)), 11), label="start = 11", proves="start"),
        Case((rng.standard_normal((2, 3, 1, 5, 6)), 2), label="three axes in front"),
        Case((rng.standard_normal((2, 5, 6)), 3, 50.0), label="start = 3, base = 50"),
    ]


returns = ("out",)

POSITIONS = "np.arange(start, start + T)"
OPPOSITE_SIGNS = (
    "In a turn the two have opposite signs: minus for the even feature, plus for the odd one. "
    "Otherwise the length of the pair changes."
)
EVEN, ODD = "even * c - odd * s", "odd * c + even * s"


def two_orders(x, start=0, base=10000.0):
    T, d_k = x.shape[-2:]
    angles = np.arange(start, start + T)[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)
    angles = np.concatenate([angles, angles], axis=-1)
    partner = np.stack([-x[..., 1::2], x[..., 0::2]], axis=-1).reshape(x.shape)
    return x * np.cos(angles) + partner * np.sin(angles)


def along_axis_0(x, start=0, base=10000.0):
    return np.swapaxes(reference("rotary")(np.swapaxes(x, 0, -2), start, base), 0, -2)


def along_axis_1(x, start=0, base=10000.0):
    turn = reference("rotary")
    if x.ndim < 3:
        return turn(x, start, base)
    return np.swapaxes(turn(np.swapaxes(x, 1, -2), start, base), 1, -2)


mistakes = [
    Mistake(
        "degrees",
        {
            "np.cos(angles)": "np.cos(np.deg2rad(angles))",
            "np.sin(angles)": "np.sin(np.deg2rad(angles))",
        },
        "The angles are taken for degrees. The row at position 1 turns by one radian, and "
        "np.cos and np.sin take radians as they are.",
    ),
    Mistake(
        "whole_turns",
        {"angles = ": "angles = 2 * np.pi * "},
        "The angles are multiplied by 2π, so that the first pair makes a whole turn at each "
        "position. It turns by one radian: ω₀ = 1.",
    ),
    Mistake(
        "two_orders",
        two_orders,
        "Two orders are mixed. The pairs are neighbors, but the angles stand as for halves, all "
        "of them once and then once more. Both features of a pair need the same angle.",
    ),
    Mistake(
        "one_term",
        [{EVEN: "even * c", ODD: "odd * s"}, {EVEN: "even * c", ODD: "odd * c"}],
        "Each feature is only made longer or shorter. In a turn both features of a pair go into "
        "both new ones, one with the cosine, the other with the sine.",
    ),
    Mistake(
        "slowest_is_base",
        {"/ d_k)": "/ max(d_k - 2, 1))"},
        "The exponents are spread from 0 to −1, so that the last pair has ω = 1/base. Pair i has "
        "base^(−2i/d_k), and the last one does not quite get there.",
    ),
    Mistake(
        "half_of_the_features",
        {"return out": "out[..., d_k // 4 * 2 :] = x[..., d_k // 4 * 2 :]\n    return out"},
        "Only the first half of the features is turned; some models do so. Here every pair is.",
    ),
    Mistake(
        "backwards",
        {EVEN: "even * c + odd * s", ODD: "odd * c - even * s"},
        "Each pair turns the other way round. The minus belongs to the even feature: even cos − "
        "odd sin. (The scores would be the same if queries and keys both turned this way, but the "
        "vectors are not those of the equation.)",
    ),
    Mistake(
        "from_one",
        {POSITIONS: f"1 + {POSITIONS}"},
        lambda case, got, want: (
            "Every vector is turned by one position too much. The first row stands at position "
            f"start = {(*case.args, 0)[1]}, so its angles are {(*case.args, 0)[1]} ω."
        ),
    ),
    Mistake(
        "without_start",
        {POSITIONS: "np.arange(T)"},
        lambda case, got, want: (
            f"`start` is not used: the first row stands at position {case.args[1]}, not at 0. When "
            "a model writes with a cache, the new token is row 0 of x and yet far along in the "
            "text."
        ),
    ),
    Mistake(
        "one_frequency",
        {" * base ** (-np.arange(0, d_k, 2) / d_k)": ""},
        "Every pair turns at the same speed. Pair i has the frequency ω = base^(−2i/d_k); only "
        "the first one turns by a full radian each position.",
    ),
    Mistake(
        "halved_exponent",
        {"np.arange(0, d_k, 2)": "np.arange(d_k // 2)"},
        "The exponent is half as large as it should be: pair i = 0, 1, 2, … has base^(−2i/d_k). "
        "With arange(0, d_k, 2) the factor 2 is in the range already; with arange(d_k // 2) it "
        "must be written.",
    ),
    Mistake(
        "positive_exponent",
        {"(-np": "(np"},
        "The later pairs turn faster and faster. The exponent is negative: ω = base^(−2i/d_k), so "
        "that the last pairs hardly move.",
    ),
    Mistake(
        "doubled_exponent",
        {"2) / d_k": "2) / (d_k / 2)"},
        "The exponent is twice as large as it should be: pair i = 0, 1, 2, … has base^(−2i/d_k). "
        "With arange(0, d_k, 2) the factor 2 is in the range already, and the divisor is d_k, not "
        "d_k / 2.",
    ),
    Mistake(
        "exchanged",
        {"c, s =": "s, c ="},
        "Sine and cosine are exchanged. At position 0 nothing may move: the cosine of 0 is 1, and "
        "belongs to the feature itself.",
    ),
    Mistake(
        "both_added", {EVEN: "even * c + odd * s"}, "Both second terms are added. " + OPPOSITE_SIGNS
    ),
    Mistake(
        "both_subtracted",
        {ODD: "odd * c - even * s"},
        "Both second terms are subtracted. " + OPPOSITE_SIGNS,
    ),
    Mistake(
        "one_behind_the_other",
        {"out[..., 0::2]": "out[..., : d_k // 2]", "out[..., 1::2]": "out[..., d_k // 2 :]"},
        "Every pair is turned rightly, but all even features stand first and all odd ones behind "
        "them. Each goes back to its own place: out[..., 0::2] and out[..., 1::2].",
    ),
    Mistake(
        "fixed_base",
        {"base **": "10000.0 **"},
        "`base` is not used: this is the result for 10000, whatever base is given.",
    ),
    Mistake(
        "halves",
        {"0::2": ": d_k // 2", "1::2": "d_k // 2 :"},
        "Feature i is paired with feature i + d_k/2. The Hugging Face port of Llama does that, "
        "with the columns of its matrices in another order. Here, and in the paper, a pair is two "
        "neighbors: features 2i and 2i + 1.",
    ),
    Mistake(
        "reflected",
        {EVEN: "even * c + odd * s", ODD: "even * s - odd * c"},
        "This reflects each pair instead of turning it: at position 0, where nothing may move, "
        "the odd features change their sign. The two cosines have the same sign, the two sines "
        "opposite ones.",
    ),
    Mistake(
        "overwritten",
        {
            "out = np.empty_like(x)": (
                "out = x.copy()\n    even, odd = out[..., 0::2], out[..., 1::2]"
            )
        },
        "The odd features are made from even ones that were already overwritten. Keep the old "
        "values of both before you write either.",
    ),
    Mistake(
        "wrong_axis",
        [
            {
                "    T, d_k": "    x = np.swapaxes(x, -2, -3) if x.ndim > 2 else x\n    T, d_k",
                "return out": "return np.swapaxes(out, -2, -3) if x.ndim > 2 else out",
            },
            along_axis_1,
            along_axis_0,
        ],
        "The angle grows along another axis than that of the positions, such as the heads. x is "
        "(..., T, d_k): the position is the last axis but one.",
    ),
    Mistake(
        "added",
        {EVEN: "even + s", ODD: "odd + c"},
        "Sines and cosines are added to the vectors, as in lesson 1. Rotary positions add "
        "nothing: they turn each pair, and its length stays as it was.",
    ),
]

hints = [
    "Start with the table of angles, (T, d_k / 2): the position times the frequency of the pair. "
    "It broadcasts against x[..., 0::2].",
    "angles = np.arange(start, start + T)[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)",
    "With c and s the cosine and sine of the angles, even = x[..., 0::2] and odd = x[..., 1::2]: "
    "the new even features are even * c - odd * s.",
    "The new odd features are odd * c + even * s. Put both into out = np.empty_like(x), at "
    "out[..., 0::2] and out[..., 1::2].",
]
