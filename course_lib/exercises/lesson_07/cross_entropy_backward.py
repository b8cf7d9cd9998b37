"""Exercise: cross_entropy_backward."""

import numpy as np

from course_lib import layers, loss

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def cross_entropy_backward_cases(rng):
    def case(dloss, *shape, label, pad_id=None, smoothing=0.0):
        targets = rng.integers(1, shape[-1], size=shape[:-1])
        if pad_id is not None:
            targets[..., -2:] = pad_id
        cache = loss.cross_entropy(rng.normal(size=shape), targets, pad_id, smoothing)[1]
        return Case((dloss, cache), label=label)

    # logits ln 1, ln 1, ln 2: p = (1/4, 1/4, 1/2), and the target is the last.
    by_hand = loss.cross_entropy(np.log([[1.0, 1.0, 2.0]]), np.array([2]))[1]
    return [
        Case((1.0, by_hand), label="one position", expected=[[0.25, 0.25, -0.5]]),
        case(1.0, 3, 5, label="3 positions"),
        case(0.7, 2, 3, 5, label="a batch, with dloss = 0.7"),
        case(1.0, 2, 5, 7, label="a batch with padding", pad_id=0),
        case(1.0, 2, 3, 5, label="with label smoothing 0.1", smoothing=0.1),
        case(1.3, 2, 5, 7, label="padding, smoothing 0.2, dloss = 1.3", pad_id=0, smoothing=0.2),
    ]


def _with(start=np.exp, smooth=True, target=None, count=True, pad=True, factor=True, shaped=True):
    """The backward with one step left out or replaced."""

    def answer(dloss, cache):
        log_p, targets, counted, smoothing, shape = cache
        vocab_size = log_p.shape[-1]
        dlogits = start(log_p).copy()
        if smooth:
            dlogits -= smoothing / vocab_size
        amount = 1 - smoothing if target is None else target(smoothing)
        dlogits[np.arange(len(targets)), targets] -= amount
        if count:
            dlogits /= counted.sum() if count is True else len(counted)
        if pad:
            dlogits *= counted[:, None]
        dlogits *= dloss if factor else 1.0
        return dlogits.reshape(shape) if shaped else dlogits

    return answer


def _plain(dloss, cache):
    log_p, targets, counted, label_smoothing, shape = cache
    vocab_size = log_p.shape[-1]
    wanted = np.full_like(log_p, label_smoothing / vocab_size)
    wanted[np.arange(len(targets)), targets] += 1 - label_smoothing
    dlogits = (np.exp(log_p) - wanted) * counted[:, None] / counted.sum()
    return (dloss * dlogits).reshape(shape)


def _row_by_row(dloss, cache):
    log_p, targets, counted, smoothing, shape = cache
    dlogits = np.zeros(log_p.shape)
    for n in np.flatnonzero(counted):
        for j in range(log_p.shape[1]):
            wanted = smoothing / log_p.shape[1] + (1 - smoothing) * (j == targets[n])
            dlogits[n, j] = dloss * (np.exp(log_p[n, j]) - wanted) / np.count_nonzero(counted)
    return dlogits.reshape(shape)


def _columns_of_all(dloss, cache):
    log_p, targets, counted, smoothing, shape = cache
    dlogits = np.exp(log_p) - smoothing / log_p.shape[-1]
    dlogits[:, targets] -= 1 - smoothing
    return (dloss * dlogits * counted[:, None] / counted.sum()).reshape(shape)


def _columns_of_all_unsmoothed(dloss, cache):
    return _columns_of_all(dloss, (*cache[:3], 0.0, cache[4]))


def _target_without_its_share(dloss, cache):
    log_p, targets, counted, label_smoothing, shape = cache
    wanted = np.full_like(log_p, label_smoothing / log_p.shape[-1])
    wanted[np.arange(len(targets)), targets] = 1 - label_smoothing
    dlogits = (np.exp(log_p) - wanted) * counted[:, None] / counted.sum()
    return (dloss * dlogits).reshape(shape)


def _padding_dropped(dloss, cache):
    log_p, targets, counted, _, shape = cache
    rows = np.exp(log_p)[counted] - layers.one_hot(targets, log_p.shape[-1])[counted]
    return dloss * (rows / counted.sum()).reshape(shape)


def _sign(dloss, cache):
    return -_plain(dloss, cache)


def _counts(case):
    counted = case.args[1][2]
    return int(counted.sum()), len(counted)


register(
    Exercise(
        name="cross_entropy_backward",
        lesson=7,
        reference=loss.cross_entropy_backward,
        shown=_plain,
        cases=cross_entropy_backward_cases,
        returns=("dlogits",),
        mistakes=(
            Mistake(
                "p_alone",
                _with(target=lambda smoothing: 0.0, smooth=False),
                "These are the probabilities, shared out over the positions. What was wanted must "
                "be subtracted: 1 at the target (less with smoothing). Else every logit would be "
                "pushed down, the right one too.",
            ),
            Mistake(
                "target_without_its_share",
                _target_without_its_share,
                "The target is wanted with 1 − eps alone. It has its share of the smoothed part, "
                "too, eps / vocab_size: add 1 − eps to what stands there, with +=.",
            ),
            Mistake(
                "padding_dropped",
                _padding_dropped,
                lambda case, got, want: (
                    f"Only the {_counts(case)[0]} rows that count are left, of {_counts(case)[1]}. "
                    "Rows of padding stay, with the gradient 0: multiply by counted[:, None]."
                ),
            ),
            Mistake(
                "sign",
                _sign,
                "The sign is turned round. The gradient says where the loss rises: it rises with "
                "the logits of wrong tokens, so p − wanted, and not wanted − p.",
            ),
            Mistake(
                "not_divided",
                _with(count=False),
                lambda case, got, want: (
                    f"The loss is a mean over {_counts(case)[0]} positions, so each has the share "
                    f"1/{_counts(case)[0]}. Divide by the number of counted positions."
                ),
            ),
            Mistake(
                "mean_over_all",
                _with(count="all"),
                lambda case, got, want: (
                    f"You divide by all {_counts(case)[1]} positions, padding included. The loss "
                    f"is the mean over the {_counts(case)[0]} that count."
                ),
            ),
            Mistake(
                "padding_pushed",
                _with(pad=False),
                "Positions whose target is padding get a gradient. They are no part of the loss, "
                "so theirs is 0: multiply by counted[:, None].",
            ),
            Mistake(
                "columns_of_all",
                _columns_of_all,
                "dlogits[:, targets] picks, in every row, the columns of all targets. Each row has "
                "its own: dlogits[np.arange(len(targets)), targets].",
            ),
            Mistake(
                "columns_of_all_unsmoothed",
                _columns_of_all_unsmoothed,
                "dlogits[:, targets] picks the columns of all targets in every row; each row has "
                "its own: dlogits[np.arange(len(targets)), targets]. (And label smoothing is still "
                "missing.)",
            ),
            Mistake(
                "dloss_forgotten",
                _with(factor=False),
                lambda case, got, want: (
                    f"dloss is {case.args[0]} here and has no effect in your answer. The chain "
                    "rule multiplies by it, like any upstream gradient."
                ),
            ),
            Mistake(
                "smoothing_forgotten",
                _with(smooth=False, target=lambda smoothing: 1.0),
                "Label smoothing is left out. With eps the wanted distribution is 1 − eps on the "
                "target plus eps / vocab_size on every token.",
            ),
            Mistake(
                "smoothing_half",
                _with(smooth=False),
                "The target gets 1 − eps, but the eps that was taken from it is given to nobody. "
                "It is spread over the whole vocabulary: eps / vocab_size each, the target too.",
            ),
            Mistake(
                "smoothing_twice",
                _with(target=lambda smoothing: 1.0),
                "eps / vocab_size is given to every token, but the target still gets a full 1. It "
                "gets 1 − eps, so that all together is 1.",
            ),
            Mistake(
                "logarithms",
                _with(start=lambda log_p: log_p),
                "You begin with the logarithms of the probabilities. The gradient is p − wanted, "
                "with p = np.exp(log_p).",
            ),
            Mistake(
                "not_reshaped",
                _with(shaped=False),
                lambda case, got, want: (
                    f"The numbers are right, but the batch is still flat: dlogits has the shape of "
                    f"the logits, {case.args[1][4]}, which the cache holds last."
                ),
            ),
        ),
        correct=(_plain, _row_by_row),
        hints=(
            "At one position the gradient is p − wanted, as lesson 6 derived. wanted is 1 at the "
            "target and 0 elsewhere, if there is no smoothing.",
            "p is np.exp(log_p). np.arange(len(targets)) and targets together pick the entry of "
            "the target in every row: dlogits[np.arange(len(targets)), targets] -= ...",
            "With smoothing eps: subtract eps / vocab_size everywhere and 1 − eps at the target.",
            "Then multiply by counted[:, None], divide by counted.sum(), multiply by dloss, and "
            "reshape to `shape`.",
        ),
    )
)
