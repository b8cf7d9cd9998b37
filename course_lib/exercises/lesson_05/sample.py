"""Exercise: sample."""

import numpy as np

from course_lib import decoding

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def _two_zeros():
    """Return a generator whose first two numbers are exactly 0, as any may be once in 2 ** 53."""
    bits = np.random.MT19937(0)
    key = bits.state["state"]["key"].copy()
    key[:4] = 0  # a number is made of two words
    bits.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": 0}}
    return np.random.Generator(bits)


def sample_cases(rng):
    rows = rng.dirichlet(np.ones(7), size=11)
    zeros = np.array([[0.0, 0.5, 0.0, 0.5, 0.0]] * 13)
    return [
        Case(
            (np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]), np.random.default_rng(0)),
            label="two rows that leave no choice",
            expected=[1, 0],
        ),
        # The first numbers of this generator are 0.637 and 0.270.
        Case(
            (np.array([[0.25, 0.25, 0.5], [0.25, 0.25, 0.5]]), np.random.default_rng(0)),
            label="the uniform numbers 0.637 and 0.270",
            expected=[2, 1],
        ),
        Case((rows, np.random.default_rng(3)), label="eleven rows of seven tokens"),
        Case((zeros, np.random.default_rng(5)), label="tokens of probability 0"),
        Case(
            (np.array([[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]), _two_zeros()),
            label="the random number 0, where token 0 has the probability 0",
            expected=[1, 2],
        ),
        Case(
            (np.full((17, 3), 1 / 3), np.random.default_rng(7)),
            label="seventeen rows, all tokens equally likely",
        ),
    ]


def _plain(probabilities, rng):
    running = np.cumsum(probabilities, axis=-1)
    drawn = rng.random(len(probabilities))[:, None] * running[:, -1:]
    return (running <= drawn).sum(axis=-1)


def _choice(probabilities, rng):
    return np.array([rng.choice(len(row), p=row) for row in probabilities])


def _search(probabilities, rng):
    drawn = rng.random(len(probabilities))
    pairs = zip(np.cumsum(probabilities, axis=-1), drawn, strict=True)
    return np.array([np.searchsorted(running, u * running[-1], "right") for running, u in pairs])


def _loop(probabilities, rng):
    ids = []
    for row in probabilities:
        left, token = rng.random(), 0
        while left >= row[token] and token < len(row) - 1:
            left -= row[token]
            token += 1
        ids.append(token)
    return np.array(ids)


def _greedy(probabilities, rng):
    return probabilities.argmax(axis=-1)


def _one_number(probabilities, rng):
    return (np.cumsum(probabilities, axis=-1) <= rng.random()).sum(axis=-1)


def _number_per_token(probabilities, rng):
    return (np.cumsum(probabilities, axis=-1) <= rng.random(probabilities.shape)).sum(axis=-1)


def _uniform(probabilities, rng):
    return rng.integers(probabilities.shape[-1], size=len(probabilities))


def _one_too_far(probabilities, rng):
    return _plain(probabilities, rng) + 1


def _one_too_early(probabilities, rng):
    running = np.cumsum(probabilities, axis=-1)
    return (running <= rng.random((len(probabilities), 1))).sum(axis=-1) - 1


def _other_side(probabilities, rng):
    return (np.cumsum(probabilities, axis=-1) > rng.random((len(probabilities), 1))).sum(axis=-1)


def _strictly_before(probabilities, rng):
    return (np.cumsum(probabilities, axis=-1) < rng.random((len(probabilities), 1))).sum(axis=-1)


def _without_sum(probabilities, rng):
    return (probabilities <= rng.random((len(probabilities), 1))).sum(axis=-1)


def _running_over_rows(probabilities, rng):
    return (np.cumsum(probabilities, axis=0) <= rng.random((len(probabilities), 1))).sum(axis=-1)


def _own_generator(probabilities, rng):
    return _plain(probabilities, np.random.default_rng(0))


def _global(probabilities, rng):
    drawn = np.random.random((len(probabilities), 1))  # noqa: NPY002  the mistake itself
    return (np.cumsum(probabilities, axis=-1) <= drawn).sum(axis=-1)


def _first_row_for_all(probabilities, rng):
    return rng.choice(probabilities.shape[1], size=len(probabilities), p=probabilities[0])


def _multinomial(probabilities, rng):
    return rng.multinomial(1, probabilities).argmax(axis=-1)


def _single(probabilities, rng):
    return _plain(probabilities[:1], rng)[0]


register(
    Exercise(
        name="sample",
        lesson=5,
        reference=decoding.sample,
        shown=_plain,
        cases=sample_cases,
        mistakes=(
            Mistake(
                "greedy",
                _greedy,
                "You take the most likely token every time. A draw takes each token as often as "
                "its probability says: compare the running sum with a number from rng.random.",
            ),
            Mistake(
                "one_number",
                _one_number,
                lambda case, got, want: (
                    "All rows share one random number, so they all draw alike. Each of the "
                    f"{len(case.args[0])} rows needs its own: rng.random(len(probabilities))."
                ),
            ),
            Mistake(
                "number_per_token",
                _number_per_token,
                "Each token is compared with a random number of its own. A row makes one draw: one "
                "number, of shape (B, 1), which is compared with the whole running sum.",
            ),
            Mistake(
                "uniform",
                _uniform,
                "All tokens are drawn equally often, whatever their probability. Cut the line from "
                "0 to 1 into pieces as long as the probabilities, and see where the random number "
                "falls.",
            ),
            Mistake(
                "one_too_far",
                _one_too_far,
                "Every id is too large by 1. The number of pieces that end before the random "
                "number is already the id, since ids begin at 0.",
            ),
            Mistake(
                "one_too_early",
                _one_too_early,
                "Every id is too small by 1; a draw in the first piece gives -1. The number of "
                "pieces that end before the random number is the id.",
            ),
            Mistake(
                "other_side",
                _other_side,
                "You count the pieces that end after the random number. Those that end before it, "
                "or right at it, are counted: running <= drawn.",
            ),
            Mistake(
                "strictly_before",
                _strictly_before,
                "Pieces that end right at the random number are not counted. The number may be 0, "
                "and then a first token of probability 0 is drawn: compare with <=.",
            ),
            Mistake(
                "without_sum",
                _without_sum,
                "You compare the probabilities themselves with the random number. Compare their "
                "running sum: np.cumsum(probabilities, axis=-1).",
            ),
            Mistake(
                "running_over_rows",
                _running_over_rows,
                "The running sum goes down the rows, over the sequences of the batch. It goes over "
                "the tokens: np.cumsum(probabilities, axis=-1).",
            ),
            Mistake(
                "own_generator",
                _own_generator,
                "You make a generator of your own with a fixed seed, so every call draws the same. "
                "Use the one that is handed in: rng.random(...).",
            ),
            Mistake(
                "global_generator",
                _global,
                "You draw from NumPy's global generator, np.random. Use the one that is handed in, "
                "rng, so that a seed decides what is drawn.",
            ),
            Mistake(
                "first_row_for_all",
                _first_row_for_all,
                "All ids are drawn from the probabilities of the first row. Each row has its own: "
                "compare row i with the random number of row i.",
            ),
            Mistake(
                "multinomial",
                _multinomial,
                "Your draw is fair, but it uses the generator in another way, so that the same "
                "seed gives other ids. The contract asks for one number for each row, from "
                "rng.random.",
            ),
            Mistake(
                "single",
                _single,
                lambda case, got, want: (
                    "Only the first row is drawn from, and one id comes back. There are "
                    f"{len(case.args[0])} rows: return one id for each."
                ),
            ),
        ),
        correct=(_plain, _choice, _search, _loop),
        hints=(
            "Lay the probabilities of a row side by side on a line from 0 to 1. A random number "
            "falls into one of the pieces: that is the token.",
            "running = np.cumsum(probabilities, axis=-1) says where each piece ends; "
            "rng.random(len(probabilities)) gives one number for each row.",
            "With drawn of shape (B, 1), (running <= drawn) is True for the pieces that end before "
            "the number. How many are they?",
            "drawn = rng.random(len(probabilities))[:, None]; "
            "return (running <= drawn).sum(axis=-1).",
        ),
    )
)
