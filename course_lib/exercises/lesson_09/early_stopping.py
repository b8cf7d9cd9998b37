"""Exercise: early_stopping."""

import math

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_stopping as wrong


def early_stopping(losses, patience):
    """Say which evaluation is the best, and at which one training is stopped.

    Parameters
    ----------
    losses : array (n,)
        Held-out losses, in the order in which they were measured; n >= 1.
    patience : int, at least 1
        Stop after so many evaluations in a row without a lower loss than the lowest before.

    Returns
    -------
    best, stop : int
        Index of the lowest loss up to `stop`, the first of equals; index of the evaluation after
        which training ends, the last one if patience never runs out.
    """
    best = 0
    for i in range(len(losses)):
        if losses[i] < losses[best]:
            best = i
        if i - best == patience:
            return best, i
    return best, len(losses) - 1


def early_stopping_cases(rng):
    bumpy = 3 - np.log1p(np.arange(17)) * 0.3 + rng.normal(size=17) * 0.2
    return [
        Case(
            (np.array([3.0, 2.5, 2.6, 2.4, 2.5, 2.4, 2.7, 2.3]), 3),
            label="worked by hand: a bump, a tie, and a lower loss that comes too late",
            expected=(3, 6),
        ),
        Case((np.array([4.0, 3.0, 2.0, 1.0]), 2), label="falling to the end", expected=(3, 3)),
        Case((np.array([2.0, 3.0, 4.0, 5.0, 6.0]), 1), label="patience 1", expected=(0, 1)),
        # Down again after each rise, but not below 2.0: waits at 2, 3 and 4.
        Case(
            (np.array([3.0, 2.0, 2.8, 2.6, 2.4, 2.2, 2.1]), 3),
            label="falling again, but not below the lowest",
            expected=(1, 4),
        ),
        Case(
            (np.array([3.0, 2.0, 2.1, 1.9, 2.0, 1.8, 1.9, 1.7, 2.6]), 2),
            label="new bests in between",
            expected=(7, 8),
        ),
        Case(
            (np.array([2.0, 2.0, 2.0, 2.0, 2.0, 1.0]), 3),
            label="all equal, then lower",
            expected=(0, 3),
        ),
        Case((np.array([2.5]), 2), label="a single evaluation", expected=(0, 0)),
        Case((bumpy, 4), label="a bumpy way down"),
        Case((2.5 + (np.arange(13) - 5.0) ** 2 / 40, 5), label="down and up again"),
    ]


def _counting(losses, patience):
    best_loss, best, waited = math.inf, 0, 0
    for i, loss in enumerate(losses):
        if loss < best_loss:
            best_loss, best, waited = loss, i, 0
        else:
            waited += 1
            if waited >= patience:
                return best, i
    return best, i


def _all_at_once(losses, patience):
    losses = np.asarray(losses)
    lowest = np.minimum.accumulate(losses)
    is_new = np.append(True, losses[1:] < lowest[:-1])
    latest = np.maximum.accumulate(np.where(is_new, np.arange(len(losses)), 0))
    ends = np.flatnonzero(np.arange(len(losses)) - latest >= patience)
    stop = ends[0] if len(ends) else len(losses) - 1
    return int(latest[stop]), int(stop)


_PREVIOUS = (
    "You compare each loss with the one before it. A curve that rises, falls a little and rises "
    "again then never stops, for each little fall counts as progress. Compare with the lowest so "
    "far."
)


def _late_text(case, got, want):
    patience = case.args[1]
    return (
        f"You stop at {got[1]}; right is {want[1]}. Patience {patience} means: stop at evaluation "
        f"number {patience} in a row that is no better, so at index best + patience. You wait for "
        "one more."
    )


def _early_text(case, got, want):
    return (
        f"You stop at {got[1]}; right is {want[1]}. The best evaluation itself does not count as "
        f"one without progress: the first that does is the next one. With patience {case.args[1]} "
        "the stop is at best + patience."
    )


register(
    Exercise(
        name="early_stopping",
        lesson=9,
        reference=early_stopping,
        returns=("best", "stop"),
        cases=early_stopping_cases,
        mistakes=(
            Mistake("against_previous", wrong.against_previous, _PREVIOUS),
            Mistake(
                "previous_is_best",
                wrong.previous_is_best,
                _PREVIOUS + " What you call the best is then only a place where it fell, too.",
            ),
            Mistake(
                "ties",
                wrong.ties,
                "A loss that is equal to the lowest counts as better with you. Then a run that "
                "stands still never stops. Only a lower one counts: use `<`.",
            ),
            Mistake("late", wrong.patience(1), _late_text),
            Mistake("early", wrong.patience(-1), _early_text),
            Mistake(
                "first_counts",
                wrong.first_counts,
                lambda case, got, want: (
                    f"You stop at {got[1]}; right is {want[1]}. You compare the first loss with "
                    "itself and count it as one without progress. Nothing comes before it, so it "
                    "is the best so far."
                ),
            ),
            Mistake(
                "not_in_a_row",
                wrong.not_in_a_row,
                "You count all evaluations without progress since the beginning. Only those since "
                "the last best one count: begin again at 0 with each new best.",
            ),
            Mistake(
                "sees_the_future",
                wrong.sees_the_future,
                lambda case, got, want: (
                    f"Your best, {got[0]}, comes after the stop, {want[1]}. Once training has "
                    "stopped, later losses are never measured: the best is the lowest up to the "
                    "stop."
                ),
            ),
            Mistake(
                "lowest_of_all",
                wrong.lowest_of_all,
                lambda case, got, want: (
                    f"You look for the lowest of all losses first, {got[0]}, and wait from there. "
                    f"But a run that is stopped at {want[1]} never gets so far. Walk through the "
                    "losses in order, and return as soon as patience has run out."
                ),
            ),
            Mistake(
                "returns_stop_twice",
                wrong.returns(lambda losses, patience, best, stop: (stop, stop)),
                lambda case, got, want: (
                    f"You return {got[0]} as the best, which is where training stops. The lowest "
                    f"loss was at {want[0]}: those are the parameters to keep."
                ),
            ),
            Mistake(
                "swapped",
                wrong.returns(lambda losses, patience, best, stop: (stop, best)),
                "The two are swapped: first the best index, then the one at which it stops.",
            ),
            Mistake(
                "counts",
                wrong.returns(lambda losses, patience, best, stop: (best + 1, stop + 1)),
                "Both are too large by one: you count evaluations from 1. Indices begin at 0.",
            ),
            Mistake(
                "stop_is_count",
                wrong.returns(lambda losses, patience, best, stop: (best, stop + 1)),
                lambda case, got, want: (
                    f"Your second number, {got[1]}, is how many evaluations were made. The index "
                    f"of the last of them is {want[1]}."
                ),
            ),
            Mistake(
                "beyond",
                wrong.returns(wrong.beyond),
                lambda case, got, want: (
                    f"Your stop, {got[1]}, is best + patience, but the run has ended before: there "
                    f"are {len(case.args[0])} losses. Where patience never runs out, the stop is "
                    f"the last index, {want[1]}."
                ),
            ),
            Mistake(
                "never_is_none",
                wrong.never(lambda losses: None),
                lambda case, got, want: (
                    "Where patience never runs out you return None as the stop. The contract asks "
                    f"for the index of the last evaluation, {want[1]}."
                ),
            ),
            Mistake(
                "never_is_minus_one",
                wrong.never(lambda losses: -1),
                lambda case, got, want: (
                    "Where patience never runs out you return -1 as the stop. The contract asks "
                    f"for the index of the last evaluation, {want[1]}."
                ),
            ),
            Mistake(
                "loss_itself",
                wrong.returns(lambda losses, patience, best, stop: (float(losses[best]), stop)),
                lambda case, got, want: (
                    f"{number(got[0])} is the lowest loss. Return where it is: index {want[0]}."
                ),
            ),
            Mistake(
                "last_of_equals",
                wrong.last_of_equals,
                lambda case, got, want: (
                    f"The loss at {got[0]} is as low as the one at {want[0]}, which came first. "
                    "Of equals the first is the best: it took fewer steps."
                ),
            ),
        ),
        correct=(_counting, _all_at_once),
        hints=(
            "Walk through the losses and remember where the lowest so far was.",
            "A new lowest moves `best`. After each evaluation, ask how far back `best` lies.",
            "if i - best == patience: return best, i. After the loop nothing was returned: the "
            "run went to its end.",
            "for i in range(len(losses)): first `if losses[i] < losses[best]: best = i`, then the "
            "question of the hint before. After the loop: return best, len(losses) - 1.",
        ),
    )
)
