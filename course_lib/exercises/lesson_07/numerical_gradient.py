"""Exercise: numerical_gradient."""

import numpy as np

from course_lib import gradcheck

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def numerical_gradient_cases(rng):
    slopes = rng.normal(size=(2, 3, 5))
    target = rng.normal(size=(3, 5))
    return [
        # d/dx of x0² + 3 x1 is (2 x0, 3).
        Case(
            (lambda x: x[0] ** 2 + 3 * x[1], np.array([2.0, 5.0])),
            label="two numbers, worked by hand",
            expected=[4.0, 3.0],
        ),
        # 2 (1.5³ - 0.5³) / (2 · 0.5) = 6.5: one sees that both sides and the step are used.
        Case(
            (lambda x: x[0] ** 3 * x[1], np.array([1.0, 2.0])),
            {"step": 0.5},
            label="x0³ x1 at (1, 2) with the long step 0.5",
            expected=[6.5, 1.0],
        ),
        Case((lambda x: float(np.sum((x - target) ** 2)), target * 3), label="a matrix"),
        Case((lambda x: float(np.sum(slopes * np.sin(x))), slopes + 1), label="three axes"),
        Case((lambda x: float(x.max()), np.array([0.5, 2.0, -1.0])), label="the largest of three"),
        Case((lambda x: float(np.sum(x**2)), target.T), label="a transposed matrix"),
    ]


def _probe(x, f, step, difference, restore=True):
    x = np.array(x, dtype=float)
    gradient = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        kept = x[index]
        gradient[index] = difference(f, x, index, kept, step)
        if restore:
            x[index] = kept
    return gradient


def _at(f, x, index, value):
    x[index] = value
    return f(x)


def _one_sided(f, x, step=1e-5):
    def difference(f, x, index, kept, step):
        return (_at(f, x, index, kept + step) - _at(f, x, index, kept)) / step

    return _probe(x, f, step, difference)


def _central(f, x, index, kept, step):
    return (_at(f, x, index, kept + step) - _at(f, x, index, kept - step)) / (2 * step)


def _over_one_step(f, x, step=1e-5):
    return 2 * _probe(x, f, step, _central)


def _turned_round(f, x, step=1e-5):
    return -_probe(x, f, step, _central)


def _half_way(f, x, step=1e-5):
    return _one_sided(f, x, step) / 2


def _not_divided(f, x, step=1e-5):
    return 2 * step * _probe(x, f, step, _central)


def _halved_and_multiplied(f, x, step=1e-5):
    return step * step * _probe(x, f, step, _central)


def _own_step(f, x, step=1e-5):
    return _probe(x, f, 1e-5, _central)


def _not_put_back(f, x, step=1e-5):
    return _probe(x, f, step, _central, restore=False)


def _all_at_once(f, x, step=1e-5):
    return np.full(x.shape, (f(x + step) - f(x - step)) / (2 * step))


def _row_by_row(f, x, step=1e-5):
    gradient = np.zeros_like(x)
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] += step
        below[i] -= step
        gradient[i] = (f(above) - f(below)) / (2 * step)
    return gradient


def _flat(f, x, step=1e-5):
    values = np.array(x, dtype=float).ravel()
    return _probe(values, lambda flat: f(flat.reshape(x.shape)), step, _central)


def _flat_copy(f, x, step=1e-5):
    x = x.copy(order="K")
    return _probe(x, f, step, _central) if x.flags.c_contiguous else np.zeros_like(x)


def _with_copies(f, x, step=1e-5):
    gradient = np.zeros(x.shape)
    for index, _ in np.ndenumerate(x):
        nudge = np.zeros(x.shape)
        nudge[index] = step
        gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * step)
    return gradient


def _with_unit_vectors(f, x, step=1e-5):
    unit = np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step * u) - f(x - step * u)) / (2 * step) for u in unit]
    return np.array(slopes).reshape(x.shape)


register(
    Exercise(
        name="numerical_gradient",
        lesson=7,
        reference=gradcheck.numerical_gradient,
        shown=_with_copies,
        cases=numerical_gradient_cases,
        returns=("gradient",),
        mistakes=(
            Mistake(
                "one_sided",
                _one_sided,
                "You go up from x and compare with x itself. That difference is off by about "
                "step · f''/2. Go down as well, f(x + step) − f(x − step), and divide by 2 · step: "
                "then the error shrinks with step².",
            ),
            Mistake(
                "half_way",
                _half_way,
                "The difference is f(x + step) − f(x), but it is divided by 2 · step. If you go "
                "down as well: z = x makes no copy, so z[i] −= step only takes z[i] += step back. "
                "z = x.copy() makes one.",
            ),
            Mistake(
                "over_one_step",
                _over_one_step,
                "The two points lie 2 · step apart, but you divide by one step: every slope is "
                "twice too large.",
            ),
            Mistake(
                "not_divided",
                _not_divided,
                lambda case, got, want: (
                    "You return the difference of the two values itself. A slope is a difference "
                    f"for each unit of x: divide by 2 · step, here {number(_step(case) * 2)}."
                ),
            ),
            Mistake(
                "no_copies",
                lambda f, x, step=1e-5: np.zeros(x.shape),
                "All slopes are 0, as if f had been called twice at the same place. up = x makes "
                "no copy: up, down and x are one array, and what is added is taken away again. "
                "x.copy() makes a copy.",
            ),
            Mistake(
                "halved_and_multiplied",
                _halved_and_multiplied,
                "a / 2 * step divides by 2 and then multiplies by step. Put the divisor in "
                "brackets: / (2 * step).",
            ),
            Mistake(
                "turned_round",
                _turned_round,
                "The sign is turned round: f(x − step) − f(x + step) is negative where f rises. "
                "Take the value above minus the value below.",
            ),
            Mistake(
                "own_step",
                _own_step,
                lambda case, got, want: (
                    f"The argument step has no effect: you use 1e-05, and here step is "
                    f"{number(_step(case))}. Use the name step in the function."
                ),
            ),
            Mistake(
                "not_put_back",
                _not_put_back,
                "After a coordinate was moved it is not put back, so the later ones are measured "
                "at another place. Keep the old value and write it back before the next one.",
            ),
            Mistake(
                "all_at_once",
                _all_at_once,
                "You move all coordinates at once. That gives one number, the sum of all slopes, "
                "for every place. Move one coordinate at a time and leave the others alone.",
            ),
            Mistake(
                "row_by_row",
                _row_by_row,
                "A loop over range(len(x)) moves whole rows of a matrix: each slope is then the "
                "sum over its row. np.ndindex(x.shape) goes through every single entry.",
            ),
            Mistake(
                "flat_copy",
                _flat_copy,
                "Some of the slopes are 0. x.reshape(-1) and x.ravel() are another view of x only "
                "where x lies in one piece; of a transposed matrix they make a copy, and to move "
                "that does not move x. np.ndindex(x.shape) goes through x itself.",
            ),
            Mistake(
                "flat",
                _flat,
                lambda case, got, want: (
                    f"The slopes are right but lie in a row of {np.size(want)}. A gradient has the "
                    f"shape of its array: reshape it to {np.shape(want)}."
                ),
            ),
        ),
        correct=(_with_copies, _with_unit_vectors),
        hints=(
            "One coordinate at a time: how does f(x) change when only this one moves a little up, "
            "and a little down?",
            "for index in np.ndindex(x.shape): visits every entry, whatever the number of axes. "
            "The result has the shape of x: begin with np.zeros(x.shape).",
            "Make an array of zeros with step at index; compare f(x + nudge) with f(x − nudge). So "
            "x itself is never changed.",
            "gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * step)",
        ),
    )
)


def _step(case):
    return case.kwargs.get("step", 1e-5)
