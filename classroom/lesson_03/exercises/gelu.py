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
            proves="-1, 0 and 1 in both forms",
        ),
        Case((x, "tanh"), label="a batch"),
        Case((x,), label="a batch, tanh is the default"),
        Case((x[:, None], "none"), label="a batch, exact", proves="both forms on ordinary numbers"),
        Case((np.array([-3.0, -2.5, -2]),), label="the left tail, where the two forms differ most"),
        Case(
            (np.array([-1000.0, 1000]),),
            label="numbers far from 0, worked by hand",
            expected=([0.0, 1000], None),
        ),
        Case((np.array([-1000.0, 1000]), "none"), label="numbers far from 0, exact"),
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
        "times_root_of_two",
        {ERF: "erf(x * math.sqrt(2))"},
        "In the exact form erf gets x times sqrt(2). It wants x divided by it.",
    ),
    Mistake(
        "root_of_two_pi",
        {ERF: "erf(x / math.sqrt(2 * math.pi))"},
        "In the exact form x is divided by sqrt(2 pi). That constant belongs to the height of the "
        "bell curve; erf wants x / sqrt(2).",
    ),
    Mistake(
        "root_of_two_outside",
        {ERF: "erf(x) / math.sqrt(2)"},
        "What erf returns is divided by sqrt(2), so the share never reaches 1. It is x that is "
        "divided, before erf sees it.",
    ),
    Mistake(
        "math_functions",
        [
            {ERF: f"math.{ERF}"},
            {"np.tanh": "math.tanh"},
            {ERF: f"math.{ERF}", "np.tanh": "math.tanh"},
        ],
        "The functions of the module math take a single number. For arrays there are np.tanh and "
        "the erf that the first line has made.",
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
        [
            {f"0.5 * (1 + {curve}": f"{wrong}{curve}"}
            for curve in ("", "np.tanh", "erf")
            for wrong in ("(1 + 0.5 * ", "(0.5 + ")
        ],
        "Only one of the two terms is halved, the 1 or the tanh (or erf), so this is no share "
        "between 0 and 1. The half belongs before the bracket: 0.5 * (1 + ...).",
    ),
    Mistake(
        "one_minus",
        {"(1 + ": "(1 - "},
        "tanh or erf is subtracted from 1, so this is the share above x. Phi is the share below "
        "it: a large x gets nearly all of itself.",
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
        "not_cubed",
        {"x**3": "x"},
        "The small term is 0.044715 times x itself here, so the sum is 1.044715 x. It is 0.044715 "
        "times the cube of x.",
    ),
    Mistake(
        "minus_cube",
        {"x + 0.044715": "x - 0.044715"},
        "The small term is subtracted. 0.044715 x³ is added to x.",
    ),
    Mistake(
        "other_constant",
        [
            {"0.044715": constant}
            for constant in ("0.44715", "0.0044715", "0.4715", "0.04715", "0.0447", "0.0477")
        ],
        "The sizes come out a little wrong, as they do with another constant before x³. It is "
        "0.044715: compare it digit by digit.",
    ),
    Mistake(
        "cubed_too",
        {"0.044715 * x**3": "(0.044715 * x) ** 3"},
        "The constant is cubed together with x, and almost nothing is left of the term. Only x is "
        "cubed: 0.044715 * x**3.",
    ),
    Mistake(
        "constant_added",
        {BRACKET: "(x + 0.044715) * x**3"},
        "0.044715 is added to x, and x³ multiplies the sum. The constant multiplies x³ alone, and "
        "that product is added to x.",
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
        "factor_of_product",
        {"2 / math.pi": "2 * math.pi"},
        "The factor in the tanh is sqrt(2 pi) = 2.51 here. It is sqrt(2/pi) = 0.80.",
    ),
    Mistake(
        "root_of_two_over_pi",
        {FACTOR: "math.sqrt(2) / math.pi"},
        "The factor in the tanh is sqrt(2)/pi = 0.45 here: the root covers the 2 alone. It is "
        "sqrt(2/pi) = 0.80.",
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
        [{"np.tanh(inner)": ERF}, {'approximate == "tanh"': "approximate is True"}],
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
        "tanh_of_x",
        [{"np.tanh(inner)": "np.tanh(x)"}, {"np.tanh(inner)": "np.tanh(x / math.sqrt(2))"}],
        "The tanh gets x, or x / sqrt(2). tanh is not erf: it wants sqrt(2/pi) times x + 0.044715 "
        "x³, which bends it to the same curve.",
    ),
    Mistake(
        "erf_of_inner",
        [
            {"np.tanh(inner)": "erf(inner)"},
            {ERF: f"erf({FACTOR} * {BRACKET})"},
            {ERF: f"erf({FACTOR} * {BRACKET})", "np.tanh(inner)": "erf(inner)"},
        ],
        "The argument of the tanh goes through erf. Each form has its own pair: tanh with "
        "x + 0.044715 x³, erf with x / sqrt(2).",
    ),
    Mistake(
        "sigmoid_of_inner",
        {"0.5 * (1 + np.tanh(inner))": "1 / (1 + np.exp(-inner))"},
        "The sigmoid stands where half of 1 + tanh belongs. They are the same curve, but the "
        "sigmoid runs at half the speed: it would need twice the argument.",
    ),
    Mistake(
        "quick",
        [
            {"x * phi": "x / (1 + np.exp(-1.702 * x))"},
            {"0.5 * (1 + np.tanh(inner))": "1 / (1 + np.exp(-1.702 * x))"},
        ],
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
        "relu_times_phi",
        {"x * phi": "np.maximum(x, 0) * phi"},
        "Negative numbers become 0, as in relu. Gelu multiplies x itself, so a little of them is "
        "left.",
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
        "half_outside_phi",
        {"0.5 * (1 +": "(1 +", "x * phi": "0.5 * x * phi"},
        "out is right, but phi in the cache goes from 0 to 2: the half stands with x. It belongs "
        "to phi, which is a share.",
    ),
    Mistake(
        "curve_for_phi",
        {
            "0.5 * (1 + np.tanh(inner))": "np.tanh(inner)",
            f"0.5 * (1 + {ERF})": ERF,
            "x * phi": "0.5 * x * (1 + phi)",
        },
        "out is right, but phi in the cache is the tanh or the erf alone, from -1 to 1. It should "
        "be the share, from 0 to 1.",
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
