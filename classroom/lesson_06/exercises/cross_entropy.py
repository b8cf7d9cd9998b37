"""cross_entropy: the mean surprise at the right tokens."""

import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    p = np.array([[1 / 2, 1 / 4, 1 / 4], [1 / 8, 1 / 4, 5 / 8], [1 / 4, 1 / 2, 1 / 4]])
    logits = rng.normal(size=(2, 5, 7)) * 2
    targets = rng.integers(1, 7, size=(2, 5))
    padded = targets.copy()
    padded[0, 3:] = padded[1, 4:] = 0
    ignored = np.where(padded == 0, -1, padded)
    return [
        # Targets with p = 1/2, 1/4, 1/4: surprises ln 2, 2 ln 2, 2 ln 2, together 5 ln 2.
        Case(
            (np.log(p) + 3.0, np.array([0, 1, 2])),
            label="three positions, worked by hand",
            expected=(5 * math.log(2) / 3, None),
        ),
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
        Case((logits, targets), label="a batch"),
        Case((logits, padded), {"ignore_id": 0}, label="a batch with padding"),
        Case((logits, ignored), {"ignore_id": -1}, label="padding whose id is -1"),
        Case((logits, targets), {"label_smoothing": 0.1}, label="a batch, smoothed"),
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
NOT_SMOOTHED = {SMOOTHED: "surprise"}

mistakes = [
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
        "smoothing_summed",
        {"log_p.mean": "log_p.sum"},
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
        "probability",
        {**NOT_SMOOTHED, MEAN: "1 - np.exp(-surprise[counted]).mean()"},
        "This is one minus the mean probability of the targets. The surprise is -log p of the "
        "target: take the logarithm before the mean.",
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
