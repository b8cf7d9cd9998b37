"""Wrong answers to fourier_power."""

import numpy as np


def _power(embedding):
    return (np.abs(np.fft.rfft(embedding, axis=0)) ** 2).sum(axis=1)


def _shares(power):
    return power / power.sum()


def constant_kept(embedding):
    return _shares(_power(embedding))


def constant_in_total(embedding):
    power = _power(embedding)
    return power[1:] / power.sum()


def last_dropped(embedding):
    return _shares(_power(embedding)[:-1])


def along_the_vectors(embedding):
    return _shares((np.abs(np.fft.rfft(embedding)) ** 2).sum(axis=0)[1:])


def summed_along_the_vectors(embedding):
    return _shares((np.abs(np.fft.rfft(embedding)) ** 2).sum(axis=1))


def columns_left_out(embedding):
    power = (np.abs(np.fft.rfft(embedding, axis=0)) ** 2)[1:]
    return power / power.sum()


def columns_summed_first(embedding):
    return _shares((np.abs(np.fft.rfft(embedding, axis=0).sum(axis=1)) ** 2)[1:])


def magnitude(embedding):
    return _shares(np.abs(np.fft.rfft(embedding, axis=0)).sum(axis=1)[1:])


def root_of_power(embedding):
    return _shares(np.sqrt(_power(embedding)[1:]))


def cosine_alone(embedding):
    return _shares((np.fft.rfft(embedding, axis=0).real ** 2).sum(axis=1)[1:])


def sine_alone(embedding):
    return _shares((np.fft.rfft(embedding, axis=0).imag ** 2).sum(axis=1)[1:])


def complex_squares(embedding):
    waves = np.fft.rfft(embedding, axis=0)
    return _shares((waves**2).sum(axis=1)[1:])


def cosine_and_sine_apart(embedding):
    waves = np.fft.rfft(embedding, axis=0)[1:]
    parts = np.stack([waves.real, waves.imag], axis=1)
    return _shares((parts**2).sum(axis=-1).ravel())


def both_signs(embedding):
    return _shares((np.abs(np.fft.fft(embedding, axis=0)) ** 2).sum(axis=1)[1:])


def half_of_both_signs(embedding):
    power = (np.abs(np.fft.fft(embedding, axis=0)) ** 2).sum(axis=1)[1:]
    return power[: len(power) // 2] / power.sum()


def no_shares(embedding):
    return _power(embedding)[1:]


def largest_is_one(embedding):
    power = _power(embedding)[1:]
    return power / power.max()


def each_column_alone(embedding):
    power = np.abs(np.fft.rfft(embedding, axis=0))[1:] ** 2
    return (power / power.sum(axis=0)).mean(axis=1)
