"""sample: an id for each row of probabilities."""

import numpy as np

from classroom.exercises import Case, Mistake

LARGEST = 0x12DD9BB3
"""The word of the generator's state that comes out with all its bits set."""


def beginning_with(word):
    """Return a generator whose first two numbers come of this word: 0, or the last one below 1.

    Any generator may give them, once in 2 ** 53.
    """
    bits = np.random.MT19937(0)
    key = bits.state["state"]["key"].copy()
    key[:4] = word  # a number is made of two words
    bits.state = {"bit_generator": "MT19937", "state": {"key": key, "pos": 0}}
    return np.random.Generator(bits)


def cases(rng):
    rows = rng.dirichlet(np.ones(61), size=11)
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
        Case((rows, np.random.default_rng(3)), label="eleven rows of 61 tokens"),
        Case(
            (zeros, np.random.default_rng(5)),
            label="tokens of probability 0",
            proves="ordinary draws",
        ),
        Case(
            (np.array([[0.0, 0.5, 0.5], [0.0, 0.0, 1.0]]), beginning_with(0)),
            label="the random number 0, where token 0 has the probability 0",
            expected=[1, 2],
        ),
        # Ten times 0.1 is 1 - 2 ** -53 in float64, which is also the number that is drawn.
        Case(
            (np.full((2, 10), 0.1), beginning_with(LARGEST)),
            label="the largest random number, where rounding leaves the sum below 1",
            expected=[9, 9],
        ),
        Case(
            (np.full((17, 3), 1 / 3), np.random.default_rng(7)),
            label="seventeen rows, all tokens equally likely",
        ),
    ]


DRAWN = "rng.random(len(probabilities))[:, None]"
RUNNING = "np.cumsum(probabilities, axis=-1)"
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
        [
            lambda probabilities, rng: rng.integers(
                probabilities.shape[-1], size=len(probabilities)
            ),
            {COUNT: "np.floor(drawn[:, 0] * probabilities.shape[-1]).astype(int)"},
        ],
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
        [
            {COUNT: f"{COUNT} - 1"},
            {COUNT: f"np.maximum({COUNT} - 1, 0)"},
            {COUNT: f"np.maximum({COUNT} - 1, 0)", " * running[:, -1:]": ""},
        ],
        "The ids are too small by 1, and in the first piece -1 comes out, or 0 where that is "
        "caught. The number of pieces that end before the random number is the id.",
    ),
    Mistake(
        "other_side",
        {"<=": ">"},
        "You count the pieces that end after the random number. Those that end before it, or "
        "right at it, are counted: running <= drawn.",
    ),
    Mistake(
        "beyond_the_last",
        {" * running[:, -1:]": ""},
        lambda case, got, want: (
            f"The id {np.max(got)} comes out, and there are {case.args[0].shape[-1]} tokens. Added "
            "up, the probabilities end a trace below 1, and the random number may lie above that. "
            "Multiply it by the last entry of the running sum, or take the last token there."
        ),
    ),
    Mistake(
        "first_for_none",
        {COUNT: "(running > drawn).argmax(axis=-1)", " * running[:, -1:]": ""},
        "No entry of the running sum lies above the random number here, because rounding leaves "
        "its end a trace below 1. argmax of a row of False is 0; the last token is meant.",
    ),
    Mistake(
        "sorted_first",
        {
            "running = ": "order = np.argsort(-probabilities, axis=-1)\n    running = ",
            "cumsum(probabilities": "cumsum(np.take_along_axis(probabilities, order, axis=-1)",
            f"return {COUNT}": f"place = {COUNT}\n"
            "    return np.take_along_axis(order, place[:, None], axis=-1)[:, 0]",
        },
        "The tokens are sorted before the draw. It is a fair one, but the pieces of the line lie "
        "in another order, so that the same number gives another token. Leave them in the order "
        "of the ids.",
    ),
    Mistake(
        "order_not_undone",
        {"cumsum(probabilities": "cumsum(-np.sort(-probabilities, axis=-1)"},
        "The probabilities are sorted, and what comes out is a rank, not an id. The line is cut "
        "into pieces in the order of the ids: nothing needs sorting.",
    ),
    Mistake(
        "sum_runs_on",
        [
            {RUNNING: "np.cumsum(probabilities).reshape(probabilities.shape)"},
            {
                RUNNING: "np.cumsum(probabilities).reshape(probabilities.shape)",
                " * running[:, -1:]": "",
            },
            {
                RUNNING: "np.cumsum(probabilities).reshape(probabilities.shape)",
                " * running[:, -1:]": "",
                COUNT: f"np.minimum({COUNT}, running.shape[-1] - 1)",
            },
        ],
        "The running sum goes on from row to row: np.cumsum without an axis treats the array as "
        "one long row. Each row begins anew: axis=-1.",
    ),
    Mistake(
        "strictly_before",
        {"<=": "<"},
        "Pieces that end right at the random number are not counted. The number may be 0, and "
        "then a first token of probability 0 is drawn: compare with <=.",
    ),
    Mistake(
        "without_sum",
        [
            {"running <=": "probabilities <="},
            {COUNT: "(probabilities > drawn).argmax(axis=-1)"},
        ],
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
        [
            lambda probabilities, rng: rng.multinomial(1, probabilities).argmax(axis=-1),
            {
                DRAWN: "0",
                COUNT: "(np.log(probabilities) + rng.gumbel(size=running.shape)).argmax(-1)",
            },
            {
                DRAWN: "0",
                COUNT: "(np.log(probabilities) - np.log(-np.log(rng.random(running.shape))))"
                ".argmax(-1)",
            },
            {"drawn = ": "rng.random(len(probabilities))\n    drawn = "},
            {DRAWN: "(1 - rng.random(len(probabilities)))[:, None]"},
        ],
        "Your draw is fair, but it uses the generator in another way, so that the same seed gives "
        "other ids. The contract asks for one number for each row, from rng.random.",
    ),
    Mistake(
        "last_row_first",
        {DRAWN: "rng.random(len(probabilities))[::-1, None]"},
        "The random numbers go to the rows from the last to the first. Number i belongs to row i. "
        "(The pop() of a list takes its last item.)",
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
    "number. How many are they? Rounding may leave the end of the line a trace below 1.",
    "drawn = rng.random(len(probabilities))[:, None] * running[:, -1:], so that it lies on the "
    "line whatever its length; return (running <= drawn).sum(axis=-1).",
]
