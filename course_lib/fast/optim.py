"""Twins of functions of `course_lib.training.optim`. What they compute is read there."""

import math

import numpy as np

from ..params import flatten


def adam_update(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Do as `optim.adam_update`: in place where no one looks, both corrections in one number."""
    update = (1 - beta1) * g
    m = beta1 * m
    m += update
    np.multiply(g, g, out=update)
    update *= 1 - beta2
    v = beta2 * v
    v += update
    # lr m_hat / (sqrt(v_hat) + eps), numerator and denominator times sqrt(1 - beta2^t)
    correction = math.sqrt(1 - beta2**t)
    np.sqrt(v, out=update)
    update += eps * correction
    np.divide(m, update, out=update)
    update *= lr * correction / (1 - beta1**t)
    return m, v, update


def clip_by_global_norm(grads, max_norm):
    """Do as `optim.clip_by_global_norm`: one dot product of all arrays in a row."""
    arrays = list(flatten(grads).values())
    row = np.concatenate(arrays, axis=None)
    norm = math.sqrt(row.dot(row))
    if norm > max_norm:
        for array in arrays:
            array *= max_norm / norm
    return norm
