"""logits_gradient: from the mean surprise back to the logits."""

import numpy as np

from classroom.exercises import Case, Mistake, number, plural


def cases(rng):
    return [
        # p = 1/8, 2/8, 5/8 and the second token is right.
        Case(
            (np.log([[1.0, 2.0, 5.0]]), np.array([1])),
            label="one position, worked by hand",
            expected=[[1 / 8, -6 / 8, 5 / 8]],
        ),
        # p = 1/2, 1/2 twice; the first and the second token are right; half of it each.
        Case(
            (np.zeros((2, 2)), np.array([0, 1])),
            label="two positions, worked by hand",
            expected=[[-1 / 4, 1 / 4], [1 / 4, -1 / 4]],
        ),
        Case(
            (rng.normal(size=(5, 7)) * 2, rng.integers(0, 7, size=5)),
            label="five positions",
            proves="one axis of positions",
        ),
        Case(
            (rng.normal(size=(2, 3, 5)), np.array([[4, 0, 4], [1, 1, 2]])),
            label="a batch of 2 sequences of 3",
        ),
        Case((rng.normal(size=5), np.array(3)), label="a single position, no axis in front"),
        Case(
            (rng.normal(size=(2, 3, 5, 7)), rng.integers(0, 7, size=(2, 3, 5))),
            label="three axes in front",
            proves="the axes in front",
        ),
        Case((rng.normal(size=(3, 5)) + 1000, np.array([0, 3, 3])), label="logits near +1000"),
        # The right token is 1000 below the others, which share what it has not.
        Case(
            (np.array([[500.0, -500, 500], [-700, -1700, -700]]), np.array([1, 1])),
            label="the right token far below the others",
            expected=[[1 / 4, -1 / 2, 1 / 4]] * 2,
        ),
    ]


mistakes = [
    Mistake(
        "softmax_and_cache",
        {"p, _ =": "p ="},
        "softmax returns two things, probabilities and a cache: p, _ = softmax(logits).",
    ),
    Mistake(
        "not_divided",
        {" / targets.size": ""},
        lambda case, got, want: (
            f"This is p - y. The loss is a mean over {case.args[1].size} positions, so each of "
            "them has only its share: divide by the number of positions."
        ),
    ),
    Mistake(
        "mean_over_positions",
        {" / targets.size": ".mean(axis=0)"},
        "You take the mean of p - y over the positions, and one row is left. The mean is in the "
        "loss; each position keeps its own row here, divided by their number.",
    ),
    Mistake(
        "sign",
        {"p - y": "y - p"},
        "The sign is turned round: this is y - p, the direction to go in. The gradient is p - y; "
        "whoever descends subtracts it.",
    ),
    Mistake(
        "sign_and_not_divided",
        {"(p - y) / targets.size": "y - p"},
        "This is y - p: the sign is turned round, and each position has only its share of the "
        "mean. Subtract y from p, and divide by the number of positions.",
    ),
    Mistake(
        "divided_by_size",
        {"targets.size": "logits.size"},
        lambda case, got, want: (
            f"You divide by {case.args[0].size}, the number of logits. The mean in the loss runs "
            f"over positions: {plural(case.args[1].size, 'position')} here."
        ),
    ),
    Mistake(
        "divided_by_batch",
        [{"targets.size": "len(targets)"}, {"targets.size": "len(logits)"}],
        lambda case, got, want: (
            f"You divide by {len(case.args[1])}, the number of sequences. The mean runs over all "
            f"positions of all sequences, {case.args[1].size}: targets.size."
        ),
    ),
    Mistake(
        "divided_by_vocabulary",
        {"targets.size": "logits.shape[-1]"},
        lambda case, got, want: (
            f"You divide by {case.args[0].shape[-1]}, the size of the vocabulary. The mean in the "
            f"loss runs over positions: {plural(case.args[1].size, 'position')} here."
        ),
    ),
    Mistake(
        "divided_by_length",
        [
            {"targets.size": "targets.shape[-1]"},
            {"targets.size": "(targets.shape[-1] if targets.ndim else 1)"},
        ],
        lambda case, got, want: (
            "You divide by the length of the last axis of targets alone. The mean runs over all "
            f"positions of all sequences, {case.args[1].size}: targets.size."
        ),
    ),
    Mistake(
        "one_axis_only",
        {
            "y = one_hot(targets, logits.shape[-1])": "p[np.arange(len(targets)), targets] -= 1",
            "(p - y)": "p",
        },
        "np.arange(len(targets)) beside targets picks one entry from each row where the positions "
        "lie along one axis. Here they lie along several, or none: one_hot(targets, vocab_size) "
        "works for all.",
    ),
    Mistake(
        "twice",
        [
            {"(p - y)": "2 * (p - y)"},
            {"(p - y)": "(p - y) * p * (1 - p)"},
            {"(p - y)": "p * (p - y)"},
        ],
        "p - y is the whole gradient already. The factor that you multiply by belongs to another "
        "loss, the squared error, or to a step that the derivation has already taken.",
    ),
    Mistake(
        "without_the_logarithm",
        {"(p - y)": "(p * y).sum(axis=-1, keepdims=True) * (p - y)"},
        "This is the gradient of minus the probability of the target. The loss is minus its "
        "logarithm, whose 1/p cancels the factor p.",
    ),
    Mistake(
        "target_without_p",
        {"(p - y)": "-y"},
        "This is -y. The probabilities are missing: each logit takes part in the softmax, so its "
        "gradient is p, less 1 at the target.",
    ),
    Mistake(
        "most_likely_token",
        {"one_hot(targets": "one_hot(logits.argmax(axis=-1)"},
        "1 is subtracted at the most likely token. It is subtracted at the target, likely or not.",
    ),
    Mistake(
        "over_positions",
        [
            {"softmax(logits)": "softmax(logits, axis=0)"},
            {
                "p, _ = softmax(logits)": "p = np.exp(logits - logits.max(axis=0))\n"
                "    p = p / p.sum(axis=0)"
            },
        ],
        "The softmax runs along axis 0. Each position has a distribution of its own, along the "
        "last axis.",
    ),
    Mistake(
        "without_maximum",
        {"p, _ = softmax(logits)": "p = np.exp(logits)\n    p = p / p.sum(axis=-1, keepdims=True)"},
        "np.exp gets the logits as they are and overflows, here at 1000. The softmax of lesson 2 "
        "subtracts the maximum of each row first.",
    ),
    Mistake(
        "no_softmax",
        {"p - y": "logits - y"},
        "You subtract y from the logits. The gradient is p - y: take the softmax first.",
    ),
    Mistake(
        "log_probability",
        {"softmax(": "log_softmax("},
        "You subtract y from the log-probabilities, which are 0 or below. The gradient is made of "
        "the probabilities: softmax, not log_softmax.",
    ),
    Mistake(
        "target_only",
        {"(p - y)": "(p - 1) * y"},
        "Only the target gets a gradient. The others matter, too: they share the probability, and "
        "raising any of them takes it from the target. Their gradient is p, so that each row sums "
        "to 0.",
    ),
    Mistake(
        "all_rows",
        {"return (p - y)": "p[..., targets] -= 1\n    return p"},
        "p[..., targets] -= 1 subtracts at the targets of all positions in every row. Each row has "
        "one target: subtract one_hot(targets, vocab_size), or index with np.arange(N) beside "
        "targets.",
    ),
    Mistake(
        "id_subtracted",
        {"p - y": "p - targets[..., None]"},
        "You subtract the ids as if they were amounts. y is a row that is 1 at the target and 0 "
        "elsewhere: one_hot(targets, vocab_size).",
    ),
    Mistake(
        "of_probability",
        {"(p - y)": "-y / p"},
        lambda case, got, want: (
            "This is the gradient for the probability, -1/p at the target "
            f"({number(np.ravel(got).min())} here). The logits lie one step further back, before "
            "the softmax; there it becomes p - y."
        ),
    ),
    Mistake(
        "softmax_of_all",
        {"p, _ = softmax(logits)": "p = np.exp(logits - logits.max())\n    p = p / p.sum()"},
        "The softmax runs over the whole array. Each position has a distribution of its own, along "
        "the last axis.",
    ),
    Mistake(
        "targets_not_subtracted",
        {"(p - y)": "p"},
        "This is p divided by the number of positions. The target is missing: subtract 1 where the "
        "right token is.",
    ),
]

hints = [
    "The derivation ended with p - y at one position. What is p, in terms of the logits?",
    "p is softmax(logits)[0]. y is one_hot(targets, vocab_size) of lesson 1.",
    "The loss is a mean: divide by the number of positions, targets.size.",
    "p, _ = softmax(logits); y = one_hot(targets, logits.shape[-1]); return (p - y) / targets.size",
]
