"""Exercise: pool."""

import numpy as np

from course_lib import pooling

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def pool_cases(rng):
    x = rng.normal(size=(3, 5, 7)) - 2.0  # mostly below 0: a padding of zeros would be the largest
    by_hand = np.array([[[1.0, -4.0], [3.0, -2.0], [50.0, 50.0]]])
    seen = np.array([[True, True, False]])
    right = np.array([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]], bool)
    left = right[:, ::-1].copy()
    cases = [
        Case((by_hand, "mean", seen), label="the mean of two tokens", expected=([[2, -3]], None)),
        Case((by_hand, "last", seen), label="the last of two tokens", expected=([[3, -2]], None)),
        Case((by_hand, "first", seen), label="the first of two tokens", expected=([[1, -4]], None)),
        Case((by_hand, "max", seen), label="the largest of two tokens", expected=([[3, -2]], None)),
        Case((x,), label="nothing said: the mean, and all positions count"),
    ]
    for how in ("mean", "first", "last", "max"):
        cases.append(Case((x, how), label=f"{how}, no padding"))
        cases.append(Case((x, how, right), label=f"{how}, padding on the right"))
        cases.append(Case((x, how, left), label=f"{how}, padding on the left"))
    return cases


def _all_count(x, counted):
    return np.ones(x.shape[:2], bool) if counted is None else counted


def _with(**parts):
    """Make a wrong `pool`: for some ways of pooling, another function (x, counted) -> share."""

    def share_of(x, how, counted):
        if how in parts:
            return parts[how](x, counted)
        return pooling.pool(x, how, counted)[1][0]

    def wrong(x, how="mean", counted=None):
        share = np.asarray(share_of(x, how, _all_count(x, counted)), dtype=x.dtype)
        return (share * x).sum(axis=1), (share, x.shape)

    return wrong


def _ignores_counted(x, how="mean", counted=None):
    return pooling.pool(x, how)


def _mean_over_T(x, counted):
    return counted[:, :, None] / x.shape[1]


def _sum(x, counted):
    return counted[:, :, None]


def _mean_of_all(x, counted):
    return np.full((*x.shape[:2], 1), 1 / x.shape[1])


def _mean_divisor(x, counted):
    return np.ones((*x.shape[:2], 1)) / counted.sum(axis=1)[:, None, None]


def _no_last_axis(x, counted):
    return counted / counted.sum(axis=1, keepdims=True)


def _at(places):
    def share(x, counted):
        return (np.arange(x.shape[1]) == places(x, counted)[:, None])[:, :, None]

    return share


_final = _at(lambda x, counted: np.full(len(x), x.shape[1] - 1))
_zeroth = _at(lambda x, counted: np.zeros(len(x), int))
_by_count = _at(lambda x, counted: counted.sum(axis=1) - 1)
_longest = _at(
    lambda x, counted: np.where(counted, np.linalg.norm(x, axis=-1), -np.inf).argmax(axis=1)
)


def _max_with_zeros(x, how="mean", counted=None):
    if how != "max" or counted is None:
        return pooling.pool(x, how, counted)
    out = np.where(counted[:, :, None], x, 0.0).max(axis=1)
    return out, pooling.pool(x, how, counted)[1]


def _max_of_all(x, counted):
    return np.arange(x.shape[1])[None, :, None] == x.argmax(axis=1)[:, None, :]


def _max_of_sizes(x, counted):
    best = np.where(counted[:, :, None], np.abs(x), -np.inf).argmax(axis=1)
    return np.arange(x.shape[1])[None, :, None] == best[:, None, :]


def _loop(x, how="mean", counted=None):
    B, T, d_model = x.shape
    counted = _all_count(x, counted)
    share = np.zeros((B, T, d_model if how == "max" else 1))
    for b in range(B):
        places = np.flatnonzero(counted[b])
        if how == "mean":
            share[b, places] = 1 / len(places)
        elif how == "first":
            share[b, places[0]] = 1
        elif how == "last":
            share[b, places[-1]] = 1
        else:
            for feature in range(d_model):
                share[b, places[x[b, places, feature].argmax()], feature] = 1
    return (share * x).sum(axis=1), (share, x.shape)


def _by_running_count(x, how="mean", counted=None):
    counted = _all_count(x, counted)
    rank, length = np.cumsum(counted, axis=1), counted.sum(axis=1, keepdims=True)
    if how == "mean":
        share = (counted / length)[:, :, None]
    elif how == "max":
        hidden = np.where(counted[:, :, None], x, -np.inf)
        share = hidden == hidden.max(axis=1, keepdims=True)
    else:
        share = (counted & (rank == (1 if how == "first" else length)))[:, :, None]
    return (share * x).sum(axis=1), (share.astype(x.dtype), x.shape)


def _lengths(case):
    counted = case.args[2]
    return counted.shape[1], [int(n) for n in counted.sum(axis=1)]


def _mean_over_T_told(case, got, want):
    T, lengths = _lengths(case)
    return (
        f"The mean is divided by T = {T}, but only {' and '.join(map(str, lengths))} positions of "
        "the sequences count: a short sequence comes out too small. Divide by "
        "counted.sum(axis=1, keepdims=True)."
    )


register(
    Exercise(
        name="pool",
        lesson=5,
        reference=pooling.pool,
        cases=pool_cases,
        mistakes=(
            Mistake(
                "ignores_counted",
                _ignores_counted,
                "Padding is pooled as if it were text. A position where `counted` is False must "
                "get the share 0.",
            ),
            Mistake("mean_over_T", _with(mean=_mean_over_T), _mean_over_T_told),
            Mistake(
                "sum",
                _with(mean=_sum),
                lambda case, got, want: (
                    "That is the sum of the vectors, not their mean: the first entry is "
                    f"{number(got[0][0, 0])} in place of {number(want[0][0, 0])}. The shares of a "
                    "sequence must sum to 1."
                ),
            ),
            Mistake(
                "mean_of_all",
                _with(mean=_mean_of_all),
                "The mean takes padding in. Give each position that counts the share 1 / (how many "
                "count), and the others 0.",
            ),
            Mistake(
                "no_last_axis",
                _with(mean=_no_last_axis),
                "For the mean your share has the shape (B, T). It multiplies x, (B, T, d_model), "
                "so it needs a last axis of length 1: share[:, :, None].",
            ),
            Mistake(
                "only_the_divisor",
                _with(mean=_mean_divisor),
                "You divide by the number of positions that count, but the sum still runs over the "
                "padding too. Its share must be 0: start from `counted`, not from ones.",
            ),
            Mistake(
                "last_is_padding",
                _with(last=_final),
                lambda case, got, want: (
                    f"The last position is taken, t = {case.args[0].shape[1] - 1}, even where it "
                    "is padding. Wanted is the last position at which `counted` is True."
                ),
            ),
            Mistake(
                "last_by_count",
                _with(last=_by_count),
                "You take the position number `counted.sum() - 1`. That is the last token only "
                "where the padding stands on the right. Look for the last True: the first True of "
                "the reversed row, counted[:, ::-1].argmax(axis=1), counts from the end.",
            ),
            Mistake(
                "first_is_padding",
                _with(first=_zeroth),
                "Position 0 is taken even where it is padding. Wanted is the first position at "
                "which `counted` is True: counted.argmax(axis=1).",
            ),
            Mistake(
                "max_with_zeros",
                _max_with_zeros,
                "Padding is set to 0 before the maximum, and 0 beats every negative number. Set it "
                "to -np.inf, which nothing is smaller than.",
            ),
            Mistake(
                "max_of_all",
                _with(max=_max_of_all),
                "The maximum also looks at padding. Put -np.inf there first: "
                "np.where(counted[:, :, None], x, -np.inf).",
            ),
            Mistake(
                "max_of_sizes",
                _with(max=_max_of_sizes),
                "That is the entry of the largest absolute value. The maximum of -3 and 1 is 1.",
            ),
            Mistake(
                "longest_vector",
                _with(max=_longest),
                "You choose one position, that of the longest vector, for all features. The "
                "maximum is taken for each feature alone, so different features may come from "
                "different positions.",
            ),
        ),
        correct=(_loop, _by_running_count),
        hints=(
            "All four are sums over the positions, weighted with `share`. For the mean the shares "
            "are 1/n at the n positions that count; for the other three they are one 1 and zeros.",
            "Mean: counted / counted.sum(axis=1, keepdims=True), with a last axis of length 1 "
            "added by [:, :, None].",
            "First: counted.argmax(axis=1) is the place of the first True. Last: the same on the "
            "reversed row, counted from the end. Compare np.arange(T) with the place to get the "
            "one 1.",
            "Max: best = np.where(counted[:, :, None], x, -np.inf).argmax(axis=1), of shape "
            "(B, d_model); share = np.arange(T)[None, :, None] == best[:, None, :].",
        ),
    )
)
