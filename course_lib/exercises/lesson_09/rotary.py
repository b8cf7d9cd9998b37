"""Exercise: rotary."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register


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


def _turned(x, angles, backwards=False):
    """Turn adjacent pairs by angles (T, d_k / 2)."""
    c, s = np.cos(angles), np.sin(angles)
    s = -s if backwards else s
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * c - odd * s, odd * c + even * s], axis=-1).reshape(x.shape)


def _angles(x, start, base, positions=None):
    T, d_k = x.shape[-2:]
    m = np.arange(T) + start if positions is None else positions
    return m[:, None] * base ** (-np.arange(0, d_k, 2) / d_k)


def _backwards(x, start=0, base=10000.0):
    return _turned(x, _angles(x, start, base), backwards=True)


def _from_one(x, start=0, base=10000.0):
    return _turned(x, _angles(x, start + 1, base))


def _without_start(x, start=0, base=10000.0):
    return _turned(x, _angles(x, 0, base))


def _one_frequency(x, start=0, base=10000.0):
    return _turned(x, _angles(x, start, 1.0))


def _halved_exponent(x, start=0, base=10000.0):
    return _turned(x, _angles(x, start, base**0.5))


def _fixed_base(x, start=0, base=10000.0):
    return rotary(x, start)


def _halves(x, start=0, base=10000.0):
    half = x.shape[-1] // 2
    angles = _angles(x, start, base)
    c, s = np.cos(angles), np.sin(angles)
    first, second = x[..., :half], x[..., half:]
    return np.concatenate([first * c - second * s, second * c + first * s], axis=-1)


def _reflected(x, start=0, base=10000.0):
    angles = _angles(x, start, base)
    c, s = np.cos(angles), np.sin(angles)
    even, odd = x[..., 0::2], x[..., 1::2]
    return np.stack([even * c + odd * s, even * s - odd * c], axis=-1).reshape(x.shape)


def _overwritten(x, start=0, base=10000.0):
    angles = _angles(x, start, base)
    c, s = np.cos(angles), np.sin(angles)
    out = x.copy()
    out[..., 0::2] = out[..., 0::2] * c - out[..., 1::2] * s
    out[..., 1::2] = out[..., 1::2] * c + out[..., 0::2] * s
    return out


def _wrong_axis(x, start=0, base=10000.0):
    if x.ndim < 3:
        return rotary(x, start, base)
    return np.moveaxis(rotary(np.moveaxis(x, -3, -2), start, base), -2, -3)


def _added(x, start=0, base=10000.0):
    angles = _angles(x, start, base)
    return x + np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(x.shape[-2:])


def _complex(x, start=0, base=10000.0):
    z = (x[..., 0::2] + 1j * x[..., 1::2]) * np.exp(1j * _angles(x, start, base))
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
    angles = np.repeat(_angles(x, start, base), 2, axis=-1)
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
                _backwards,
                "Each pair turns the other way round. The minus belongs to the even feature: "
                "even cos − odd sin. (The scores would be the same if queries and keys both turned "
                "this way, but the vectors are not those of the equation.)",
            ),
            Mistake(
                "from_one",
                _from_one,
                lambda case, got, want: (
                    "Every vector is turned by one position too much. The first row stands at "
                    f"position start = {(*case.args, 0)[1]}, so its angles are "
                    f"{(*case.args, 0)[1]} ω."
                ),
            ),
            Mistake(
                "without_start",
                _without_start,
                lambda case, got, want: (
                    f"`start` is not used: the first row stands at position {case.args[1]}, not "
                    "at 0. When a model writes with a cache, the new token is row 0 of x and yet "
                    "far along in the text."
                ),
            ),
            Mistake(
                "one_frequency",
                _one_frequency,
                "Every pair turns at the same speed. Pair i has the frequency "
                "ω = base^(−2i/d_k); only the first one turns by a full radian each position.",
            ),
            Mistake(
                "halved_exponent",
                _halved_exponent,
                "The exponent is half as large as it should be: pair i = 0, 1, 2, … has "
                "base^(−2i/d_k). With arange(0, d_k, 2) the factor 2 is in the range already; "
                "with arange(d_k // 2) it must be written.",
            ),
            Mistake(
                "fixed_base",
                _fixed_base,
                "`base` is not used: this is the result for 10000, whatever base is given.",
            ),
            Mistake(
                "halves",
                _halves,
                "Feature i is paired with feature i + d_k/2. Released code of Llama does that, "
                "with the columns of its matrices in another order. Here, and in the paper, a pair "
                "is two neighbors: features 2i and 2i + 1.",
            ),
            Mistake(
                "reflected",
                _reflected,
                "This reflects each pair instead of turning it: at position 0, where nothing may "
                "move, the odd features change their sign. The two cosines have the same sign, "
                "the two sines opposite ones.",
            ),
            Mistake(
                "overwritten",
                _overwritten,
                "The odd features are made from even ones that were already overwritten. Keep the "
                "old values of both before you write either.",
            ),
            Mistake(
                "wrong_axis",
                _wrong_axis,
                "The angle grows along the axis before the positions (the heads). x is "
                "(..., T, d_k): the position is the last axis but one.",
            ),
            Mistake(
                "added",
                _added,
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
