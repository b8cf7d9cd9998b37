"""kl_divergence: what it costs to expect q where p is true."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    p, q = distributions(rng, 2, 3, 5, 7), distributions(rng, 2, 3, 5, 7)
    rare, rarer = 2.0**-20, 2.0**-120
    certain = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
    return [
        # Cross-entropy 3/2 + 1/4 + 2/8 + 3/8 = 2.375 bits, entropy 1.75 bits.
        Case(
            (np.array([4, 2, 1, 1]) / 8, np.array([1, 4, 2, 1]) / 8),
            label="4/8, 2/8, 1/8, 1/8 against 1/8, 4/8, 2/8, 1/8",
            expected=0.625 * math.log(2),
        ),
        Case(
            (p[0, 0, 0], p[0, 0, 0]),
            label="a distribution against itself",
            expected=0.0,
            proves="a single row without a probability of 0",
        ),
        Case((p, q), label="three axes in front"),
        Case((p[0], q[0, 1, 2]), label="many distributions against one"),
        Case((p[0, 1, 2], q[1]), label="one distribution against many", proves="the axes in front"),
        # Its 2 ** -20 weighs log(2 ** 100).
        Case(
            (np.array([rare, 1 - rare]), np.array([rarer, 1.0])),
            label="a rare token that q gives far less",
            expected=rare * 100 * math.log(2) + (1 - rare) * math.log1p(-rare),
            atol=1e-9,
        ),
        # The true token has probability 1/8 and 1/2: 3 bits and 1 bit.
        Case(
            (certain, np.array([[1 / 2, 1 / 8, 3 / 8], [1 / 2, 1 / 2, 0.0]])),
            label="p is certain: probabilities of 0",
            expected=[3 * math.log(2), math.log(2)],
        ),
        Case(
            (np.array([[1 / 2, 1 / 2, 0.0], [1 - rarer, rarer, 0.0]]), np.array([1.0, 0.0, 0.0])),
            label="q rules out what happens, often or rarely",
            expected=[np.inf, np.inf],
        ),
    ]


def distributions(rng, *shape):
    powers = np.exp(rng.normal(size=shape))
    return powers / powers.sum(axis=-1, keepdims=True)


WHERE_P, WHERE_Q = "np.where(p > 0, p, 1.0)", "np.where(p > 0, q, 1.0)"
TERMS = "p * (log_p - log_q)"
SUM = f"({TERMS}).sum(axis=-1)"
EPS = ("1e-12", "1e-10", "1e-9", "1e-8", "1e-15", "1e-300")


def _kl(p, q):
    with np.errstate(all="ignore"):
        return np.where(p > 0, p * np.log(p / q), 0.0).sum(axis=-1)


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
        "against_the_mean",
        {"    log_p = ": "    q = (p + q) / 2\n    log_p = "},
        "You compare p with the mean of p and q, as the Jensen-Shannon divergence does. Here it is "
        "q itself that was expected, and a q of 0 where p is not costs infinitely much.",
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
        [
            *({WHERE_P: f"p + {eps}", WHERE_Q: f"q + {eps}"} for eps in EPS),
            *({WHERE_Q: f"np.where(p > 0, q + {eps}, 1.0)"} for eps in EPS),
            *({WHERE_P: f"np.maximum(p, {eps})", WHERE_Q: f"np.maximum(q, {eps})"} for eps in EPS),
            *({WHERE_Q: f"np.where(p > 0, np.maximum(q, {eps}), 1.0)"} for eps in EPS),
        ],
        "A small number is added inside the logarithm, or is the least that stands there. Where q "
        "is small that changes the result, and it hides the case in which q gives 0 to something "
        "that happens: that costs infinitely much.",
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
        "rare_ones_left_out",
        [{"p > 0": f"p > {least}"} for least in ("1e-3", "1e-6", "1e-8", "1e-10", "1e-12")],
        "Terms in which p is small are left out. However rarely something happens, if q gives it "
        "far less it costs, and if q rules it out the result is inf. Only p = 0 counts 0.",
    ),
    Mistake(
        "one_number",
        {SUM: f"{SUM}.mean()"},
        "The rows are averaged to one number. Each row has its own KL.",
    ),
    Mistake(
        "entropy_of_q",
        {TERMS: "q * log_q - p * log_q"},
        "What is subtracted from the cross-entropy is the entropy of q. It is that of p, what even "
        "the best guess costs.",
    ),
    Mistake(
        "over_everything",
        {"axis=-1": ""},
        "The sum runs over the whole array. Each row is a distribution of its own and has its own "
        "KL: sum with axis=-1.",
    ),
    Mistake(
        "axis_0",
        {"axis=-1": "axis=0"},
        "The sum runs along axis 0. A distribution lies along the last axis: axis=-1.",
    ),
    Mistake(
        "symmetric",
        [
            {TERMS: "(p - q) * (log_p - log_q)"},
            {TERMS: "(p - q) * (log_p - log_q) / 2"},
        ],
        "KL(p || q) and KL(q || p) are taken together. Only the first is wanted: p happens, and q "
        "was expected.",
    ),
    Mistake(
        "against_the_middle",
        lambda p, q: (_kl(p, (p + q) / 2) + _kl(q, (p + q) / 2)) / 2,
        "This is the Jensen-Shannon divergence, in which both are compared with their mean. Here p "
        "is compared with q itself.",
    ),
    Mistake(
        "softmax_first",
        {
            "    log_p = ": "    p, q = (np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True) "
            "for x in (p, q))\n    log_p = "
        },
        "A softmax is taken of p and q first. They are probabilities already, not logits.",
    ),
    Mistake(
        "total_variation",
        [
            {TERMS: "np.abs(p - q) / 2"},
            {TERMS: "np.abs(p - q)"},
            {TERMS: "(p - q) ** 2"},
        ],
        "The probabilities themselves are compared. KL compares their logarithms, the surprises, "
        "each weighed with p.",
    ),
    Mistake(
        "quotient_of_logarithms",
        {"log_p - log_q": "log_p / log_q"},
        "The logarithms are divided. The logarithm of a quotient is a difference: log(p / q) = "
        "log(p) - log(q).",
    ),
    Mistake(
        "exponential_or_root",
        [
            {SUM: f"np.sqrt({SUM})"},
            {SUM: f"np.exp({SUM})"},
        ],
        "The root or the exponential of the sum is returned. The sum itself is wanted, in nats.",
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
