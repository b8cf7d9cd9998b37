"""gradient_check: it lets no wrong gradient pass and turns no right one down."""

from classroom.exercises import Case, Mistake, reference
from classroom.exercises.exercise import find
from classroom.lesson_07.planted import REASONS, planted


def cases(rng):
    return [
        Case(
            (plant.forward, plant.backward, plant.args),
            label=f"{'right' if plant.right else 'wrong'}, {plant.name}",
            expected=plant.right,
        )
        for plant in planted()
    ]


def reason(case, got, want):
    """What to think of at one planted gradient, where the check as a whole is not known."""
    right, name = case.label.split(", ", 1)
    begin = "This right gradient is turned down." if right == "right" else "This wrong one passes."
    return f"{begin} {REASONS[name]} print(break_the_checker(gradient_check)) shows the others."


def told(key, edit, text):
    """A mistake whose message ends with how many wrong gradients slip through."""

    def message(case, got, want):
        check = find("gradient_check").wrong_answers(Mistake(key, edit, text))[0]
        wrong = [plant for plant in planted() if not plant.right]
        slipped = sum(check(plant.forward, plant.backward, plant.args) for plant in wrong)
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
        {"np.random.default_rng(0).normal(size=np.shape(out))": "np.ones(np.shape(out))"},
        "Your upstream gradient is all ones, so you differentiate the plain sum of the output. The "
        "weights of a softmax sum to 1 and a normalized vector to 0, whatever x is: zeros pass, "
        "and so does whoever forgets dout. Draw dout from a random generator.",
    ),
    told(
        "loose",
        {"rtol=1e-5": "rtol=0.1"},
        "Your tolerance is so wide that a slope that is off by some percent counts as right. With "
        "float64 and central differences the right ones agree to about 8 digits: rtol=1e-5 is wide "
        "enough.",
    ),
    told(
        "absolute",
        {"atol=1e-8": "atol=1e-3"},
        "An absolute tolerance of about 1e-3 passes every gradient that is small itself, however "
        "wrong. Measure the difference against the size of the gradient, with a floor near 1e-8 "
        "for rounding.",
    ),
    told(
        "first_entry",
        {"(grad, measured,": "(np.asarray(grad).flat[0], measured.flat[0],"},
        "Only one entry of each gradient is compared. The others may be anything: go through all "
        "of them.",
    ),
    told(
        "first_argument",
        {"enumerate(grads)": "enumerate(grads[:1])"},
        "Only the gradient of the first argument is compared. A linear map has three.",
    ),
    told(
        "zip_stops",
        {COUNT: "False"},
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
        {"np.shape(grad) != measured.shape": "False"},
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
        {"(grad, measured,": "(np.linalg.norm(grad), np.linalg.norm(measured),"},
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
        {CLOSE: "np.any(np.abs(grad - measured) / (np.abs(grad) + np.abs(measured)) > 1e-5)"},
        "A right gradient is turned down. Where its entries are 0 or nearly so, the difference is "
        "rounding, and rounding divided by nearly 0 is a large relative error, or nan. Add a "
        "floor: |a − b| ≤ 1e-5 · |b| + 1e-8, as np.allclose has it.",
    ),
    Mistake("step_too_small", {"args[i])": "args[i], 1e-12)"}, reason),
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
