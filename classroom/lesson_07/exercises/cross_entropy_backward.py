"""cross_entropy_backward: p minus what was wanted, shared over the counted positions."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import loss


def cases(rng):
    def case(dloss, *shape, label, ignore_id=None, smoothing=0.0):
        targets = rng.integers(1, shape[-1], size=shape[:-1])
        if ignore_id is not None:
            targets[..., -2:] = ignore_id
        cache = loss.cross_entropy(rng.normal(size=shape), targets, ignore_id, smoothing)[1]
        return Case((dloss, cache), label=label)

    # logits ln 1, ln 1, ln 2: p = (1/4, 1/4, 1/2), and the target is the last.
    by_hand = loss.cross_entropy(np.log([[1.0, 1.0, 2.0]]), np.array([2]))[1]
    return [
        Case((1.0, by_hand), label="one position", expected=[[0.25, 0.25, -0.5]]),
        case(1.0, 3, 5, label="3 positions"),
        case(0.7, 2, 3, 5, label="a batch, with dloss = 0.7"),
        case(1.0, 2, 5, 7, label="a batch with padding", ignore_id=0),
        case(1.0, 2, 3, 5, label="with label smoothing 0.1", smoothing=0.1),
        case(1.3, 2, 5, 7, label="padding, smoothing 0.2, dloss = 1.3", ignore_id=0, smoothing=0.2),
    ]


def counts(case):
    counted = case.args[1][2]
    return int(counted.sum()), len(counted)


returns = ("dlogits",)

COLUMNS_OF_ALL = {"[np.arange(len(targets)), targets]": "[:, targets]"}
UNSMOOTHED = {"shape = cache": "shape = *cache[:3], 0, cache[4]"}

mistakes = [
    Mistake(
        "p_alone",
        {" - wanted)": ")"},
        "These are the probabilities, shared out over the positions. What was wanted must be "
        "subtracted: 1 at the target (less with smoothing). Else every logit would be pushed down, "
        "the right one too.",
    ),
    Mistake(
        "target_without_its_share",
        {"+= 1": "= 1"},
        "The target is wanted with 1 − eps alone. It has its share of the smoothed part, too, eps "
        "/ vocab_size: add 1 − eps to what stands there, with +=.",
    ),
    Mistake(
        "padding_dropped",
        UNSMOOTHED | {"return dlogits": "return dlogits[counted]"},
        lambda case, got, want: (
            f"Only the {counts(case)[0]} rows that count are left, of {counts(case)[1]}. Rows of "
            "padding stay, with the gradient 0: multiply by counted[:, None]."
        ),
    ),
    Mistake(
        "sign",
        {"np.exp(log_p) - wanted": "wanted - np.exp(log_p)"},
        "The sign is turned round. The gradient says where the loss rises: it rises with the "
        "logits of wrong tokens, so p − wanted, and not wanted − p.",
    ),
    Mistake(
        "not_divided",
        {" / int(np.count_nonzero(counted))": ""},
        lambda case, got, want: (
            f"The loss is a mean over {counts(case)[0]} positions, so each has the share "
            f"1/{counts(case)[0]}. Divide by the number of counted positions."
        ),
    ),
    Mistake(
        "mean_over_all",
        {"int(np.count_nonzero(counted))": "len(counted)"},
        lambda case, got, want: (
            f"You divide by all {counts(case)[1]} positions, padding included. The loss is the "
            f"mean over the {counts(case)[0]} that count."
        ),
    ),
    Mistake(
        "padding_pushed",
        {"share[:, None]": "share.max()"},
        "Positions whose target is padding get a gradient. They are no part of the loss, so theirs "
        "is 0: multiply by counted[:, None].",
    ),
    Mistake(
        "columns_of_all",
        COLUMNS_OF_ALL,
        "dlogits[:, targets] picks, in every row, the columns of all targets. Each row has its "
        "own: dlogits[np.arange(len(targets)), targets].",
    ),
    Mistake(
        "columns_of_all_unsmoothed",
        UNSMOOTHED | COLUMNS_OF_ALL,
        "dlogits[:, targets] picks the columns of all targets in every row; each row has its own: "
        "dlogits[np.arange(len(targets)), targets]. (And label smoothing is still missing.)",
    ),
    Mistake(
        "dloss_forgotten",
        {"dloss * share": "share"},
        lambda case, got, want: (
            f"dloss is {case.args[0]} here and has no effect in your answer. The chain rule "
            "multiplies by it, like any upstream gradient."
        ),
    ),
    Mistake(
        "smoothing_forgotten",
        UNSMOOTHED,
        "Label smoothing is left out. With eps the wanted distribution is 1 − eps on the target "
        "plus eps / vocab_size on every token.",
    ),
    Mistake(
        "smoothing_half",
        {"label_smoothing / vocab_size": "0"},
        "The target gets 1 − eps, but the eps that was taken from it is given to nobody. It is "
        "spread over the whole vocabulary: eps / vocab_size each, the target too.",
    ),
    Mistake(
        "smoothing_twice",
        {"1 - label_smoothing": "1"},
        "eps / vocab_size is given to every token, but the target still gets a full 1. It gets 1 − "
        "eps, so that all together is 1.",
    ),
    Mistake(
        "logarithms",
        {"np.exp(log_p)": "log_p"},
        "You begin with the logarithms of the probabilities. The gradient is p − wanted, with p = "
        "np.exp(log_p).",
    ),
    Mistake(
        "not_reshaped",
        {".reshape(shape)": ""},
        lambda case, got, want: (
            "The numbers are right, but the batch is still flat: dlogits has the shape of the "
            f"logits, {case.args[1][4]}, which the cache holds last."
        ),
    ),
]

hints = [
    "At one position the gradient is p − wanted, as lesson 6 derived. wanted is 1 at the target "
    "and 0 elsewhere, if there is no smoothing.",
    "p is np.exp(log_p). np.arange(len(targets)) and targets together pick the entry of the target "
    "in every row: dlogits[np.arange(len(targets)), targets] -= ...",
    "With smoothing eps: subtract eps / vocab_size everywhere and 1 − eps at the target.",
    "Then multiply by counted[:, None], divide by counted.sum(), multiply by dloss, and reshape to "
    "`shape`.",
]
