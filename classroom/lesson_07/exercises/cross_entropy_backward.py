"""cross_entropy_backward: p minus what was wanted, shared over the counted positions."""

import numpy as np

from classroom.exercises import Case, Mistake
from course_lib import loss


def cases(rng):
    def case(dloss, *shape, label, targets=None, ignore_id=None, smoothing=0.0, proves=""):
        if targets is None:
            targets = rng.integers(1, shape[-1], size=shape[:-1])
        cache = loss.cross_entropy(rng.normal(size=shape), targets, ignore_id, smoothing)[1]
        return Case((dloss, cache), label=label, proves=proves)

    # logits ln 1, ln 1, ln 2: p = (1/4, 1/4, 1/2).
    logits, thrice = np.log([1.0, 1.0, 2.0]), np.log([[1.0, 1.0, 2.0]] * 3)
    one = loss.cross_entropy(logits[None], np.array([2]))[1]
    three = loss.cross_entropy(thrice, np.array([2, 0, 1]))[1]
    smooth = loss.cross_entropy(logits, np.array(2), label_smoothing=0.3)[1]
    # The padding is token 6, and token 0 is wanted like any other.
    scattered = np.array([[6, 3, 0, 6, 2], [1, 6, 5, 0, 4]])
    at_the_end = np.array([[1, 4, 2, 0, 0], [3, 3, 5, 6, 0]])
    return [
        Case((1.0, one), label="one position", expected=[[0.25, 0.25, -0.5]]),
        Case(
            (1.0, three),
            label="3 positions that want token 2, 0 and 1",
            expected=np.array([[0.25, 0.25, -0.5], [-0.75, 0.25, 0.5], [0.25, -0.75, 0.5]]) / 3,
            proves="p minus the wanted, shared out over the positions",
        ),
        case(0.7, 2, 3, 5, label="a batch, with dloss = 0.7", proves="dloss and the shape"),
        case(
            1.0, 2, 5, 7,
            label="padding in front and in the middle, token 0 wanted",
            targets=scattered, ignore_id=6, proves="the padding",
        ),
        # 0.3 / 3 on each token and 0.7 more on the last are wanted: (0.1, 0.1, 0.8).
        Case(
            (1.0, smooth),
            label="a single position with label smoothing 0.3",
            expected=[0.15, 0.15, -0.3],
        ),
        case(
            1.0, 2, 3, 5, label="with label smoothing 0.1", smoothing=0.1,
            proves="label smoothing",
        ),
        case(
            1.3, 2, 5, 7, label="padding, smoothing 0.2, dloss = 1.3", targets=at_the_end,
            ignore_id=0, smoothing=0.2,
        ),
    ]  # fmt: skip


def counts(case):
    counted = case.args[1][2]
    return int(counted.sum()), len(counted)


returns = ("dlogits",)

COLUMNS_OF_ALL = {"[np.arange(len(targets)), targets]": "[:, targets]"}
LENGTH = "(shape[-2] if len(shape) > 1 else 1)"
OF_EACH = f"np.repeat(counted.reshape(-1, {LENGTH}).sum(axis=1).clip(1), {LENGTH})"
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
        "target_alone",
        [
            edit | {"(np.exp(log_p) - wanted)": "(np.exp(log_p) - wanted) * (wanted > 0.5)"}
            for edit in ({}, UNSMOOTHED)
        ],
        "Only the target's logit has a gradient. A softmax ties all logits of a position together: "
        "those of the other tokens get p, for the loss rises with them.",
    ),
    Mistake(
        "softmax_left_out",
        [
            edit | {"(np.exp(log_p) - wanted)": gradient}
            for gradient in ("-wanted", "(-wanted / np.exp(log_p))")
            for edit in ({}, UNSMOOTHED)
        ],
        "This is the gradient of the probabilities, or of their logarithms. The logits lie one "
        "step further back, before the softmax: with that step it becomes p − wanted.",
    ),
    Mistake(
        "softmax_again",
        {"np.exp(log_p)": "softmax(np.exp(log_p))[0]"},
        "A softmax is applied to the probabilities. log_p holds the logarithms of a softmax "
        "already: p is their exponential.",
    ),
    Mistake(
        "over_the_others",
        [
            {"/ vocab_size": "/ (vocab_size - 1)", "+= 1": "= 1"},
            {"/ vocab_size": "/ (vocab_size - 1)"},
            {"/ vocab_size": "/ (vocab_size - 2)", "+= 1": "= 1"},
            {"/ vocab_size": "/ (vocab_size - 2)"},
        ],
        "eps is spread over fewer tokens than the vocabulary has, as if the target (or the "
        "padding) had no share. Here each of the V tokens gets eps / V, the target too.",
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
        "by_sequences",
        {"int(np.count_nonzero(counted))": "shape[0]"},
        lambda case, got, want: (
            f"You divide by the first axis of the logits, {case.args[1][4][0]}. The loss is the "
            f"mean over all positions that count, {counts(case)[0]} here."
        ),
    ),
    Mistake(
        "mean_of_each_sequence",
        [
            {"int(np.count_nonzero(counted))": f"{OF_EACH}"},
            {"int(np.count_nonzero(counted))": f"({OF_EACH} * (len(counted) // {LENGTH}))"},
        ],
        lambda case, got, want: (
            "Each sequence is divided by its own number of positions that count. The loss is one "
            f"mean over all of them, {counts(case)[0]} here, whatever sequence they stand in."
        ),
    ),
    Mistake(
        "mean_over_entries",
        [
            {"int(np.count_nonzero(counted))": f"{count}"}
            for count in ("log_p.size", "(np.count_nonzero(counted) * vocab_size)")
        ],
        lambda case, got, want: (
            "You divide by the number of all logits. The loss has one term for each position, so "
            f"the divisor is the number of positions that count, {counts(case)[0]}."
        ),
    ),
    Mistake(
        "padding_pushed",
        {"share[:, None]": "share.max()"},
        "Positions whose target is padding get a gradient. They are no part of the loss, so theirs "
        "is 0: multiply by counted[:, None].",
    ),
    Mistake(
        "token_0_as_padding",
        [
            {"    vocab_size =": "    counted = targets != 0\n    vocab_size ="},
            {"count_nonzero(counted)": "count_nonzero(targets)"},
        ],
        "Positions whose target is token 0 are taken for padding. Token 0 may be wanted like any "
        "other; which positions count stands in `counted`.",
    ),
    Mistake(
        "counted_inverted",
        {"    vocab_size =": "    counted = ~counted\n    vocab_size ="},
        "`counted` is read the wrong way round: it is True where a position counts, False at the "
        "padding.",
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
        "smoothed_part_missing",
        {
            "shape = cache": "shape = cache\n    eps, label_smoothing = label_smoothing, 0",
            "(np.exp(log_p) - wanted)": "(1 - eps) * (np.exp(log_p) - wanted)",
        },
        "(1 − eps)(p − y) is the part of the target alone. The other part of the loss, eps times "
        "the mean over all tokens, has a gradient too: eps (p − 1/V).",
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
