"""numerical_gradient: the slope of f along every coordinate, measured by central differences."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    slopes = rng.normal(size=(2, 3, 5))
    target = rng.normal(size=(3, 5))
    return [
        # d/dx of x0² + 3 x1 is (2 x0, 3).
        Case(
            (lambda x: x[0] ** 2 + 3 * x[1], np.array([2.0, 5.0])),
            label="two numbers, worked by hand",
            expected=[4.0, 3.0],
            proves="the slope of each coordinate of a vector",
        ),
        # 2 (1.5³ - 0.5³) / (2 · 0.5) = 6.5: one sees that both sides and the step are used.
        Case(
            (lambda x: x[0] ** 3 * x[1], np.array([1.0, 2.0])),
            {"step": 0.5},
            label="x0³ x1 at (1, 2) with the long step 0.5",
            expected=[6.5, 1.0],
            proves="both sides and the step",
        ),
        Case(
            (lambda x: float(np.sum((x - target) ** 2)), target * 3),
            label="a matrix",
            proves="the coordinates of a matrix",
        ),
        # The slope of sin(x) over a step of 0.5 is cos(x) sin(0.5) / 0.5, for every x.
        Case(
            (lambda x: float(np.sum(slopes * np.sin(x))), slopes + 1),
            {"step": 0.5},
            label="three axes, with the long step 0.5",
            expected=slopes * np.cos(slopes + 1) * np.sin(0.5) / 0.5,
            proves="any number of axes",
        ),
        Case((lambda x: float(x.max()), np.array([0.5, 2.0, -1.0])), label="the largest of three"),
        Case((lambda x: float(np.sum(x**2)), target.T), label="a transposed matrix"),
    ]


def step_of(case):
    return case.kwargs.get("step", 1e-5)


returns = ("gradient",)

mistakes = [
    Mistake(
        "one_sided",
        [
            {"f(x - nudge)": "f(x)", "2 * step": "step"},
            {"f(x + nudge)": "f(x)", "2 * step": "step"},
        ],
        "You go to one side of x and compare with x itself. That difference is off by about "
        "step · f''/2. Go to both sides, f(x + step) − f(x − step), and divide by 2 · step: then "
        "the error shrinks with step².",
    ),
    Mistake(
        "half_way",
        [{"f(x - nudge)": "f(x)"}, {"f(x + nudge)": "f(x)"}],
        "One of the two values is f(x) itself, but the difference is divided by 2 · step. If you "
        "do go both ways: z = x makes no copy, so z[i] −= step only takes z[i] += step back. "
        "z = x.copy() makes one.",
    ),
    Mistake(
        "over_one_step",
        {"2 * step": "step"},
        "The two points lie 2 · step apart, but you divide by one step: every slope is twice too "
        "large.",
    ),
    Mistake(
        "half_steps",
        {"x + nudge": "x + nudge / 2", "x - nudge": "x - nudge / 2", "2 * step": "step"},
        "The two points lie half a step from x on each side. The contract has a whole step on each "
        "side, and the distance 2 · step between them.",
    ),
    Mistake(
        "moved_in_proportion",
        [
            {"= step": "= step * x[index]"},
            {"= step": "= step * max(1, abs(x[index]))"},
            *(
                {"= step": f"= step * {size}", "2 * step": f"2 * step * {size}"}
                for size in ("abs(x[index])", "max(1, abs(x[index]))", "(1 + abs(x[index]))")
            ),
        ],
        "Each coordinate is moved by a step that depends on its own size. The contract has one "
        "step for all: up by step, down by step, and 2 · step between the two.",
    ),
    Mistake(
        "not_divided",
        {" / (2 * step)": ""},
        lambda case, got, want: (
            "You return the difference of the two values itself. A slope is a difference for each "
            f"unit of x: divide by 2 · step, here {number(step_of(case) * 2)}."
        ),
    ),
    Mistake(
        "no_copies",
        {"x - nudge": "x + nudge"},
        "All slopes are 0, as if f had been called twice at the same place. up = x makes no copy: "
        "up, down and x are one array, and what is added is taken away again. x.copy() makes a "
        "copy.",
    ),
    Mistake(
        "halved_and_multiplied",
        {"(2 * step)": "2 * step"},
        "a / 2 * step divides by 2 and then multiplies by step. Put the divisor in brackets: / (2 "
        "* step).",
    ),
    Mistake(
        "turned_round",
        {"(f(x + nudge) - f(x - nudge))": "(f(x - nudge) - f(x + nudge))"},
        "The sign is turned round: f(x − step) − f(x + step) is negative where f rises. Take the "
        "value above minus the value below.",
    ),
    Mistake(
        "own_step",
        {"= step": "= 1e-5", "2 * step": "2e-5"},
        lambda case, got, want: (
            "The argument step has no effect: you use 1e-05, and here step is "
            f"{number(step_of(case))}. Use the name step in the function."
        ),
    ),
    Mistake(
        "not_put_back",
        {" / (2 * step)": " / (2 * step)\n        x = x - nudge"},
        "After a coordinate was moved it is not put back, so the later ones are measured at "
        "another place. Keep the old value and write it back before the next one.",
    ),
    Mistake(
        "all_at_once",
        [
            {"nudge[index]": "nudge[...]"},
            {"return gradient": "return (f(x + step) - f(x - step)) / (2 * step)"},
        ],
        "All coordinates are moved at once. That gives one number, the sum of all slopes. Move one "
        "coordinate at a time, leave the others alone, and keep a slope for each.",
    ),
    Mistake(
        "nudges_stay",
        {
            "        nudge = np.zeros(x.shape)\n": "",
            "    for index": "    nudge = np.zeros(x.shape)\n    for index",
        },
        "The first slope is right; in each later one the coordinates before it still move along, "
        "so it holds their slopes too. Only one entry may differ from x at a time: begin with a "
        "new array of zeros for each, or set the entry back to 0.",
    ),
    Mistake(
        "first_alone",
        {"    return gradient": "        return gradient"},
        "Only the first slope is measured, and the others are still 0. That is what a return "
        "inside the loop does: it ends the loop after one round.",
    ),
    Mistake(
        "row_by_row",
        {"np.ndindex(x.shape)": "range(len(x))"},
        "Whole rows of a matrix are moved at once, as a loop over range(len(x)) does it: each "
        "slope is then the sum over its row. np.ndindex(x.shape) goes through every single entry.",
    ),
    Mistake(
        "flat_copy",
        {
            "np.ndindex(x.shape)": "range(x.size)",
            "np.zeros(x.shape)": "np.zeros_like(x)",
            "[index]": ".reshape(-1)[index]",
        },
        "Some of the slopes are 0. x.reshape(-1) and x.ravel() are another view of x only where x "
        "lies in one piece; of a transposed matrix they make a copy, and to move that does not "
        "move x. np.ndindex(x.shape) goes through x itself.",
    ),
    Mistake(
        "flat",
        {"return gradient": "return gradient.ravel()"},
        lambda case, got, want: (
            f"The slopes are right but lie in a row of {np.size(want)}. A gradient has the shape "
            f"of its array: reshape it to {np.shape(want)}."
        ),
    ),
]

hints = [
    "One coordinate at a time: how does f(x) change when only this one moves a little up, and a "
    "little down?",
    "for index in np.ndindex(x.shape): visits every entry, whatever the number of axes. The result "
    "has the shape of x: begin with np.zeros(x.shape).",
    "Make an array of zeros with step at index; compare f(x + nudge) with f(x − nudge). So x "
    "itself is never changed.",
    "gradient[index] = (f(x + nudge) - f(x - nudge)) / (2 * step)",
]
