"""next_probabilities: logits become the probabilities to draw from."""

import numpy as np

from classroom.exercises import Case, Mistake, number

HAND = np.log([0.1, 0.4, 0.05, 0.3, 0.15]) + 3.0


def cases(rng):
    logits = rng.normal(size=(2, 3, 11)) * 2
    two, squares = [0, 4 / 7, 0, 3 / 7, 0], np.array([0.01, 0.16, 0.0025, 0.09, 0.0225]) / 0.285

    def of(logits, label, expected=None, **settings):
        return Case((logits,), settings, label, expected)

    return [
        of(HAND, "no settings: the softmax", [0.1, 0.4, 0.05, 0.3, 0.15]),
        of(HAND, "temperature 0.5 squares the probabilities", squares, temperature=0.5),
        of(HAND, "temperature 0", [0, 1, 0, 0, 0], temperature=0.0),
        of(
            np.array([2.0, 5.0, 5.0, 1.0]),
            "temperature 0, two logits are the largest",
            [0, 1, 0, 0],
            temperature=0.0,
        ),
        of(HAND, "top_k 2", two, top_k=2),
        of(HAND, "top_p 0.6", two, top_p=0.6),
        # Of the three tokens left, 0.4/0.85 and 0.3/0.85 reach 0.8 together.
        of(HAND, "first top_k 3, then top_p 0.8", two, top_k=3, top_p=0.8),
        # 0.16/0.285 = 0.56 already reaches 0.5.
        of(HAND, "temperature 0.5, then top_p 0.5", [0, 1, 0, 0, 0], temperature=0.5, top_p=0.5),
        of(logits, "a batch, temperature 1.7", temperature=1.7),
        of(logits, "a batch, temperature 0", temperature=0),
        of(logits, "a batch, all three", temperature=1.3, top_k=5, top_p=0.7),
        of(logits + 1000, "logits near +1000", top_k=3),
    ]


ONE_HOT = "layers.one_hot(logits.argmax(axis=-1), logits.shape[-1], logits.dtype)"
TOP_K = "    if top_k is not None:\n        probabilities = keep_top_k(probabilities, top_k)\n"
TOP_P = TOP_K.replace("top_k", "top_p")
LARGEST = "(logits == logits.max(axis=-1, keepdims=True))"
ALWAYS = {"top_k is not None": "True", "top_p is not None": "True"}

mistakes = [
    Mistake(
        "zero_not_treated",
        {"temperature == 0": "False"},
        "temperature 0 divides by zero, and the softmax of inf is nan. Treat it first: all "
        "probability goes to the token with the largest logit.",
    ),
    Mistake(
        "argmax_of_all",
        {"logits.argmax(axis=-1)": "logits.argmax()"},
        "logits.argmax() is a place in the whole batch, flattened. Each row has its own largest "
        "logit: argmax(axis=-1).",
    ),
    Mistake(
        "id_for_zero",
        {ONE_HOT: "logits.argmax(axis=-1)"},
        "With temperature 0 you return the id of the largest logit. Return probabilities there "
        "too: 1 for that token and 0 for the others.",
    ),
    Mistake(
        "ties_share",
        {ONE_HOT: f"{LARGEST} / {LARGEST}.sum(axis=-1, keepdims=True)"},
        "At temperature 0 equal logits share the probability. The first of them gets all of it: "
        "argmax(axis=-1), and layers.one_hot.",
    ),
    Mistake(
        "multiplied",
        {"logits /": "logits *"},
        "The logits are multiplied by the temperature, so that a high one makes the choice "
        "sharper. Divide: logits / temperature.",
    ),
    Mistake(
        "divided_and_left",
        {"logits / temperature)": "logits)\n    probabilities = probabilities / temperature"},
        lambda case, got, want: (
            "The probabilities are divided by the temperature, after the softmax: they sum to "
            f"{number(np.asarray(got).sum(axis=-1).flat[0])}. Divide the logits, before it."
        ),
    ),
    Mistake(
        "temperature_ignored",
        {" / temperature": ""},
        "The temperature changes nothing. Either it is not used, or it divides probabilities that "
        "are then divided by their sum. Divide the logits, before the softmax.",
    ),
    Mistake(
        "zeros_for_hidden",
        {
            "return probabilities": "out = np.where(probabilities > 0, logits / temperature, 0)\n"
            "    return layers.softmax(out)[0]"
        },
        "The logits of what falls away are set to 0, and exp(0) = 1 leaves them a share. Either "
        "set them to -np.inf, or filter the probabilities with keep_top_k and keep_top_p.",
    ),
    Mistake(
        "temperature_last",
        {
            " / temperature": "",
            "    return probabilities": "    out = probabilities ** (1 / temperature)\n"
            "    return out / out.sum(axis=-1, keepdims=True)",
        },
        "The tokens are filtered first, and the temperature comes last. top_p then looks at "
        "probabilities that are not the ones drawn from. The order is: temperature, softmax, "
        "top_k, top_p.",
    ),
    Mistake(
        "p_before_k",
        {TOP_K: "", TOP_P: TOP_P + TOP_K},
        "top_p comes before top_k. The order is the other one: top_p adds up the probabilities "
        "that top_k has left, which then sum to 1 again.",
    ),
    Mistake(
        "either_or",
        {"if top_p": "elif top_p"},
        "Where both top_k and top_p are given, top_p has no effect. Use two `if`s and no `else`: "
        "one filter after the other.",
    ),
    Mistake(
        "no_top_k",
        {TOP_K: ""},
        "top_k has no effect. Where it is not None: keep_top_k(probabilities, top_k).",
    ),
    Mistake(
        "no_top_p",
        {TOP_P: ""},
        "top_p has no effect. Where it is not None: keep_top_p(probabilities, top_p).",
    ),
    Mistake(
        "no_filters",
        {TOP_K: "", TOP_P: ""},
        "Neither top_k nor top_p has an effect. After the softmax, filter with your keep_top_k "
        "and keep_top_p, each only where it is not None.",
    ),
    Mistake(
        "none_not_treated",
        [
            ALWAYS,
            ALWAYS
            | {"return layers": "probabilities = layers"}
            | {"    probabilities, _": "    else:\n        probabilities, _"},
        ],
        "The filters are used even where they are None. Ask first: `if top_k is not None:`, and "
        "the same for top_p.",
    ),
]

hints = [
    "Four steps in this order: the case temperature == 0; the softmax of logits divided by the "
    "temperature; keep_top_k; keep_top_p.",
    "For temperature 0: layers.one_hot(logits.argmax(axis=-1), logits.shape[-1]) puts a 1 at the "
    "largest logit of each row.",
    "probabilities, _ = layers.softmax(logits / temperature). The softmax returns two things.",
    "if top_k is not None: probabilities = keep_top_k(probabilities, top_k), and the same for "
    "top_p. Then return probabilities.",
]
