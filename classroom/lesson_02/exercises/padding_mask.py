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
        Case((ids, 0), label="a batch of 3", proves="padding 0 behind the tokens"),
        Case(
            (np.array([[0, 0, 5, 8], [7, 0, 3, 0], [0, 0, 0, 0]]), 0),
            label="padding in front, in the middle and throughout",
            expected=np.array([[[[0, 0, 1, 1]]], [[[1, 0, 1, 0]]], [[[0, 0, 0, 0]]]], bool),
            proves="padding 0 anywhere",
        ),
        Case((other, 1), label="pad_id 1, and 0 is a token like others"),
        Case(
            (np.array([[997, 5, 0], [3, 997, 2]]), 997),
            label="pad_id 997, larger than all other ids",
            expected=np.array([[[[0, 1, 1]]], [[[1, 0, 1]]]], bool),
        ),
        Case((ids[1:2], 0), label="nothing padded"),
    ]


def pad_id_as_index(ids, pad_id):
    mask = np.ones(ids.shape, bool)
    mask[:, pad_id] = False
    return mask[:, None, None, :]


def by_number_of_tokens(ids, pad_id):
    lengths = (ids != pad_id).sum(axis=1)
    return (np.arange(ids.shape[1]) < lengths[:, None])[:, None, None, :]


def up_to_the_first_padding(ids, pad_id):
    return np.logical_and.accumulate(ids != pad_id, axis=1)[:, None, None, :]


def padding_at_the_end_alone(ids, pad_id):
    backwards = np.logical_or.accumulate((ids != pad_id)[:, ::-1], axis=1)
    return backwards[:, ::-1][:, None, None, :]


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
        "one_row_per_query",
        {":]": ":].repeat(ids.shape[1], axis=2)"},
        lambda case, got, want: (
            f"The same row stands there once for every query, {np.shape(got)}. One is enough, "
            f"{want.shape}: an axis of length 1 is broadcast, to queries of any number."
        ),
    ),
    Mistake(
        "by_length",
        [by_number_of_tokens, up_to_the_first_padding, padding_at_the_end_alone],
        "Here you look at where the padding should be, behind the last token, and not at where it "
        "is. A key is padding if its id is pad_id, wherever it stands: compare each id.",
    ),
    Mistake(
        "pad_id_as_place",
        [
            pad_id_as_index,
            {"(ids != pad_id)": "(np.arange(ids.shape[1]) + 0 * ids != pad_id)"},
        ],
        lambda case, got, want: (
            f"Place {case.args[1]} of every sequence is hidden. pad_id is an id and not a place: "
            "hidden are the places that hold it."
        ),
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
        [{":]": ":].astype(int)"}, {":]": ":].astype(float)"}],
        "The pattern is right, but it is made of the numbers 0 and 1. The comparison ids != pad_id "
        "is boolean already; leave it so.",
    ),
    Mistake(
        "additive",
        [
            {"(ids != pad_id)": f"np.where(ids != pad_id, 0.0, {hidden})"}
            for hidden in ("-np.inf", "-1e9", "-1e4")
        ],
        "These are the numbers 0 and −inf, or a large negative one, that some add to the scores "
        "later. The mask itself is "
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
