"""Exercise: attention_scores."""

import math

import numpy as np

from course_lib import layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import trace


def attention_scores(q, k):
    """Compare every query with every key: q k^T / sqrt(d_k), an array (..., T_q, T_k)."""
    d_k = q.shape[-1]
    return q @ k.swapaxes(-1, -2) / math.sqrt(d_k)


def attention_scores_cases(rng):
    return [
        Case(
            (np.array([[1.0, 0, 2, 1]]), np.array([[1.0, 1, 1, 1], [2, 0, 0, 0]])),
            label="one query, two keys",
            expected=[[2, 1]],
        ),
        Case((trace.Q, trace.K), label="the three words traced by hand", expected=trace.SCORES),
        Case((rng.normal(size=(5, 11)), rng.normal(size=(7, 11))), label="5 queries, 7 keys"),
        Case((rng.normal(size=(5, 5)), rng.normal(size=(5, 5))), label="T_q = T_k = d_k"),
        Case(
            (rng.normal(size=(2, 3, 5, 11)), rng.normal(size=(2, 3, 7, 11))),
            label="a batch of 2 with 3 heads",
        ),
    ]


def _no_scale(q, k):
    return q @ k.swapaxes(-1, -2)


def _by_d_k(q, k):
    return q @ k.swapaxes(-1, -2) / q.shape[-1]


def _times_root(q, k):
    return q @ k.swapaxes(-1, -2) * math.sqrt(q.shape[-1])


def _root_of_keys(q, k):
    return q @ k.swapaxes(-1, -2) / math.sqrt(k.shape[-2])


def _root_of_axis_1(q, k):
    return q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[1])


def _not_transposed(q, k):
    return q @ k / math.sqrt(q.shape[-1])


def _all_axes_transposed(q, k):
    return q @ k.T / math.sqrt(q.shape[-1])


def _np_dot(q, k):
    return np.dot(q, k.T) / math.sqrt(q.shape[-1])


def _np_dot_of_all_pairs(q, k):
    return np.dot(q, k.swapaxes(-1, -2)) / math.sqrt(q.shape[-1])


def _elementwise(q, k):
    return q * k / math.sqrt(q.shape[-1])


def _keys_as_rows(q, k):
    return k @ q.swapaxes(-1, -2) / math.sqrt(q.shape[-1])


def _queries_only(q, k):
    return attention_scores(q, q)


def _cosines(q, k):
    q = q / np.linalg.norm(q, axis=-1, keepdims=True)
    k = k / np.linalg.norm(k, axis=-1, keepdims=True)
    return q @ k.swapaxes(-1, -2)


def _distances(q, k):
    between = np.linalg.norm(q[..., :, None, :] - k[..., None, :, :], axis=-1)
    return -between / math.sqrt(q.shape[-1])


def _weights_already(q, k):
    return layers.softmax(attention_scores(q, k))[0]


def _loops(q, k):
    d_k = q.shape[-1]
    out = np.zeros((*q.shape[:-1], k.shape[-2]))
    for *place, i in np.ndindex(q.shape[:-1]):
        for j in range(k.shape[-2]):
            for f in range(d_k):
                out[(*place, i, j)] += q[(*place, i, f)] * k[(*place, j, f)]
    return out / d_k**0.5


def _einsum(q, k):
    return np.einsum("...if,...jf->...ij", q / np.sqrt(q.shape[-1]), k)


def _broadcast(q, k):
    return (q[..., :, None, :] * k[..., None, :, :]).sum(axis=-1) * q.shape[-1] ** -0.5


register(
    Exercise(
        name="attention_scores",
        lesson=2,
        reference=attention_scores,
        returns=("scores",),
        cases=attention_scores_cases,
        mistakes=(
            Mistake(
                "no_scale",
                _no_scale,
                lambda case, got, want: (
                    "These are the dot products themselves, without 1/√d_k. With d_k = "
                    f"{case.args[0].shape[-1]} they are {number(math.sqrt(case.args[0].shape[-1]))}"
                    " times too large. Divide by math.sqrt(d_k), d_k being q.shape[-1]."
                ),
            ),
            Mistake(
                "by_d_k",
                _by_d_k,
                lambda case, got, want: (
                    f"You divide by d_k = {case.args[0].shape[-1]}, not by its root "
                    f"{number(math.sqrt(case.args[0].shape[-1]))}. The scores then shrink as d_k "
                    "grows, and the weights become all alike. Use math.sqrt(d_k)."
                ),
            ),
            Mistake(
                "times_root",
                _times_root,
                lambda case, got, want: (
                    "You multiply by √d_k where it should divide: the scores are d_k = "
                    f"{case.args[0].shape[-1]} times too large."
                ),
            ),
            Mistake(
                "root_of_keys",
                _root_of_keys,
                lambda case, got, want: (
                    f"You divide by √{case.args[1].shape[-2]}, the root of the number of keys T_k. "
                    f"The scale belongs to the length of the vectors, d_k = q.shape[-1] = "
                    f"{case.args[0].shape[-1]}: so many products are summed in one score."
                ),
            ),
            Mistake(
                "root_of_axis_1",
                _root_of_axis_1,
                lambda case, got, want: (
                    f"q.shape[1] is {case.args[0].shape[1]} here, the number of heads: with a "
                    "batch and heads in front, d_k is no longer axis 1. Count from the end: "
                    f"q.shape[-1] is {case.args[0].shape[-1]} in every case."
                ),
            ),
            Mistake(
                "not_transposed",
                _not_transposed,
                lambda case, got, want: (
                    "q @ k without a transpose: in a product the last axis of q meets the last "
                    f"but one of k, here d_k = {case.args[0].shape[-1]} and T_k = "
                    f"{case.args[1].shape[-2]}. The two d_k must meet: q @ k.swapaxes(-1, -2)."
                ),
            ),
            Mistake(
                "all_axes_transposed",
                _all_axes_transposed,
                lambda case, got, want: (
                    f"k.T turns round all axes: {case.args[1].shape} becomes "
                    f"{case.args[1].shape[::-1]}, batch and heads too. Exchange the last two "
                    "alone: k.swapaxes(-1, -2)."
                ),
            ),
            Mistake(
                "np_dot",
                _np_dot,
                "np.dot and .T do what you mean with matrices only. With axes in front, .T turns "
                "all of them round. Use q @ k.swapaxes(-1, -2), which leaves those in front alone.",
            ),
            Mistake(
                "np_dot_of_all_pairs",
                _np_dot_of_all_pairs,
                lambda case, got, want: (
                    "With more than two axes np.dot and np.inner pair every sequence of q with "
                    f"every sequence of k: {np.shape(got)}. The operator @ takes them one by one, "
                    f"{want.shape}."
                ),
            ),
            Mistake(
                "elementwise",
                _elementwise,
                "q * k multiplies entry by entry. A score is a dot product, which also sums over "
                "the features, and it is taken for every pair of a query and a key: use @.",
            ),
            Mistake(
                "keys_as_rows",
                _keys_as_rows,
                lambda case, got, want: (
                    "Rows and columns have changed places. A row belongs to a query, a column to "
                    f"a key: (T_q, T_k) is {want.shape[-2:]}, and yours is {np.shape(got)[-2:]}. "
                    "The queries stand on the left: q @ k.swapaxes(-1, -2)."
                ),
            ),
            Mistake(
                "queries_only",
                _queries_only,
                "You compare the queries with each other; k is not used. Each row of q meets each "
                "row of k.",
            ),
            Mistake(
                "cosines",
                _cosines,
                "You divide by the lengths of the vectors, which gives cosines between −1 and 1. "
                "Here long vectors may count more than short ones: divide by √d_k alone.",
            ),
            Mistake(
                "distances",
                _distances,
                "You measure distances, with their sign turned round. A score is a dot product: "
                "the sum over the features of q times k.",
            ),
            Mistake(
                "weights_already",
                _weights_already,
                "These are weights: the softmax is taken already, and each row sums to 1. The "
                "scores are what goes into the softmax. It comes next.",
            ),
        ),
        correct=(_loops, _einsum, _broadcast),
        hints=(
            "One score is the dot product of one query (a row of q) with one key (a row of k). A "
            "matrix product takes all these dot products at once.",
            "In a @ b the rows of a meet the columns of b. The keys are rows of k, so k must be "
            "transposed, in its last two axes only: k.swapaxes(-1, -2).",
            "The scale is 1 / math.sqrt(d_k). d_k is the number of features of a query, "
            "q.shape[-1], with a batch and without.",
            "return q @ k.swapaxes(-1, -2) / math.sqrt(q.shape[-1])",
        ),
    )
)
