"""Right answers to warmup_cosine, in other styles."""

import math

from right_answers import each_is_right


def schedule_by_slope(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if warmup_steps and step <= warmup_steps:
        return step * (peak_lr / warmup_steps)
    angle = math.pi * (min(step, total_steps) - warmup_steps) / (total_steps - warmup_steps)
    share = math.cos(angle / 2) ** 2
    return share * peak_lr + (1 - share) * final_lr


def schedule_with_early_return(step, peak_lr, warmup_steps, total_steps, final_lr=0.0):
    if step >= total_steps:
        return final_lr
    if step < warmup_steps:
        return peak_lr * step / warmup_steps
    done = (step - warmup_steps) / (total_steps - warmup_steps)
    return final_lr + (peak_lr - final_lr) * (1 + math.cos(math.pi * done)) / 2


ANSWERS = [schedule_by_slope, schedule_with_early_return]

test_is_right = each_is_right("warmup_cosine", ANSWERS)
