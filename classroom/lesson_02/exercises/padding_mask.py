"""padding_mask: no query may attend to keys that are padding."""

import numpy as np

from classroom.exercises import Case, Mistake, number


def cases(rng):
    ids = rng.integers(1, 11, size=(3, 7))
    ids[0, 4:], ids[2, 6:] = 0, 0
    other = np.array([[5, 0, 9, 1, 1], [0, 3, 1, 1, 1]])
    return [
        Case(
            (np.array([[5, 8, 2], [7, 0, 0]]), 0),
            label="sequences of 3 and of 1 token",
            expected=np.array([[[[1, 1, 1]]], [[[1, 0, 0]]]], bool),
        ),
        Case((ids, 0), label="a batch of 3"),
        Case((other, 1), label="pad_id 1, and 0 is a token like others"),
        Case((ids[1:2], 0), label="nothing padded"),
    ]


returns = ("mask",)


mistakes = [
    Mistake(
        "blocks_instead",
        {"!=": "=="},
        "True and False have changed places: this mask lets every query attend to the padding, and "
        "to nothing else. True means: may attend, so compare with !=.",
    ),
    Mistake(
        "no_axes",
        {"[:, None, None, :]": ""},
        lambda case, got, want: (
            f"The pattern is right, the shape {np.shape(got)} is not. Scores are (B, n_heads, T_q, "
            "T_k), and NumPy lines shapes up from the last axis, so your B would meet T_q. Put two "
            "axes of length 1 between: [:, None, None, :]."
        ),
    ),
    Mistake(
        "one_axis",
        {"None, None": "None"},
        lambda case, got, want: (
            f"The shape {np.shape(got)} has one axis too few: lined up from the right with scores "
            "(B, n_heads, T_q, T_k), your B would meet the heads. One axis of length 1 stands for "
            "the heads and one for the queries: [:, None, None, :]."
        ),
    ),
    Mistake(
        "hides_queries",
        {"None, None, :": "None, :, None"},
        "The tokens stand on the query axis: a query that is padding would see nothing, and every "
        "other query would still see the padding. It is the keys that must be hidden, the last "
        "axis: [:, None, None, :].",
    ),
    Mistake(
        "axes_behind",
        {":, None, None, :": ":, :, None, None"},
        "The two new axes stand behind. Then T_k would meet the heads. They belong in the middle, "
        "and the keys stay last: [:, None, None, :].",
    ),
    Mistake(
        "axes_in_front",
        {":, None, None, :": "None, None, :, :"},
        "The two new axes stand in front, so that the batch would meet the queries. B stays first "
        "and the keys last: [:, None, None, :].",
    ),
    Mistake(
        "square",
        {":]": ":] & (ids != pad_id)[:, None, :, None]"},
        "You hide the padding as a query too. Its row is then False throughout: it may attend to "
        "nothing, and its weights cannot sum to 1. What a padded query computes does no harm, for "
        "nobody reads it. Hide keys only.",
    ),
    Mistake(
        "zero_only",
        {"!= pad_id": "!= 0"},
        lambda case, got, want: (
            f"You compare with 0, but pad_id is {number(case.args[1])} here, and 0 is a token. Use "
            "the parameter: ids != pad_id."
        ),
    ),
    Mistake(
        "larger",
        {"!=": ">"},
        lambda case, got, want: (
            f"ids > pad_id also hides the tokens below pad_id = {number(case.args[1])}. Only "
            "pad_id itself is padding: use !=."
        ),
    ),
    Mistake(
        "numbers",
        {":]": ":].astype(int)"},
        "The pattern is right, but it is made of the numbers 0 and 1. The comparison ids != pad_id "
        "is boolean already; leave it so.",
    ),
    Mistake(
        "additive",
        {"(ids != pad_id)": "np.where(ids != pad_id, 0.0, -np.inf)"},
        "These are the numbers 0 and −inf that are added to the scores later. The mask itself is "
        "boolean: True where there is a token, False where there is padding.",
    ),
]

hints = [
    "Which keys may be looked at? Those whose id is not pad_id: one comparison of the whole array.",
    "The result must broadcast to scores (B, n_heads, T_q, T_k). It is the same for every head and "
    "for every query, so these two axes have length 1.",
    "mask[:, None, None, :] puts two axes of length 1 behind the first.",
    "return (ids != pad_id)[:, None, None, :]",
]
