"""Right answers to fourier_power, in other styles."""

import numpy as np
from right_answers import each_is_right


def with_cosines_and_sines(embedding):
    p = len(embedding)
    angle = 2 * np.pi * np.outer(np.arange(1, (p + 1) // 2), np.arange(p)) / p
    power = ((np.cos(angle) @ embedding) ** 2 + (np.sin(angle) @ embedding) ** 2).sum(axis=1)
    return power / power.sum()


def in_loops(embedding):
    p, d_model = embedding.shape
    power = []
    for k in range(1, (p - 1) // 2 + 1):
        total = 0.0
        for j in range(d_model):
            cosine = sum(embedding[a, j] * np.cos(2 * np.pi * k * a / p) for a in range(p))
            sine = sum(embedding[a, j] * np.sin(2 * np.pi * k * a / p) for a in range(p))
            total += cosine**2 + sine**2
        power.append(total)
    return np.array(power) / sum(power)


def with_the_full_transform(embedding):
    waves = np.fft.fft(embedding - embedding.mean(axis=0), axis=0)
    power = (waves.real**2 + waves.imag**2).sum(axis=1)[1 : (len(embedding) + 1) // 2]
    return power / power.sum()


ANSWERS = [with_cosines_and_sines, in_loops, with_the_full_transform]

test_is_right = each_is_right("fourier_power", ANSWERS)
