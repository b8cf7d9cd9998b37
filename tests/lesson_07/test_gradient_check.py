"""Right answers to gradient_check, in other styles."""

import numpy as np
from right_answers import each_is_right

from course_lib.gradcheck import numerical_gradient


def gradient_check_by_the_largest_entry(forward, backward, args):
    out, cache = forward(*args)
    dout = np.random.default_rng(5).standard_normal(np.shape(out))
    grads = backward(dout, cache)
    if not isinstance(grads, tuple):
        grads = (grads,)
    right = len(grads) == len(args)
    for place in range(len(args) if right else 0):
        grad = np.asarray(grads[place])

        def f(array, place=place):
            return np.sum(dout * forward(*args[:place], array, *args[place + 1 :])[0])

        wanted = numerical_gradient(f, args[place], 1e-6)
        if grad.shape != wanted.shape:
            return False
        largest = max(np.abs(wanted).max(), np.abs(grad).max())
        right = right and bool(np.abs(grad - wanted).max() <= 1e-5 * largest + 1e-8)
    return right


def gradient_check_entry_by_entry(forward, backward, args):
    out, cache = forward(*args)
    dout = np.random.default_rng(1).uniform(-1, 1, size=np.shape(out))
    grads = backward(dout, cache)
    grads = list(grads) if isinstance(grads, tuple) else [grads]
    if [np.shape(g) for g in grads] != [a.shape for a in args]:
        return False
    for place, (grad, array) in enumerate(zip(grads, args, strict=True)):
        for index in np.ndindex(array.shape):
            values = []
            for nudge in (1e-5, -1e-5):
                moved = [a.copy() for a in args]
                moved[place][index] += nudge
                values.append(np.sum(dout * forward(*moved)[0]))
            slope = (values[0] - values[1]) / 2e-5
            if not abs(slope - grad[index]) <= 1e-8 + 1e-4 * max(abs(slope), abs(grad[index])):
                return False
    return True


ANSWERS = [gradient_check_by_the_largest_entry, gradient_check_entry_by_entry]

test_is_right = each_is_right("gradient_check", ANSWERS)
