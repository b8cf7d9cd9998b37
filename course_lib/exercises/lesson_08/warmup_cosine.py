"""Exercise: warmup_cosine."""

import math

from course_lib import optim

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def warmup_cosine_cases(rng):
    return [
        Case((5, 0.1, 10, 110), label="half of the warm-up", expected=0.05),
        Case((10, 0.1, 10, 110), label="the end of the warm-up", expected=0.1),
        Case((60, 0.1, 10, 110), label="half of the way down", expected=0.05),
        # cos(pi / 3) = 1/2: 0.5 * 0.1 * 1.5.
        Case((40, 0.1, 10, 100), label="a third of the way down", expected=0.075),
        Case((110, 0.1, 10, 110), label="the last step", expected=0.0),
        Case((1, 0.3, 7, 50), label="the first step"),
        Case((1, 0.3, 0, 50), label="no warm-up"),
        Case((23, 0.3, 7, 50, 0.02), label="an end above 0"),
        Case((50, 0.3, 7, 50, 0.02), label="the last step, an end above 0"),
        Case((3, 0.3, 7, 50, 0.02), label="the warm-up, an end above 0"),
        Case((60, 0.3, 7, 50, 0.02), label="after the end"),
    ]


def _schedule(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


def _variant(start=0, from_zero=False, whole=False, low=False, linear=False, beyond=False):
    def schedule(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
        if step < warmup_steps and not from_zero:
            return peak_lr * (step + start) / warmup_steps
        begin = 0 if from_zero else warmup_steps
        done = (step - begin) / (total_steps - begin)
        done = done if beyond else min(1.0, done)
        if linear:
            return final_lr + (peak_lr - final_lr) * (1 - done)
        wave = 1 + math.cos((2 if whole else 1) * math.pi * done)
        if low:
            return final_lr + 0.5 * peak_lr * wave
        return final_lr + 0.5 * (peak_lr - final_lr) * wave

    return schedule


def _warmup_then_begun_at_zero(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, step / total_steps)
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


def _only_cosine(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


def _length_of_all(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / total_steps)
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


def _quarter(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + (peak_lr - final_lr) * math.cos(math.pi / 2 * done)


def _no_half(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done))


def _degrees(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(180 * done))


def _line_times_cosine(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    rise = min(1.0, step / max(1, warmup_steps))
    done = min(1.0, step / total_steps)
    return rise * (final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done)))


def _zero_after_the_end(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step > total_steps:
        return 0.0
    return _schedule(step, peak_lr, warmup_steps, total_steps, final_lr)


def _line_from_final(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step < warmup_steps:
        return final_lr + (peak_lr - final_lr) * step / warmup_steps
    return _schedule(step, peak_lr, warmup_steps, total_steps, final_lr)


def _down(of_share):
    """The warm-up, and then something else than half a cosine."""

    def schedule(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
        if step < warmup_steps:
            return peak_lr * step / warmup_steps
        done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
        return of_share(done, peak_lr, final_lr)

    return schedule


def _by_slope(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if warmup_steps and step <= warmup_steps:
        return step * (peak_lr / warmup_steps)
    angle = math.pi * (min(step, total_steps) - warmup_steps) / (total_steps - warmup_steps)
    share = math.cos(angle / 2) ** 2
    return share * peak_lr + (1 - share) * final_lr


def _early_return(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step >= total_steps:
        return final_lr
    return _schedule(step, peak_lr, warmup_steps, total_steps, final_lr)


register(
    Exercise(
        name="warmup_cosine",
        lesson=8,
        reference=optim.warmup_cosine,
        shown=_schedule,
        returns=("rate",),
        cases=warmup_cosine_cases,
        mistakes=(
            Mistake(
                "no_warmup",
                _variant(from_zero=True),
                "There is no warm-up: the rate starts at its peak. For step < warmup_steps it is a "
                "line from 0: peak_lr · step / warmup_steps.",
            ),
            Mistake(
                "only_cosine",
                _only_cosine,
                "There is no warm-up. For step < warmup_steps the rate is on a line from 0: "
                "peak_lr · step / warmup_steps.",
            ),
            Mistake(
                "cosine_from_step_0",
                _warmup_then_begun_at_zero,
                lambda case, got, want: (
                    "The cosine counts from step 0, as if there were no warm-up, so that the rate "
                    f"drops to {number(got)} when the warm-up ends. Its share of the way is "
                    "(step − warmup_steps) / (total_steps − warmup_steps)."
                ),
            ),
            Mistake(
                "line_times_cosine",
                _line_times_cosine,
                "The warm-up is a factor on a cosine that falls from step 0 on, so the peak is "
                "never reached. The two are pieces, one after the other: the line until "
                "warmup_steps, then the cosine.",
            ),
            Mistake(
                "zero_after_the_end",
                _zero_after_the_end,
                lambda case, got, want: (
                    "After total_steps the rate is 0. It stays at final_lr, here "
                    f"{number(case.args[4])}."
                ),
            ),
            Mistake(
                "length_of_all",
                _length_of_all,
                "You divide the steps since the warm-up by all of total_steps, so the cosine never "
                "comes to its end. What is left after the warm-up is total_steps − warmup_steps.",
            ),
            Mistake(
                "whole_wave",
                _variant(whole=True),
                "This is a whole wave: down, and up again to the peak at the last step. Half a "
                "cosine goes from 0 to π.",
            ),
            Mistake(
                "no_half",
                _no_half,
                lambda case, got, want: (
                    f"The rate jumps to twice the peak when the warm-up ends: here it is "
                    f"{number(got)}. 1 + cos goes from 2 to 0; half of it goes from 1 to 0."
                ),
            ),
            Mistake(
                "quarter",
                _quarter,
                "This is a quarter of a cosine, which falls fastest at the end. Half of one, "
                "½ (1 + cos(π · done)), comes to its end gently.",
            ),
            Mistake(
                "straight",
                _variant(linear=True),
                "The rate falls on a straight line. Bend it: ½ (1 + cos(π · done)) in place of "
                "1 − done.",
            ),
            Mistake(
                "degrees",
                _degrees,
                "You give the cosine 180 as if it took degrees. math.cos takes radians: half a "
                "turn is math.pi.",
            ),
            Mistake(
                "one_step_early",
                _variant(start=1),
                "The warm-up is one step ahead. Steps are counted from 1 already: step 1 of 10 "
                "gives a tenth of the peak.",
            ),
            Mistake(
                "one_step_late",
                _variant(start=-1),
                "The warm-up is one step behind. Steps are counted from 1: step 1 of 10 gives a "
                "tenth of the peak, not 0.",
            ),
            Mistake(
                "no_pi",
                _down(
                    lambda done, peak, final: final + 0.5 * (peak - final) * (1 + math.cos(done))
                ),
                "π is missing: the cosine of the share itself falls only to cos 1 = 0.54. Half a "
                "wave goes from 0 to π: math.cos(math.pi * done).",
            ),
            Mistake(
                "upside_down",
                _down(
                    lambda done, peak, final: (
                        final + 0.5 * (peak - final) * (1 - math.cos(math.pi * done))
                    )
                ),
                "1 − cos rises from 0 to 2. The rate is to fall from the peak: 1 + cos.",
            ),
            Mistake(
                "no_final",
                _down(lambda done, peak, final: 0.5 * peak * (1 + math.cos(math.pi * done))),
                lambda case, got, want: (
                    "The rate falls to 0 whatever final_lr is; here it is "
                    f"{number(case.args[4])}. The cosine goes from peak_lr down to final_lr: its "
                    "height is the difference of the two, and final_lr is added."
                ),
            ),
            Mistake(
                "no_final_added",
                _down(
                    lambda done, peak, final: 0.5 * (peak - final) * (1 + math.cos(math.pi * done))
                ),
                "The height of the cosine is right, but it ends at 0: add final_lr.",
            ),
            Mistake(
                "final_as_floor",
                _down(
                    lambda done, peak, final: max(
                        final, 0.5 * peak * (1 + math.cos(math.pi * done))
                    )
                ),
                lambda case, got, want: (
                    "The cosine falls towards 0 and is cut off at final_lr = "
                    f"{number(case.args[4])}. It should arrive there only at the end: its height "
                    "is peak_lr − final_lr, and final_lr is added."
                ),
            ),
            Mistake(
                "final_on_top",
                _variant(low=True),
                lambda case, got, want: (
                    f"You add final_lr = {number(case.args[4])} on top of the whole cosine, so it "
                    "starts above the peak. The cosine goes from peak_lr down to final_lr: its "
                    "height is the difference of the two."
                ),
            ),
            Mistake(
                "warmup_from_final",
                _line_from_final,
                "The warm-up starts from final_lr. It starts from 0, whatever the end is.",
            ),
            Mistake(
                "beyond_the_end",
                _variant(beyond=True),
                "After the last step the cosine goes up again. Stop it there: let the share of the "
                "way be at most 1.",
            ),
        ),
        correct=(_schedule, _by_slope, _early_return),
        hints=(
            "Two pieces with an `if` between them: a line up, then half a cosine down.",
            "Up: peak_lr * step / warmup_steps. For the way down, first work out which share of it "
            "is done, a number from 0 to 1: min(1.0, (step - warmup_steps) / (total_steps - "
            "warmup_steps)).",
            "0.5 * (1 + math.cos(math.pi * done)) goes from 1 to 0. Stretch it to go from peak_lr "
            "to final_lr.",
            "final_lr + 0.5 * (peak_lr - final_lr) * (1 + math.cos(math.pi * done))",
        ),
    )
)
