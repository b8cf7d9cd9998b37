"""chance_of_difference: how often luck alone makes two groups differ as much as these do."""

import itertools
import math

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        # 24|56: 0.25; 25|..: 2.4 2.6 | 2.5 2.8: 0.15; 2.4 2.8 | 2.5 2.6: 0.05; and each mirrored.
        Case(
            (np.array([2.4, 2.5]), np.array([2.6, 2.8])),
            label="two and two, worked by hand",
            expected=1 / 3,
            proves="groups of two",
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
        # 1 | 0, 0.49997: 0.750015; 0 | ..: 0.749985; 0.49997 | ..: 0.00003.
        Case(
            (np.array([1.0]), np.array([0.0, 0.49997])),
            label="another dealing is 0.00003 nearer",
            expected=1 / 3,
        ),
        Case((np.array([-0.3]), np.array([0.2])), label="one and one", expected=1.0),
        # Two of the twenty ways part the three small ones from the three large ones.
        Case(
            (np.array([2.9, 2.7, 2.8]), np.array([2.1, 2.0, 2.3])),
            label="three and three that do not overlap",
            expected=0.1,
            proves="results that are all different",
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
            (rng.normal(2.4, 0.03, size=5), rng.normal(2.45, 0.03, size=3)), label="five and three"
        ),
        Case((rng.normal(2.4, 0.03, size=6), rng.normal(2.38, 0.05, size=5)), label="six and five"),
    ]


def sizes(case):
    return f"{len(case.args[0])} and {len(case.args[1])}"


def times(case):
    n, m = (len(group) for group in case.args)
    return math.comb(n + m, n)


returns = ("share",)
seconds = 10.0

ONE_SIDED = (
    "You compare differences with their sign, so that only one direction counts. Had the other "
    "setting won, you would have been just as surprised: both directions count. Take absolute "
    "values, of the observed difference and of each dealt one."
)

ROUNDING = (
    "You compare with `>= observed` exactly. Sums of the same numbers in another order differ in "
    "their last bit, and dealings that are as far apart as the observed one fall out. Leave room: "
    "`>= observed - 1e-6`."
)

STRICT = (
    "You count only dealings that differ by more than the observed difference. Those that differ "
    "by as much count, too, and the observed one is among them, so that the share is never 0: use "
    "`>= observed - 1e-6`."
)

SIGNED = "(sum(x) / len(x) - sum(y) / len(y))"
DISTANCE = f"abs{SIGNED}"
WAYS = "itertools.combinations(everyone, len(a))"
SHARE = "sum(d >= observed - 1e-6 for d in dealt) / len(dealt)"
TRUE_DISTANCE = {"distance(everyone[: len(a)])": "abs(np.mean(a) - np.mean(b))"}


def pairs(a, b):
    better, worse = sorted([a, b], key=np.mean)
    return float((worse[:, None] < better).mean())


def signs(a, b):
    differences = np.array([x - y for x, y in zip(a, b, strict=True)])
    flips = itertools.product([1, -1], repeat=len(a))
    dealt = [abs((differences * flip).mean()) for flip in flips]
    return sum(d >= abs(differences.mean()) - 1e-6 for d in dealt) / len(dealt)


def any_size(a, b):
    pooled = np.array([*a, *b])
    dealt = []
    for chosen in itertools.product([True, False], repeat=len(pooled)):
        first = np.array(chosen)
        if first.any() and not first.all():
            dealt.append(abs(pooled[first].mean() - pooled[~first].mean()))
    return float(np.mean(np.array(dealt) >= abs(a.mean() - b.mean()) - 1e-6))


def doubled(a, b):
    pooled = [*a, *b]
    sums = np.array([sum(first) for first in itertools.combinations(pooled, len(a))])
    above, below = np.mean(sums >= sum(a) - 1e-6), np.mean(sums <= sum(a) + 1e-6)
    return float(min(1.0, 2 * min(above, below)))


mistakes = [
    Mistake(
        "observed_alone",
        {SHARE: "1 / len(dealt)"},
        lambda case, got, want: (
            f"{number(got)} is the share of a single dealing. Count all that are at least as far "
            f"apart as the observed one: {number(want * times(case))} of {times(case)}."
        ),
    ),
    Mistake(
        "one_sided",
        [
            {DISTANCE: SIGNED},
            {DISTANCE: f"-{SIGNED}"},
            {DISTANCE: SIGNED} | TRUE_DISTANCE,
            {DISTANCE: f"-{SIGNED}"} | TRUE_DISTANCE,
            {DISTANCE: SIGNED, "d >= observed": "(d if observed > 0 else -d) >= abs(observed)"},
        ],
        ONE_SIDED,
    ),
    Mistake("strict", {">= observed - 1e-6": "> observed + 1e-6"}, STRICT),
    Mistake(
        "no_rounding",
        [
            {" - 1e-6": ""},
            {DISTANCE: "abs(np.mean(x) - np.mean(y))", " - 1e-6": ""},
        ],
        ROUNDING,
    ),
    Mistake(
        "at_most",
        {">= observed - 1e-6": "<= observed + 1e-6"},
        "You count the dealings that are at most as far apart as a and b. Those that are at least "
        "as far apart show what luck can do: use `>= observed - 1e-6`.",
    ),
    Mistake(
        "the_nearer_ones",
        {SHARE: f"1 - {SHARE}"},
        lambda case, got, want: (
            f"{number(got)} is the share of the dealings that are nearer. Wanted are the others, "
            f"those at least as far apart: {number(want)}."
        ),
    ),
    Mistake(
        "too_much_room",
        [{"1e-6": "1e-3"}, {"1e-6": "1e-4"}, {"1e-6": "1e-2"}],
        "You leave too much room for rounding: dealings count that are nearer than the observed "
        "one. The contract's 1e-6 is far more than rounding and far less than a difference of two "
        "results.",
    ),
    Mistake(
        "medians",
        {DISTANCE: "abs(np.median(x) - np.median(y))"},
        "You compare medians. The question is about the means of the two groups.",
    ),
    Mistake(
        "any_size",
        any_size,
        lambda case, got, want: (
            "You deal into groups of any size. The groups keep the sizes of a and b, here "
            f"{sizes(case)}: that gives {times(case)} dealings."
        ),
    ),
    Mistake(
        "doubled",
        doubled,
        "You double the share of the smaller tail. Both directions count, and each dealing once: "
        "those whose means are at least as far apart, whichever is the larger.",
    ),
    Mistake(
        "against_all",
        {"[distance(first)": "[abs(np.mean([pooled[i] for i in first]) - np.mean(pooled))"},
        "You compare each dealt group with the mean of all results. The observed difference is "
        "one between two groups: take the mean of the other positions, too.",
    ),
    Mistake(
        "without_observed",
        [
            {"in dealt)": "in dealt[1:])"},
            {"in dealt) / len(dealt)": "in dealt[1:]) / max(1, len(dealt) - 1)"},
        ],
        "You leave the observed dealing out of the count. It is one of the dealings that luck "
        "could have made, so it counts; the share is then never 0.",
    ),
    Mistake(
        "one_more",
        {SHARE: "(1 + sum(d >= observed - 1e-6 for d in dealt)) / (1 + len(dealt))"},
        lambda case, got, want: (
            "You add 1 to the count and to the total. That is done where dealings are drawn at "
            f"random, to stand for the observed one. Here all {times(case)} are gone through, and "
            "the observed one is among them."
        ),
    ),
    Mistake(
        "the_count",
        {" / len(dealt)": ""},
        lambda case, got, want: (
            f"{number(got)} is the number of dealings. Divide by how many there are, "
            f"{times(case)}: the share is {number(want)}."
        ),
    ),
    Mistake(
        "difference_itself",
        {SHARE: "observed"},
        lambda case, got, want: (
            f"{number(got)} is how far apart the means of a and b are. That is the start: now deal "
            f"all {times(case)} ways, and count how many are at least that far."
        ),
    ),
    Mistake(
        "halves",
        {WAYS: "itertools.combinations(everyone, len(pooled) // 2)"},
        lambda case, got, want: (
            f"You deal into two halves. The groups have sizes of their own, here {sizes(case)}, "
            "and the dealt groups must have the same."
        ),
    ),
    Mistake(
        "mirrored",
        [
            {WAYS: f"{WAYS} if 0 in first"},
            {WAYS: f"{WAYS} if pooled[0] in [pooled[i] for i in first]"},
        ],
        "You leave out the dealings in which the first result changes its group. For groups of "
        "the same size these are mirror images, and the share is the same. For unequal sizes they "
        "are other dealings: go through all.",
    ),
    Mistake(
        "sums",
        {" / len(x)": "", " / len(y)": ""},
        lambda case, got, want: (
            f"You compare sums. In groups of different sizes, here {sizes(case)}, the larger one "
            "has the larger sum whatever its results are. Compare means."
        ),
    ),
    Mistake(
        "by_value",
        {
            "[pooled[i] for i in everyone if i not in first]": "[p for p in pooled if p not in x]",
            "sum(y) / len(y)": "np.mean(y)",
            **TRUE_DISTANCE,
        },
        "You make the second group of those values that are not in the first. Where two runs have "
        "the same result, both vanish from it. Deal positions, not values: combinations of "
        "range(n + m).",
    ),
    Mistake(
        "without_twins",
        {WAYS: f"{{tuple(sorted(pooled[i] for i in way)): way for way in {WAYS}}}.values()"},
        lambda case, got, want: (
            "You count dealings with the same values only once. Two runs with the same result are "
            f"still two runs: there are {times(case)} dealings, some of which look alike. Deal "
            "positions, and keep them in a list."
        ),
    ),
    Mistake(
        "pairs",
        pairs,
        lambda case, got, want: (
            f"{number(got)} is how often a single run of the worse group beats one of the better "
            "group, over all pairs. Here the question is another: put all results into one pot and "
            "deal the groups anew."
        ),
    ),
    Mistake(
        "signs",
        signs,
        "You pair a[i] with b[i] and flip the signs of their differences. That is the test for "
        "runs that belong together in pairs. Here nothing is paired, and the groups may have "
        "different sizes: deal the pooled results.",
    ),
]

hints = [
    "Put all results into one list. Which sets of positions could have been the first group?",
    "itertools.combinations(range(n + m), n) gives them all; the other positions are the second "
    "group.",
    "For each, the absolute difference of the two means. Count how many are at least observed - "
    "1e-6, and divide by how many there are.",
    "first = combination; second = [i for i in range(n + m) if i not in first]",
]
