"""gelu: each number is multiplied by the share Phi of it."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
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


ERF = "erf(x / math.sqrt(2))"
FACTOR = "math.sqrt(2 / math.pi)"
BRACKET = "(x + 0.044715 * x**3)"
TANH = f"np.tanh({FACTOR} * {BRACKET})"

mistakes = [
    Mistake(
        "phi_alone",
        {"x * phi": "phi"},
        lambda case, got, want: (
            f"You return Phi(x), the share, which lies between 0 and 1: at 0 it is {number(0.5)}. "
            "The gelu is x times this share."
        ),
    ),
    Mistake(
        "no_root_of_two",
        {ERF: "erf(x)"},
        "In the exact form erf gets x. It wants x / sqrt(2): the error function belongs to a "
        "normal distribution of variance 1/2, and ours has variance 1.",
    ),
    Mistake(
        "erf_of_half",
        {ERF: "erf(x / 2)"},
        "In the exact form erf gets x / 2. It wants x / sqrt(2).",
    ),
    Mistake(
        "math_erf",
        {ERF: f"math.{ERF}"},
        "math.erf takes a single number. The first line has made erf of it, which takes arrays: "
        "erf(x / math.sqrt(2)).",
    ),
    Mistake(
        "no_half",
        {"0.5 * ": ""},
        "Your share goes from 0 to 2, so large numbers are doubled. Halve it: 0.5 * (1 + ...).",
    ),
    Mistake(
        "no_one",
        {"(1 + ": "("},
        "tanh and erf go from -1 to 1, a share from 0 to 1: write 0.5 * (1 + ...). Without the 1, "
        "negative numbers come out positive.",
    ),
    Mistake(
        "one_outside",
        {"0.5 * (1 + ": "(1 + 0.5 * "},
        "Only the tanh (or erf) is halved, so your share goes from 0.5 to 1.5. The half belongs "
        "before the bracket: 0.5 * (1 + ...).",
    ),
    Mistake(
        "no_cube",
        {" + 0.044715 * x**3": ""},
        "The term 0.044715 x³ is missing in the tanh. Without it the approximation is off by up "
        "to 0.02.",
    ),
    Mistake(
        "square",
        {"x**3": "x**2"},
        "The small term is 0.044715 times x squared here. It is x cubed: the tanh must be as far "
        "below 0 on the left as it is above on the right.",
    ),
    Mistake(
        "cubed_too",
        {"0.044715 * x**3": "(0.044715 * x) ** 3"},
        "The constant is cubed together with x, and almost nothing is left of the term. Only x is "
        "cubed: 0.044715 * x**3.",
    ),
    Mistake(
        "root_of_everything",
        {f"{FACTOR} * {BRACKET}": f"np.sqrt(2 / math.pi * {BRACKET})"},
        "The root is taken of the whole bracket, and a negative number has none (nan). Only 2/pi "
        "stands under it: math.sqrt(2 / math.pi) * (...).",
    ),
    Mistake(
        "cube_outside",
        {BRACKET: "x + 0.044715 * x**3"},
        "The factor sqrt(2/pi) multiplies x alone. It multiplies the whole bracket, x + 0.044715 "
        "x³.",
    ),
    Mistake(
        "no_root",
        {FACTOR: "2 / math.pi"},
        "The factor in the tanh is 2/pi = 0.64 here. It is the root of that, 0.80: math.sqrt(2 / "
        "math.pi).",
    ),
    Mistake(
        "factor_upside_down",
        {"2 / math.pi": "math.pi / 2"},
        "The factor in the tanh is sqrt(pi/2) = 1.25 here. It is sqrt(2/pi) = 0.80.",
    ),
    Mistake(
        "no_factor",
        {f"{FACTOR} * ": ""},
        "The factor sqrt(2/pi) = 0.80 is missing inside the tanh.",
    ),
    Mistake(
        "forms_swapped",
        {"approximate ==": "approximate !="},
        'The two forms have changed places: "none" is the exact one with erf, "tanh" the '
        "approximation.",
    ),
    Mistake(
        "always_exact",
        {"np.tanh(inner)": ERF},
        'You always use the exact form. With approximate="tanh", the default, the tanh formula is '
        "wanted; the two differ in the fourth digit.",
    ),
    Mistake(
        "always_tanh",
        {ERF: TANH},
        'You always use the tanh formula. With approximate="none" the exact form with erf is '
        "wanted; the two differ in the fourth digit.",
    ),
    Mistake(
        "quick",
        {"x * phi": "x / (1 + np.exp(-1.702 * x))"},
        "This is x sigmoid(1.702 x), the coarser of the paper's two approximations. The course "
        "uses the one with tanh.",
    ),
    Mistake(
        "silu",
        {"x * phi": "x / (1 + np.exp(-x))"},
        "This is x sigmoid(x), known as SiLU or Swish. Its share comes from the logistic "
        "distribution, that of gelu from the normal one.",
    ),
    Mistake(
        "density",
        {"x * phi": "x * np.exp(-x * x / 2) / math.sqrt(2 * math.pi)"},
        "You multiply by the bell curve itself. Phi is the area under the bell to the left of x: "
        "it goes from 0 to 1.",
    ),
    Mistake(
        "phi_times_x",
        {"(x, phi,": "(x, out,"},
        "out is right, but phi in the cache holds out as well. It should be the share alone, "
        "before x multiplies it.",
    ),
    Mistake(
        "relu",
        {"x * phi": "np.maximum(x, 0)"},
        "This is relu: it passes all or nothing. Gelu passes the share Phi(x), which goes from 0 "
        "to 1 without a step.",
    ),
]

hints = [
    "Two steps: phi, a share between 0 and 1 for each entry, and then x times phi. Only phi "
    "differs between the two forms.",
    "phi is 0.5 * (1 + something that goes from -1 to 1). That something is erf of x / sqrt(2), "
    "or a tanh.",
    "inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x**3); phi = 0.5 * (1 + np.tanh(inner)).",
    "For the exact form: phi = 0.5 * (1 + erf(x / math.sqrt(2))). Then out = x * phi.",
]
