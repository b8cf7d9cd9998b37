"""Adam with one step done wrong: the mistakes that the check recognizes."""

import numpy as np


def variant(m_hat=True, v_hat=True, root=True, eps_inside=False, early=0, square=np.square):
    """Make a wrong Adam."""

    def adam(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        t = t - early
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * square(g)
        first = m / (1 - beta1**t) if m_hat else m
        second = v / (1 - beta2**t) if v_hat else v
        if eps_inside:
            return m, v, lr * first / np.sqrt(second + eps)
        return m, v, lr * first / ((np.sqrt(second) if root else second) + eps)

    return adam


right = variant()


def old_kept_whole(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m + (1 - beta1) * g, v + (1 - beta2) * g**2
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def corrected_kept(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, update = right(g, m, v, t, lr, beta1, beta2, eps)
    return m / (1 - beta1**t), v / (1 - beta2**t), update


def times_t(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, beta1, beta2, eps)
    return m, v, lr * m / (1 - beta1 * t) / (np.sqrt(v / (1 - beta2 * t)) + eps)


def constant_correction(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, beta1, beta2, eps)
    return m, v, lr * m / (1 - beta1) / (np.sqrt(v / (1 - beta2)) + eps)


def betas_swapped(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return right(g, m, v, t, lr, beta2, beta1, eps)


def square_of_average(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * m**2
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def sums(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = beta1 * m + g, beta2 * v + g**2
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def downhill(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, update = right(g, m, v, t, lr, beta1, beta2, eps)
    return m, v, -update


def no_rate(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, update = right(g, m, v, t, lr, beta1, beta2, eps)
    return m, v, update / lr


def no_average(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, beta1, beta2, eps)
    return m, v, lr * g / (np.sqrt(v / (1 - beta2**t)) + eps)


def turned_round(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return right(g, m, v, t, lr, 1 - beta1, 1 - beta2, eps)


def turned_round_in_averages(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, 1 - beta1, 1 - beta2, eps)
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def no_eps(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return right(g, m, v, t, lr, beta1, beta2, 0.0)


def always_these_betas(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    return right(g, m, v, t, lr, eps=eps)


def these_betas_in_averages(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr)
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def betas_swapped_in_averages(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, beta2, beta1)
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def root_first(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, beta1, beta2)
    return m, v, lr * m / (1 - beta1**t) / (np.sqrt(v) / (1 - beta2**t) + eps)


def eps_corrected(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = right(g, m, v, t, lr, beta1, beta2)
    size = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return m, v, size * m / (np.sqrt(v) + eps)


def old_averages(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    new_m, new_v, _ = right(g, m, v, t, lr, beta1, beta2)
    return new_m, new_v, lr * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)


def old_m(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    new_m, new_v, _ = right(g, m, v, t, lr, beta1, beta2)
    return new_m, new_v, lr * m / (1 - beta1**t) / (np.sqrt(new_v / (1 - beta2**t)) + eps)
