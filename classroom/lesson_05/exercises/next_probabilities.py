"""next_probabilities: logits become the probabilities to draw from."""

import numpy as np

from classroom.exercises import Case, Mistake, number

HAND = np.log([0.1, 0.4, 0.05, 0.3, 0.15]) + 3.0


def cases(rng):
    logits = rng.normal(size=(2, 3, 11)) * 2
    two, squares = [0, 4 / 7, 0, 3 / 7, 0], np.array([0.01, 0.16, 0.0025, 0.09, 0.0225]) / 0.285

    greedy_of_three = {"temperature": 0, "top_k": 3, "top_p": 0.8}
    cold_and_top_p = {"temperature": 0.5, "top_p": 0.5, "proves": "a single row"}
    all_three = {"temperature": 1.3, "top_k": 5, "top_p": 0.7, "proves": "the axes in front"}
    rows_apart = np.log([[2.0, 1.0], [1.0, 4.0]]) + np.array([[1000.0], [-1000.0]])

    def of(logits, label, expected=None, proves="", **settings):
        return Case((logits,), settings, label, expected, proves=proves)

    # Two logits that differ by 0.25: at temperature 1/16 that is 4.
    cold = np.array([1, np.exp(4.0), 0]) / (1 + np.exp(4.0))

    return [
        of(HAND, "no settings: the softmax", [0.1, 0.4, 0.05, 0.3, 0.15]),
        of(HAND, "temperature 0.5 squares the probabilities", squares, temperature=0.5),
        of(np.array([2.0, 2.25, -8.0]), "temperature 1/16", cold, temperature=0.0625),
        of(HAND, "temperature 0", [0, 1, 0, 0, 0], temperature=0.0),
        of(
            np.array([2.0, 5.0, 5.0, 1.0]),
            "temperature 0, two logits are the largest",
            [0, 1, 0, 0],
            temperature=0.0,
            proves="the temperature",
        ),
        of(HAND, "top_k 2", two, top_k=2),
        of(HAND, "top_p 0.6", two, top_p=0.6),
        # Of the three tokens left, 0.4/0.85 and 0.3/0.85 reach 0.8 together.
        of(HAND, "first top_k 3, then top_p 0.8", two, top_k=3, top_p=0.8),
        # 0.16/0.285 = 0.56 already reaches 0.5.
        of(HAND, "temperature 0.5, then top_p 0.5", [0, 1, 0, 0, 0], **cold_and_top_p),
        of(logits, "a batch, temperature 1.7", temperature=1.7),
        of(logits, "a batch, temperature 0", temperature=0),
        of(HAND, "temperature 0 with top_k 3 and top_p 0.8", [0, 1, 0, 0, 0], **greedy_of_three),
        of(np.stack([logits, 2 - logits]), "three axes, all three", **all_three),
        of(logits + 1000, "logits near +1000", top_k=3),
        of(rows_apart, "rows that lie 2000 apart", [[2 / 3, 1 / 3], [1 / 5, 4 / 5]]),
    ]


ONE_HOT = "layers.one_hot(logits.argmax(axis=-1), logits.shape[-1], logits.dtype)"
RETURN_ONE_HOT = f"return {ONE_HOT}"
FILLED = "out = np.zeros_like(logits)\n        out[{}] = 1\n        return out"
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
        "never_below",
        [
            {
                "temperature == 0": "False",
                "logits / temperature": f"logits / max({least}, temperature)",
            }
            for least in (0.1, 0.05, 0.01)
        ],
        "A low temperature is raised to a least one. Equal logits then share the probability where "
        "0 gives all of it to the first, and a temperature below the least one has no effect.",
    ),
    Mistake(
        "greedy_below",
        {"temperature == 0": "temperature < 0.1"},
        lambda case, got, want: (
            f"Temperature {number(case.kwargs['temperature'])} is treated as 0. Only 0 itself is "
            "greedy: above it the less likely tokens keep a share, however small."
        ),
    ),
    Mistake(
        "last_of_equals",
        {"logits.argmax(axis=-1)": "logits.shape[-1] - 1 - logits[..., ::-1].argmax(axis=-1)"},
        "At temperature 0 the last of several equal logits gets all the probability. It is to be "
        "the first of them.",
    ),
    Mistake(
        "argmax_of_all",
        [
            {"logits.argmax(axis=-1)": "logits.argmax()"},
            {RETURN_ONE_HOT: FILLED.format("logits.argmax()")},
            {RETURN_ONE_HOT: FILLED.replace("[{}]", ".flat[logits.argmax()]")},
            {
                "logits.argmax(axis=-1)": "np.full(logits.shape[:-1], logits.argmax() % "
                "logits.shape[-1])"
            },
        ],
        "logits.argmax() is a place in the whole batch, flattened. Each row has its own largest "
        "logit: argmax(axis=-1).",
    ),
    Mistake(
        "ones_of_all_rows",
        [
            {RETURN_ONE_HOT: FILLED.format("..., logits.argmax(axis=-1)")},
            {RETURN_ONE_HOT: FILLED.format("logits.argmax(axis=-1)")},
        ],
        "At temperature 0 an index puts the ones at the largest logits of all rows into every row, "
        "or takes ids for rows. Each row has one 1: layers.one_hot makes it.",
    ),
    Mistake(
        "id_for_zero",
        {ONE_HOT: "logits.argmax(axis=-1)"},
        "With temperature 0 you return the id of the largest logit. Return probabilities there "
        "too: 1 for that token and 0 for the others.",
    ),
    Mistake(
        "all_of_the_largest",
        {ONE_HOT: f"{LARGEST} * 1.0"},
        "At temperature 0 each of several equal logits gets the probability 1, and the row sums to "
        "more than 1. The first of them gets all of it: argmax(axis=-1), and layers.one_hot.",
    ),
    Mistake(
        "ties_share",
        [
            {ONE_HOT: f"{LARGEST} / {LARGEST}.sum(axis=-1, keepdims=True)"},
            {"temperature == 0": "False", "/ temperature": "/ max(temperature, 1e-6)"},
        ],
        "At temperature 0 equal logits share the probability, as they do at every temperature "
        "above 0, however small. The first of them gets all of it: argmax(axis=-1), and "
        "layers.one_hot.",
    ),
    Mistake(
        "logits_filtered",
        {
            "probabilities, _ = layers.softmax(logits / temperature)": "probabilities = logits / "
            "temperature",
            "return probabilities": "return layers.softmax(probabilities)[0]",
        },
        "The filters are applied to the logits. They divide what is left by its sum, which suits "
        "probabilities alone: take the softmax first, then top_k and top_p.",
    ),
    Mistake(
        "softmax_twice",
        {"return probabilities": "return layers.softmax(probabilities)[0]"},
        "A softmax is taken of the probabilities once more, which brings them nearer to each other "
        "and gives a share to what was filtered out. One softmax, before the filters.",
    ),
    Mistake(
        "over_rows",
        [
            {"logits / temperature)": "logits / temperature, axis=0)"},
            {
                "logits / temperature)": "np.moveaxis(logits / temperature, 0, -1))\n"
                "    probabilities = np.moveaxis(probabilities, -1, 0)"
            },
        ],
        "The softmax runs along axis 0, across the sequences. The tokens lie along the last axis, "
        "and each row sums to 1.",
    ),
    Mistake(
        "over_everything",
        {
            "layers.softmax(logits / temperature)": "np.exp(logits / temperature - (logits / "
            "temperature).max()), 0\n    probabilities = probabilities / probabilities.sum()"
        },
        "The softmax runs over the whole array. Each row is a choice of its own and sums to 1.",
    ),
    Mistake(
        "without_maximum",
        {
            "layers.softmax(logits / temperature)": "np.exp(logits / temperature), 0\n"
            "    probabilities = probabilities / probabilities.sum(axis=-1, keepdims=True)"
        },
        "np.exp gets the logits as they are and overflows, here at 1000. layers.softmax subtracts "
        "the maximum of each row first.",
    ),
    Mistake(
        "one_maximum",
        {
            "layers.softmax(logits / temperature)": "np.exp(logits / temperature - (logits / "
            "temperature).max()), 0\n"
            "    probabilities = probabilities / probabilities.sum(axis=-1, keepdims=True)"
        },
        "One maximum is subtracted from the whole array. In a row that lies far below it all "
        "exponentials are 0, and 0/0 is nan. Each row needs its own, as in layers.softmax.",
    ),
    Mistake(
        "softmax_and_cache",
        {"probabilities, _ =": "probabilities ="},
        "layers.softmax returns two things, the probabilities and a cache, and both are kept "
        "together: probabilities, _ = layers.softmax(...).",
    ),
    Mistake(
        "twice_by_temperature",
        {"logits / temperature": "logits / temperature / temperature"},
        "The temperature works twice, as if it were squared. Divide by it once.",
    ),
    Mistake(
        "root_of_temperature",
        {"logits / temperature": "logits / temperature**0.5"},
        "The logits are divided by the root of the temperature. Divide by the temperature itself.",
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
        [
            {
                "return probabilities": "out = np.where(probabilities > 0, logits / temperature, 0)"
                "\n    return layers.softmax(out)[0]"
            },
            {
                TOP_K: "    if top_k is not None:\n"
                "        kept = keep_top_k(probabilities, top_k) > 0\n"
                "        out = np.where(kept, logits / temperature, 0)\n"
                "        probabilities, _ = layers.softmax(out)\n"
            },
        ],
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
