"""cross_entropy: the mean surprise at the right tokens."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    p = np.array([[1 / 2, 1 / 4, 1 / 4], [1 / 8, 1 / 4, 5 / 8], [1 / 4, 1 / 2, 1 / 4]])
    logits = rng.normal(size=(2, 3, 5, 7)) * 2
    targets = rng.integers(0, 7, size=(2, 3, 5))
    targets[:, 0, 1] = 0  # a token like any other, unless it is padding
    padding = np.zeros(targets.shape, bool)
    padding[0, 0, 3:] = padding[0, 1, 4:] = padding[0, 2, :2] = True
    padding[1, 0, 2] = padding[1, 1, [0, 2, 4]] = True
    padded = np.where(padding, 0, np.maximum(targets, 1))
    ignored = np.where(padding, -1, targets)
    return [
        # Targets with p = 1/2, 1/4, 1/4: surprises ln 2, 2 ln 2, 2 ln 2, together 5 ln 2.
        Case(
            (np.log(p) + 3.0, np.array([0, 1, 2])),
            label="three positions, worked by hand",
            expected=(5 * math.log(2) / 3, None),
        ),
        Case((logits[0, 0], targets[0, 0]), label="five positions", proves="the mean surprise"),
        # The last target is padding: (ln 2 + 2 ln 2) / 2.
        Case(
            (np.log(p), np.array([0, 1, 2])),
            {"ignore_id": 2},
            label="the same with the last one padding",
            expected=(3 * math.log(2) / 2, None),
        ),
        # Wanted 0.8, 0.1, 0.1; the surprises are ln 2, 2 ln 2, 2 ln 2.
        Case(
            (np.log(p[:1]), np.array([0])),
            {"label_smoothing": 0.3},
            label="one position, label_smoothing 0.3, worked by hand",
            expected=(1.2 * math.log(2), None),
        ),
        Case((logits, targets), label="three axes in front, 0 among the targets"),
        Case((logits[0, 0, 1], np.array(0)), label="a single position, no axis in front"),
        Case((logits, padded), {"ignore_id": 0}, label="padding in front, between and behind"),
        Case((logits, ignored), {"ignore_id": -1}, label="padding whose id is -1"),
        Case((logits, targets), {"label_smoothing": 0.1}, label="many positions, smoothed"),
        Case(
            (logits, padded),
            {"ignore_id": 0, "label_smoothing": 0.1},
            label="smoothing and padding together",
        ),
        Case((logits * 400, targets), label="logits that lie far apart"),
    ]


def positions(case):
    """How many positions count, and how many there are."""
    targets, ignore_id = case.args[1], case.kwargs.get("ignore_id")
    return int((targets != ignore_id).sum()), targets.size


def divided_by_all(case, got, want):
    counted, every = positions(case)
    return (
        f"The sum leaves the padding out, but it is divided by all {every} positions. Only "
        f"{counted} of them count: a batch with much padding would look easier than it is. Divide "
        "by `counted.sum()`."
    )


renamed = {"pad_id": "ignore_id"}

EVEN, MEAN = "-log_p.mean(axis=-1)", "surprise[counted].mean()"
SMOOTHED = "(1 - label_smoothing) * surprise + label_smoothing * even"
LOG_P, EPS = "log_p, _ = log_softmax(logits)", ("1e-12", "1e-10", "1e-9", "1e-8", "1e-7", "1e-15")
NOT_SMOOTHED = {SMOOTHED: "surprise"}

mistakes = [
    Mistake(
        "zero_for_padding",
        [
            {"else targets != ignore_id": "else targets != ignore_id\n    counted &= targets != 0"},
            {
                "np.ones(len(targets), bool) if ignore_id is None else targets != ignore_id": ""
                "targets != (0 if ignore_id is None else ignore_id)"
            },
        ],
        "Targets with the id 0 are left out although ignore_id is not 0. 0 is a token like any "
        "other: only targets equal to ignore_id do not count.",
    ),
    Mistake(
        "padding_0_counted",
        {"ignore_id is None": "not ignore_id"},
        "An ignore_id of 0 has no effect: 0 counts as false. Ask whether ignore_id is None.",
    ),
    Mistake(
        "padding_counted",
        {"surprise[counted]": "surprise"},
        lambda case, got, want: (
            f"Padding is counted: the mean runs over all {positions(case)[1]} positions, of which "
            f"{positions(case)[0]} are text. Take the mean over `surprise[counted]`."
        ),
    ),
    Mistake("divided_by_all", {MEAN: "surprise[counted].sum() / len(surprise)"}, divided_by_all),
    Mistake(
        "padding_in_the_sum",
        {MEAN: "surprise.sum() / counted.sum()"},
        "The sum takes the padding in, and is then divided by the positions that count. Add up "
        "surprise[counted] alone.",
    ),
    Mistake(
        "padding_alone",
        [
            {"surprise[counted]": "surprise[~counted]"},
            {MEAN: "(surprise if counted.all() else surprise[~counted]).mean()"},
        ],
        "The mean runs over the padding. counted is True at the positions that count.",
    ),
    Mistake(
        "shifted_targets",
        {
            LOG_P: "targets, counted = targets[1:], counted[1:]\n"
            "    log_p, _ = log_softmax(logits[:-1])"
        },
        "Each position is compared with the target of the next one. The targets are shifted "
        "already where a batch is made: row i of the logits belongs to targets[i].",
    ),
    Mistake(
        "mean_of_means",
        {
            MEAN: "(surprise * counted).reshape(shape[:-1]).sum(axis=-1)"
            " / counted.reshape(shape[:-1]).sum(axis=-1)\n    mean = mean.mean()"
        },
        "Each sequence gets its own mean, and then their mean is taken: a position of a short "
        "sequence counts more. Take one mean over all positions that count.",
    ),
    Mistake(
        "divided_by_sequences",
        {MEAN: "surprise[counted].sum() / shape[0]"},
        "The sum is divided by the length of the first axis, the number of sequences. Divide by "
        "the number of positions that count.",
    ),
    Mistake(
        "most_likely_token",
        {"log_p[np.arange(len(targets)), targets]": "log_p.max(axis=-1)"},
        "This is the surprise at the most likely token of each position. It is to be that at the "
        "target, likely or not.",
    ),
    Mistake(
        "perplexity",
        {"return mean": "return np.exp(mean)"},
        "This is the perplexity, e to the power of the loss. The loss itself is wanted.",
    ),
    Mistake(
        "over_positions",
        [
            {"log_p, _ = log_softmax(logits)": "log_p = log_softmax(logits.T)[0].T"},
        ],
        "The softmax runs over the positions. Each position has a distribution of its own, along "
        "the vocabulary.",
    ),
    Mistake(
        "smoothing_ignored",
        NOT_SMOOTHED,
        lambda case, got, want: (
            f"label_smoothing has no effect. With {number(case.kwargs['label_smoothing'])} of the "
            "probability spread evenly over the vocabulary, the loss is (1 - eps) times the "
            "surprise of the target plus eps times the mean surprise of all tokens."
        ),
    ),
    Mistake(
        "smoothing_over_others",
        {EVEN: "-(log_p.sum(axis=-1) + surprise) / (vocab_size - 1)"},
        "The smoothed part is spread over the other tokens only. Here it goes to the whole "
        "vocabulary, the target included: each token gets eps / vocab_size, and the target 1 - eps "
        "on top (Szegedy et al. 2016, Sec. 7).",
    ),
    Mistake(
        "smoothing_over_fewer",
        [
            {EVEN: "-log_p.sum(axis=-1) / (vocab_size - 1)"},
            {EVEN: "-log_p.sum(axis=-1) / (vocab_size - 2)"},
            {EVEN: "-(log_p.sum(axis=-1) + surprise) / (vocab_size - 2)"},
        ],
        lambda case, got, want: (
            "The smoothed share is divided by fewer than all tokens of the vocabulary, as where "
            "the target or a padding token gets none of it. Here it goes to the whole vocabulary: "
            f"each of the {case.args[0].shape[-1]} tokens gets eps / vocab_size."
        ),
    ),
    Mistake(
        "shares_exchanged",
        {SMOOTHED: "label_smoothing * surprise + (1 - label_smoothing) * even"},
        "The two shares have changed places: the target gets eps and the whole vocabulary 1 - eps. "
        "With eps = 0 nothing is smoothed.",
    ),
    Mistake(
        "divergence",
        {
            SMOOTHED: f"{SMOOTHED}\n"
            "    wanted = np.full(log_p.shape, label_smoothing / vocab_size)"
            "\n    wanted[np.arange(len(targets)), targets] += 1 - label_smoothing"
            "\n    surprise += (wanted * np.log(np.where(wanted > 0, wanted, 1))).sum(axis=-1)"
        },
        "This is the KL divergence from the smoothed target: the entropy of the target is "
        "subtracted. The loss is the cross-entropy, without that.",
    ),
    Mistake(
        "smoothing_with_log_v",
        {"label_smoothing * even": "label_smoothing * np.log(vocab_size)"},
        "The even part is weighed with log(vocab_size), the surprise of a model that knows "
        "nothing. Here it is the mean surprise of this model over the vocabulary.",
    ),
    Mistake(
        "probability_smoothed",
        {
            SMOOTHED: f"-np.log({SMOOTHED})",
            "* surprise": "* np.exp(-surprise)",
            "* even": "/ vocab_size",
        },
        "You smooth the model's probability. What is smoothed is the wanted one: (1 - eps) times "
        "the surprise of the target plus eps times the mean surprise of all tokens.",
    ),
    Mistake(
        "tuple_kept",
        {"log_p, _": "log_p"},
        "log_softmax returns two things, log-probabilities and a cache: log_p, "
        "_ = log_softmax(logits).",
    ),
    Mistake(
        "no_share_for_target",
        {"(1 - label_smoothing)": "(1 - label_smoothing - label_smoothing / vocab_size)"},
        "The target is wanted with 1 - eps alone, and the wanted probabilities sum to less than 1. "
        "It has its share of the smoothed part, too: 1 - eps + eps / vocab_size.",
    ),
    Mistake(
        "smoothing_without_surprise",
        {"label_smoothing * even": "label_smoothing / vocab_size"},
        "eps / vocab_size is a wanted probability, and you add it to the surprise itself. It "
        "weighs the surprise of each token: eps times the mean of -log_p.",
    ),
    Mistake(
        "logarithm_smoothed",
        {"+ label_smoothing * even": "- label_smoothing / vocab_size"},
        "You smooth log_p. What is smoothed is the wanted probability, by which the surprises are "
        "weighed: (1 - eps) times that of the target plus eps times the mean surprise of all "
        "tokens.",
    ),
    Mistake(
        "log_of_softmax",
        {"log_p, _ = log_softmax(logits)": "log_p = np.log(softmax(logits)[0])"},
        "You take the logarithm of the softmax. Where a probability is rounded to 0 that is -inf, "
        "and 0 times inf is nan. Take log_softmax.",
    ),
    Mistake(
        "with_eps",
        [{LOG_P: f"log_p = np.log(softmax(logits)[0] + {eps})"} for eps in EPS],
        "A small number is added to p before the logarithm, or p is not let below it, so that no "
        "surprise is above that of this number. Take log_softmax, which needs no eps.",
    ),
    Mistake(
        "smoothing_summed",
        [{"log_p.mean": "log_p.sum"}, {EVEN: "-(log_p.sum(axis=-1) + surprise)"}],
        "The even part is a sum over the vocabulary. Each token is wanted with eps / vocab_size, "
        "so it is eps times the mean: `-log_p.mean(axis=-1)`.",
    ),
    Mistake(
        "smoothing_mean_of_all",
        {EVEN: "-log_p.mean()"},
        "The even part is a mean over the whole array, the padding included. Each position has its "
        "own: `-log_p.mean(axis=-1)`, of which only those that count go into the mean.",
    ),
    Mistake(
        "smoothing_added",
        {"(1 - label_smoothing) * surprise": "surprise"},
        "The even part is added, but the target keeps its full weight of 1, so that the wanted "
        "probabilities sum to 1 + eps. Multiply the surprise of the target by (1 - eps).",
    ),
    Mistake(
        "sign",
        {"return mean": "return -mean"},
        "The sign is turned round: this is the mean log-probability. A surprise is -log p, which "
        "is 0 or more, and smaller is better.",
    ),
    Mistake(
        "summed",
        {MEAN: "surprise[counted].sum()"},
        "These are the surprises added up. The loss is their mean, so that it does not depend on "
        "how long the text is: divide by the number of positions that count.",
    ),
    Mistake(
        "per_position",
        {MEAN: "surprise[counted]"},
        "This is one surprise for each position. The loss is a single number: their mean over the "
        "positions that count.",
    ),
    Mistake(
        "every_pair",
        {
            "[np.arange(len(targets)), targets]": "[:, targets]",
            EVEN: "-log_p.mean(axis=-1, keepdims=True)",
        },
        "log_p[:, targets] takes every target at every position, a square of numbers. Each "
        "position has one target: log_p[np.arange(len(targets)), targets] walks through rows and "
        "targets together.",
    ),
    Mistake(
        "neither_padding_nor_smoothing",
        {**NOT_SMOOTHED, "surprise[counted]": "surprise"},
        "Neither ignore_id nor label_smoothing has an effect. Take the mean over the positions "
        "that count, of a mixture of two surprises.",
    ),
    Mistake(
        "probability",
        [
            {**NOT_SMOOTHED, MEAN: "1 - np.exp(-surprise[counted]).mean()"},
            {LOG_P: "log_p = softmax(logits)[0]"},
        ],
        "The mean is taken of probabilities and not of surprises. The surprise is -log p of the "
        "target: take the logarithm before the mean.",
    ),
    Mistake(
        "squared_error",
        {**NOT_SMOOTHED, MEAN: "((1 - np.exp(-surprise[counted])) ** 2).mean()"},
        "This is the squared distance of the target's probability from 1. The loss is the "
        "surprise, -log p, which grows without bound as p comes near to 0.",
    ),
    Mistake(
        "log_of_mean",
        {**NOT_SMOOTHED, MEAN: "-np.log(np.exp(-surprise[counted]).mean())"},
        "You take the mean of the probabilities and then the logarithm. A position that was nearly "
        "impossible would hardly show. Take the logarithm first, at every position, and the mean "
        "afterwards.",
    ),
    Mistake(
        "in_bits",
        {"return mean": "return mean / math.log(2)"},
        "This is the loss in bits. The course counts in nats, with the natural logarithm.",
    ),
    Mistake(
        "no_softmax",
        {**NOT_SMOOTHED, "log_p, _ = log_softmax(logits)": "log_p = logits"},
        "You take the logit of the target as if it were log p. Logits are not normalized: "
        "log_softmax makes log-probabilities of them.",
    ),
    Mistake(
        "mean_of_every_entry",
        {"return mean": "return mean / vocab_size"},
        lambda case, got, want: (
            f"This is {case.args[0].shape[-1]} times too small, by the size of the vocabulary. Of "
            "wanted * log_p you take the mean over all entries. Along the vocabulary it is a sum; "
            "the mean runs over the positions that count."
        ),
    ),
    Mistake(
        "mean_of_masked_entries",
        {MEAN: "(surprise * counted).mean() / vocab_size"},
        "Of wanted * log_p you take the mean over all entries, padding and vocabulary included. "
        "Along the vocabulary it is a sum, and the mean runs only over the positions that count.",
    ),
    Mistake(
        "mean_over_vocabulary",
        {MEAN: "even[counted].mean()"},
        "The mean runs over the whole vocabulary, as if every token had been right. Pick the "
        "log-probability of the target at each position.",
    ),
]

hints = [
    "Three steps: log-probabilities of all tokens, the one of the target at each position, the "
    "mean over the positions that count.",
    "log_p, _ = log_softmax(logits). NumPy picks one entry from each row with two lists of the "
    "same length: log_p[np.arange(len(targets)), targets].",
    "Label smoothing mixes two surprises at each position: (1 - eps) times that of the target, and "
    "eps times the mean over the vocabulary, -log_p.mean(axis=-1).",
    "loss = surprise[counted].mean(), where surprise already holds the mixture.",
]
