"""scaled_dot_product_attention_backward: two products, a softmax and a scale, backwards."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number
from course_lib import attention


def cases(rng):
    def case(*front, label, T_q=5, T_k=7, mask=None, proves=""):
        q, k = rng.normal(size=(*front, T_q, 11)), rng.normal(size=(*front, T_k, 11))
        v = rng.normal(size=(*front, T_k, 13))
        out, cache = attention.scaled_dot_product_attention(q, k, v, mask)
        return Case((rng.normal(size=out.shape), cache), label=label, proves=proves)

    # Both scores are 0, so both weights are 1/2. dout = 1 asks for more of the first value.
    q, k, v = np.zeros((1, 4)), np.array([[2.0, 0, 0, 0], [0, 2, 0, 0]]), np.array([[4.0], [0.0]])
    by_hand = attention.scaled_dot_product_attention(q, k, v)[1]
    padding = np.ones((2, 1, 1, 7), bool)
    padding[0, ..., :3] = padding[1, ..., 4:6] = False
    return [
        # dweights = (4, 0), their mean is 2, dscores = (1, -1); dq = (2, -2, 0, 0) / 2.
        Case(
            (np.array([[1.0]]), by_hand),
            label="one query, two keys, worked by hand",
            expected=([[1, -1, 0, 0]], np.zeros((2, 4)), [[0.5], [0.5]]),
        ),
        case(label="5 queries, 7 keys", proves="the attention of one head"),
        case(2, 3, label="a batch of 2 with 3 heads", proves="a batch with heads"),
        case(2, 3, label="padding in front and in the middle", mask=padding),
        case(2, label="one axis in front, a causal mask", T_k=5, mask=attention.causal_mask(5)),
    ]


def root(case):
    return number(math.sqrt(case.args[1].q.shape[-1]))


SCALE = " / math.sqrt(q.shape[-1])"
SOFTMAX = "softmax_backward(dweights, softmax_cache)"
VALUES = "dv = dscores.swapaxes(-1, -2) @ dout"

mistakes = [
    Mistake(
        "no_scale",
        {SCALE: ""},
        lambda case, got, want: (
            "dv is right, but 1/√d_k is missing: the forward divided the dot products by "
            f"{root(case)}, and a factor of the forward is a factor of the backward. dq and dk are "
            "that much too large."
        ),
    ),
    Mistake(
        "scale_missing_in_dk",
        {SCALE: "", "dscores @ k": f"dscores @ k{SCALE}"},
        lambda case, got, want: (
            f"dq is scaled and dk is not: it is {root(case)} times too large. Divide dscores by "
            "√d_k once, before both products."
        ),
    ),
    Mistake(
        "scale_missing_in_dq",
        {SCALE: "", " @ q": f" @ q{SCALE}"},
        lambda case, got, want: (
            f"dk is scaled and dq is not: it is {root(case)} times too large. Divide dscores by "
            "√d_k once, before both products."
        ),
    ),
    Mistake(
        "by_root_of_values",
        {"sqrt(q": "sqrt(v"},
        lambda case, got, want: (
            f"dq and dk are divided by √d_v, the root of {case.args[1].v.shape[-1]}. The forward "
            f"divided by √d_k, the root of {case.args[1].q.shape[-1]}, which is the last axis of q."
        ),
    ),
    Mistake(
        "scale_twice",
        {SCALE: SCALE + SCALE},
        "dq and dk are too small by √d_k: the scale is there twice, or the root is missing in it. "
        "Each of them holds one factor 1/√d_k.",
    ),
    Mistake(
        "by_root_of_length",
        {"sqrt(q.shape[-1])": "sqrt(k.shape[-2])"},
        lambda case, got, want: (
            f"dq and dk are divided by the root of the number of keys, {case.args[1].k.shape[-2]}. "
            f"The forward divided by √d_k, the root of {case.args[1].q.shape[-1]} features, the "
            "last axis of q."
        ),
    ),
    Mistake(
        "scale_multiplied",
        {SCALE: SCALE.replace("/", "*")},
        "dq and dk are multiplied by √d_k. The forward divided by it, and a factor 1/√d_k of the "
        "forward is the same factor in the backward.",
    ),
    Mistake(
        "scale_in_dv",
        {"@ dout": f"@ dout{SCALE}"},
        "dv is divided by √d_k. Only the scores were scaled; the values met the weights, which lie "
        "behind the scale.",
    ),
    Mistake(
        "k_and_v_swapped",
        [{"q, k, v, weights": "q, v, k, weights"}, {"dout @ v": "dout @ k"}],
        "dout meets k where it should meet v (or the two have changed names: the cache holds q, k, "
        "v, in this order). dout has the features of the values.",
    ),
    Mistake(
        "T_of_all",
        [
            {".swapaxes(-1, -2)": ".T"},
            {"v.swapaxes(-1, -2)": "v.T"},
            {"weights.swapaxes(-1, -2)": "weights.T"},
            {"dscores.swapaxes(-1, -2)": "dscores.T"},
        ],
        ".T turns the order of all axes round; only for a matrix is that the transpose. With a "
        "batch and heads in front exchange the last two alone.",
    ),
    Mistake(
        "softmax_forward",
        {SOFTMAX: "softmax(dweights)[0]"},
        "The softmax itself is applied to dweights. On the way back stands its backward, "
        "softmax_backward, with the cache of the forward's softmax.",
    ),
    Mistake(
        "weighted_before",
        {"(dweights, ": "(weights * dweights, "},
        "dweights is multiplied by the weights before softmax_backward, which does it itself: "
        "the weights are there once too often.",
    ),
    Mistake(
        "softmax_forgotten",
        {SOFTMAX: "dweights"},
        "The step through the softmax is missing: dweights is used as if it were dscores. Send it "
        "through softmax_backward with the cache of the softmax.",
    ),
    Mistake(
        "softmax_without_the_sum",
        {SOFTMAX: "dweights * weights"},
        "dscores is dweights times the weights, without the second term of the softmax: the "
        "weighted mean of dweights must be subtracted. softmax_backward does it.",
    ),
    Mistake(
        "softmax_elementwise",
        {SOFTMAX: "dweights * weights * (1 - weights)"},
        "w (1 − w) is only the diagonal of the softmax's Jacobian. Each score moves the other "
        "weights of its row too: use softmax_backward.",
    ),
    Mistake(
        "softmax_over_queries",
        {"dweights, softmax_cache": "dweights, (weights, -2)"},
        "The sum of the softmax's backward runs over the queries. Each query has a softmax over "
        "its keys: the last axis.",
    ),
    Mistake(
        "weights_not_transposed",
        {"weights.swapaxes(-1, -2)": "weights"},
        "weights @ dout takes the rows again. Key j gave to every query i the share w_ij, and gets "
        "it back: dv_j = Σ_i w_ij dout_i, a sum down a column, weights transposed.",
    ),
    Mistake(
        "values_by_dscores",
        [
            {"    dq =": f"    {VALUES}\n    dq ="},
            {SCALE: f"\n    {VALUES}\n    dscores = dscores{SCALE}"},
        ],
        "dv is made with dscores. In out = weights @ v the values meet the weights: dv is weights "
        "transposed times dout.",
    ),
    Mistake(
        "dscores_not_transposed",
        {"dscores.swapaxes(-1, -2)": "dscores"},
        "dk = dscores @ q has the wrong side. Key j met every query i: dk_j = Σ_i ds_ij q_i, a sum "
        "down a column, dscores transposed.",
    ),
    Mistake(
        "dq_from_q",
        {"dscores @ k": "dscores @ q"},
        "dq is made from q. Query and key meet in one product, and each gets the other one: dq = "
        "dscores @ k.",
    ),
    Mistake(
        "dk_from_k",
        [{" @ q": " @ dq"}, {" @ q": " @ dq * math.sqrt(q.shape[-1])"}],
        "dk is made from dq. Query and key meet in one product, and each gets the other one: dq "
        "from k, dk from q.",
    ),
    Mistake(
        "weights_for_dscores",
        {SOFTMAX: "weights"},
        "dq and dk are made with the weights, which know nothing of dout. They are made with "
        "dscores.",
    ),
]

hints = [
    "Read the forward backwards: out = weights @ v, then the softmax, then scores = q kᵀ / √d_k. "
    "Each is a step that you have already.",
    "A product of two matrices gives two gradients: out = weights @ v gives dweights = dout @ vᵀ "
    "and dv = weightsᵀ @ dout. swapaxes(-1, -2) transposes the last two axes.",
    "dscores = softmax_backward(dweights, softmax_cache). Then the product q kᵀ in the same way: "
    "dq from dscores and k, dk from dscores transposed and q.",
    "Divide dscores by √d_k; then dq = dscores @ k and dk = dscores.swapaxes(-1, -2) @ q.",
]
