"""warmup_cosine: the learning rate goes up a line, then down half a cosine."""

import math

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case((5, 0.1, 10, 110), label="half of the warm-up", expected=0.05),
        Case((9, 0.1, 10, 110), label="one step before the end of the warm-up", expected=0.09),
        Case(
            (10, 0.1, 10, 110), label="the end of the warm-up", expected=0.1, proves="the warm-up"
        ),
        Case((60, 0.1, 10, 110), label="half of the way down", expected=0.05),
        # cos(pi / 3) = 1/2: 0.5 * 0.1 * 1.5.
        Case((40, 0.1, 10, 100), label="a third of the way down", expected=0.075),
        Case(
            (110, 0.1, 10, 110),
            label="the last step",
            expected=0.0,
            proves="the cosine down to 0",
        ),
        Case((1, 0.3, 7, 50), label="the first step"),
        Case((1, 0.3, 0, 50), label="no warm-up", proves="no warm-up at all"),
        Case((23, 0.3, 7, 50, 0.02), label="an end above 0"),
        Case((50, 0.3, 7, 50, 0.02), label="the last step, an end above 0"),
        Case((3, 0.3, 7, 50, 0.02), label="the warm-up, an end above 0"),
        Case((60, 0.3, 7, 50, 0.02), label="after the end"),
    ]


returns = ("rate",)

COSINE = "final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))"
SHARE = "(step - warmup_steps) / (total_steps - warmup_steps)"
LINE = "    if step < warmup_steps:\n        return peak_lr * step / warmup_steps\n"


def inverse_root(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    return max(final_lr, peak_lr * math.sqrt(max(1, warmup_steps) / step))


mistakes = [
    Mistake(
        "only_cosine",
        [{LINE: ""}, {"    if step": "    warmup_steps = 0\n    if step"}],
        "There is no warm-up. For step < warmup_steps the rate is on a line from 0: peak_lr · step "
        "/ warmup_steps.",
    ),
    Mistake(
        "cosine_from_step_0",
        [{" - warmup_steps": ""}, {"(step - warmup_steps)": "step"}],
        lambda case, got, want: (
            "The cosine counts from step 0, as if there were no warm-up, so that the rate drops to "
            f"{number(got)} when the warm-up ends. Its share of the way is (step − warmup_steps) / "
            "(total_steps − warmup_steps)."
        ),
    ),
    Mistake(
        "inverse_root",
        [inverse_root, {COSINE: "peak_lr * math.sqrt(max(1, warmup_steps) / step)"}],
        "After the warm-up the rate falls with the root of the step, the schedule of the first "
        "Transformer. Here it is half a cosine, which arrives at final_lr at total_steps.",
    ),
    Mistake(
        "below_the_end",
        {"0.5 * ": "", "(1 + math.cos(math.pi * done))": "math.cos(math.pi * done)"},
        "The cosine alone goes from 1 to −1, so that the rate falls below final_lr. Half of 1 + "
        "cos goes from 1 to 0.",
    ),
    Mistake(
        "never_falls",
        {COSINE: "peak_lr"},
        "After the warm-up the rate stays at the peak. From there it is to fall on half a cosine, "
        "from peak_lr to final_lr.",
    ),
    Mistake(
        "line_to_the_end",
        {"step / warmup_steps": "step / total_steps"},
        lambda case, got, want: (
            "The line of the warm-up is too flat: it would reach the peak at total_steps = "
            f"{case.args[3]}, and has to be there at warmup_steps = {case.args[2]}."
        ),
    ),
    Mistake(
        "bent_warmup",
        {
            "peak_lr * step / warmup_steps": (
                "peak_lr * 0.5 * (1 - math.cos(math.pi * step / warmup_steps))"
            )
        },
        "The warm-up is bent, half a cosine upwards. It is a straight line: peak_lr · step / "
        "warmup_steps.",
    ),
    Mistake(
        "factor_alone",
        [
            {"peak_lr * step": "step", COSINE: "0.5 * (1 + math.cos(math.pi * done))"},
            {"peak_lr * step": "step"},
        ],
        lambda case, got, want: (
            f"{number(got)} is the share of the peak. Multiply by peak_lr = {number(case.args[1])}."
        ),
    ),
    Mistake(
        "whole_division",
        [{"/ warmup_steps": "// warmup_steps"}, {SHARE: SHARE.replace("/", "//")}],
        "// drops what is behind the point: the rate then moves in leaps. Divide with /.",
    ),
    Mistake(
        "starts_again",
        {f"min(1.0, {SHARE})": SHARE.replace(")", ") % (total_steps - warmup_steps)", 1)},
        "At the last step the rate is at the peak again: the share of the way goes from 1 back to "
        "0. Nothing is repeated here; the share is at most 1, and stays there.",
    ),
    Mistake(
        "off_by_one",
        [
            {"(step - warmup_steps)": "(step - warmup_steps + 1)"},
            {"(step - warmup_steps)": "(step - warmup_steps - 1)"},
            {"(total_steps - warmup_steps)": "(total_steps - warmup_steps + 1)"},
            {"(total_steps - warmup_steps)": "(total_steps - warmup_steps - 1)"},
        ],
        "The way down is one step off. Its share is 0 at warmup_steps, where the rate is still at "
        "the peak, and 1 at total_steps.",
    ),
    Mistake(
        "line_times_cosine",
        {
            LINE: "    rise = min(1.0, step / max(1, warmup_steps))\n",
            " - warmup_steps": "",
            "return final_lr": "return rise * (final_lr",
            "done))": "done)))",
        },
        "The warm-up is a factor on a cosine that falls from step 0 on, so the peak is never "
        "reached. The two are pieces, one after the other: the line until warmup_steps, then the "
        "cosine.",
    ),
    Mistake(
        "zero_after_the_end",
        {"    done =": "    if step > total_steps:\n        return 0.0\n    done ="},
        lambda case, got, want: (
            f"After total_steps the rate is 0. It stays at final_lr, here {number(case.args[4])}."
        ),
    ),
    Mistake(
        "length_of_all",
        {"(total_steps - warmup_steps)": "total_steps"},
        "You divide the steps since the warm-up by all of total_steps, so the cosine never comes "
        "to its end. What is left after the warm-up is total_steps − warmup_steps.",
    ),
    Mistake(
        "whole_wave",
        {"math.pi": "2 * math.pi"},
        "This is a whole wave: down, and up again to the peak at the last step. Half a cosine goes "
        "from 0 to π.",
    ),
    Mistake(
        "no_half",
        {"0.5 * ": ""},
        lambda case, got, want: (
            f"The rate jumps to twice the peak when the warm-up ends: here it is {number(got)}. 1 "
            "+ cos goes from 2 to 0; half of it goes from 1 to 0."
        ),
    ),
    Mistake(
        "quarter",
        [
            {"0.5 * ": "", "(1 + math.cos(math.pi * done))": "math.cos(math.pi / 2 * done)"},
            {COSINE: "peak_lr * math.cos(math.pi / 2 * done)"},
        ],
        "This is a quarter of a cosine, which falls fastest at the end. Half of one, ½ (1 + cos(π "
        "· done)), comes to its end gently.",
    ),
    Mistake(
        "straight",
        [
            {"0.5 * ": "", "1 + math.cos(math.pi * done)": "1 - done"},
            {COSINE: "peak_lr * (1 - done)"},
        ],
        "The rate falls on a straight line. Bend it: ½ (1 + cos(π · done)) in place of 1 − done.",
    ),
    Mistake(
        "degrees",
        {"math.pi": "180"},
        "You give the cosine 180 as if it took degrees. math.cos takes radians: half a turn is "
        "math.pi.",
    ),
    Mistake(
        "one_step_early",
        {"peak_lr * step": "peak_lr * (step + 1)"},
        "The warm-up is one step ahead. Steps are counted from 1 already: step 1 of 10 gives a "
        "tenth of the peak.",
    ),
    Mistake(
        "one_step_late",
        {"peak_lr * step": "peak_lr * (step - 1)"},
        "The warm-up is one step behind. Steps are counted from 1: step 1 of 10 gives a tenth of "
        "the peak, not 0.",
    ),
    Mistake(
        "no_pi",
        {"math.pi * ": ""},
        "π is missing: the cosine of the share itself falls only to cos 1 = 0.54. Half a wave goes "
        "from 0 to π: math.cos(math.pi * done).",
    ),
    Mistake(
        "upside_down",
        {"1 + math": "1 - math"},
        "1 − cos rises from 0 to 2. The rate is to fall from the peak: 1 + cos.",
    ),
    Mistake(
        "no_final",
        {"final_lr + ": "", " - final_lr": ""},
        lambda case, got, want: (
            f"The rate falls to 0 whatever final_lr is; here it is {number(case.args[4])}. The "
            "cosine goes from peak_lr down to final_lr: its height is the difference of the two, "
            "and final_lr is added."
        ),
    ),
    Mistake(
        "no_final_added",
        {"final_lr + ": ""},
        "The height of the cosine is right, but it ends at 0: add final_lr.",
    ),
    Mistake(
        "final_as_floor",
        {"final_lr + ": "max(final_lr, ", " - final_lr": "", "done))": "done)))"},
        lambda case, got, want: (
            f"The cosine falls towards 0 and is cut off at final_lr = {number(case.args[4])}. It "
            "should arrive there only at the end: its height is peak_lr − final_lr, and final_lr "
            "is added."
        ),
    ),
    Mistake(
        "final_on_top",
        {" - final_lr": ""},
        lambda case, got, want: (
            f"You add final_lr = {number(case.args[4])} on top of the whole cosine, so it starts "
            "above the peak. The cosine goes from peak_lr down to final_lr: its height is the "
            "difference of the two."
        ),
    ),
    Mistake(
        "warmup_from_final",
        {"peak_lr * step": "final_lr + (peak_lr - final_lr) * step"},
        "The warm-up starts from final_lr. It starts from 0, whatever the end is.",
    ),
    Mistake(
        "beyond_the_end",
        {"min(1.0, ": "("},
        "After the last step the cosine goes up again. Stop it there: let the share of the way be "
        "at most 1.",
    ),
]

hints = [
    "Two pieces with an `if` between them: a line up, then half a cosine down.",
    "Up: peak_lr * step / warmup_steps. For the way down, first work out which share of it is "
    "done, a number from 0 to 1: min(1.0, (step - warmup_steps) / (total_steps - warmup_steps)).",
    "0.5 * (1 + math.cos(math.pi * done)) goes from 1 to 0. Stretch it to go from peak_lr to "
    "final_lr.",
    "final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))",
]
