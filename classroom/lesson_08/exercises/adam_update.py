"""adam_update: a step of Adam, from the new averages to the update."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    g = rng.normal(size=7) * np.array([1e-3, 1e-2, 0.1, 1, 10, 100, 1])
    m, v = rng.normal(size=7), rng.random(7) + 0.1
    return [
        # Step 1: m = 0.1 g, v = 0.001 g^2; corrected: g and g^2, so the update is lr sign g.
        Case(
            (np.array([2.0, -0.5, 30.0]), np.zeros(3), np.zeros(3), 1, 0.1),
            label="the first step, worked by hand",
            expected=(
                np.array([0.2, -0.05, 3.0]),
                np.array([0.004, 0.00025, 0.9]),
                np.array([0.1, -0.1, 0.1]),
            ),
            proves="the first step",
        ),
        # Step 2 with beta1 = beta2 = 0.5: m = 0.5 * 2 + 0.5 * 4 = 3, v = 0.5 * 8 + 0.5 * 16 = 12;
        # m_hat = 3 / 0.75 = 4, v_hat = 12 / 0.75 = 16, update = 0.1 * 4 / 4.
        Case(
            (np.array([4.0]), np.array([2.0]), np.array([8.0]), 2, 0.1, 0.5, 0.5),
            label="a second step, worked by hand",
            expected=(np.array([3.0]), np.array([12.0]), np.array([0.1])),
        ),
        # Averages without a memory are g and g^2, so that the update is lr sign g, however small g.
        Case(
            (np.array([3e-8, -2.0]), np.zeros(2), np.zeros(2), 2, 0.1, 0.0, 0.0, 0.0),
            label="both betas and eps are 0, worked by hand",
            expected=(np.array([3e-8, -2.0]), np.array([9e-16, 4.0]), np.array([0.1, -0.1])),
        ),
        Case((g, m, v, 3, 1e-2), label="gradients of very different size"),
        Case((g, m, v, 2, 1e-2, 0.8, 0.95), label="other betas"),
        Case((g * 1e-3, m * 1e-3, v * 1e-6, 5, 1e-2, 0.9, 0.99, 1e-2), label="a large eps"),
        Case((g, m, v, 10_000, 1e-3), label="after 10,000 steps"),
    ]


def uncorrected(case, got, want):
    g, t, lr = case.args[0], case.args[3], case.args[4]
    return (
        "The averages start at 0 and are too small at first, and you use them as they are. At step "
        f"{t} a gradient of {number(g[0])} moves its parameter by {number(got[2][0])}, where "
        f"{number(want[2][0])} is right (lr is {number(lr)}). Divide m by 1 − beta1**t and v by "
        "1 − beta2**t, for the update only."
    )


may_use_up = ("m", "v")

MEAN = "beta1 * m + (1 - beta1)"
MEAN_SQUARE = "beta2 * v + (1 - beta2)"
NEW_SQUARE = "beta2 * v + (1 - beta2) * g**2"

mistakes = [
    Mistake("no_correction", {" / (1 - beta1**t)": "", " / (1 - beta2**t)": ""}, uncorrected),
    Mistake(
        "only_m_corrected",
        {" / (1 - beta2**t)": ""},
        "m is corrected for its start at 0, v is not. At the first step v is only (1 − beta2) g², "
        "so the root below the line is far too small and the step far too large. Divide v by 1 − "
        "beta2**t, too.",
    ),
    Mistake(
        "only_v_corrected",
        {" / (1 - beta1**t)": ""},
        "v is corrected for its start at 0, m is not: at the first step it is (1 − beta1) g, a "
        "tenth of the gradient. Divide m by 1 − beta1**t, too.",
    ),
    Mistake(
        "corrected_kept",
        {"return m, v": "return m_hat, v_hat"},
        "The update is right, but you return the corrected averages as the new m and v. The next "
        "step would correct them once more. Return m and v as they are, and use m_hat and v_hat "
        "for the update only.",
    ),
    Mistake(
        "constant_correction",
        {"**t": ""},
        "You divide by 1 − beta, without the power t: that is right at step 1 alone. The further "
        "the run, the less there is to correct: 1 − beta**t.",
    ),
    Mistake(
        "times_t",
        {"**t": " * t"},
        "You divide by 1 − beta · t. What is left of the zeros that the averages started from is "
        "beta to the power of t: `beta**t`.",
    ),
    Mistake(
        "t_from_zero",
        {"**t": "**(t - 1)"},
        "You take t − 1 for t. Steps are counted from 1 here: with 0 there would be nothing to "
        "correct with, for 1 − beta**0 is 0.",
    ),
    Mistake(
        "t_plus_one",
        {"**t": "**(t + 1)"},
        "You take t + 1 for t. Steps are counted from 1 here, so t is right as it is: at step 1, m "
        "is (1 − beta1) g, and dividing by 1 − beta1 gives g.",
    ),
    Mistake(
        "no_root",
        {"np.sqrt(v_hat)": "v_hat"},
        "You divide by v itself, which is a square. Take its root: then the units cancel, and "
        "multiplying the loss by 100 leaves the step as it is.",
    ),
    Mistake(
        "eps_inside",
        {"np.sqrt(v_hat) + eps": "np.sqrt(v_hat + eps)"},
        "You add eps inside the root. In the paper it stands outside: sqrt(v_hat) + eps. Inside, "
        "its root is what counts: 1e-8 works like 1e-4.",
    ),
    Mistake(
        "eps_after_the_quotient",
        {"(np.sqrt(v_hat) + eps)": "np.sqrt(v_hat) + eps"},
        "eps is added to the whole quotient. It belongs below the line, to the root: Python "
        "divides before it adds, so the denominator needs brackets.",
    ),
    Mistake(
        "eps_as_bound",
        {"np.sqrt(v_hat) + eps": "np.maximum(np.sqrt(v_hat), eps)"},
        "eps is a lower bound of the root with you. In the formula it is added to the root, "
        "sqrt(v_hat) + eps, however large that is.",
    ),
    Mistake(
        "zero_taken_for_none",
        [
            {"    m = ": f"    {given}\n    m = "}
            for given in (
                "eps = eps or 1e-8",
                "beta1 = beta1 or 0.9",
                "beta2 = beta2 or 0.999",
                "beta1, beta2, eps = beta1 or 0.9, beta2 or 0.999, eps or 1e-8",
            )
        ],
        "A parameter that is 0 is taken for one that is not given, and its default used: 0 counts "
        "as false in a condition. Here beta1, beta2 and eps are 0, and are to be used as they are.",
    ),
    Mistake(
        "always_this_eps",
        {"+ eps": "+ 1e-8"},
        lambda case, got, want: (
            f"You always add 1e-8. Here eps is {number(case.args[7])}: use the parameter."
        ),
    ),
    Mistake(
        "no_square",
        {"g**2": "g"},
        "v averages the gradient in place of its square. It may be negative, and the root of that "
        "is nan. Use g**2.",
    ),
    Mistake(
        "absolute",
        {"g**2": "np.abs(g)"},
        "v averages |g|. It should average the square, g**2; the root in the update brings it back "
        "to the size of a gradient.",
    ),
    Mistake(
        "one_square",
        [{"g**2": "(g @ g)"}, {"g**2": "np.mean(g**2)"}],
        "v has become one number for all parameters. Each has an average of its own square, which "
        "is what gives each a rate of its own: square number by number.",
    ),
    Mistake(
        "variance",
        {"g**2": "(g - m) ** 2"},
        "v averages the square of what the gradient differs from its mean, its variance. Adam "
        "averages the square of the gradient itself, so that a steady gradient counts as well.",
    ),
    Mistake(
        "no_eps",
        {" + eps": ""},
        "eps is missing. It is added to the root, sqrt(v_hat) + eps, and keeps a parameter whose "
        "gradients are all 0 from being divided by 0.",
    ),
    Mistake(
        "eps_corrected",
        {"(np.sqrt(v_hat) + eps)": "((np.sqrt(v) + eps) / np.sqrt(1 - beta2**t))"},
        "You correct the quotient m / (sqrt(v) + eps) as a whole, and eps with it. Correct v "
        "first, then take the root, then add eps.",
    ),
    Mistake(
        "root_first",
        {"np.sqrt(v_hat)": "np.sqrt(v) / (1 - beta2**t)"},
        "You take the root of v alone and divide by 1 − beta2**t afterwards. The correction "
        "belongs under the root: sqrt(v / (1 − beta2**t)).",
    ),
    Mistake(
        "old_averages",
        {"    m =": "    new_m =", "    v =": "    new_v =", "return m, v": "return new_m, new_v"},
        "The update is made of the averages from before this step. Bring m and v up to date first, "
        "and compute with the new ones.",
    ),
    Mistake(
        "old_m",
        {"    m =": "    new_m =", "return m": "return new_m"},
        "The update is made of m from before this step. Bring m up to date first, and compute with "
        "the new one.",
    ),
    Mistake(
        "all_steps_again",
        {
            "    m_hat": (
                "    for _ in range(t - 1):\n        m = beta1 * m + (1 - beta1) * g\n"
                "        v = beta2 * v + (1 - beta2) * g**2\n    m_hat"
            )
        },
        lambda case, got, want: (
            f"The averages take in this gradient t = {case.args[3]} times. Each call is one step: "
            "they hold the gradients of the steps before already."
        ),
    ),
    Mistake(
        "old_v",
        {"    v =": "    new_v =", "return m, v": "return m, new_v"},
        "The update is made of v from before this step, which is 0 at the first. Bring v up to "
        "date first, and compute with the new one.",
    ),
    Mistake(
        "one_beta",
        [
            {"beta2**t": "beta1**t"},
            {"beta1**t": "beta2**t"},
            {MEAN_SQUARE: "beta1 * v + (1 - beta1)"},
            {MEAN: "beta2 * m + (1 - beta2)"},
            {"    m = ": "    beta2 = beta1\n    m = "},
            {"    m = ": "    beta1 = beta2\n    m = "},
        ],
        "This is what comes out if one beta serves both m and v, in the average or in its "
        "correction. beta1 belongs to m, beta2 to v, in both places.",
    ),
    Mistake(
        "times_correction",
        [
            {"m / (": "m * (", "v / (": "v * ("},
            {"m / (": "m * ("},
            {"v / (": "v * ("},
        ],
        "An average is multiplied by 1 − beta**t, which makes it smaller still. It is too small at "
        "first, because it began at 0: divide by 1 − beta**t.",
    ),
    Mistake(
        "largest_v",
        {NEW_SQUARE: f"np.maximum(v, {NEW_SQUARE})"},
        "v never falls: you keep the larger of the old and the new one, as the variant AMSGrad "
        "does. In Adam v is the running average as it is.",
    ),
    Mistake(
        "always_these_betas",
        {"    m = ": "    beta1, beta2 = 0.9, 0.999\n    m = "},
        lambda case, got, want: (
            f"You always use 0.9 and 0.999. Here beta1 is {number(case.args[5])} and beta2 "
            f"{number(case.args[6])}: use the parameters."
        ),
    ),
    Mistake(
        "these_betas_in_averages",
        {MEAN: "0.9 * m + 0.1", MEAN_SQUARE: "0.999 * v + 0.001"},
        lambda case, got, want: (
            f"Your averages always use 0.9 and 0.999. Here beta1 is {number(case.args[5])} and "
            f"beta2 {number(case.args[6])}: use the parameters, as in the correction."
        ),
    ),
    Mistake(
        "square_of_average",
        {"g**2": "m**2"},
        "v averages the square of m. It should average the square of the gradient, g**2, which is "
        "large also where the gradient changes its sign all the time.",
    ),
    Mistake(
        "betas_swapped",
        [
            {"    m = ": "    beta1, beta2 = beta2, beta1\n    m = "},
            {MEAN: "beta2 * m + (1 - beta2)", MEAN_SQUARE: "beta1 * v + (1 - beta1)"},
        ],
        "beta1 and beta2 are swapped: beta1 belongs to m, the average of the gradient, and beta2 "
        "to v, that of its square.",
    ),
    Mistake(
        "turned_round",
        [
            {MEAN: "(1 - beta1) * m + beta1", MEAN_SQUARE: "(1 - beta2) * v + beta2"},
            {"    m = ": "    beta1, beta2 = 1 - beta1, 1 - beta2\n    m = "},
        ],
        "beta and 1 − beta are swapped. The old average is multiplied by beta, nearly 1, and the "
        "new gradient by the little that is left, 1 − beta.",
    ),
    Mistake(
        "sum_of_squares",
        {MEAN_SQUARE: "v + 1.0"},
        "v adds up all squares and never forgets, as in AdaGrad: the steps then shrink for ever. "
        "Adam's v is a running average: beta2 times the old one, plus (1 − beta2) times the new "
        "square.",
    ),
    Mistake(
        "sums",
        [
            {"(1 - beta1) * ": "", "(1 - beta2) * ": ""},
            {"(1 - beta1) * ": ""},
            {"(1 - beta2) * ": ""},
        ],
        "What is new is added whole to an average. Then it is a sum, and many times too large: an "
        "average multiplies what is new by 1 − beta.",
    ),
    Mistake(
        "old_kept_whole",
        [{"beta1 * m": "m", "beta2 * v": "v"}, {"beta1 * m": "m"}, {"beta2 * v": "v"}],
        "An old average is kept whole. A running average multiplies what is old by beta before it "
        "adds (1 − beta) times what is new.",
    ),
    Mistake(
        "nesterov",
        [
            {"lr * m_hat": "lr * (beta1 * m_hat + (1 - beta1) * g / (1 - beta1**t))"},
            {"lr * m_hat": "lr * (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)"},
        ],
        "The update mixes this step's gradient into m_hat once more, as the variant NAdam does. In "
        "Adam m_hat stands alone above the line.",
    ),
    Mistake(
        "no_average",
        {"lr * m_hat": "lr * g"},
        "The update uses the gradient of this step alone. Above the line stands its average, "
        "m_hat.",
    ),
    Mistake(
        "downhill",
        {"lr * m_hat": "-lr * m_hat"},
        "The sign of the update is turned round. It is what will be subtracted from the "
        "parameters, so it points like the gradient.",
    ),
    Mistake(
        "no_rate",
        {"lr * m_hat": "m_hat"},
        "The learning rate is missing in the update: multiply by lr.",
    ),
]

hints = [
    "Three parts: two running averages, a correction of each, and the quotient of the two.",
    "m = beta1 * m + (1 - beta1) * g, and v is the same with beta2 and g**2.",
    "m_hat = m / (1 - beta1**t), and v_hat likewise with beta2. They are for the update only; m "
    "and v themselves are returned.",
    "update = lr * m_hat / (np.sqrt(v_hat) + eps)",
]
