"""Exercise: gradient_check."""

import numpy as np

from course_lib.gradcheck import numerical_gradient

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from . import wrong_checks as wrong
from .planted import ERRED_ABOUT, REASONS, planted


def gradient_check_cases(rng):
    return [
        Case(
            (plant.forward, plant.backward, plant.args),
            label=f"{'right' if plant.right else 'wrong'}, {plant.name}",
            expected=plant.right,
        )
        for plant in planted()
    ]


def gradient_check(forward, backward, args):
    """Return whether a backward is the derivative of its forward: every argument, every entry.

    Parameters
    ----------
    forward : callable
        forward(*args) returns (out, cache).
    backward : callable
        backward(dout, cache) returns one gradient for each argument, a single one bare.
    args : tuple of float64 arrays
        The differentiable arguments.

    Returns
    -------
    bool
    """
    out, cache = forward(*args)
    dout = np.random.default_rng(0).normal(size=np.shape(out))
    grads = backward(dout, cache)
    grads = grads if isinstance(grads, tuple) else (grads,)
    if len(grads) != len(args):
        return False
    for i, grad in enumerate(grads):

        def f(array, i=i):
            return np.sum(dout * forward(*args[:i], array, *args[i + 1 :])[0])

        expected = numerical_gradient(f, args[i])
        if np.shape(grad) != expected.shape:
            return False
        if not np.allclose(grad, expected, rtol=1e-5, atol=1e-8):
            return False
    return True


def _by_largest(forward, backward, args):
    out, cache = forward(*args)
    dout = np.random.default_rng(5).standard_normal(np.shape(out))
    grads = backward(dout, cache)
    if not isinstance(grads, tuple):
        grads = (grads,)
    right = len(grads) == len(args)
    for place in range(len(args) if right else 0):
        wanted, grad = wrong.numerical(forward, args, place, dout, 1e-6), np.asarray(grads[place])
        if grad.shape != wanted.shape:
            return False
        largest = max(np.abs(wanted).max(), np.abs(grad).max())
        right = right and bool(np.abs(grad - wanted).max() <= 1e-5 * largest + 1e-8)
    return right


def _entry_by_entry(forward, backward, args):
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


def _slips(check):
    """How many wrong gradients slip through, of how many."""
    wrong = [plant for plant in planted() if not plant.right]
    slipped = sum(bool(check(plant.forward, plant.backward, plant.args)) for plant in wrong)
    return f"{slipped} of {len(wrong)} wrong gradients slip through"


def _reason(case, got, want):
    """What to think of at one planted gradient, where the check as a whole is not known."""
    right, name = case.label.split(", ", 1)
    begin = "This right gradient is turned down." if right == "right" else "This wrong one passes."
    return f"{begin} {REASONS[name]} print(break_the_checker(gradient_check)) shows the others."


def _told(key, check, text):
    return Mistake(key, check, lambda case, got, want: f"{text} {_slips(check)}.")


register(
    Exercise(
        name="gradient_check",
        lesson=7,
        reference=gradient_check,
        cases=gradient_check_cases,
        returns=("the verdict",),
        same_dtype=True,  # a gradient check in float32 is a mistake of its own
        seconds=20.0,
        mistakes=(
            _told(
                "ones",
                wrong.checker(ones=True),
                "Your upstream gradient is all ones, so you differentiate the plain sum of the "
                "output. The weights of a softmax sum to 1 and a normalized vector to 0, whatever "
                "x is: zeros pass, and so does whoever forgets dout. Draw dout from a random "
                "generator.",
            ),
            _told(
                "loose",
                wrong.checker(
                    fits=lambda grad, wanted: np.allclose(grad, wanted, rtol=0.1, atol=1e-8)
                ),
                "Your tolerance is so wide that a slope that is off by some percent counts as "
                "right. With float64 and central differences the right ones agree to about 8 "
                "digits: rtol=1e-5 is wide enough.",
            ),
            _told(
                "absolute",
                wrong.checker(
                    fits=lambda grad, wanted: np.allclose(grad, wanted, rtol=1e-5, atol=1e-3)
                ),
                "An absolute tolerance of about 1e-3 passes every gradient that is small itself, "
                "however wrong. Measure the difference against the size of the gradient, with a "
                "floor near 1e-8 for rounding.",
            ),
            _told(
                "first_entry",
                wrong.checker(fits=wrong.first_entry),
                "Only one entry of each gradient is compared. The others may be anything: go "
                "through all of them.",
            ),
            _told(
                "first_argument",
                wrong.checker(arguments=1),
                "Only the gradient of the first argument is compared. A linear map has three.",
            ),
            _told(
                "zip_stops",
                wrong.checker(count=False),
                "If the backward returns fewer gradients than there are arguments, the rest is not "
                "compared: zip stops at the end of the shorter of the two, and a loop over the "
                "gradients never meets what is missing. Compare the two lengths first.",
            ),
            Mistake(
                "looks_for_every_gradient",
                wrong.looks_for_every_gradient,
                "This backward returns fewer gradients than there are arguments, and yours fails "
                "on the missing one. Compare the two lengths first, and return False.",
            ),
            _told(
                "shapes",
                wrong.checker(shapes=False),
                "A gradient whose shape is wrong is broadcast to the right one and passes. Compare "
                "the shapes first: a gradient has the shape of its array.",
            ),
            _told(
                "nan_passes",
                wrong.checker(fits=wrong.not_above),
                "nan slips through: every comparison with nan is False, `nan > tolerance` too. Ask "
                "the other way round, whether all errors are small enough: `error <= tolerance`.",
            ),
            _told(
                "lengths",
                wrong.checker(fits=wrong.lengths),
                "You compare the lengths of the two gradients. A gradient with another sign, or "
                "with its entries in other places, is equally long. Compare entry by entry.",
            ),
            _told(
                "sums",
                wrong.checker(fits=wrong.sums),
                "You compare the sums of the two gradients. Errors cancel in a sum, and that of a "
                "softmax's gradient is 0 anyway. Compare entry by entry.",
            ),
            Mistake(
                "relative_without_floor",
                wrong.checker(fits=wrong.relative),
                "A right gradient is turned down. Where its entries are 0 or nearly so, the "
                "difference is rounding, and rounding divided by nearly 0 is a large relative "
                "error, or nan. Add a floor: |a − b| ≤ 1e-5 · |b| + 1e-8, as np.allclose has it.",
            ),
            Mistake("step_too_small", wrong.checker(step=1e-12), _reason),
            *(
                Mistake(f"errs about {plant.name}", wrong.errs_about(plant.backward), _reason)
                for plant in planted()
                if plant.name in ERRED_ABOUT
            ),
            Mistake(
                "step_too_large",
                wrong.checker(step=0.1),
                "Right gradients are turned down. Over a long step the curve bends, so the slope "
                "between its ends is not the slope at x. Take 1e-5.",
            ),
            Mistake(
                "one_sided",
                wrong.checker(numerical=wrong.one_sided),
                "Right gradients are turned down. The one-sided difference (f(x + h) − f(x)) / h "
                "is off by about h/2 times the curvature. The central one is exact to h²: use "
                "numerical_gradient.",
            ),
            Mistake(
                "too_strict",
                wrong.checker(
                    fits=lambda grad, wanted: np.allclose(grad, wanted, rtol=0, atol=1e-8)
                ),
                "A right gradient is turned down. Your tolerance does not grow with the gradient: "
                "where its entries are in the ten thousands, 8 right digits still leave a "
                "difference of 1e-4. Measure the difference against the size of the gradient.",
            ),
            Mistake(
                "always_true",
                lambda forward, backward, args: True,
                _reason,
            ),
        ),
        correct=(gradient_check, _by_largest, _entry_by_entry),
        hints=(
            "Weigh the output with a random dout: f = Σ dout · out is one number. The backward is "
            "to give its gradient, and numerical_gradient can measure it.",
            "Three things to ask before any number is compared: is there one gradient for each "
            "argument? A single one comes bare, without a tuple. Has each the shape of its array?",
            "For argument i: f = lambda array: np.sum(dout * forward(*args[:i], array, *args[i + "
            "1:])[0]), and numerical_gradient(f, args[i]).",
            "np.allclose(grad, expected, rtol=1e-5, atol=1e-8) compares every entry, refuses nan, "
            "and forgives rounding near 0.",
        ),
    )
)
