"""Exercise: gelu."""

import math

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number

_ROOT = math.sqrt(2 / math.pi)


def gelu_cases(rng):
    x = rng.normal(size=(2, 3, 5)) * 2
    return [
        # 68.27 % of a normal distribution lie within 1 of its mean: Phi(1) = 0.5 + 0.6827 / 2.
        Case(
            (np.array([-1.0, 0, 1]), "none"),
            label="three numbers, exact, worked by hand",
            expected=([-0.15866, 0, 0.84134], None),
        ),
        # sqrt(2/pi) 1.044715 = 0.83357, whose tanh is 0.68238.
        Case(
            (np.array([-1.0, 0, 1]), "tanh"),
            label="three numbers, tanh, worked by hand",
            expected=([-0.15881, 0, 0.84119], None),
        ),
        Case((x,), label="a batch, tanh is the default"),
        Case((x, "none"), label="a batch, exact"),
        Case((np.array([-30.0, -5, 5, 30]),), label="numbers far from 0"),
    ]


def _erf(z):
    return np.vectorize(math.erf, otypes=[float])(z)


def _gelu(x, approximate="tanh"):
    if approximate == "tanh":
        phi = 0.5 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    else:
        erf = np.vectorize(math.erf, otypes=[x.dtype])
        phi = 0.5 * (1 + erf(x / math.sqrt(2)))
    return x * phi, (x, phi, approximate)


def _gelu_loop(x, approximate="tanh"):
    phi = np.empty_like(x)
    for place in np.ndindex(x.shape):
        z = float(x[place])
        inner = math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)
        value = math.tanh(inner) if approximate == "tanh" else math.erf(z / 2**0.5)
        phi[place] = (1 + value) / 2
    return phi * x, (x, phi, approximate)


def _gelu_by_sigmoid(x, approximate="tanh"):
    """The tanh approximation, written as a sigmoid: (1 + tanh z) / 2 = sigmoid(2 z)."""
    if approximate != "tanh":
        return _gelu(x, approximate)
    with np.errstate(over="ignore"):
        phi = 1 / (1 + np.exp(-2 * _ROOT * (x + 0.044715 * x**3)))
    return x * phi, (x, phi, approximate)


def variant(inner=None, erf_of=None, half=0.5, one=1.0, times_x=True):
    """Make a gelu with a step replaced."""

    def answer(x, approximate="tanh"):
        if approximate == "tanh":
            z = _ROOT * (x + 0.044715 * x**3) if inner is None else inner(x)
            phi = half * (one + np.tanh(z))
        else:
            phi = half * (one + _erf(x / math.sqrt(2) if erf_of is None else erf_of(x)))
        return x * phi if times_x else phi

    return answer


def _always(which):
    return lambda x, approximate="tanh": _gelu(x, which)[0]


def _sigmoid(factor):
    def answer(x, approximate="tanh"):
        with np.errstate(over="ignore"):
            return x / (1 + np.exp(-factor * x))

    return answer


def _math_erf(x, approximate="tanh"):
    if approximate == "tanh":
        return _gelu(x)[0]
    return x * 0.5 * (1 + math.erf(x / math.sqrt(2)))


def _density(x, approximate="tanh"):
    return x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)


register(
    Exercise(
        name="gelu",
        lesson=3,
        reference=layers.gelu,
        shown=_gelu,
        cases=gelu_cases,
        mistakes=(
            Mistake(
                "phi_alone",
                variant(times_x=False),
                lambda case, got, want: (
                    "You return Phi(x), the share, which lies between 0 and 1: at 0 it is "
                    f"{number(0.5)}. The gelu is x times this share."
                ),
            ),
            Mistake(
                "no_root_of_two",
                variant(erf_of=lambda x: x),
                "In the exact form erf gets x. It wants x / sqrt(2): the error function belongs "
                "to a normal distribution of variance 1/2, and ours has variance 1.",
            ),
            Mistake(
                "erf_of_half",
                variant(erf_of=lambda x: x / 2),
                "In the exact form erf gets x / 2. It wants x / sqrt(2).",
            ),
            Mistake(
                "math_erf",
                _math_erf,
                "math.erf takes a single number. The first line has made erf of it, which takes "
                "arrays: erf(x / math.sqrt(2)).",
            ),
            Mistake(
                "no_half",
                variant(half=1.0),
                "Your share goes from 0 to 2, so large numbers are doubled. Halve it: "
                "0.5 * (1 + ...).",
            ),
            Mistake(
                "no_one",
                variant(one=0.0),
                "tanh and erf go from -1 to 1, a share from 0 to 1: write 0.5 * (1 + ...). "
                "Without the 1, negative numbers come out positive.",
            ),
            Mistake(
                "one_outside",
                lambda x, approximate="tanh": (
                    x * (1 + variant(one=0.0, times_x=False)(x, approximate))
                ),
                "Only the tanh (or erf) is halved, so your share goes from 0.5 to 1.5. The half "
                "belongs before the bracket: 0.5 * (1 + ...).",
            ),
            Mistake(
                "no_cube",
                variant(inner=lambda x: _ROOT * x),
                "The term 0.044715 x³ is missing in the tanh. Without it the approximation is off "
                "by up to 0.02.",
            ),
            Mistake(
                "square",
                variant(inner=lambda x: _ROOT * (x + 0.044715 * x**2)),
                "The small term is 0.044715 times x squared here. It is x cubed: the tanh must be "
                "as far below 0 on the left as it is above on the right.",
            ),
            Mistake(
                "cubed_too",
                variant(inner=lambda x: _ROOT * (x + (0.044715 * x) ** 3)),
                "The constant is cubed together with x, and almost nothing is left of the term. "
                "Only x is cubed: 0.044715 * x**3.",
            ),
            Mistake(
                "root_of_everything",
                variant(inner=lambda x: np.sqrt(2 / math.pi * (x + 0.044715 * x**3))),
                "The root is taken of the whole bracket, and a negative number has none (nan). "
                "Only 2/pi stands under it: math.sqrt(2 / math.pi) * (...).",
            ),
            Mistake(
                "cube_outside",
                variant(inner=lambda x: _ROOT * x + 0.044715 * x**3),
                "The factor sqrt(2/pi) multiplies x alone. It multiplies the whole bracket, "
                "x + 0.044715 x³.",
            ),
            Mistake(
                "no_root",
                variant(inner=lambda x: 2 / math.pi * (x + 0.044715 * x**3)),
                "The factor in the tanh is 2/pi = 0.64 here. It is the root of that, 0.80: "
                "math.sqrt(2 / math.pi).",
            ),
            Mistake(
                "factor_upside_down",
                variant(inner=lambda x: math.sqrt(math.pi / 2) * (x + 0.044715 * x**3)),
                "The factor in the tanh is sqrt(pi/2) = 1.25 here. It is sqrt(2/pi) = 0.80.",
            ),
            Mistake(
                "no_factor",
                variant(inner=lambda x: x + 0.044715 * x**3),
                "The factor sqrt(2/pi) = 0.80 is missing inside the tanh.",
            ),
            Mistake(
                "forms_swapped",
                lambda x, approximate="tanh": _gelu(x, "none" if approximate == "tanh" else "tanh")[
                    0
                ],
                'The two forms have changed places: "none" is the exact one with erf, "tanh" the '
                "approximation.",
            ),
            Mistake(
                "always_exact",
                _always("none"),
                'You always use the exact form. With approximate="tanh", the default, the tanh '
                "formula is wanted; the two differ in the fourth digit.",
            ),
            Mistake(
                "always_tanh",
                _always("tanh"),
                'You always use the tanh formula. With approximate="none" the exact form with '
                "erf is wanted; the two differ in the fourth digit.",
            ),
            Mistake(
                "quick",
                _sigmoid(1.702),
                "This is x sigmoid(1.702 x), the coarser of the paper's two approximations. The "
                "course uses the one with tanh.",
            ),
            Mistake(
                "silu",
                _sigmoid(1.0),
                "This is x sigmoid(x), known as SiLU or Swish. Its share comes from the logistic "
                "distribution, that of gelu from the normal one.",
            ),
            Mistake(
                "density",
                _density,
                "You multiply by the bell curve itself. Phi is the area under the bell to the "
                "left of x: it goes from 0 to 1.",
            ),
            Mistake(
                "phi_times_x",
                lambda x, approximate="tanh": (
                    _gelu(x, approximate)[0],
                    (x, _gelu(x, approximate)[0], approximate),
                ),
                "out is right, but phi in the cache holds out as well. It should be the share "
                "alone, before x multiplies it.",
            ),
            Mistake(
                "relu",
                lambda x, approximate="tanh": np.maximum(x, 0),
                "This is relu: it passes all or nothing. Gelu passes the share Phi(x), which goes "
                "from 0 to 1 without a step.",
            ),
        ),
        correct=(_gelu, _gelu_loop, _gelu_by_sigmoid),
        hints=(
            "Two steps: phi, a share between 0 and 1 for each entry, and then x times phi. Only "
            "phi differs between the two forms.",
            "phi is 0.5 * (1 + something that goes from -1 to 1). That something is erf of "
            "x / sqrt(2), or a tanh.",
            "inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3); phi = 0.5 * (1 + "
            "np.tanh(inner)).",
            "For the exact form: phi = 0.5 * (1 + erf(x / math.sqrt(2))). Then out = x * phi.",
        ),
    )
)
