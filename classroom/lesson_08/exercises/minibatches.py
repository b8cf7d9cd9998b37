"""minibatches: an epoch is shuffled and cut into batches."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    return [
        Case((6, 2, np.random.default_rng(3)), label="six examples, two at a time"),
        Case((7, 3, np.random.default_rng(1)), label="seven examples, three at a time"),
        Case((53, 11, np.random.default_rng(2)), label="53 examples, 11 at a time"),
        Case((5, 13, np.random.default_rng(4)), label="fewer examples than a batch holds"),
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

mistakes = [
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
        {f"    order = {SHUFFLED}\n": "", "order": SHUFFLED},
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
        {"rng.permutation": "np.random.permutation"},
        "You shuffle with np.random. Use the generator that you are given, rng.permutation(n), so "
        "that a seed decides in which order a run sees its examples.",
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
