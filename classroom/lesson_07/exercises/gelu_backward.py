"""gelu_backward: the slope of x Phi(x), in the form that the forward used."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import layers


def cases(rng):
    def case(x, approximate, label, proves="", size=1.0):
        cache = layers.gelu(x, approximate)[1]
        return Case((size * rng.normal(size=x.shape), cache), label=label, proves=proves)

    zero = np.zeros(1)
    return [
        # At 0: Phi = 1/2 and x Phi' = 0.
        Case((np.array([4.0]), layers.gelu(zero, "none")[1]), label="x = 0", expected=[2.0]),
        case(rng.normal(size=(3, 5)), "none", "the exact form", "the exact form"),
        case(rng.normal(size=(3, 5)), "tanh", "the tanh form", "the tanh form"),
        case(2 * rng.normal(size=(2, 3, 5)), "none", "a batch, the exact form"),
        case(2 * rng.normal(size=(2, 3, 5)), "tanh", "a batch, the tanh form"),
        case(np.array([-6.0, -3.0, 3.0, 6.0, 30.0]), "tanh", "far from 0, dout large", size=200.0),
    ]


returns = ("dx",)

mistakes = [
    Mistake(
        "phi_alone",
        {"(phi + x * dphi)": "phi"},
        "One term of the product rule is missing. In x · Phi(x) both factors move with x: the "
        "slope is Phi + x · Phi'.",
    ),
    Mistake(
        "second_term_alone",
        {"phi + x": "x"},
        "The term Phi is missing: it is what remains when the first x moves and Phi stands still. "
        "The slope is Phi + x · Phi'.",
    ),
    Mistake(
        "without_x",
        {"x * dphi": "dphi"},
        "In the second term Phi' stands alone. It is multiplied by x: Phi + x · Phi'.",
    ),
    Mistake(
        "dout_in_one_term",
        {"(phi + x * dphi)": "phi + x * dphi"},
        "dout multiplies only the first term. It multiplies the whole slope: dout * (Phi + x · "
        "Phi').",
    ),
    Mistake(
        "no_dout",
        {"dout * ": ""},
        "This is the slope of gelu alone. The chain rule multiplies it by dout.",
    ),
    Mistake(
        "always_exact",
        {'approximate == "none"': "True"},
        "The forward used the tanh form, and you take the slope of the exact one. They differ in "
        "the third digit. A backward belongs to its own forward, to the letter: ask `approximate`.",
    ),
    Mistake(
        "always_tanh",
        {'approximate == "none"': "False"},
        "The forward used the exact Phi, and you take the slope of the tanh form. They differ in "
        "the third digit. A backward belongs to its own forward: `approximate` is the text "
        '"tanh" or "none", and a text that is not empty counts as true.',
    ),
    Mistake(
        "forms_swapped",
        {'== "none"': '!= "none"'},
        'The two forms have changed places: "none" means no approximation, the exact Phi, and '
        '"tanh" the other.',
    ),
    Mistake(
        "relu_slope",
        {"(phi + x * dphi)": "(x > 0)"},
        "This is the slope of relu. gelu bends smoothly: its slope is Phi + x · Phi', also where x "
        "is negative.",
    ),
    Mistake(
        "forward_again",
        [{"(phi + x * dphi)": "x * phi"}, {"dout * (phi + x * dphi)": "x * phi"}],
        "This holds gelu(x) itself, what the forward returned. The chain rule multiplies dout by "
        "the slope of gelu, Phi + x · Phi'.",
    ),
    Mistake(
        "sigmoid_form",
        [
            {
                "return": f"phi = 1 / (1 + np.exp(-{a} * x))\n"
                f"    dphi = {a} * phi * (1 - phi)\n    return"
            }
            for a in ("1.702", "1")
        ],
        "This is the slope of x times a logistic function: silu, or the rough form of gelu with "
        "1.702. This course's gelu has two forms, the exact one and the one with tanh.",
    ),
    Mistake(
        "phi_taken_for_tanh",
        [
            {"2 * phi * (1 - phi)": "(1 - phi**2)"},
            {"2 * phi * (1 - phi)": "0.5 * (1 - phi**2)"},
        ],
        "In the tanh form 1 − Phi² stands for the slope of the tanh. The slope is 1 − tanh² u, and "
        "Phi is ½ (1 + tanh u), not the tanh: with tanh u = 2 Phi − 1 it is 4 Phi (1 − Phi).",
    ),
    Mistake(
        "tanh_not_squared",
        [{"2 * phi * (1 - phi)": "(1 - phi)"}, {"2 * phi * (1 - phi)": "2 * (1 - phi)"}],
        "In the tanh form the slope of the tanh is taken for 1 − tanh u. It is 1 − tanh² u, which "
        "is 4 Phi (1 − Phi).",
    ),
    Mistake(
        "slope_of_erf",
        [
            {"np.exp(-x * x / 2) / math.sqrt(2 * math.pi)": f"2 / math.sqrt(math.pi) * {bell}"}
            for bell in ("np.exp(-x * x)", "np.exp(-x * x / 2)")
        ],
        "2/√π is the factor in the slope of erf. Phi is ½ (1 + erf(x/√2)): the ½ and the inner "
        "slope 1/√2 turn it into 1/√(2π).",
    ),
    Mistake(
        "constant",
        {"0.044715": "0.44715"},
        "In the tanh form the factor of x³ is 0.044715; yours is ten times that.",
    ),
    Mistake(
        "power",
        [{"x**2": "x**3"}, {"x**2": "x"}, {"x**2": "(2 * x)"}],
        "In the tanh form the slope of 0.044715 x³ is 3 · 0.044715 x²: yours has another power of "
        "x.",
    ),
    Mistake(
        "logistic",
        {"x * dphi": "x * phi * (1 - phi)"},
        "Phi (1 − Phi) is the slope of the logistic function. Phi is the area under the bell "
        "curve, and its slope is the bell curve; in the tanh form it is 2 Phi (1 − Phi) u'.",
    ),
    Mistake(
        "inner_forgotten",
        {" * inner_slope": ""},
        "In the tanh form the slope of what stands inside the tanh is missing: √(2/π) (1 + 3 · "
        "0.044715 x²). The chain has one more link.",
    ),
    Mistake(
        "inner_not_derived",
        {"1 + 3 * 0.044715 * x**2": "x + 0.044715 * x**3"},
        "In the tanh form you multiply by u itself. The chain rule wants its slope, u' = √(2/π) (1 "
        "+ 3 · 0.044715 x²).",
    ),
    Mistake(
        "inner_without_three",
        {"3 * 0.044715": "0.044715"},
        "In the tanh form the slope of 0.044715 x³ is 3 · 0.044715 x²: the 3 is missing.",
    ),
    Mistake(
        "inner_without_cube",
        {" * (1 + 3 * 0.044715 * x**2)": ""},
        "Inside the tanh stands x + 0.044715 x³, whose slope is 1 + 3 · 0.044715 x². You have only "
        "the 1.",
    ),
    Mistake(
        "half_slope",
        {"2 * phi": "phi"},
        "Phi' of the tanh form is half of what it should be. With t = 2 Phi − 1 the slope of the "
        "tanh is 1 − t² = 4 Phi (1 − Phi), and half of it is 2 Phi (1 − Phi).",
    ),
    Mistake(
        "double_slope",
        {"2 * phi": "4 * phi"},
        "Phi' of the tanh form is twice what it should be. Phi = ½ (1 + tanh u), so its slope is ½ "
        "(1 − tanh² u) u': the ½ is missing.",
    ),
    Mistake(
        "brackets_of_the_root",
        [
            {"math.sqrt(2 * math.pi)": "math.sqrt(2) * math.pi"},
            {"/ math.sqrt(2 * math.pi)": "/ (math.sqrt(2) * math.pi)"},
            {"math.sqrt(2 * math.pi)": "(2 * math.pi)"},
        ],
        "The bell curve is divided by √(2π): the root is of the product 2π, and the quotient of "
        "all of it. (In Python a / b * c divides by b and then multiplies by c.)",
    ),
    Mistake(
        "root_of_the_slope",
        [
            {"math.sqrt(2 / math.pi)": "math.sqrt(2) / math.pi"},
            {"math.sqrt(2 / math.pi) * ": ""},
            {"math.sqrt(2 / math.pi)": "(2 / math.pi)"},
        ],
        "In the tanh form the factor √(2/π) of u' is missing or another: the root is of the "
        "quotient 2/π.",
    ),
    Mistake(
        "exponent_positive",
        {"-x * x / 2": "x * x / 2"},
        "The exponent of the bell curve is −x²/2. Without the minus it grows without limit; and "
        "in Python -x**2 is −(x²), but (-x)**2 is x².",
    ),
    Mistake(
        "exponent_not_halved",
        {"x * x / 2": "x * x"},
        "The exponent of the bell curve is −x²/2; the division by 2 is missing.",
    ),
    Mistake(
        "density_not_normalized",
        {" / math.sqrt(2 * math.pi)": ""},
        "Phi' is the bell curve with the area 1: exp(−x²/2) / √(2π). The division by √(2π) is "
        "missing.",
    ),
]

hints = [
    "gelu is a product, x · Phi(x), and both factors depend on x. The product rule has two terms.",
    "The first term is Phi, which the cache holds. The second is x times the slope of Phi.",
    "Exact: Phi' = exp(−x²/2) / √(2π). Tanh form: Phi = (1 + tanh(u)) / 2 with u = √(2/π) (x + "
    "0.044715 x³), so Phi' = 2 Phi (1 − Phi) u'.",
    "u' is math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x**2); then return dout * (phi + x * "
    "dphi).",
]
