"""Right answers to adam_update, in other styles."""

import math

import numpy as np
from right_answers import each_is_right


def adam_in_a_loop(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    new_m, new_v, update = np.empty_like(m), np.empty_like(v), np.empty_like(g)
    for i in range(len(g)):
        new_m[i] = beta1 * m[i] + (1 - beta1) * g[i]
        new_v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i]
        root = math.sqrt(new_v[i] / (1 - beta2**t))
        update[i] = lr * (new_m[i] / (1 - beta1**t)) / (root + eps)
    return new_m, new_v, update


def adam_in_place(g, m, v, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    m += (1 - beta1) * (g - m)
    v += (1 - beta2) * (g * g - v)
    size = lr * math.sqrt(1 - beta2**t) / (1 - beta1**t)
    return m, v, size * m / (np.sqrt(v) + eps * math.sqrt(1 - beta2**t))


ANSWERS = [adam_in_a_loop, adam_in_place]

test_is_right = each_is_right("adam_update", ANSWERS)
