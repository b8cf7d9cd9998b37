"""entropy: the mean surprise at what a distribution itself says."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    powers = np.exp(rng.normal(size=(2, 3, 5, 7)))
    p = powers / powers.sum(axis=-1, keepdims=True)
    return [
        # Surprises 1, 2, 3, 3 bits: 1/2 + 2/4 + 3/8 + 3/8 = 1.75 bits.
        Case(
            (np.array([1 / 2, 1 / 4, 1 / 8, 1 / 8]),),
            label="probabilities 1/2, 1/4, 1/8, 1/8",
            expected=1.75 * math.log(2),
            proves="a row without zeros",
        ),
        Case((np.full(8, 1 / 8),), label="one among eight", expected=math.log(8)),
        Case(
            (np.array([0.0, 1.0, 0.0]),),
            label="certainty, with probabilities of 0",
            expected=0.0,
            proves="a single row",
        ),
        Case((p,), label="three axes in front"),
        Case(
            (np.eye(7)[:3] / 2 + p[0, 0, :3] / 2,), label="three rows", proves="the axes in front"
        ),
        Case((nearly_certain(100_003),), label="100,003 tokens, one of them nearly certain"),
    ]


def nearly_certain(vocab_size):
    """All but 2^-24 for one token: here even an eps of 1e-12 shows, in float32 as well."""
    p = np.full(vocab_size, 2.0**-24 / (vocab_size - 1))
    p[2] = 1 - 2.0**-24
    return p


WHERE = "np.where(p > 0, p, 1.0)"
MEAN_SURPRISE = "-(p * log_p).sum(axis=-1)"


def with_eps(eps):
    return Mistake(
        f"with_eps_{eps:g}",
        {WHERE: f"p + {eps}"},
        f"{eps:g} is added to p before the logarithm, or p is not let below it. That changes the "
        "terms in which p is small as well as those in which it is 0. Take the logarithm of p "
        "itself, and let the terms with p = 0 count 0.",
    )


mistakes = [
    Mistake(
        "no_care_for_zero",
        {WHERE: "p"},
        "Where a probability is 0, np.log gives -inf and 0 times inf is nan. What never happens "
        "surprises nobody: such a term counts 0. Take the logarithm of np.where(p > 0, p, 1.0).",
    ),
    Mistake(
        "sign",
        {"-(p": "(p"},
        "The sign is turned round. A logarithm of a probability is 0 or below, a surprise 0 or "
        "above: begin with a minus.",
    ),
    Mistake(
        "bits",
        {"np.log(": "np.log2("},
        lambda case, got, want: (
            f"These are bits ({number(np.ravel(got)[0])}); the course counts in nats: use np.log "
            "and not np.log2."
        ),
    ),
    Mistake(
        "not_weighted",
        {"p * log_p": "log_p"},
        "You add up the surprises of all tokens. Each counts as often as it happens: multiply by p "
        "before the sum.",
    ),
    Mistake(
        "plain_mean",
        {"(p * log_p).sum": "log_p.mean"},
        "This is the mean of the surprises in which every token counts alike. Weigh each with its "
        "own probability: p * log(p).",
    ),
    Mistake(
        "mean_of_terms",
        {"sum(": "mean("},
        lambda case, got, want: (
            "The terms p log p are to be summed, not averaged: p is the weight already. Yours is "
            f"too small by the factor {case.args[0].shape[-1]}, the size of the vocabulary."
        ),
    ),
    Mistake(
        "over_everything",
        {"axis=-1": ""},
        "The sum runs over the whole array, or p[p > 0] has laid the entries of all rows in one "
        "line. Each row is a distribution of its own and has its own entropy: sum with axis=-1.",
    ),
    Mistake(
        "axis_0",
        {"axis=-1": "axis=0"},
        "The sum runs along axis 0. A distribution lies along the last axis: axis=-1.",
    ),
    Mistake(
        "share_of_most",
        {"sum(axis=-1)": "sum(axis=-1) / np.log(p.shape[-1])"},
        "The entropy is divided by log(V), its largest value, which gives a share from 0 to 1. "
        "Here it is wanted in nats.",
    ),
    Mistake(
        "base_10",
        {"np.log(": "np.log10("},
        "These are logarithms to base 10. The course counts in nats: np.log.",
    ),
    Mistake(
        "chance_of_two_different",
        {MEAN_SURPRISE: "1 - (p * p).sum(axis=-1)"},
        "This is 1 minus the sum of squares, the chance that two draws differ (the Gini impurity). "
        "The entropy weighs the surprise -log(p) with p.",
    ),
    Mistake(
        "log_of_the_number",
        {MEAN_SURPRISE: "np.log((p > 0).sum(axis=-1))"},
        "This is the logarithm of how many tokens are possible. That is the entropy only if all of "
        "them are equally likely.",
    ),
    Mistake(
        "log_of_mean",
        {MEAN_SURPRISE: "-np.log((p * p).sum(axis=-1))"},
        "The mean of the probabilities is taken before the logarithm. The entropy is a mean of "
        "surprises: the logarithm first, then the mean.",
    ),
    Mistake(
        "each_token_alone",
        {MEAN_SURPRISE: "-(p * log_p + (1 - p) * np.log(np.where(p < 1, 1 - p, 1))).sum(axis=-1)"},
        "A term for 1 - p is added for each token, as if each were a coin of its own. The other "
        "tokens have terms already: sum -p log(p) alone.",
    ),
    Mistake(
        "softmax_first",
        {"    log_p = ": "    p = np.exp(p) / np.exp(p).sum(axis=-1, keepdims=True)\n    log_p = "},
        "A softmax is taken of p first. These are probabilities already, not logits.",
    ),
    Mistake(
        "normalized_over_everything",
        {"    log_p = ": "    p = p / p.sum()\n    log_p = "},
        "p is divided by the sum of the whole array first. Each row is a distribution and sums to "
        "1 already: nothing is to be divided.",
    ),
    Mistake(
        "largest_surprise",
        [
            {MEAN_SURPRISE: "-log_p.min(axis=-1)"},
            {MEAN_SURPRISE: "-np.log(p.max(axis=-1))"},
        ],
        "This is the surprise at one token, the rarest or the most likely. The entropy is the mean "
        "over all, each weighed with its probability.",
    ),
    Mistake(
        "small_ones_left_out",
        [{"p > 0": "p > 1e-12"}, {"p > 0": "p > 1e-10"}, {"p > 0": "p > 1e-8"}],
        "Small probabilities are treated as 0. There may be many of them: only p = 0 has no "
        "surprise to add.",
    ),
    Mistake(
        "perplexity",
        {MEAN_SURPRISE: f"np.exp({MEAN_SURPRISE})"},
        "This is the perplexity, e to the power of the entropy. The entropy itself is wanted.",
    ),
    *map(with_eps, (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)),
    Mistake(
        "clipped",
        {WHERE: "np.maximum(p, 1e-12)"},
        "Below 1e-12 you replace p inside the logarithm. That changes small probabilities as well "
        "as 0. Replace only p = 0, by 1: np.where(p > 0, p, 1.0).",
    ),
]

hints = [
    "The entropy is a mean of surprises. Each token counts in it as often as it happens.",
    "Multiply -log(p) by p and sum along the last axis.",
    "For p = 0 the logarithm is -inf. Replace p by 1 inside the logarithm, where it is 0: log(1) "
    "is 0.",
    "-(p * np.log(np.where(p > 0, p, 1.0))).sum(axis=-1).",
]
