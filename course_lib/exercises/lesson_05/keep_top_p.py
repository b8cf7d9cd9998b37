"""Exercise: keep_top_p."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def keep_top_p(probabilities, p):
    """Keep the fewest most likely tokens of each row that have at least p together; sum to 1."""
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    before = np.cumsum(ranked, axis=-1) - ranked
    ranked = np.where(before < p, ranked, 0.0)
    out = np.zeros_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return out / out.sum(axis=-1, keepdims=True)


HAND = np.array([0.1, 0.4, 0.05, 0.3, 0.15])


def keep_top_p_cases(rng):
    flat, sharp = np.full(7, 1 / 7), np.array([0.02, 0.9, 0.02, 0.01, 0.03, 0.01, 0.01])
    return [
        Case((HAND, 0.6), label="0.4 and 0.3 reach 0.6", expected=[0, 4 / 7, 0, 3 / 7, 0]),
        Case((HAND, 0.2), label="one token is enough", expected=[0, 1, 0, 0, 0]),
        Case(
            (np.stack([flat, sharp]), 0.8),
            label="a row without a favorite beside a row with one",
            expected=[[1 / 6] * 6 + [0], [0, 1, 0, 0, 0, 0, 0]],
        ),
        Case(
            (np.array([0.125, 0.5, 0.125, 0.25]), 0.75),
            label="0.5 and 0.25 reach 0.75 exactly",
            expected=[0, 2 / 3, 0, 1 / 3],
        ),
        Case((rng.dirichlet(np.ones(11), size=(2, 3)), 0.75), label="a batch"),
        Case((HAND, 1.0), label="p = 1 keeps everything", expected=HAND),
    ]


def _normal(out):
    return out / out.sum(axis=-1, keepdims=True)


def _ranked(probabilities, keep, normalize=True):
    """Keep what `keep(ranked, running sum)` says, in sorted order, and put it back."""
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    ranked = np.where(keep(ranked, np.cumsum(ranked, axis=-1)), ranked, 0.0)
    out = np.zeros_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return _normal(out) if normalize else out


def _loop(probabilities, p):
    rows = probabilities.reshape(-1, probabilities.shape[-1])
    out = np.zeros_like(rows)
    for row, new in zip(rows, out, strict=True):
        total = 0.0
        for token in np.argsort(-row, kind="stable"):
            if total >= p:
                break
            new[token] = row[token]
            total += row[token]
        new /= new.sum()
    return out.reshape(probabilities.shape)


def _by_count(probabilities, p):
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    running = np.cumsum(np.take_along_axis(probabilities, order, axis=-1), axis=-1)
    count = (running < p).sum(axis=-1, keepdims=True) + 1
    rank = np.argsort(order, axis=-1)
    return _normal(probabilities * (rank < count))


def _one_too_few(probabilities, p):
    return _ranked(probabilities, lambda ranked, running: running <= p)


def _one_too_few_strictly(probabilities, p):
    return _ranked(probabilities, lambda ranked, running: running < p)


def _one_too_many(probabilities, p):
    return _ranked(probabilities, lambda ranked, running: running - ranked <= p)


def _one_too_few_but_one(probabilities, p):
    def keep(ranked, running):
        return (running <= p) | (np.arange(ranked.shape[-1]) == 0)

    return _ranked(probabilities, keep)


def _not_normalized(probabilities, p):
    return _ranked(probabilities, lambda ranked, running: running - ranked < p, False)


def _as_threshold(probabilities, p):
    return _normal(np.where(probabilities >= p, probabilities, 0.0))


def _last_of_equals(probabilities, p):
    turned = np.ascontiguousarray(probabilities[..., ::-1])
    return keep_top_p(turned, p)[..., ::-1]


def _unsorted(probabilities, p):
    before = np.cumsum(probabilities, axis=-1) - probabilities
    return _normal(np.where(before < p, probabilities, 0.0))


def _least_first(probabilities, p):
    order = np.argsort(probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    ranked = np.where(np.cumsum(ranked, axis=-1) - ranked < p, ranked, 0.0)
    out = np.zeros_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return _normal(out)


def _sorted_out(probabilities, p):
    return -np.sort(-keep_top_p(probabilities, p), axis=-1)


def _put_back_wrongly(probabilities, p):
    order = np.argsort(-probabilities, axis=-1, kind="stable")
    ranked = -np.sort(-keep_top_p(probabilities, p), axis=-1)
    return np.take_along_axis(ranked, order, axis=-1)


def _of_all(probabilities, p):
    return keep_top_p(probabilities.reshape(-1), p).reshape(probabilities.shape)


def _share_of_largest(probabilities, p):
    largest = probabilities.max(axis=-1, keepdims=True)
    return _normal(np.where(probabilities >= p * largest, probabilities, 0.0))


def _tail_cut_off(probabilities, p):
    order = np.argsort(probabilities, axis=-1, kind="stable")
    ranked = np.take_along_axis(probabilities, order, axis=-1)
    ranked = np.where(np.cumsum(ranked, axis=-1) >= 1 - p, ranked, 0.0)
    out = np.zeros_like(probabilities)
    np.put_along_axis(out, order, ranked, axis=-1)
    return _normal(out)


BELOW = (
    "You keep the tokens as long as their sum stays below p. They must reach p: the token that "
    "crosses it belongs to them. And where the first token alone is more than p, nothing is left "
    "here, and 0/0 is nan. Compare the sum *before* each token with p."
)

register(
    Exercise(
        name="keep_top_p",
        lesson=5,
        reference=keep_top_p,
        cases=keep_top_p_cases,
        mistakes=(
            Mistake("one_too_few", _one_too_few, BELOW),
            Mistake(
                "one_too_few_strictly",
                _one_too_few_strictly,
                BELOW.replace("p. They", "p, and none with which it is p. They"),
            ),
            Mistake(
                "one_too_many",
                _one_too_many,
                "Where the sum reaches p exactly you take one token more. The fewest that have at "
                "least p are wanted: keep a token only if the sum before it is below p.",
            ),
            Mistake(
                "last_of_equals",
                _last_of_equals,
                "Of equal probabilities the last are taken first. A reversed order reverses "
                "equals too: sort -probabilities, with kind='stable'.",
            ),
            Mistake(
                "one_too_few_but_one",
                _one_too_few_but_one,
                "The token with which the sum passes p is dropped. What is kept must have at "
                "least p together: keep a token if the sum *before* it is below p.",
            ),
            Mistake(
                "not_normalized",
                _not_normalized,
                lambda case, got, want: (
                    "The right tokens are left, but their probabilities sum to "
                    f"{number(np.asarray(got).reshape(-1, np.shape(got)[-1])[0].sum())}. Divide "
                    "each row by its sum."
                ),
            ),
            Mistake(
                "threshold",
                _as_threshold,
                lambda case, got, want: (
                    f"You keep the tokens that have {number(case.args[1])} each. It is their sum "
                    "that must reach it: add up the sorted probabilities with np.cumsum."
                ),
            ),
            Mistake(
                "share_of_largest",
                _share_of_largest,
                "You keep what has at least p times the largest probability. That is another "
                "filter, called min-p. Here the sum of those kept must reach p.",
            ),
            Mistake(
                "unsorted",
                _unsorted,
                "The running sum goes through the tokens in the order of their ids. Begin with the "
                "most likely: sort first, with np.argsort(-probabilities, axis=-1).",
            ),
            Mistake(
                "least_first",
                _least_first,
                "The running sum begins with the least likely token. Sort -probabilities, so that "
                "the most likely comes first.",
            ),
            Mistake(
                "tail_cut_off",
                _tail_cut_off,
                "You add up from the least likely end and cut off 1 - p there. Of equal "
                "probabilities that keeps the last, and should keep the first. Begin with the most "
                "likely: sort -probabilities, with kind='stable'.",
            ),
            Mistake(
                "sorted_out",
                _sorted_out,
                "The numbers are right, but they stand in sorted order, and entry i no longer "
                "belongs to token i. Put them back: "
                "np.put_along_axis(out, order, ranked, axis=-1).",
            ),
            Mistake(
                "put_back_wrongly",
                _put_back_wrongly,
                "Taking along `order` a second time does not undo it. To put sorted numbers back, "
                "write them to the places in `order`: np.put_along_axis(out, order, ranked, "
                "axis=-1).",
            ),
            Mistake(
                "of_all",
                _of_all,
                "The whole array is treated as one row. Sort, add up and divide along the last "
                "axis.",
            ),
        ),
        correct=(_loop, _by_count),
        hints=(
            "Sort the tokens from likely to unlikely and add up. A token stays if those before it "
            "have not reached p yet.",
            "order = np.argsort(-probabilities, axis=-1, kind='stable'); "
            "ranked = np.take_along_axis(probabilities, order, axis=-1).",
            "before = np.cumsum(ranked, axis=-1) - ranked is the sum of all tokens before each. "
            "Keep where before < p, so the first is always kept.",
            "out = np.zeros_like(probabilities); np.put_along_axis(out, order, ranked, axis=-1) "
            "puts them back; then divide by out.sum(axis=-1, keepdims=True).",
        ),
    )
)
