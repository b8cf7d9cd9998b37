"""attention_scores: every query meets every key in a dot product, divided by sqrt(d_k)."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number
from classroom.lesson_02 import traced_words as trace


def cases(rng):
    return [
        Case(
            (np.array([[1.0, 0, 2, 1]]), np.array([[1.0, 1, 1, 1], [2, 0, 0, 0]])),
            label="one query, two keys",
            expected=[[2, 1]],
        ),
        Case((trace.Q, trace.K), label="the three words traced by hand", expected=trace.SCORES),
        Case(
            (rng.normal(size=(5, 11)), rng.normal(size=(7, 11))),
            label="5 queries, 7 keys",
            proves="one sequence",
        ),
        Case((rng.normal(size=(5, 5)), rng.normal(size=(5, 5))), label="T_q = T_k = d_k"),
        Case(
            (rng.normal(size=(2, 3, 5, 11)), rng.normal(size=(2, 3, 7, 11))),
            label="a batch of 2 with 3 heads",
        ),
        Case(
            (rng.normal(size=(3, 5, 11)), rng.normal(size=(3, 7, 11))),
            label="a batch of 3, no heads",
        ),
        Case(
            (rng.normal(size=(2, 3, 5, 7, 13)), rng.normal(size=(2, 3, 5, 11, 13))),
            label="three axes in front",
        ),
    ]


returns = ("scores",)

PRODUCTS = "q @ k.swapaxes(-1, -2)"

GAPS = "q[..., :, None, :] - k[..., None, :, :]"
UNIT_LENGTH = {
    "    d_k = q.shape[-1]": "    d_k = q.shape[-1]\n"
    "    q = q / np.linalg.norm(q, axis=-1, keepdims=True)\n"
    "    k = k / np.linalg.norm(k, axis=-1, keepdims=True)"
}

mistakes = [
    Mistake(
        "no_scale",
        {" / math.sqrt(d_k)": ""},
        lambda case, got, want: (
            "These are the dot products themselves, without 1/√d_k. With d_k = "
            f"{case.args[0].shape[-1]} they are {number(math.sqrt(case.args[0].shape[-1]))} times "
            "too large. Divide by math.sqrt(d_k), d_k being q.shape[-1]."
        ),
    ),
    Mistake(
        "by_d_k",
        {"math.sqrt(d_k)": "d_k"},
        lambda case, got, want: (
            f"You divide by d_k = {case.args[0].shape[-1]}, not by its root "
            f"{number(math.sqrt(case.args[0].shape[-1]))}. The scores then shrink as d_k grows, "
            "and the weights become all alike. Use math.sqrt(d_k)."
        ),
    ),
    Mistake(
        "times_root",
        {"/ math": "* math"},
        lambda case, got, want: (
            "You multiply by √d_k where it should divide: the scores are d_k = "
            f"{case.args[0].shape[-1]} times too large."
        ),
    ),
    Mistake(
        "root_of_keys",
        {"q.shape[-1]": "k.shape[-2]"},
        lambda case, got, want: (
            f"You divide by √{case.args[1].shape[-2]}, the root of the number of keys T_k. The "
            "scale belongs to the length of the vectors, d_k = q.shape[-1] = "
            f"{case.args[0].shape[-1]}: so many products are summed in one score."
        ),
    ),
    Mistake(
        "root_of_queries",
        {"q.shape[-1]": "q.shape[-2]"},
        lambda case, got, want: (
            f"You divide by √{case.args[0].shape[-2]}, the root of the number of queries T_q. The "
            "scale belongs to the length of the vectors, d_k = q.shape[-1] = "
            f"{case.args[0].shape[-1]}: so many products are summed in one score."
        ),
    ),
    Mistake(
        "root_of_first_axis",
        [{"q.shape[-1]": "len(q)"}, {"q.shape[-1]": "len(k)"}],
        lambda case, got, want: (
            "You divide by the root of the length of the first axis, which is a batch or the "
            "number of vectors. The scale belongs to the length of the vectors, d_k = q.shape[-1] "
            f"= {case.args[0].shape[-1]}."
        ),
    ),
    Mistake(
        "root_of_all_heads",
        [
            {"math.sqrt(d_k)": f"math.sqrt(d_k * (q.shape[{axis}] if q.ndim > 3 else 1))"}
            for axis in (1, -3)
        ],
        lambda case, got, want: (
            "You divide by √d_model, d_model being the features of all heads together. Each head "
            f"has vectors of its own, of length d_k = {case.args[0].shape[-1]}: divide by √d_k."
        ),
    ),
    Mistake(
        "largest_subtracted",
        {
            "return q": "scores = q",
            "math.sqrt(d_k)": "math.sqrt(d_k)\n    return scores - scores.max(-1, keepdims=True)",
        },
        "The largest score of each row is subtracted already. That is a step of the softmax, which "
        "comes next; here the scores are wanted as they are.",
    ),
    Mistake(
        "floored",
        {"/ math": "// math"},
        "// rounds every score down to a whole number. Divide with /.",
    ),
    Mistake(
        "reshaped_keys",
        {"k.swapaxes(-1, -2)": "k.reshape(*k.shape[:-2], k.shape[-1], k.shape[-2])"},
        "The shape is right and the numbers are not: reshape leaves the numbers in their order in "
        "memory, so a column of yours is made of pieces of several keys. Exchange the last two "
        "axes: swapaxes.",
    ),
    Mistake(
        "root_of_axis_1",
        {"q.shape[-1]": "q.shape[1]"},
        lambda case, got, want: (
            f"q.shape[1] is {case.args[0].shape[1]} here, the number of heads: with a batch and "
            "heads in front, d_k is no longer axis 1. Count from the end: q.shape[-1] is "
            f"{case.args[0].shape[-1]} in every case."
        ),
    ),
    Mistake(
        "not_transposed",
        {".swapaxes(-1, -2)": ""},
        lambda case, got, want: (
            "q @ k without a transpose: in a product the last axis of q meets the last but one of "
            f"k, here d_k = {case.args[0].shape[-1]} and T_k = {case.args[1].shape[-2]}. The two "
            "d_k must meet: q @ k.swapaxes(-1, -2)."
        ),
    ),
    Mistake(
        "all_axes_transposed",
        {".swapaxes(-1, -2)": ".T"},
        lambda case, got, want: (
            f"k.T turns round all axes: {case.args[1].shape} becomes {case.args[1].shape[::-1]}, "
            "batch and heads too. Exchange the last two alone: k.swapaxes(-1, -2)."
        ),
    ),
    Mistake(
        "np_dot",
        {PRODUCTS: "np.dot(q, k.T)"},
        "np.dot and .T do what you mean with matrices only. With axes in front, .T turns all of "
        "them round. Use q @ k.swapaxes(-1, -2), which leaves those in front alone.",
    ),
    Mistake(
        "np_dot_of_all_pairs",
        {PRODUCTS: "np.dot(q, k.swapaxes(-1, -2))"},
        lambda case, got, want: (
            "With more than two axes np.dot and np.inner pair every sequence of q with every "
            f"sequence of k: {np.shape(got)}. The operator @ takes them one by one, {want.shape}."
        ),
    ),
    Mistake(
        "elementwise",
        {PRODUCTS: "q * k"},
        "q * k multiplies entry by entry. A score is a dot product, which also sums over the "
        "features, and it is taken for every pair of a query and a key: use @.",
    ),
    Mistake(
        "keys_as_rows",
        {PRODUCTS: "k @ q.swapaxes(-1, -2)"},
        lambda case, got, want: (
            "Rows and columns have changed places. A row belongs to a query, a column to a key: "
            f"(T_q, T_k) is {want.shape[-2:]}, and yours is {np.shape(got)[-2:]}. The queries "
            "stand on the left: q @ k.swapaxes(-1, -2)."
        ),
    ),
    Mistake(
        "queries_only",
        {"@ k": "@ q"},
        "You compare the queries with each other; k is not used. Each row of q meets each row of "
        "k.",
    ),
    Mistake(
        "keys_only",
        {"return q": "return k"},
        "You compare the keys with each other. Each row of q meets each row of k, and the rows of "
        "the result belong to the queries.",
    ),
    Mistake(
        "cosines",
        [{**UNIT_LENGTH, " / math.sqrt(d_k)": ""}, UNIT_LENGTH],
        "You divide by the lengths of the vectors, which gives cosines. Here long vectors may "
        "count more than short ones: divide by √d_k alone.",
    ),
    Mistake(
        "distances",
        [
            {PRODUCTS: f"{sign}{distance}", " / math.sqrt(d_k)": scale}
            for distance in (f"np.linalg.norm({GAPS}, axis=-1)", f"(({GAPS}) ** 2).sum(axis=-1)")
            for sign in ("-", "")
            for scale in (" / math.sqrt(d_k)", "")
        ],
        "You measure how far queries and keys are apart. A score is a dot product: the sum over "
        "the features of q times k.",
    ),
    Mistake(
        "weights_already",
        [
            {"return ": "return softmax(", "math.sqrt(d_k)": "math.sqrt(d_k))[0]"},
            {PRODUCTS: f"softmax({PRODUCTS})[0]"},
        ],
        "The softmax is taken already: all numbers of a row are positive, and their sum is fixed. "
        "The scores are what goes into the softmax. It comes next.",
    ),
]

hints = [
    "One score is the dot product of one query (a row of q) with one key (a row of k). A matrix "
    "product takes all these dot products at once.",
    "In a @ b the rows of a meet the columns of b. The keys are rows of k, so k must be "
    "transposed, in its last two axes only: k.swapaxes(-1, -2).",
    "The scale is 1 / math.sqrt(d_k). d_k is the number of features of a query, q.shape[-1], with "
    "a batch and without.",
    "return q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])",
]
