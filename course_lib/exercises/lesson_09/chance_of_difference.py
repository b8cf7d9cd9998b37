"""Exercise: chance_of_difference."""

import itertools
import math

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number
from . import wrong_chances as wrong


def chance_of_difference(a, b):
    """Deal the results of two groups anew in all ways: how often do they differ at least so much?

    Parameters
    ----------
    a, b : arrays (n,) and (m,)
        The results of both groups, such as one held-out loss for each seed.

    Returns
    -------
    float
        The share, in (0, 1], of all ways to deal the n + m results into groups of n and m whose
        means are at least as far apart as those of a and b (Fisher 1935; Pitman 1937).
    """
    pooled = [*a, *b]
    everyone = range(len(pooled))

    def distance(first):
        x = [pooled[i] for i in first]
        y = [pooled[i] for i in everyone if i not in first]
        return abs(sum(x) / len(x) - sum(y) / len(y))

    observed = distance(everyone[: len(a)])
    dealt = [distance(first) for first in itertools.combinations(everyone, len(a))]
    return sum(d >= observed - 1e-6 for d in dealt) / len(dealt)


def chance_of_difference_cases(rng):
    return [
        # 24|56: 0.25; 25|..: 2.4 2.6 | 2.5 2.8: 0.15; 2.4 2.8 | 2.5 2.6: 0.05; and each mirrored.
        Case(
            (np.array([2.4, 2.5]), np.array([2.6, 2.8])),
            label="two and two, worked by hand",
            expected=1 / 3,
        ),
        # 1 2 | 4: 2.5; 1 4 | 2: 0.5; 2 4 | 1: 2.
        Case(
            (np.array([1.0, 2.0]), np.array([4.0])),
            label="two and one, worked by hand",
            expected=1 / 3,
        ),
        # 1 | 4 5: 3.5; 4 | 1 5: 1; 5 | 1 4: 2.5.
        Case(
            (np.array([4.0]), np.array([1.0, 5.0])),
            label="the smallest difference of all",
            expected=1.0,
        ),
        # Two of the twenty ways part the three small ones from the three large ones.
        Case(
            (np.array([2.9, 2.7, 2.8]), np.array([2.1, 2.0, 2.3])),
            label="three and three that do not overlap",
            expected=0.1,
        ),
        Case(
            (np.array([0.2, 0.2, 0.5]), np.array([0.2, 0.9])),
            label="equal results, which are still different runs",
        ),
        Case(
            (np.array([0.8, 0.9, 0.6]), np.array([0.5, 0.9, 0.3])),
            label="many dealings with exactly the observed difference, but for rounding",
        ),
        Case(
            (rng.normal(2.4, 0.03, size=5), rng.normal(2.45, 0.03, size=3)),
            label="five and three",
        ),
        Case((rng.normal(2.4, 0.03, size=6), rng.normal(2.38, 0.05, size=5)), label="six and five"),
    ]


def _with_arrays(a, b):
    a, b = np.asarray(a), np.asarray(b)
    pooled, n = np.concatenate([a, b]), len(a)
    rows = np.array(list(itertools.combinations(range(len(pooled)), n)))
    chosen = np.zeros((len(rows), len(pooled)), dtype=bool)
    np.put_along_axis(chosen, rows, True, axis=1)
    first = (pooled * chosen).sum(axis=1) / n
    second = (pooled * ~chosen).sum(axis=1) / len(b)
    return float((np.abs(first - second) >= abs(a.mean() - b.mean()) - 1e-6).mean())


def _by_the_rest(a, b):
    pooled, n, m = [float(x) for x in (*a, *b)], len(a), len(b)
    total = sum(pooled)
    observed = abs(sum(map(float, a)) / n - sum(map(float, b)) / m)
    count = 0
    for x in itertools.combinations(pooled, n):
        d = abs(sum(x) / n - (total - sum(x)) / m)
        if d > observed or math.isclose(d, observed, abs_tol=1e-6):
            count += 1
    return count / math.comb(n + m, n)


def _sizes(case):
    return f"{len(case.args[0])} and {len(case.args[1])}"


def _times(case):
    n, m = (len(group) for group in case.args)
    return math.comb(n + m, n)


_ONE_SIDED = (
    "You count only the dealings that differ in the same direction as a and b. Had the other "
    "setting won, you would have been just as surprised, so both directions count: compare "
    "absolute differences."
)
_ROUNDING = (
    "You compare with `>= observed` exactly. Sums of the same numbers in another order differ in "
    "their last bit, and dealings that are as far apart as the observed one fall out. Leave room: "
    "`>= observed - 1e-6`."
)
_STRICT = (
    "You count only dealings that differ by more than the observed difference. Those that differ "
    "by as much count, too, and the observed one is among them, so that the share is never 0: use "
    "`>= observed - 1e-6`."
)

register(
    Exercise(
        name="chance_of_difference",
        lesson=9,
        reference=chance_of_difference,
        returns=("share",),
        cases=chance_of_difference_cases,
        mistakes=(
            Mistake(
                "half_absolute",
                wrong.half_absolute,
                _ONE_SIDED + " You take the absolute value of the observed one only.",
            ),
            Mistake("one_sided", wrong.one_sided, _ONE_SIDED),
            Mistake(
                "one_sided_other",
                wrong.one_sided_other,
                _ONE_SIDED + " (Yours are mean(b) − mean(a).)",
            ),
            Mistake("strict", wrong.strict, _STRICT),
            Mistake("no_rounding", wrong.no_rounding, _ROUNDING),
            Mistake(
                "at_most",
                wrong.at_most,
                "You count the dealings that are at most as far apart as a and b. Those that are "
                "at least as far apart show what luck can do: use `>= observed - 1e-6`.",
            ),
            Mistake(
                "against_all",
                wrong.against_all,
                "You compare each dealt group with the mean of all results. The observed "
                "difference is one between two groups: take the mean of the other positions, too.",
            ),
            Mistake(
                "without_observed",
                wrong.without_observed,
                "You leave the observed dealing out of the count. It is one of the dealings that "
                "luck could have made, so it counts; the share is then never 0.",
            ),
            Mistake(
                "one_more",
                wrong.one_more,
                lambda case, got, want: (
                    "You add 1 to the count and to the total. That is done where dealings are "
                    "drawn at random, to stand for the observed one. Here all "
                    f"{_times(case)} are gone through, and the observed one is among them."
                ),
            ),
            Mistake(
                "the_count",
                wrong.the_count,
                lambda case, got, want: (
                    f"{number(got)} is the number of dealings. Divide by how many there are, "
                    f"{_times(case)}: the share is {number(want)}."
                ),
            ),
            Mistake(
                "difference_itself",
                lambda a, b: abs(np.mean(a) - np.mean(b)),
                lambda case, got, want: (
                    f"{number(got)} is how far apart the means of a and b are. That is the start: "
                    f"now deal all {_times(case)} ways, and count how many are at least that far."
                ),
            ),
            Mistake(
                "halves",
                wrong.halves,
                lambda case, got, want: (
                    "You deal into two halves. The groups have sizes of their own, here "
                    f"{_sizes(case)}, and the dealt groups must have the same."
                ),
            ),
            Mistake(
                "mirrored",
                wrong.mirrored,
                "You leave out the dealings in which the first result changes its group. For "
                "groups of the same size these are mirror images, and the share is the same. For "
                "unequal sizes they are other dealings: go through all.",
            ),
            Mistake(
                "sums",
                wrong.sums,
                lambda case, got, want: (
                    "You compare sums. In groups of different sizes, here "
                    f"{_sizes(case)}, the larger one has the larger sum whatever its "
                    "results are. Compare means."
                ),
            ),
            Mistake(
                "by_value",
                wrong.by_value,
                "You make the second group of those values that are not in the first. Where two "
                "runs have the same result, both vanish from it. Deal positions, not values: "
                "combinations of range(n + m).",
            ),
            Mistake(
                "without_twins",
                wrong.without_twins,
                lambda case, got, want: (
                    "You count dealings with the same values only once. Two runs with the same "
                    f"result are still two runs: there are {_times(case)} dealings, some of which "
                    "look alike. Deal positions, and keep them in a list."
                ),
            ),
            Mistake(
                "pairs",
                wrong.pairs,
                lambda case, got, want: (
                    f"{number(got)} is how often a single run of the worse group beats one of the "
                    "better group, over all pairs. Here the question is another: put all results "
                    "into one pot and deal the groups anew."
                ),
            ),
            Mistake(
                "signs",
                wrong.signs,
                "You pair a[i] with b[i] and flip the signs of their differences. That is the test "
                "for runs that belong together in pairs. Here nothing is paired, and the groups "
                "may have different sizes: deal the pooled results.",
            ),
        ),
        correct=(_with_arrays, _by_the_rest),
        hints=(
            "Put all results into one list. Which sets of positions could have been the first "
            "group?",
            "itertools.combinations(range(n + m), n) gives them all; the other positions are the "
            "second group.",
            "For each, the absolute difference of the two means. Count how many are at least "
            "observed - 1e-6, and divide by how many there are.",
            "first = combination; second = [i for i in range(n + m) if i not in first]",
        ),
        seconds=10.0,
    )
)
