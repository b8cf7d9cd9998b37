"""Exercise: next_probabilities."""

import numpy as np

from course_lib import decoding, layers

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from .keep_top_k import keep_top_k
from .keep_top_p import keep_top_p

HAND = np.log([0.1, 0.4, 0.05, 0.3, 0.15]) + 3.0


def next_probabilities_cases(rng):
    logits = rng.normal(size=(2, 3, 11)) * 2
    return [
        Case((HAND,), label="no settings: the softmax", expected=[0.1, 0.4, 0.05, 0.3, 0.15]),
        Case(
            (HAND,),
            {"temperature": 0.5},
            label="temperature 0.5 squares the probabilities",
            expected=np.array([0.01, 0.16, 0.0025, 0.09, 0.0225]) / 0.285,
        ),
        Case((HAND,), {"temperature": 0.0}, label="temperature 0", expected=[0, 1, 0, 0, 0]),
        Case(
            (np.array([2.0, 5.0, 5.0, 1.0]),),
            {"temperature": 0.0},
            label="temperature 0, two logits are the largest",
            expected=[0, 1, 0, 0],
        ),
        Case((HAND,), {"top_k": 2}, label="top_k 2", expected=[0, 4 / 7, 0, 3 / 7, 0]),
        Case((HAND,), {"top_p": 0.6}, label="top_p 0.6", expected=[0, 4 / 7, 0, 3 / 7, 0]),
        # Of the three tokens left, 0.4/0.85 and 0.3/0.85 reach 0.8 together.
        Case(
            (HAND,),
            {"top_k": 3, "top_p": 0.8},
            label="first top_k 3, then top_p 0.8",
            expected=[0, 4 / 7, 0, 3 / 7, 0],
        ),
        # 0.16/0.285 = 0.56 already reaches 0.5.
        Case(
            (HAND,),
            {"temperature": 0.5, "top_p": 0.5},
            label="temperature 0.5, then top_p 0.5",
            expected=[0, 1, 0, 0, 0],
        ),
        Case((logits,), {"temperature": 1.7}, label="a batch, temperature 1.7"),
        Case((logits,), {"temperature": 0}, label="a batch, temperature 0"),
        Case((logits,), {"temperature": 1.3, "top_k": 5, "top_p": 0.7}, label="a batch, all three"),
        Case((logits + 1000,), {"top_k": 3}, label="logits near +1000"),
    ]


def _plain(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return layers.one_hot(logits.argmax(axis=-1), logits.shape[-1], logits.dtype)
    probabilities, _ = layers.softmax(logits / temperature)
    if top_k is not None:
        probabilities = keep_top_k(probabilities, top_k)
    if top_p is not None:
        probabilities = keep_top_p(probabilities, top_p)
    return probabilities


def _in_logits(logits, temperature=1.0, top_k=None, top_p=None):
    """Hide the logits of what falls away, then one softmax."""
    if temperature == 0:
        temperature, top_k, top_p = 1.0, 1, None
    scores = logits / temperature
    order = np.argsort(-scores, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1)
    if top_k is not None:
        scores = np.where(rank < top_k, scores, -np.inf)
    if top_p is not None:
        ranked = np.take_along_axis(layers.softmax(scores)[0], order, axis=-1)
        before = np.cumsum(ranked, axis=-1) - ranked
        kept = np.take_along_axis(before < top_p, rank, axis=-1)
        scores = np.where(kept, scores, -np.inf)
    return layers.softmax(scores)[0]


def _variant(divide=None, zero=True, filters="kp"):
    """Make a wrong `next_probabilities`: another use of the temperature, other filters."""

    def wrong(logits, temperature=1.0, top_k=None, top_p=None):
        if zero and temperature == 0:
            return _plain(logits, 0)
        how = divide or (lambda logits, t: layers.softmax(logits / t)[0])
        out = how(logits, temperature)
        for letter in filters:
            if letter == "k" and top_k is not None:
                out = keep_top_k(out, top_k)
            if letter == "p" and top_p is not None:
                out = keep_top_p(out, top_p)
        return out

    return wrong


def _divided_and_left(logits, temperature):
    return layers.softmax(logits)[0] / temperature


def _zeros_for_hidden(logits, temperature=1.0, top_k=None, top_p=None):
    """Set the logits of what falls away to 0 in place of -inf."""
    kept = decoding.next_probabilities(logits, temperature, top_k, top_p) > 0
    if temperature == 0 or (top_k is None and top_p is None):
        return decoding.next_probabilities(logits, temperature)
    return layers.softmax(np.where(kept, logits / temperature, 0.0))[0]


def _temperature_last(logits, temperature=1.0, top_k=None, top_p=None):
    out = decoding.next_probabilities(logits, 1.0, top_k, top_p)
    if temperature == 0:
        return _plain(logits, 0)
    out = out ** (1 / temperature)
    return out / out.sum(axis=-1, keepdims=True)


def _either(logits, temperature=1.0, top_k=None, top_p=None):
    if top_k is not None:
        return _plain(logits, temperature, top_k)
    return _plain(logits, temperature, None, top_p)


def _default_filters(logits, temperature=1.0, top_k=None, top_p=None):
    out = _variant(zero=True, filters="")(logits, temperature)
    return keep_top_p(keep_top_k(out, top_k), top_p)


def _argmax_of_all(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        return layers.one_hot(logits.argmax(), logits.shape[-1])
    return _plain(logits, temperature, top_k, top_p)


def _ties_share(logits, temperature=1.0, top_k=None, top_p=None):
    if temperature == 0:
        largest = logits == logits.max(axis=-1, keepdims=True)
        return largest / largest.sum(axis=-1, keepdims=True)
    return _plain(logits, temperature, top_k, top_p)


def _greedy_id(logits, temperature=1.0, top_k=None, top_p=None):
    return logits.argmax(axis=-1) if temperature == 0 else _plain(logits, temperature, top_k, top_p)


register(
    Exercise(
        name="next_probabilities",
        lesson=5,
        reference=decoding.next_probabilities,
        shown=_plain,
        cases=next_probabilities_cases,
        mistakes=(
            Mistake(
                "zero_not_treated",
                _variant(zero=False),
                "temperature 0 divides by zero, and the softmax of inf is nan. Treat it first: all "
                "probability goes to the token with the largest logit.",
            ),
            Mistake(
                "argmax_of_all",
                _argmax_of_all,
                "logits.argmax() is a place in the whole batch, flattened. Each row has its own "
                "largest logit: argmax(axis=-1).",
            ),
            Mistake(
                "id_for_zero",
                _greedy_id,
                "With temperature 0 you return the id of the largest logit. Return probabilities "
                "there too: 1 for that token and 0 for the others.",
            ),
            Mistake(
                "ties_share",
                _ties_share,
                "At temperature 0 equal logits share the probability. The first of them gets all "
                "of it: argmax(axis=-1), and layers.one_hot.",
            ),
            Mistake(
                "multiplied",
                _variant(lambda logits, t: layers.softmax(logits * t)[0]),
                "The logits are multiplied by the temperature, so that a high one makes the choice "
                "sharper. Divide: logits / temperature.",
            ),
            Mistake(
                "divided_and_left",
                _variant(_divided_and_left),
                lambda case, got, want: (
                    "The probabilities are divided by the temperature, after the softmax: they "
                    f"sum to {number(np.asarray(got).sum(axis=-1).flat[0])}. Divide the logits, "
                    "before it."
                ),
            ),
            Mistake(
                "temperature_ignored",
                _variant(lambda logits, t: layers.softmax(logits)[0]),
                "The temperature changes nothing. Either it is not used, or it divides "
                "probabilities that are then divided by their sum. Divide the logits, before the "
                "softmax.",
            ),
            Mistake(
                "zeros_for_hidden",
                _zeros_for_hidden,
                "The logits of what falls away are set to 0, and exp(0) = 1 leaves them a share. "
                "Either set them to -np.inf, or filter the probabilities with keep_top_k and "
                "keep_top_p.",
            ),
            Mistake(
                "temperature_last",
                _temperature_last,
                "The tokens are filtered first, and the temperature comes last. top_p then looks "
                "at probabilities that are not the ones drawn from. The order is: temperature, "
                "softmax, top_k, top_p.",
            ),
            Mistake(
                "p_before_k",
                _variant(filters="pk"),
                "top_p comes before top_k. The order is the other one: top_p adds up the "
                "probabilities that top_k has left, which then sum to 1 again.",
            ),
            Mistake(
                "either_or",
                _either,
                "Where both top_k and top_p are given, top_p has no effect. Use two `if`s and no "
                "`else`: one filter after the other.",
            ),
            Mistake(
                "no_top_k",
                _variant(filters="p"),
                "top_k has no effect. Where it is not None: keep_top_k(probabilities, top_k).",
            ),
            Mistake(
                "no_top_p",
                _variant(filters="k"),
                "top_p has no effect. Where it is not None: keep_top_p(probabilities, top_p).",
            ),
            Mistake(
                "no_filters",
                _variant(filters=""),
                "Neither top_k nor top_p has an effect. After the softmax, filter with your "
                "keep_top_k and keep_top_p, each only where it is not None.",
            ),
            Mistake(
                "none_not_treated",
                _default_filters,
                "The filters are used even where they are None. Ask first: "
                "`if top_k is not None:`, and the same for top_p.",
            ),
        ),
        correct=(_plain, _in_logits),
        hints=(
            "Four steps in this order: the case temperature == 0; the softmax of logits divided by "
            "the temperature; keep_top_k; keep_top_p.",
            "For temperature 0: layers.one_hot(logits.argmax(axis=-1), logits.shape[-1]) puts a 1 "
            "at the largest logit of each row.",
            "probabilities, _ = layers.softmax(logits / temperature). The softmax returns two "
            "things.",
            "if top_k is not None: probabilities = keep_top_k(probabilities, top_k), and the same "
            "for top_p. Then return probabilities.",
        ),
    )
)
