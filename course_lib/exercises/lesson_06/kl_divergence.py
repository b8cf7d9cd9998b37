"""Exercise: kl_divergence."""

import math

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def kl_divergence(p, q):
    """KL(p || q): nats lost on data from p by expecting q; (..., V) twice to (...)."""
    log_p = np.log(np.where(p > 0, p, 1.0))
    with np.errstate(divide="ignore"):
        log_q = np.log(np.where(p > 0, q, 1.0))
    return (p * (log_p - log_q)).sum(axis=-1)


def _distributions(rng, *shape):
    powers = np.exp(rng.normal(size=shape))
    return powers / powers.sum(axis=-1, keepdims=True)


def kl_divergence_cases(rng):
    p, q = _distributions(rng, 2, 3, 5), _distributions(rng, 2, 3, 5)
    certain = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    return [
        # Cross-entropy 3/2 + 1/4 + 2/8 + 3/8 = 2.375 bits, entropy 1.75 bits.
        Case(
            (np.array([4, 2, 1, 1]) / 8, np.array([1, 4, 2, 1]) / 8),
            label="4/8, 2/8, 1/8, 1/8 against 1/8, 4/8, 2/8, 1/8",
            expected=0.625 * math.log(2),
        ),
        Case((p[0, 0], p[0, 0]), label="a distribution against itself", expected=0.0),
        Case((p, q), label="one distribution for each position of a batch"),
        Case((p, q[0, 1]), label="many distributions against one"),
        # The true token has probability 1/8 and 1/2: 3 bits and 1 bit.
        Case(
            (certain, np.array([[1 / 2, 1 / 8, 3 / 8], [1 / 2, 1 / 2, 0.0]])),
            label="p is certain: probabilities of 0",
            expected=[3 * math.log(2), math.log(2)],
        ),
        Case(
            (np.array([1 / 2, 1 / 2, 0.0]), np.array([1.0, 0.0, 0.0])),
            label="q rules out what happens",
            expected=np.inf,
        ),
    ]


def _ratio(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0.0).sum(axis=-1)


def _difference(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = -np.where(p > 0, p * np.log(q), 0.0).sum(axis=-1)
        own = -np.where(p > 0, p * np.log(p), 0.0).sum(axis=-1)
    return cross - own


def _loop(p, q):
    p, q = np.broadcast_arrays(p, q)
    out = np.zeros(p.shape[:-1])
    for place in np.ndindex(p.shape):
        if p[place] > 0:
            gap = math.log(p[place] / q[place]) if q[place] > 0 else math.inf
            out[place[:-1]] += p[place] * gap
    return out if out.ndim else float(out)


def _swapped(p, q):
    return kl_divergence(*np.broadcast_arrays(q, p))


def _no_care_for_zero(p, q):
    return (p * np.log(p / q)).sum(axis=-1)


def _zero_times_inf(p, q):
    log_p = np.log(np.where(p > 0, p, 1.0))
    return -(p * np.log(q)).sum(axis=-1) + (p * log_p).sum(axis=-1)


def _mean(p, q):
    return kl_divergence(p, q) / p.shape[-1]


def _cross_entropy(p, q):
    with np.errstate(divide="ignore"):
        return -(p * np.log(np.where(p > 0, q, 1.0))).sum(axis=-1)


def _with_eps(p, q):
    return (p * np.log((p + 1e-12) / (q + 1e-12))).sum(axis=-1)


def _skips_zeros_of_q(p, q):
    both = (p > 0) & (q > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(both, p * np.log(p / q), 0.0).sum(axis=-1)


def _not_weighted(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, np.log(p / q), 0.0).sum(axis=-1)


def _weighted_with_q(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, q * np.log(p / q), 0.0).sum(axis=-1)


def _absolute(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(p > 0, np.abs(p * np.log(p / q)), 0.0).sum(axis=-1)


def _nan_to_num(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.nan_to_num(p * np.log(p / q)).sum(axis=-1)


def _boolean_index(p, q):
    keep = p > 0
    return (p[keep] * np.log(p[keep] / q[keep])).sum(axis=-1)


def _zeros_of_q_replaced(p, q):
    return (p * (np.log(np.where(p > 0, p, 1.0)) - np.log(np.where(q > 0, q, 1.0)))).sum(axis=-1)


def _difference_of_entropies(p, q):
    own, other = (
        -(x * np.log(np.where(x > 0, x, 1.0))).sum(axis=-1) for x in np.broadcast_arrays(p, q)
    )
    return other - own


_ZERO = (
    "Where p is 0, its logarithm is -inf and 0 times inf is nan. What never happens costs nothing: "
    "let the term be 0 there, for instance with np.where(p > 0, ..., 0.0)."
)

register(
    Exercise(
        name="kl_divergence",
        lesson=6,
        reference=kl_divergence,
        cases=kl_divergence_cases,
        mistakes=(
            Mistake("no_care_for_zero", _no_care_for_zero, _ZERO),
            Mistake(
                "zero_times_inf",
                _zero_times_inf,
                "Where q is 0, its logarithm is -inf; if p is 0 there, too, 0 times inf is nan. "
                "What never happens costs nothing, whatever q is: let the term be 0 where p is 0.",
            ),
            Mistake(
                "swapped",
                _swapped,
                lambda case, got, want: (
                    "p and q have changed places: this is KL(q || p). p is what happens and weighs "
                    "the terms; q is what was expected. The two differ: here "
                    f"{number(np.ravel(got)[0])} and {number(np.ravel(want)[0])}."
                ),
            ),
            Mistake(
                "cross_entropy",
                _cross_entropy,
                "This is the cross-entropy. Subtract what even the best could not avoid, the "
                "entropy of p: a distribution is 0 away from itself.",
            ),
            Mistake(
                "sign",
                lambda p, q: -kl_divergence(p, q),
                "The sign is turned round. KL is never below 0: log(p / q), not log(q / p).",
            ),
            Mistake(
                "with_eps",
                _with_eps,
                "A small number is added inside the logarithm. It hides the case in which q gives "
                "0 to something that happens: that costs infinitely much, and not about 14 nats.",
            ),
            Mistake(
                "skips_zeros_of_q",
                _skips_zeros_of_q,
                "The terms with q = 0 are left out. If p is above 0 there, something happens that "
                "q ruled out, and KL is infinite. Only the terms with p = 0 count 0.",
            ),
            Mistake(
                "zeros_of_q_replaced",
                _zeros_of_q_replaced,
                "Inside the logarithm a q of 0 is replaced by 1, as if it had been expected. Where "
                "q is 0 and p is not, the result is inf. Replace q only where p is 0.",
            ),
            Mistake(
                "difference_of_entropies",
                _difference_of_entropies,
                "This is the entropy of q minus that of p. The first must be the cross-entropy: "
                "the surprises of q, weighted with p, which is what happens.",
            ),
            Mistake(
                "nan_to_num",
                _nan_to_num,
                "np.nan_to_num replaces inf as well as nan, by the largest number there is. Where "
                "q is 0 and p is not, inf is right. Only the terms with p = 0 count 0.",
            ),
            Mistake(
                "boolean_index",
                _boolean_index,
                "p[p > 0] lays the entries of all rows in one line, so that the rows are lost. "
                "Keep the shape: let the terms with p = 0 be 0, with np.where(p > 0, ..., 0.0).",
            ),
            Mistake(
                "mean_of_terms",
                _mean,
                "The terms are to be summed, not averaged: p is the weight already.",
            ),
            Mistake(
                "not_weighted",
                _not_weighted,
                "The terms are not weighted. Each counts as often as it happens: multiply "
                "log(p / q) by p.",
            ),
            Mistake(
                "weighted_with_q",
                _weighted_with_q,
                "The terms are weighted with q, what was expected. They count as often as they "
                "really happen: multiply by p.",
            ),
            Mistake(
                "absolute",
                _absolute,
                "You add absolute values. Single terms may be negative, where q is larger than p; "
                "only their sum is never below 0.",
            ),
            Mistake(
                "bits",
                lambda p, q: kl_divergence(p, q) / math.log(2),
                "These are bits. The course counts in nats: use np.log and not np.log2.",
            ),
        ),
        correct=(_ratio, _difference, _loop),
        hints=(
            "KL is the cross-entropy of p and q minus the entropy of p. Both are sums over the "
            "last axis, weighted with p.",
            "Together: the sum of p * (log(p) - log(q)).",
            "Where p is 0 the term counts 0, whatever q is: np.where(p > 0, p, 1.0) and "
            "np.where(p > 0, q, 1.0) inside the logarithms make it so. Where q is 0 and p is not, "
            "inf is right.",
            "log_p = np.log(np.where(p > 0, p, 1.0)), log_q in the same way with q in place of the "
            "second p; then (p * (log_p - log_q)).sum(axis=-1).",
        ),
    )
)
