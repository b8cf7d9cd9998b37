"""Gradient checks with one weakness each."""

import numpy as np

from course_lib.gradcheck import numerical_gradient


def numerical(forward, args, place, dout, step=1e-5):
    """The gradient of sum(dout out) with respect to one argument."""

    def f(array):
        return np.sum(dout * forward(*args[:place], array, *args[place + 1 :])[0])

    return numerical_gradient(f, args[place], step)


def fits(grad, wanted):
    with np.errstate(all="ignore"):
        return np.allclose(grad, wanted, rtol=1e-5, atol=1e-8)


def checker(
    ones=False, fits=fits, step=1e-5, count=True, shapes=True, arguments=None, numerical=numerical
):
    """A gradient check with one weakness."""

    def answer(forward, backward, args):
        out, cache = forward(*args)
        size = np.shape(out)
        dout = np.ones(size) if ones else np.random.default_rng(0).normal(size=size)
        grads = backward(dout, cache)
        grads = grads if isinstance(grads, tuple) else (grads,)
        if count and len(grads) != len(args):
            return False
        for place, grad in list(zip(range(len(args)), grads, strict=False))[:arguments]:
            wanted = numerical(forward, args, place, dout, step)
            if shapes and np.shape(grad) != wanted.shape:
                return False
            if not fits(grad, wanted):
                return False
        return True

    return answer


def looks_for_every_gradient(forward, backward, args):
    """Index the gradients by the place of their argument, though there may be fewer of them."""
    grads = backward(np.ones(np.shape(forward(*args)[0])), forward(*args)[1])
    if isinstance(grads, tuple):
        _ = [grads[place] for place in range(len(args))]
    return checker()(forward, backward, args)


def errs_about(there):
    """A good check, but for one backward."""

    def answer(forward, backward, args):
        return checker()(forward, backward, args) != (backward is there)

    return answer


def first_entry(grad, wanted):
    return fits(np.asarray(grad).flat[0], wanted.flat[0])


def relative(grad, wanted):
    return not np.any(np.abs(grad - wanted) / (np.abs(grad) + np.abs(wanted)) > 1e-5)


def not_above(grad, wanted):
    return not np.any(np.abs(grad - wanted) > 1e-8 + 1e-5 * np.abs(wanted))


def lengths(grad, wanted):
    return fits(np.linalg.norm(grad), np.linalg.norm(wanted))


def sums(grad, wanted):
    return fits(np.sum(grad), np.sum(wanted))


def one_sided(forward, args, place, dout, step):
    def f(array):
        return np.sum(dout * forward(*args[:place], array, *args[place + 1 :])[0])

    wanted, here = np.zeros(args[place].shape), f(args[place])
    for index in np.ndindex(wanted.shape):
        moved = args[place].copy()
        moved[index] += step
        wanted[index] = (f(moved) - here) / step
    return wanted
