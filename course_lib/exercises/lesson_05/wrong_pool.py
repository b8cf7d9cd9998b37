"""Wrong answers to `pool`."""

import numpy as np

from course_lib import pooling


def all_count(x, counted):
    return np.ones(x.shape[:2], bool) if counted is None else counted


def with_shares(**parts):
    """Make a wrong `pool`: for some ways of pooling, another function (x, counted) -> share."""

    def share_of(x, how, counted):
        if how in parts:
            return parts[how](x, counted)
        return pooling.pool(x, how, counted)[1][0]

    def wrong(x, how="mean", counted=None):
        share = np.asarray(share_of(x, how, all_count(x, counted)), dtype=x.dtype)
        return (share * x).sum(axis=1), (share, x.shape)

    return wrong


def ignores_counted(x, how="mean", counted=None):
    return pooling.pool(x, how)


def mean_over_T(x, counted):
    return counted[:, :, None] / x.shape[1]


def summed(x, counted):
    return counted[:, :, None]


def mean_of_all(x, counted):
    return np.full((*x.shape[:2], 1), 1 / x.shape[1])


def mean_divisor(x, counted):
    return np.ones((*x.shape[:2], 1)) / counted.sum(axis=1)[:, None, None]


def no_last_axis(x, counted):
    return counted / counted.sum(axis=1, keepdims=True)


def at(places):
    def share(x, counted):
        return (np.arange(x.shape[1]) == places(x, counted)[:, None])[:, :, None]

    return share


final = at(lambda x, counted: np.full(len(x), x.shape[1] - 1))
zeroth = at(lambda x, counted: np.zeros(len(x), int))
by_count = at(lambda x, counted: counted.sum(axis=1) - 1)
longest = at(
    lambda x, counted: np.where(counted, np.linalg.norm(x, axis=-1), -np.inf).argmax(axis=1)
)


def max_with_zeros(x, counted):
    return max_of_all(np.where(counted[:, :, None], x, 0.0), counted)


def max_of_ties(x, counted):
    hidden = np.where(counted[:, :, None], x, -np.inf)
    return hidden == hidden.max(axis=1, keepdims=True)


def hidden_in_x(x, how="mean", counted=None):
    if how != "max":
        return pooling.pool(x, how, counted)
    x = np.where(all_count(x, counted)[:, :, None], x, -np.inf)
    share = max_of_all(x, counted).astype(float)
    with np.errstate(invalid="ignore"):
        return (share * x).sum(axis=1), (share, x.shape)


def max_of_all(x, counted):
    return np.arange(x.shape[1])[None, :, None] == x.argmax(axis=1)[:, None, :]


def max_of_sizes(x, counted):
    best = np.where(counted[:, :, None], np.abs(x), -np.inf).argmax(axis=1)
    return np.arange(x.shape[1])[None, :, None] == best[:, None, :]
