"""gradient_check: it lets no wrong gradient pass and turns no right one down."""

import numpy as np

from classroom.exercises import Case, Mistake, reference
from classroom.exercises.exercise import find
from classroom.lesson_07.planted import REASONS, Planted, planted
from course_lib import layers

#: A check that errs about one of these errs about another one, too.
LEFT_OUT = ("layer_norm: dx is zeros", "cross_entropy: mean over the padding too")


def cases(rng):
    x, W, b = rng.normal(size=(2, 3, 5)), rng.normal(size=(5, 7)), rng.normal(size=7)
    simple = Planted("twice x, at x = 0", twice, twice_backward, (np.zeros(3),), True)
    more = Planted("linear: one gradient too many", layers.linear, one_more, (x, W, b), False)
    kept = [plant for plant in planted() if plant.name not in LEFT_OUT]
    return [
        Case(
            (plant.forward, plant.backward, plant.args),
            label=f"{'right' if plant.right else 'wrong'}, {plant.name}",
            expected=plant.right,
        )
        for plant in (simple, more, *kept)
    ]


def twice(x):
    return 2 * x, (x,)


def twice_backward(dout, cache):
    return 2 * dout


def one_more(dout, cache):
    dx, dW, db = layers.linear_backward(dout, cache)
    return dx, dW, db, db


OWN_REASONS = {
    "twice x, at x = 0": "It is the simplest there can be: out is 2 x, and dx is 2 dout. Do f and "
    "the backward get the same dout? Does f sum dout · out? Is a single gradient, which comes "
    "bare, put into a tuple? Is there a `return True`?",
    "linear: one gradient too many": "Four gradients came back for three arguments. Compare the "
    "two numbers first.",
}


def reason(case, got, want):
    """What to think of at one planted gradient, where the check as a whole is not known."""
    right, name = case.label.split(", ", 1)
    begin = "This right gradient is turned down." if right == "right" else "This wrong one passes."
    because = (OWN_REASONS | REASONS)[name]
    return f"{begin} {because} print(break_the_checker(gradient_check)) shows the others."


def told(key, edit, text):
    """A mistake whose message ends with how many wrong gradients slip through.

    Where it is written in several ways, the number would be that of one of them: none is told.
    """

    def message(case, got, want):
        checks = find("gradient_check").wrong_answers(Mistake(key, edit, text))
        if len(checks) > 1:  # as many slip through as the way it is written lets through
            return text
        wrong = [plant for plant in planted() if not plant.right]
        slipped = sum(checks[0](plant.forward, plant.backward, plant.args) for plant in wrong)
        return f"{text} {slipped} of {len(wrong)} wrong gradients slip through."

    return Mistake(key, edit, message)


def errs_about(plant):
    """A good check, but for one planted gradient."""

    def check(forward, backward, args):
        verdict = reference("gradient_check")(forward, backward, args)
        return verdict != (backward is plant.backward)

    return Mistake(f"errs about {plant.name}", check, reason)


returns = ("the verdict",)
same_dtype = True
seconds = 20.0

CLOSE = "not np.allclose(grad, measured, rtol=1e-5, atol=1e-8)"
COUNT = "len(grads) != len(args)"
ONES = {"np.random.default_rng(0).normal(size=np.shape(out))": "np.ones(np.shape(out))"}
STOPS = {COUNT: "False", "enumerate(grads)": "enumerate(grads[: len(args)])"}
SHAPES = {"np.shape(grad) != measured.shape": "False"}
SIZES = "np.abs(grad) + np.abs(measured)"
RELATIVE = f"np.abs(grad - measured) / ({SIZES})"
RELATIVE_TO_TINY = f"np.abs(grad - measured) / np.maximum(1e-8, {SIZES})"
WITH_FLOOR = f"np.abs(grad - measured) / ({SIZES} + 1e-8)"
LIMITS = ("1e-4", "1e-5", "1e-6")
ERROR = "np.abs(grad - measured).mean()"
NORMS = "(np.linalg.norm(grad) + np.linalg.norm(measured) + 1e-8)"
#: About these an otherwise good check errs most often.
ERRED_ABOUT = (
    "gelu: dout forgotten",
    "a loss in ten millionths: twice too large",
    "softmax with weights near 0",
    "sums of weights, always 1",
)

mistakes = [
    told(
        "ones",
        [ONES, *(ONES | {CLOSE: f"not np.all({WITH_FLOOR} < {limit})"} for limit in LIMITS)],
        "Your upstream gradient is all ones, so you differentiate the plain sum of the output. The "
        "weights of a softmax sum to 1 and a normalized vector to 0, whatever x is: zeros pass, "
        "and so does whoever forgets dout. Draw dout from a random generator.",
    ),
    Mistake(
        "as_weak_check",
        [
            ONES | STOPS | SHAPES | {CLOSE: "np.abs(grad - measured).max() > 0.01"},
            ONES | STOPS | SHAPES,
            ONES | STOPS,
            STOPS | SHAPES,
        ],
        lambda case, got, want: (
            "More than one weakness of weak_check is still there: ones for dout, a number of "
            "gradients or a shape that nobody compares, a fixed tolerance. "
            + reason(case, got, want)
        ),
    ),
    told(
        "f_not_weighted",
        {"np.sum(dout * forward": "np.sum(forward"},
        "The backward gets one dout, and f is the plain sum of the output, as if dout were all "
        "ones. Both must ask the same question: f = Σ dout · out, with the dout that the backward "
        "gets.",
    ),
    told(
        "another_dout",
        [
            {"backward(dout, cache)": "backward(np.ones(np.shape(out)), cache)"},
            {"np.sum(dout *": "np.sum(np.random.normal(size=np.shape(out)) *"},
        ],
        "Even the simplest right gradient is turned down. That is so if f weighs the output with "
        "another dout than the backward gets, ones or one drawn anew. Both need the same one.",
    ),
    told(
        "mean_of_the_output",
        {"np.sum(dout *": "np.mean(dout *"},
        "Right gradients are turned down: f is the mean of dout · out. The backward answers for "
        "the sum Σ dout · out, so the mean is too small by the number of outputs.",
    ),
    told(
        "not_wrapped",
        {"    grads = grads if isinstance(grads, tuple) else (grads,)\n": ""},
        "With one argument the gradient comes bare, and its rows are taken for gradients of "
        "several arguments. Put it into a tuple of one first.",
    ),
    told(
        "last_argument",
        {"enumerate(grads)": "list(enumerate(grads))[-1:]"},
        "What was found about one argument is forgotten at the next: only the last gradient "
        "decides. Return False as soon as one is wrong.",
    ),
    told(
        "any_entry",
        {CLOSE: "not np.isclose(grad, measured, rtol=1e-5, atol=1e-8).any()"},
        "One right entry is enough for it. Every entry has to be right: all, not any.",
    ),
    Mistake(
        "fewer_only",
        [
            {"!= len(args)": "< len(args)", "enumerate(grads)": "enumerate(grads[: len(args)])"},
            {"!= len(args)": "< len(args)"},
        ],
        "A backward that returns more gradients than there are arguments passes. Ask whether the "
        "two numbers are equal.",
    ),
    told(
        "loose",
        [
            {"rtol=1e-5": "rtol=0.1"},
            *(
                {CLOSE: f"not {ERROR} <= {limit} * np.abs(measured).mean() + 1e-{floor}"}
                for limit, floor in (("1e-2", "8"), ("1e-2", "14"), ("1e-3", "8"))
            ),
        ],
        "A slope that is off by some percent counts as right: your tolerance is too wide, or it is "
        "the mean of the errors that is held against it, in which a wrong entry is lost. With "
        "float64 and central differences all entries of a right gradient agree to about 8 digits: "
        "rtol=1e-5 is wide enough.",
    ),
    told(
        "absolute",
        {"atol=1e-8": "atol=1e-3"},
        "An absolute tolerance passes every gradient that is smaller than it, however wrong. "
        "Measure the difference against the size of the gradient, with a floor near 1e-8 for "
        "rounding.",
    ),
    told(
        "absolute_and_nan",
        [
            {CLOSE: f"np.abs(grad - measured).{of_all}() > {tolerance}"}
            for of_all, tolerance in (("max", "1e-6"), ("sum", "1e-6"))
        ],
        "The tolerance does not ask how large the gradient is, so small gradients pass however "
        "wrong; and nan passes, because `nan > tolerance` is False. Measure the difference against "
        "the size of the gradient, and ask whether it is small enough, `<=`.",
    ),
    told(
        "first_entry",
        {"(grad, measured,": "(np.asarray(grad).flat[0], measured.flat[0],"},
        "Only one entry of each gradient is compared. The others may be anything: go through all "
        "of them.",
    ),
    told(
        "first_argument",
        [
            {"enumerate(grads)": "enumerate(grads[:1])"},
            {COUNT: "False", "enumerate(grads)": "enumerate(grads[:1])"},
            {COUNT: "False", "enumerate(grads)": "[(0, grads[0])]"},
        ],
        "Only the gradient of the first argument is compared. A linear map has three: see that "
        "there is one for each argument, and compare them all.",
    ),
    told(
        "zip_stops",
        [
            STOPS,
            {COUNT: "False"},
        ],
        "If the backward returns fewer gradients than there are arguments, the rest is not "
        "compared: zip stops at the end of the shorter of the two, and a loop over the gradients "
        "never meets what is missing. Compare the two lengths first.",
    ),
    Mistake(
        "looks_for_every_gradient",
        {
            COUNT: "False",
            "i, grad in enumerate(grads):": "i in range(len(args)):\n        grad = grads[i]",
        },
        "This backward returns fewer gradients than there are arguments, and yours fails on the "
        "missing one. Compare the two lengths first, and return False.",
    ),
    told(
        "shapes",
        SHAPES,
        "A gradient whose shape is wrong is broadcast to the right one and passes. Compare the "
        "shapes first: a gradient has the shape of its array.",
    ),
    told(
        "nan_passes",
        {CLOSE: "np.any(np.abs(grad - measured) > 1e-8 + 1e-5 * np.abs(measured))"},
        "nan slips through: every comparison with nan is False, `nan > tolerance` too. Ask the "
        "other way round, whether all errors are small enough: `error <= tolerance`.",
    ),
    told(
        "lengths",
        [
            {"(grad, measured,": "(np.linalg.norm(grad), np.linalg.norm(measured),"},
            {CLOSE: f"not abs(np.linalg.norm(grad) - np.linalg.norm(measured)) <= 1e-5 * {NORMS}"},
        ],
        "You compare the lengths of the two gradients. A gradient with another sign, or with its "
        "entries in other places, is equally long. Compare entry by entry.",
    ),
    told(
        "sums",
        {"(grad, measured,": "(np.sum(grad), np.sum(measured),"},
        "You compare the sums of the two gradients. Errors cancel in a sum, and that of a "
        "softmax's gradient is 0 anyway. Compare entry by entry.",
    ),
    Mistake(
        "relative_without_floor",
        [
            {CLOSE: f"np.any({RELATIVE} > 1e-5)"},
            {CLOSE: f"not np.all({RELATIVE} <= 1e-5)"},
            {CLOSE: f"np.any({RELATIVE_TO_TINY} > 1e-5)"},
            {CLOSE: f"not np.all({RELATIVE_TO_TINY} <= 1e-5)"},
        ],
        "A right gradient is turned down. Where its entries are 0 or nearly so, the difference is "
        "rounding, and rounding divided by nearly 0 is a large relative error, or nan. Add to the "
        "tolerance a floor of about 1e-8, as np.allclose has it: |a − b| ≤ 1e-5 · |b| + 1e-8.",
    ),
    Mistake(
        "step_too_small",
        {"args[i])": "args[i], 1e-12)"},
        "Every right gradient but the simplest is turned down. That is so if the step is so small "
        "that rounding drowns the difference, or if two floats are to be equal to the last digit. "
        "With the step 1e-5 right ones agree to about 8 digits.",
    ),
    *(errs_about(plant) for plant in planted() if plant.name in ERRED_ABOUT),
    Mistake(
        "step_too_large",
        {"args[i])": "args[i], 0.1)"},
        "Right gradients are turned down. Over a long step the curve bends, so the slope between "
        "its ends is not the slope at x. Take 1e-5.",
    ),
    Mistake(
        "one_sided",
        {
            "numerical_gradient(f, args[i])": "np.zeros(np.shape(args[i]))\n"
            "        for place in np.ndindex(measured.shape):\n"
            "            z = args[i].copy()\n"
            "            z[place] += 1e-5\n"
            "            measured[place] = (f(z) - f(args[i])) / 1e-5"
        },
        "Right gradients are turned down. The one-sided difference (f(x + h) − f(x)) / h is off by "
        "about h/2 times the curvature. The central one is exact to h²: use numerical_gradient.",
    ),
    Mistake(
        "too_strict",
        {"rtol=1e-5": "rtol=0"},
        "A right gradient is turned down. Your tolerance does not grow with the gradient: where "
        "its entries are in the ten thousands, 8 right digits still leave a difference of 1e-4. "
        "Measure the difference against the size of the gradient.",
    ),
    Mistake(
        "not_put_back",
        {
            "numerical_gradient(f, args[i])": "np.zeros(np.shape(args[i]))\n"
            "        for place in np.ndindex(measured.shape):\n"
            "            z = args[i]\n"
            "            z[place] += 1e-5\n"
            "            up = f(z)\n"
            "            z[place] -= 2e-5\n"
            "            measured[place] = (up - f(z)) / 2e-5"
        },
        "A right gradient is turned down, for the arguments are no longer what they were: each "
        "entry that was moved stays moved. Put it back before the next one, or move a copy.",
    ),
    Mistake("always_true", {"return False": "return True"}, reason),
]

hints = [
    "Weigh the output with a random dout: f = Σ dout · out is one number. The backward is to give "
    "its gradient, and numerical_gradient can measure it.",
    "Three things to ask before any number is compared: is there one gradient for each argument? A "
    "single one comes bare, without a tuple. Has each the shape of its array?",
    "For argument i: f = lambda array: np.sum(dout * forward(*args[:i], array, *args[i + 1:])[0]), "
    "and numerical_gradient(f, args[i]).",
    "np.allclose(grad, expected, rtol=1e-5, atol=1e-8) compares every entry, refuses nan, and "
    "forgives rounding near 0.",
]
