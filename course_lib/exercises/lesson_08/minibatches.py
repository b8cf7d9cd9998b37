"""Exercise: minibatches."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import number


def minibatches(n, batch_size, rng):
    """Return the batches of one epoch, a list of int arrays: all of 0 to n - 1, shuffled."""
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def minibatches_cases(rng):
    return [
        Case((6, 2, np.random.default_rng(3)), label="six examples, two at a time"),
        Case((7, 3, np.random.default_rng(1)), label="seven examples, three at a time"),
        Case((53, 11, np.random.default_rng(2)), label="53 examples, 11 at a time"),
        Case((5, 13, np.random.default_rng(4)), label="fewer examples than a batch holds"),
        Case((1, 5, np.random.default_rng(0)), label="one example", expected=np.array([[0]])),
    ]


def _drops_the_rest(n, batch_size, rng):
    return [batch for batch in minibatches(n, batch_size, rng) if len(batch) == batch_size]


def _not_shuffled(n, batch_size, rng):
    return [np.arange(n)[start : start + batch_size] for start in range(0, n, batch_size)]


def _with_replacement(n, batch_size, rng):
    order = rng.integers(n, size=n)
    return [order[start : start + batch_size] for start in range(0, n, batch_size)]


def _each_anew(n, batch_size, rng):
    return [rng.permutation(n)[start : start + batch_size] for start in range(0, n, batch_size)]


def _number_of_batches(n, batch_size, rng):
    return np.array_split(rng.permutation(n), batch_size)


def _even_parts(n, batch_size, rng):
    return np.array_split(rng.permutation(n), -(-n // batch_size))


def _sliding(n, batch_size, rng):
    order = rng.permutation(n)
    return [order[start : start + batch_size] for start in range(n)]


def _strided(n, batch_size, rng):
    order, count = rng.permutation(n), -(-n // batch_size)
    return [order[start::count] for start in range(count)]


def _batches_shuffled(n, batch_size, rng):
    starts = rng.permutation(np.arange(0, n, batch_size))
    return [np.arange(start, min(start + batch_size, n)) for start in starts]


def _from_one(n, batch_size, rng):
    return [batch + 1 for batch in minibatches(n, batch_size, rng)]


def _shuffled_twice(n, batch_size, rng):
    batches = minibatches(n, batch_size, rng)
    return [batches[i] for i in rng.permutation(len(batches))]


def _own_generator(n, batch_size, rng):
    return minibatches(n, batch_size, np.random.default_rng(0))


def _global_generator(n, batch_size, rng):
    return minibatches(n, batch_size, np.random)


def _split(n, batch_size, rng):
    return np.split(rng.permutation(n), range(batch_size, n, batch_size))


def _while(n, batch_size, rng):
    left, batches = rng.permutation(n), []
    while len(left):
        batches.append(left[:batch_size])
        left = left[batch_size:]
    return batches


def _missing(case, got, want):
    n, batch_size = case.args[:2]
    return (
        f"You return only full batches, and of {n} examples {n % batch_size} "
        f"{'is' if n % batch_size == 1 else 'are'} missing. "
        "Slicing beyond the end is allowed, and the last batch may be smaller."
    )


def _reshaped(n, batch_size, rng):
    return list(rng.permutation(n).reshape(-1, batch_size))


def _drawn_each_time(n, batch_size, rng):
    return [rng.integers(n, size=batch_size) for _ in range(0, n, batch_size)]


register(
    Exercise(
        name="minibatches",
        lesson=8,
        reference=minibatches,
        returns=("batches",),
        cases=minibatches_cases,
        mistakes=(
            Mistake("drops_the_rest", _drops_the_rest, _missing),
            Mistake(
                "not_shuffled",
                _not_shuffled,
                "The examples come in their own order in every epoch. If they are sorted, by "
                "length or by kind, each batch is all alike. Cut `rng.permutation(n)` into pieces.",
            ),
            Mistake(
                "with_replacement",
                _with_replacement,
                lambda case, got, want: (
                    f"You draw with replacement: of {case.args[0]} examples this epoch holds "
                    f"{len(set(np.concatenate(got).tolist()))} different ones. In an epoch each "
                    "comes once: `rng.permutation(n)`."
                ),
            ),
            Mistake(
                "reshaped",
                _reshaped,
                lambda case, got, want: (
                    f"reshape needs batches of one size, and {case.args[0]} examples do not make "
                    f"whole batches of {case.args[1]}. Slices may end early: the last batch is "
                    "smaller."
                ),
            ),
            Mistake(
                "drawn_each_time",
                _drawn_each_time,
                lambda case, got, want: (
                    "You draw each batch with replacement: of "
                    f"{case.args[0]} examples this epoch holds "
                    f"{len(set(np.concatenate(got).tolist()))} different ones. In an epoch each "
                    "comes once: cut `rng.permutation(n)` into pieces."
                ),
            ),
            Mistake(
                "each_anew",
                _each_anew,
                lambda case, got, want: (
                    "You shuffle anew for each batch, so that examples come up twice or not at "
                    f"all: {len(set(np.concatenate(got).tolist()))} different ones of "
                    f"{case.args[0]} here. Shuffle once, before you cut."
                ),
            ),
            Mistake(
                "number_of_batches",
                _number_of_batches,
                lambda case, got, want: (
                    f"You make {number(len(got))} batches. batch_size = {case.args[1]} is how many "
                    "examples are in one, and not how many batches there are."
                ),
            ),
            Mistake(
                "even_parts",
                _even_parts,
                lambda case, got, want: (
                    f"Your batches hold {', '.join(str(len(batch)) for batch in got[:3])} … "
                    f"examples. Each but the last must hold batch_size = {case.args[1]}."
                ),
            ),
            Mistake(
                "sliding",
                _sliding,
                lambda case, got, want: (
                    f"Your batches overlap: there are {len(got)} of them. Each starts where the "
                    "one before it ended: range(0, n, batch_size)."
                ),
            ),
            Mistake(
                "strided",
                _strided,
                "You take every k-th example for a batch. That is as random, but the contract "
                "asks for neighbors: the first batch_size entries of the permutation, then the "
                "next.",
            ),
            Mistake(
                "batches_shuffled",
                _batches_shuffled,
                "You shuffle the order of the batches, but the same examples are together in every "
                "epoch. Shuffle the examples, then cut.",
            ),
            Mistake(
                "shuffled_twice",
                _shuffled_twice,
                "You shuffle the batches once more after the examples. That is as random, but the "
                "contract asks for the permutation in its own order.",
            ),
            Mistake(
                "own_generator",
                _own_generator,
                "You make a generator of your own with a fixed seed, so every epoch has the same "
                "order. Shuffle with the one that you are given: rng.permutation(n).",
            ),
            Mistake(
                "global_generator",
                _global_generator,
                "You shuffle with np.random. Use the generator that you are given, "
                "rng.permutation(n), so that "
                "a seed decides in which order a run sees its examples.",
            ),
            Mistake(
                "from_one",
                _from_one,
                "Your indices go from 1 to n. Rows of an array are counted from 0.",
            ),
        ),
        correct=(_split, _while),
        hints=(
            "Shuffle once, then cut the result into pieces.",
            "order = rng.permutation(n). The pieces start at 0, batch_size, 2 · batch_size, …",
            "[order[start : start + batch_size] for start in range(0, n, batch_size)]",
        ),
    )
)
