"""minibatches: an epoch is shuffled and cut into batches."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case(
            (6, 2, np.random.default_rng(3)),
            label="six examples, two at a time",
            proves="whole batches",
        ),
        Case(
            (7, 3, np.random.default_rng(1)),
            label="seven examples, three at a time",
            proves="a smaller last batch",
        ),
        Case((53, 11, np.random.default_rng(2)), label="53 examples, 11 at a time"),
        Case((5, 13, np.random.default_rng(4)), label="fewer examples than a batch holds"),
        Case((5, 1, np.random.default_rng(6)), label="one at a time"),
        Case((1, 5, np.random.default_rng(0)), label="one example", expected=np.array([[0]])),
    ]


def missing(case, got, want):
    n, batch_size = case.args[:2]
    return (
        f"You return only full batches, and of {n} examples {n % batch_size} "
        f"{'is' if n % batch_size == 1 else 'are'} missing. "
        "Slicing beyond the end is allowed, and the last batch may be smaller."
    )


returns = ("batches",)

SHUFFLED = "rng.permutation(n)"
BATCH = "order[start : start + batch_size]"
STARTS = "range(0, n, batch_size)"
BATCHES = f"[{BATCH} for start in {STARTS}]"
COUNT = "-(-n // batch_size)"
NUMBERED = "order[i * batch_size : (i + 1) * batch_size]"


def rest_merged(n, batch_size, rng):
    order = rng.permutation(n)
    return np.split(order, range(batch_size, n - batch_size + 1, batch_size))


def rest_first(n, batch_size, rng):
    order = rng.permutation(n)
    return np.split(order, range(n % batch_size or batch_size, n, batch_size))


def from_the_end(n, batch_size, rng):
    order = rng.permutation(n)[::-1]
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def filled_up(n, batch_size, rng):
    order = rng.permutation(n)
    more = np.full(-n % batch_size, -1)
    return list(np.concatenate([order, more]).reshape(-1, batch_size))


mistakes = [
    Mistake(
        "empty_last",
        [
            {STARTS: "range(0, n + 1, batch_size)"},
            {BATCHES: f"[{NUMBERED} for i in range(n // batch_size + 1)]"},
        ],
        lambda case, got, want: (
            f"The last of your {len(got)} batches is empty: {case.args[1]} divides {case.args[0]}, "
            f"and nothing is left over. The mean loss of no example is nan; there are {len(want)} "
            "batches here."
        ),
    ),
    Mistake(
        "rest_merged",
        rest_merged,
        "What does not fill a batch is put into the last full one, which is then too large. It is "
        "a batch of its own, the last and smaller one.",
    ),
    Mistake(
        "rest_first",
        rest_first,
        "The small batch comes first. Cut from the front: the first batch_size numbers of the "
        "permutation are the first batch, and what is left over is the last.",
    ),
    Mistake(
        "from_the_end",
        from_the_end,
        "You take the permutation from its end. The first batch_size numbers of it are the first "
        "batch, in their order.",
    ),
    Mistake(
        "filled_up",
        [filled_up, {BATCH: "order.take(range(start, start + batch_size), mode='wrap')"}],
        "The last batch is filled up to batch_size, with examples that were there already or with "
        "numbers that are no examples. In an epoch each comes once: the last batch is smaller.",
    ),
    Mistake(
        "first_alone",
        {STARTS: "[0]"},
        lambda case, got, want: (
            f"You return one batch, the first. An epoch holds all: here {len(want)}. If there is a "
            "loop, the `return` belongs behind it."
        ),
    ),
    Mistake(
        "wrong_width",
        [
            {"start + batch_size]": "start + batch_size + 1]"},
            {"+ batch_size]": "+ batch_size - 1]"},
        ],
        lambda case, got, want: (
            f"Your first batch holds {len(got[0])}, and batch_size is {case.args[1]}. A slice ends "
            "before its second number: start to start + batch_size."
        ),
    ),
    Mistake(
        "sorted",
        {BATCH: f"np.sort({BATCH})"},
        "The batches hold the right examples, but each is sorted. Leave them in the order of the "
        "permutation.",
    ),
    Mistake(
        "other_draw",
        [
            {SHUFFLED: "rng.choice(n, n, replace=False)"},
            {SHUFFLED: "rng.random(n).argsort()"},
        ],
        "Each example comes once, but in another order than that of `rng.permutation(n)`: you let "
        "the generator shuffle in another way. The contract asks for this one, so that the result "
        "can be compared.",
    ),
    Mistake("drops_the_rest", {"(0, n, ": "(0, n - batch_size + 1, "}, missing),
    Mistake(
        "not_shuffled",
        {SHUFFLED: "np.arange(n)"},
        "The examples come in their own order in every epoch. If they are sorted, by length or by "
        "kind, each batch is all alike. Cut `rng.permutation(n)` into pieces.",
    ),
    Mistake(
        "with_replacement",
        [
            {SHUFFLED: "rng.integers(n, size=n)"},
            {f"    order = {SHUFFLED}\n": "", BATCH: "rng.integers(n, size=batch_size)"},
        ],
        lambda case, got, want: (
            f"You draw with replacement: of {case.args[0]} examples this epoch holds "
            f"{len(set(np.concatenate(got).tolist()))} different ones. In an epoch each comes "
            "once: `rng.permutation(n)`."
        ),
    ),
    Mistake(
        "reshaped",
        {BATCHES: "list(order.reshape(-1, batch_size))"},
        lambda case, got, want: (
            f"reshape needs batches of one size, and {case.args[0]} examples do not make whole "
            f"batches of {case.args[1]}. Slices may end early: the last batch is smaller."
        ),
    ),
    Mistake(
        "each_anew",
        [
            {f"    order = {SHUFFLED}\n": "", "order": SHUFFLED},
            {
                f"    order = {SHUFFLED}\n": "",
                BATCH: "rng.choice(n, min(batch_size, n), replace=False)",
            },
            {f"    order = {SHUFFLED}\n": "", BATCH: f"{SHUFFLED}[:batch_size]"},
            {
                f"    order = {SHUFFLED}\n": "",
                BATCH: f"{SHUFFLED}[: min(batch_size, n - start)]",
            },
            {
                f"    order = {SHUFFLED}\n": "",
                BATCH: "rng.choice(n, min(batch_size, n - start), replace=False)",
            },
        ],
        lambda case, got, want: (
            "You shuffle anew for each batch, so that examples come up twice or not at all: "
            f"{len(set(np.concatenate(got).tolist()))} different ones of {case.args[0]} here. "
            "Shuffle once, before you cut."
        ),
    ),
    Mistake(
        "number_of_batches",
        {BATCHES: "np.array_split(order, batch_size)"},
        lambda case, got, want: (
            f"You make {number(len(got))} batches. batch_size = {case.args[1]} is how many "
            "examples are in one, and not how many batches there are."
        ),
    ),
    Mistake(
        "even_parts",
        {BATCHES: f"np.array_split(order, {COUNT})"},
        lambda case, got, want: (
            f"Your batches hold {', '.join(str(len(batch)) for batch in got[:3])} … examples. Each "
            f"but the last must hold batch_size = {case.args[1]}."
        ),
    ),
    Mistake(
        "sliding",
        {STARTS: "range(n)"},
        lambda case, got, want: (
            f"Your batches overlap: there are {len(got)} of them. Each starts where the one before "
            "it ended: range(0, n, batch_size)."
        ),
    ),
    Mistake(
        "strided",
        {BATCH: f"order[start::{COUNT}]", STARTS: f"range({COUNT})"},
        "You take every k-th example for a batch. That is as random, but the contract asks for "
        "neighbors: the first batch_size entries of the permutation, then the next.",
    ),
    Mistake(
        "batches_shuffled",
        {SHUFFLED: "np.arange(n)", STARTS: f"rng.permutation({STARTS})"},
        "You shuffle the order of the batches, but the same examples are together in every epoch. "
        "Shuffle the examples, then cut.",
    ),
    Mistake(
        "shuffled_twice",
        {STARTS: f"rng.permutation({STARTS})"},
        "You shuffle the batches once more after the examples. That is as random, but the contract "
        "asks for the permutation in its own order.",
    ),
    Mistake(
        "own_generator",
        {"rng.permutation": "np.random.default_rng(0).permutation"},
        "You make a generator of your own with a fixed seed, so every epoch has the same order. "
        "Shuffle with the one that you are given: rng.permutation(n).",
    ),
    Mistake(
        "global_generator",
        [
            {"rng.permutation": "np.random.permutation"},
            {SHUFFLED: "np.array(__import__('random').sample(range(n), n))"},
            {
                SHUFFLED: "list(range(n))\n    __import__('random').shuffle(order)\n"
                "    order = np.array(order)"
            },
        ],
        "You shuffle with a generator that all code shares, np.random or random. Use the one that "
        "you are given, rng.permutation(n), so that a seed decides in which order a run sees its "
        "examples.",
    ),
    Mistake(
        "from_one",
        {SHUFFLED: f"{SHUFFLED} + 1"},
        "Your indices go from 1 to n. Rows of an array are counted from 0.",
    ),
]

hints = [
    "Shuffle once, then cut the result into pieces.",
    "order = rng.permutation(n). The pieces start at 0, batch_size, 2 · batch_size, …",
    "[order[start : start + batch_size] for start in range(0, n, batch_size)]",
]
