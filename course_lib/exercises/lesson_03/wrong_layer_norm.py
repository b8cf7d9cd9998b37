"""A layer norm with one step done wrong: the mistakes that the check recognizes."""

import numpy as np


def _parts(x, axis=-1, eps=1e-5, keepdims=True, ddof=0):
    centered = x - x.mean(axis=axis, keepdims=keepdims)
    variance = x.var(axis=axis, keepdims=keepdims, ddof=ddof)
    return centered, variance, (variance + eps) ** -0.5


def _result(x, gamma, beta, eps):
    centered, _, inverse_std = _parts(x, eps=eps)
    return centered * inverse_std * gamma + beta


def wrong_axis(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, axis=0, eps=eps)
    return centered * inverse_std * gamma + beta


def over_everything(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, axis=None, eps=eps)
    return centered * inverse_std * gamma + beta


def eps_ignored(x, gamma, beta, eps=1e-5):
    return _result(x, gamma, beta, 1e-5)


def no_eps(x, gamma, beta, eps=1e-5):
    centered, variance, _ = _parts(x)
    return centered / np.sqrt(variance) * gamma + beta


def eps_outside(x, gamma, beta, eps=1e-5):
    centered, variance, _ = _parts(x)
    return centered / (np.sqrt(variance) + eps) * gamma + beta


def sample_variance(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, eps=eps, ddof=1)
    return centered * inverse_std * gamma + beta


def by_variance(x, gamma, beta, eps=1e-5):
    centered, variance, _ = _parts(x)
    return centered / (variance + eps) * gamma + beta


def only_centered(x, gamma, beta, eps=1e-5):
    return _parts(x)[0] * gamma + beta


def mean_kept(x, gamma, beta, eps=1e-5):
    return x * _parts(x, eps=eps)[2] * gamma + beta


def rms(x, gamma, beta, eps=1e-5):
    return x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) * gamma + beta


def square_not_centered(x, gamma, beta, eps=1e-5):
    return _parts(x)[0] / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) * gamma + beta


def no_gamma_beta(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, eps=eps)
    return centered * inverse_std


def no_beta(x, gamma, beta, eps=1e-5):
    return no_gamma_beta(x, gamma, beta, eps) * gamma


def gamma_beta_swapped(x, gamma, beta, eps=1e-5):
    return _result(x, beta, gamma, eps)


def beta_before_gamma(x, gamma, beta, eps=1e-5):
    return (no_gamma_beta(x, gamma, beta, eps) + beta) * gamma


def no_keepdims(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, eps=eps, keepdims=False)
    return centered * inverse_std * gamma + beta


def eps_in_numerator(x, gamma, beta, eps=1e-5):
    centered, variance, _ = _parts(x)
    return (centered + eps) / np.sqrt(variance) * gamma + beta


def no_gamma(x, gamma, beta, eps=1e-5):
    return no_gamma_beta(x, gamma, beta, eps) + beta


def over_positions(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, axis=1, eps=eps)
    return centered * inverse_std * gamma + beta


def over_sequence(x, gamma, beta, eps=1e-5):
    centered, _, inverse_std = _parts(x, axis=tuple(range(1, x.ndim)), eps=eps)
    return centered * inverse_std * gamma + beta


def result_in_cache(x, gamma, beta, eps=1e-5):
    out = _result(x, gamma, beta, eps)
    return out, (out, _parts(x, eps=eps)[2], gamma)


def std_in_cache(x, gamma, beta, eps=1e-5):
    normalized = no_gamma_beta(x, gamma, beta, eps)
    return normalized * gamma + beta, (normalized, 1 / _parts(x, eps=eps)[2], gamma)
