"""early_stopping: where a training should have ended, by its held-out losses."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    bumpy = 3 - np.log1p(np.arange(17)) * 0.3 + rng.normal(size=17) * 0.2
    return [
        Case(
            (np.array([3.0, 2.5, 2.6, 2.4, 2.5, 2.4, 2.7, 2.3]), 3),
            label="worked by hand: a bump, a tie, and a lower loss that comes too late",
            expected=(3, 6),
        ),
        Case((np.array([4.0, 3.0, 2.0, 1.0]), 2), label="falling to the end", expected=(3, 3)),
        Case(
            (np.array([2e9, 3e9, 4e9, 5e9, 6e9]), 1),
            label="patience 1, and huge losses",
            expected=(0, 1),
        ),
        Case(
            (np.array([2.0, 2.0 - 1e-6, 2.1, 2.2, 2.3]), 2),
            label="lower by a millionth",
            expected=(1, 3),
        ),
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


PREVIOUS = (
    "You compare each loss with the one before it. A curve that rises, falls a little and rises "
    "again then never stops, for each little fall counts as progress. Compare with the lowest so "
    "far."
)


def late_text(case, got, want):
    patience = case.args[1]
    return (
        f"You stop at {got[1]}; right is {want[1]}. Patience {patience} means: stop at evaluation "
        f"number {patience} in a row that is no better, so at index best + patience. You wait for "
        "one more."
    )


def early_text(case, got, want):
    return (
        f"You stop at {got[1]}; right is {want[1]}, at best + patience. With patience "
        f"{case.args[1]} there must be as many evaluations without progress in a row. The best one "
        "does not count as one of them: the first is the next."
    )


returns = ("best", "stop")

NEW_BEST = "            best = i\n"
LOOK = f"        if losses[i] < losses[best]:\n{NEW_BEST}"
ASK = "        if i - best == patience:\n            return best, i\n"
AT_THE_END = "best, len(losses) - 1"


def from_number(lowest):
    def answer(losses, patience):
        low, best, waited = lowest, 0, 0
        for i, loss in enumerate(losses):
            if loss < low:
                low, best, waited = loss, i, 0
            else:
                waited += 1
            if waited == patience:
                return best, i
        return best, len(losses) - 1

    return answer


mistakes = [
    Mistake(
        "against_previous",
        {
            "best = 0": "best = last = 0",
            NEW_BEST: f"{NEW_BEST}        if losses[i] < losses[i - 1]:\n            last = i\n",
            "i - best": "i - last",
        },
        PREVIOUS,
    ),
    Mistake(
        "previous_is_best",
        {"losses[best]": "losses[i - 1]"},
        PREVIOUS + " What you call the best is then only a place where it fell, too.",
    ),
    Mistake(
        "ties",
        {"<": "<="},
        "A loss that is equal to the lowest counts as better with you. Then a run that stands "
        "still never stops. Only a lower one counts: use `<`.",
    ),
    Mistake(
        "margin",
        [
            {"losses[best]:": "losses[best] - 1e-3:"},
            {"losses[best]:": "losses[best] - 1e-5:"},
            {"losses[best]:": "losses[best] and not np.isclose(losses[i], losses[best]):"},
        ],
        "A loss that is only a little lower does not count with you. Here every lower one does, "
        "by however little; only equal ones do not.",
    ),
    Mistake(
        "starting_value",
        [from_number(lowest) for lowest in (0.0, 1.0, 10.0, 100.0, 1e3, 1e6)],
        "The lowest so far begins with a number of your own, and the losses may all lie above it. "
        "Begin with the first loss, or with math.inf.",
    ),
    Mistake(
        "highest",
        {"losses[i] <": "losses[i] >"},
        "You look for higher losses. The best evaluation is the one with the lowest.",
    ),
    Mistake(
        "last_left_out",
        {"range(len(losses))": "range(len(losses) - 1)"},
        "The last evaluation is left out. It may be the best one, or the one at which patience "
        "runs out.",
    ),
    Mistake(
        "asks_before_looking",
        {LOOK + ASK: ASK + LOOK},
        "You ask whether patience has run out before you look at the loss of this evaluation. It "
        "may be a new lowest: look first, then ask.",
    ),
    Mistake(
        "looks_one_ahead",
        {"== patience": "> patience", "best, i": "best, i - 1"},
        "The index of the stop is right, but you decide one evaluation later, when another loss "
        "has been seen. If that one is a new lowest, you do not stop at all.",
    ),
    Mistake("late", {"== patience": "== patience + 1"}, late_text),
    Mistake(
        "early",
        [
            {"== patience": "== patience - 1"},
            {"== patience": "== max(1, patience - 1)"},
            {"== patience": ">= patience - 1"},
            {
                "best = 0": "best = since = 0",
                NEW_BEST: f"{NEW_BEST}            since = i - 1\n",
                "i - best": "i - since",
            },
        ],
        early_text,
    ),
    Mistake(
        "first_counts",
        {"best = 0": "best, last = 0, -1", "best = i": "best = last = i", "i - best": "i - last"},
        lambda case, got, want: (
            f"You stop at {got[1]}; right is {want[1]}. You compare the first loss with itself and "
            "count it as one without progress. Nothing comes before it, so it is the best so far."
        ),
    ),
    Mistake(
        "not_in_a_row",
        {
            "best = 0": "best = waited = 0",
            "range(": "range(1, ",
            NEW_BEST: f"{NEW_BEST}        else:\n            waited += 1\n",
            "i - best": "waited",
        },
        "You count all evaluations without progress since the beginning. Only those since the "
        "last best one count: begin again at 0 with each new best.",
    ),
    Mistake(
        "sees_the_future",
        {"return best": "return np.argmin(losses)"},
        lambda case, got, want: (
            f"Your best, {got[0]}, comes after the stop, {want[1]}. Once training has stopped, "
            "later losses are never measured: the best is the lowest up to the stop."
        ),
    ),
    Mistake(
        "lowest_of_all",
        {"best = 0": "best = np.argmin(losses)"},
        lambda case, got, want: (
            f"You look for the lowest of all losses first, {got[0]}, and wait from there. But a "
            f"run that is stopped at {want[1]} never gets so far. Walk through the losses in "
            "order, and return as soon as patience has run out."
        ),
    ),
    Mistake(
        "returns_stop_twice",
        {AT_THE_END: "len(losses) - 1, len(losses) - 1", "best, i": "i, i"},
        lambda case, got, want: (
            f"You return {got[0]} as the best, which is where training stops. The lowest loss was "
            f"at {want[0]}: those are the parameters to keep."
        ),
    ),
    Mistake(
        "swapped",
        {AT_THE_END: "len(losses) - 1, best", "best, i": "i, best"},
        "The two are swapped: first the best index, then the one at which it stops.",
    ),
    Mistake(
        "counts",
        {AT_THE_END: "best + 1, len(losses)", "best, i": "best + 1, i + 1"},
        "Both are too large by one: you count evaluations from 1. Indices begin at 0.",
    ),
    Mistake(
        "stop_is_count",
        {AT_THE_END: "best, len(losses)", "best, i": "best, i + 1"},
        lambda case, got, want: (
            f"Your second number, {got[1]}, is how many evaluations were made. The index of the "
            f"last of them is {want[1]}."
        ),
    ),
    Mistake(
        "best_from_stop",
        {AT_THE_END: "len(losses) - 1 - patience, len(losses) - 1"},
        lambda case, got, want: (
            f"You return {got[0]} as the best, the stop minus the patience. That holds where "
            f"patience has run out; here the run went to its end, and the lowest loss is at "
            f"{want[0]}."
        ),
    ),
    Mistake(
        "beyond",
        {AT_THE_END: "best, best + patience"},
        lambda case, got, want: (
            f"Your stop, {got[1]}, is best + patience, but the run has ended before: there are "
            f"{len(case.args[0])} losses. Where patience never runs out, the stop is the last "
            f"index, {want[1]}."
        ),
    ),
    Mistake(
        "never_is_none",
        [{AT_THE_END: "best, None"}, {AT_THE_END: "best, -1"}],
        lambda case, got, want: (
            f"Where patience never runs out you return {got[1]} as the stop. The contract asks for "
            f"the index of the last evaluation, {want[1]}."
        ),
    ),
    Mistake(
        "loss_itself",
        {"return best": "return losses[best]"},
        lambda case, got, want: (
            f"{number(got[0])} is the lowest loss. Return where it is: index {want[0]}."
        ),
    ),
    Mistake(
        "last_of_equals",
        {
            "best = 0": "best = last = 0",
            NEW_BEST: f"{NEW_BEST}        if losses[i] == losses[best]:\n            last = i\n",
            "return best": "return last",
        },
        lambda case, got, want: (
            f"The loss at {got[0]} is as low as the one at {want[0]}, which came first. Of equals "
            "the first is the best: it took fewer steps."
        ),
    ),
]

hints = [
    "Walk through the losses and remember where the lowest so far was.",
    "A new lowest moves `best`. After each evaluation, ask how far back `best` lies.",
    "if i - best == patience: return best, i. After the loop nothing was returned: the run went "
    "to its end.",
    "for i in range(len(losses)): first `if losses[i] < losses[best]: best = i`, then the "
    "question of the hint before. After the loop: return best, len(losses) - 1.",
]
