"""kl_divergence: what it costs to expect q where p is true."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    p, q = distributions(rng, 2, 3, 5), distributions(rng, 2, 3, 5)
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


def distributions(rng, *shape):
    powers = np.exp(rng.normal(size=shape))
    return powers / powers.sum(axis=-1, keepdims=True)


WHERE_P, WHERE_Q = "np.where(p > 0, p, 1.0)", "np.where(p > 0, q, 1.0)"
TERMS = "p * (log_p - log_q)"

mistakes = [
    Mistake(
        "no_care_for_zero",
        {WHERE_P: "p", WHERE_Q: "q"},
        "Where p is 0, its logarithm is -inf and 0 times inf is nan. What never happens costs "
        "nothing: let the term be 0 there, for instance with np.where(p > 0, ..., 0.0).",
    ),
    Mistake(
        "zero_times_inf",
        {WHERE_Q: "q"},
        "Where q is 0, its logarithm is -inf; if p is 0 there, too, 0 times inf is nan. What never "
        "happens costs nothing, whatever q is: let the term be 0 where p is 0.",
    ),
    Mistake(
        "swapped",
        {"log_p = ": "p, q = q, p\n    log_p = "},
        lambda case, got, want: (
            "p and q have changed places: this is KL(q || p). p is what happens and weighs the "
            f"terms; q is what was expected. The two differ: here {number(np.ravel(got)[0])} and "
            f"{number(np.ravel(want)[0])}."
        ),
    ),
    Mistake(
        "cross_entropy",
        {TERMS: "-p * log_q"},
        "This is the cross-entropy. Subtract what even the best could not avoid, the entropy of p: "
        "a distribution is 0 away from itself.",
    ),
    Mistake(
        "sign",
        {"log_p - log_q": "log_q - log_p"},
        "The sign is turned round. KL is never below 0: log(p / q), not log(q / p).",
    ),
    Mistake(
        "with_eps",
        {WHERE_P: "p + 1e-12", WHERE_Q: "q + 1e-12"},
        "A small number is added inside the logarithm. It hides the case in which q gives 0 to "
        "something that happens: that costs infinitely much, and not about 14 nats.",
    ),
    Mistake(
        "skips_zeros_of_q",
        {f"({TERMS})": f"np.where(q > 0, {TERMS}, 0.0)"},
        "The terms with q = 0 are left out. If p is above 0 there, something happens that q ruled "
        "out, and KL is infinite. Only the terms with p = 0 count 0.",
    ),
    Mistake(
        "zeros_of_q_replaced",
        {WHERE_Q: "np.where(q > 0, q, 1.0)"},
        "Inside the logarithm a q of 0 is replaced by 1, as if it had been expected. Where q is 0 "
        "and p is not, the result is inf. Replace q only where p is 0.",
    ),
    Mistake(
        "difference_of_entropies",
        {WHERE_Q: "np.where(q > 0, q, 1.0)", TERMS: "p * log_p - q * log_q"},
        "This is the entropy of q minus that of p. The first must be the cross-entropy: the "
        "surprises of q, weighted with p, which is what happens.",
    ),
    Mistake(
        "nan_to_num",
        {WHERE_P: "p", WHERE_Q: "q", f"({TERMS})": f"np.nan_to_num({TERMS})"},
        "np.nan_to_num replaces inf as well as nan, by the largest number there is. Where q is 0 "
        "and p is not, inf is right. Only the terms with p = 0 count 0.",
    ),
    Mistake(
        "boolean_index",
        {"log_p = ": "p, q = p[p > 0], q[p > 0]\n    log_p = "},
        "p[p > 0] lays the entries of all rows in one line, so that the rows are lost. Keep the "
        "shape: let the terms with p = 0 be 0, with np.where(p > 0, ..., 0.0).",
    ),
    Mistake(
        "mean_of_terms",
        {"sum(": "mean("},
        "The terms are to be summed, not averaged: p is the weight already.",
    ),
    Mistake(
        "not_weighted",
        {TERMS: "log_p - log_q"},
        "The terms are not weighted. Each counts as often as it happens: multiply log(p / q) by p.",
    ),
    Mistake(
        "weighted_with_q",
        {TERMS: "q * (log_p - log_q)"},
        "The terms are weighted with q, what was expected. They count as often as they really "
        "happen: multiply by p.",
    ),
    Mistake(
        "absolute",
        {f"({TERMS})": f"np.abs({TERMS})"},
        "You add absolute values. Single terms may be negative, where q is larger than p; only "
        "their sum is never below 0.",
    ),
    Mistake(
        "bits",
        {"np.log(": "np.log2("},
        "These are bits. The course counts in nats: use np.log and not np.log2.",
    ),
]

hints = [
    "KL is the cross-entropy of p and q minus the entropy of p. Both are sums over the last axis, "
    "weighted with p.",
    "Together: the sum of p * (log(p) - log(q)).",
    "Where p is 0 the term counts 0, whatever q is: np.where(p > 0, p, 1.0) and np.where(p > 0, q, "
    "1.0) inside the logarithms make it so. Where q is 0 and p is not, inf is right.",
    "log_p = np.log(np.where(p > 0, p, 1.0)), log_q in the same way with q in place of the second "
    "p; then (p * (log_p - log_q)).sum(axis=-1).",
]
