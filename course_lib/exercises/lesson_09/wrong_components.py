"""Principal components with one step done wrong: the mistakes that the check recognizes."""

import numpy as np


def columns(x):
    return x - x.mean(axis=0)


def rows(x):
    return x - x.mean(axis=1, keepdims=True)


def one_number(x):
    return x - x.mean()


def standardized(x):
    return (x - x.mean(axis=0)) / x.std(axis=0)


def not_at_all(x):
    return x


def _turned(coordinates):
    """Make the number farthest from 0 positive in each column."""
    farthest = np.abs(coordinates).argmax(axis=0)
    return coordinates * np.sign(coordinates[farthest, np.arange(coordinates.shape[1])])


def _svd(x):
    """Return the centered points, U, s, Vt and the shares of all directions."""
    centered = columns(x)
    U, s, Vt = np.linalg.svd(centered, full_matrices=False)
    return centered, U, s, Vt, s**2 / (s**2).sum()


def variant(center=columns):
    """Make a function that centers in another way."""

    def components(x, n):
        centered = center(x)
        _, s, Vt = np.linalg.svd(centered, full_matrices=False)
        return _turned(centered @ Vt[:n].T), s[:n] ** 2 / (s**2).sum()

    return components


def projected_uncentered(x, n):
    _, _, _, Vt, shares = _svd(x)
    return _turned(x @ Vt[:n].T), shares[:n]


def directions(x, n):
    _, _, _, Vt, shares = _svd(x)
    return _turned(Vt[:n].T), shares[:n]


def directions_as_rows(x, n):
    _, _, _, Vt, shares = _svd(x)
    return Vt[:n], shares[:n]


def columns_of_vt(x, n):
    centered, _, _, Vt, shares = _svd(x)
    return _turned(centered @ Vt[:, :n]), shares[:n]


def _eigh(x):
    centered = columns(x)
    values, vectors = np.linalg.eigh(centered.T @ centered)
    return centered, values, vectors


def ascending(x, n):
    centered, values, vectors = _eigh(x)
    return _turned(centered @ vectors[:, :n]), values[:n] / values.sum()


def ascending_end(x, n):
    centered, values, vectors = _eigh(x)
    return _turned(centered @ vectors[:, -n:]), values[-n:] / values.sum()


def unscaled(x, n):
    _, U, _, _, shares = _svd(x)
    return _turned(U[:, :n]), shares[:n]


def scaled_twice(x, n):
    centered, _, s, Vt, shares = _svd(x)
    return _turned(centered @ Vt[:n].T * s[:n]), shares[:n]


def shares_not_squared(x, n):
    _, _, s, _, _ = _svd(x)
    return variant()(x, n)[0], s[:n] / s.sum()


def shares_of_those_kept(x, n):
    coordinates, shares = variant()(x, n)
    return coordinates, shares / shares.sum()


def variances(x, n):
    _, _, s, _, _ = _svd(x)
    return variant()(x, n)[0], s[:n] ** 2 / len(x)


def all_directions(x, n):
    return variant()(x, min(x.shape))


def sign_of_directions(x, n):
    centered, _, _, Vt, shares = _svd(x)
    return centered @ _turned(Vt[:n].T), shares[:n]


def sign_of_first(x, n):
    coordinates, shares = variant()(x, n)
    return coordinates * np.sign(coordinates[0]), shares


def absolute(x, n):
    coordinates, shares = variant()(x, n)
    return np.abs(coordinates), shares


def no_sign(x, n):
    centered, _, _, Vt, shares = _svd(x)
    return centered @ Vt[:n].T, shares[:n]


def no_sign_eigh(x, n):
    centered, values, vectors = _eigh(x)
    order = np.argsort(values)[::-1][:n]
    return centered @ vectors[:, order], values[order] / values.sum()


def reversed_rows(x, n):
    centered, values, vectors = _eigh(x)
    return _turned(centered @ vectors[::-1][:, :n]), values[::-1][:n] / values.sum()


def covariance_of_rows(x, n):
    centered = columns(x)
    values, vectors = np.linalg.eigh(np.cov(centered))
    return _turned(centered @ vectors[:, ::-1][:, :n]), values[::-1][:n] / values.sum()


def one_sign_for_all(x, n):
    coordinates, shares = no_sign(x, n)
    return coordinates * np.sign(coordinates.flat[np.abs(coordinates).argmax()]), shares


def opposite(x, n):
    _, U, s, _, shares = _svd(x)
    return -_turned((U * s)[:, :n]), shares[:n]


def features(x, n):
    """Take the axes themselves for the directions."""
    variances = x.var(axis=0)
    order = np.argsort(-variances)[:n]
    return _turned(columns(x)[:, order]), variances[order] / variances.sum()
