"""sample: an id for each row of probabilities."""

import numpy as np

from classroom.exercises import Case, Mistake


def two_zeros():
    """Return a generator whose first two numbers are exactly 0, as any may be once in 2 ** 53."""
    bits = np.random.MT19937(0)
    key = bits.state["state"]["key"].copy()
    key[:4] = 0  # a number is made of two words
    bits.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": 0}}
    return np.random.Generator(bits)


def cases(rng):
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
            (np.array([[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]), two_zeros()),
            label="the random number 0, where token 0 has the probability 0",
            expected=[1, 2],
        ),
        Case(
            (np.full((17, 3), 1 / 3), np.random.default_rng(7)),
            label="seventeen rows, all tokens equally likely",
        ),
    ]


DRAWN = "rng.random(len(probabilities))[:, None]"
COUNT = "(running <= drawn).sum(axis=-1)"

mistakes = [
    Mistake(
        "greedy",
        {COUNT: "probabilities.argmax(axis=-1)"},
        "You take the most likely token every time. A draw takes each token as often as its "
        "probability says: compare the running sum with a number from rng.random.",
    ),
    Mistake(
        "one_number",
        {DRAWN: "rng.random()"},
        lambda case, got, want: (
            "All rows share one random number, so they all draw alike. Each of the "
            f"{len(case.args[0])} rows needs its own: rng.random(len(probabilities))."
        ),
    ),
    Mistake(
        "number_per_token",
        {DRAWN: "rng.random(probabilities.shape)"},
        "Each token is compared with a random number of its own. A row makes one draw: one "
        "number, of shape (B, 1), which is compared with the whole running sum.",
    ),
    Mistake(
        "uniform",
        lambda probabilities, rng: rng.integers(probabilities.shape[-1], size=len(probabilities)),
        "All tokens are drawn equally often, whatever their probability. Cut the line from 0 to 1 "
        "into pieces as long as the probabilities, and see where the random number falls.",
    ),
    Mistake(
        "one_too_far",
        {COUNT: f"{COUNT} + 1"},
        "Every id is too large by 1. The number of pieces that end before the random number is "
        "already the id, since ids begin at 0.",
    ),
    Mistake(
        "one_too_early",
        {COUNT: f"{COUNT} - 1"},
        "Every id is too small by 1; a draw in the first piece gives -1. The number of pieces "
        "that end before the random number is the id.",
    ),
    Mistake(
        "other_side",
        {"<=": ">"},
        "You count the pieces that end after the random number. Those that end before it, or "
        "right at it, are counted: running <= drawn.",
    ),
    Mistake(
        "strictly_before",
        {"<=": "<"},
        "Pieces that end right at the random number are not counted. The number may be 0, and "
        "then a first token of probability 0 is drawn: compare with <=.",
    ),
    Mistake(
        "without_sum",
        {"running <=": "probabilities <="},
        "You compare the probabilities themselves with the random number. Compare their running "
        "sum: np.cumsum(probabilities, axis=-1).",
    ),
    Mistake(
        "running_over_rows",
        {
            "cumsum(probabilities, axis=-1)": "cumsum(probabilities, axis=0)",
            " * running[:, -1:]": "",
        },
        "The running sum goes down the rows, over the sequences of the batch. It goes over the "
        "tokens: np.cumsum(probabilities, axis=-1).",
    ),
    Mistake(
        "own_generator",
        {"rng.random": "np.random.default_rng(0).random"},
        "You make a generator of your own with a fixed seed, so every call draws the same. Use "
        "the one that is handed in: rng.random(...).",
    ),
    Mistake(
        "global_generator",
        {"rng.random": "np.random.random"},
        "You draw from NumPy's global generator, np.random. Use the one that is handed in, rng, "
        "so that a seed decides what is drawn.",
    ),
    Mistake(
        "first_row_for_all",
        {"cumsum(probabilities": "cumsum(probabilities[:1]"},
        "All ids are drawn from the probabilities of the first row. Each row has its own: compare "
        "row i with the random number of row i.",
    ),
    Mistake(
        "multinomial",
        lambda probabilities, rng: rng.multinomial(1, probabilities).argmax(axis=-1),
        "Your draw is fair, but it uses the generator in another way, so that the same seed gives "
        "other ids. The contract asks for one number for each row, from rng.random.",
    ),
    Mistake(
        "single",
        {COUNT: f"{COUNT}[0]"},
        lambda case, got, want: (
            "Only the first row is drawn from, and one id comes back. There are "
            f"{len(case.args[0])} rows: return one id for each."
        ),
    ),
]

hints = [
    "Lay the probabilities of a row side by side on a line from 0 to 1. A random number falls "
    "into one of the pieces: that is the token.",
    "running = np.cumsum(probabilities, axis=-1) says where each piece ends; "
    "rng.random(len(probabilities)) gives one number for each row.",
    "With drawn of shape (B, 1), (running <= drawn) is True for the pieces that end before the "
    "number. How many are they?",
    "drawn = rng.random(len(probabilities))[:, None]; return (running <= drawn).sum(axis=-1).",
]
