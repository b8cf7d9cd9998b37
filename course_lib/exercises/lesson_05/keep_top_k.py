"""Exercise: keep_top_k."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def keep_top_k(probabilities, k):
    """Set all but the k largest of each row (..., vocab_size) to 0 and let the row sum to 1."""
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    kept = np.zeros(probabilities.shape, bool)
    np.put_along_axis(kept, order[..., :k], True, axis=-1)
    out = np.where(kept, probabilities, 0.0)
    return out / out.sum(axis=-1, keepdims=True)


def keep_top_k_cases(rng):
    rows = rng.dirichlet(np.ones(7), size=(2, 3))
    return [
        Case(
            (np.array([0.1, 0.4, 0.05, 0.3, 0.15]), 2),
            label="two of five tokens",
            expected=[0, 4 / 7, 0, 3 / 7, 0],
        ),
        Case((rows, 3), label="three of seven, each row for itself"),
        Case((rows[0], 1), label="one token: greedy"),
        Case((rows[0], 11), label="k larger than the vocabulary", expected=rows[0]),
        Case(
            (np.array([[0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.2, 0.5]]), 2),
            label="equal probabilities: the first of them stay",
            expected=[[0.5, 0.5, 0, 0], [0, 2 / 7, 0, 5 / 7]],
        ),
    ]


def _normal(out):
    return out / out.sum(axis=-1, keepdims=True)


def _by_sorting_rows(probabilities, k):
    rows = probabilities.reshape(-1, probabilities.shape[-1])
    out = np.zeros_like(rows)
    for row, new in zip(rows, out, strict=True):
        for token in np.lexsort((np.arange(len(row)), -row))[:k]:
            new[token] = row[token]
        new /= new.sum()
    return out.reshape(probabilities.shape)


def _by_rank(probabilities, k):
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1)
    return _normal(probabilities * (rank < k))


def _not_normalized(probabilities, k):
    return np.where(keep_top_k(probabilities, k) > 0, probabilities, 0.0)


def _least(probabilities, k):
    order = np.argsort(probabilities, axis=-1, kind="stable")
    return _normal(probabilities * (np.argsort(order, axis=-1) < k))


def _threshold(probabilities, k):
    ranked = -np.sort(-probabilities, axis=-1)
    least = ranked[..., min(k, ranked.shape[-1]) - 1, None]
    return _normal(np.where(probabilities >= least, probabilities, 0.0))


def _last_of_equals(probabilities, k):
    order = np.argsort(probabilities, axis=-1, kind="stable")[..., ::-1]
    return _normal(probabilities * (np.argsort(order, axis=-1) < k))


def _strict_threshold(probabilities, k):
    ranked = -np.sort(-probabilities, axis=-1)
    least = ranked[..., min(k, ranked.shape[-1]) - 1, None]
    return _normal(np.where(probabilities > least, probabilities, 0.0))


def _too_large(probabilities, k):
    least = np.sort(probabilities, axis=-1)[..., -k, None]
    return _normal(np.where(probabilities >= least, probabilities, 0.0))


def _one_more(probabilities, k):
    return keep_top_k(probabilities, k + 1)


def _first_k(probabilities, k):
    return _normal(np.where(np.arange(probabilities.shape[-1]) < k, probabilities, 0.0))


def _sorted_out(probabilities, k):
    return -np.sort(-keep_top_k(probabilities, k), axis=-1)


def _over_everything(probabilities, k):
    out = _not_normalized(probabilities, k)
    return out / out.sum()


def _from_all(probabilities, k):
    return keep_top_k(probabilities.reshape(-1), k).reshape(probabilities.shape)


def _softmax_again(probabilities, k):
    kept = keep_top_k(probabilities, k) > 0
    return _normal(np.where(kept, np.exp(probabilities), 0.0))


def _first_axis(probabilities, k):
    order = np.argsort(-probabilities, axis=0, kind="stable")
    rank = np.argsort(order, axis=0)
    return _normal(probabilities * (rank < k))


register(
    Exercise(
        name="keep_top_k",
        lesson=5,
        reference=keep_top_k,
        cases=keep_top_k_cases,
        mistakes=(
            Mistake(
                "not_normalized",
                _not_normalized,
                lambda case, got, want: (
                    "The right tokens are left, but their probabilities sum to "
                    f"{number(np.asarray(got).reshape(-1, np.shape(got)[-1])[0].sum())}. Divide "
                    "each row by its sum, so that it is a choice among what is left."
                ),
            ),
            Mistake(
                "least",
                _least,
                "You keep the k least likely tokens. np.argsort sorts from small to large: sort "
                "-probabilities.",
            ),
            Mistake(
                "too_large",
                _too_large,
                lambda case, got, want: (
                    f"k = {case.args[1]} is more than the row has tokens. Then all of them stay: a "
                    "slice such as order[..., :k] allows that, an index does not."
                    if isinstance(got, Exception)
                    else "You keep all tokens that are as likely as the k-th. Where several are "
                    "equal there, more than k stay; of those the first should."
                ),
            ),
            Mistake(
                "threshold",
                _threshold,
                lambda case, got, want: (
                    f"You keep all tokens that are as likely as the k-th, which here are "
                    f"{int((np.asarray(got) > 0).sum(axis=-1).max())} and not {case.args[1]}. Of "
                    "equal ones the first stay: choose by place in a stable order, not by value."
                ),
            ),
            Mistake(
                "last_of_equals",
                _last_of_equals,
                "Of equal probabilities the last ones stay here, and the first ones should. A "
                "reversed order reverses equals too: sort -probabilities, with kind='stable'.",
            ),
            Mistake(
                "strict_threshold",
                _strict_threshold,
                "The k-th token itself is dropped, so that k - 1 are left. It belongs to the k "
                "most likely.",
            ),
            Mistake(
                "one_more",
                _one_more,
                lambda case, got, want: (
                    f"{case.args[1] + 1} tokens are left where k is {case.args[1]}. The slice [:k] "
                    "holds k entries, the places 0 to k - 1."
                ),
            ),
            Mistake(
                "first_k",
                _first_k,
                "You keep the tokens with the k smallest ids. Which ones are likely has to be "
                "looked up: np.argsort(-probabilities, axis=-1).",
            ),
            Mistake(
                "sorted_out",
                _sorted_out,
                "The numbers are right, but they stand in sorted order, and entry i no longer "
                "belongs to token i. Put them back to the places that argsort gave.",
            ),
            Mistake(
                "from_all",
                _from_all,
                "You keep the k largest of the whole array. Each row is a choice of its own: sort "
                "along the last axis.",
            ),
            Mistake(
                "first_axis",
                _first_axis,
                "You rank along the first axis, across the sequences. The tokens lie along the "
                "last one: axis=-1.",
            ),
            Mistake(
                "over_everything",
                _over_everything,
                "You divide by the sum of the whole array. Each row must sum to 1 on its own: "
                "sum(axis=-1, keepdims=True).",
            ),
            Mistake(
                "softmax_again",
                _softmax_again,
                "The kept probabilities go through a softmax once more, which brings them nearer "
                "to each other. They are probabilities already: divide by their sum.",
            ),
        ),
        correct=(_by_sorting_rows, _by_rank),
        hints=(
            "Three steps: find the k largest of each row, set all others to 0, divide the row by "
            "what is left.",
            "order = np.argsort(-probabilities, axis=-1, kind='stable') lists the tokens from "
            "likely to unlikely; its first k columns are the ones to keep.",
            "np.put_along_axis(kept, order[..., :k], True, axis=-1) marks them in a boolean array "
            "kept = np.zeros(probabilities.shape, bool).",
            "out = np.where(kept, probabilities, 0.0), then divide by "
            "out.sum(axis=-1, keepdims=True).",
        ),
    )
)
