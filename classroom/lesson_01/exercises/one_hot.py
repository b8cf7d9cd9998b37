"""one_hot: an id becomes a row that is 1 at its place and 0 elsewhere."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    return [
        Case(
            (np.array([2, 0]), 3),
            label="ids [2, 0] in a vocabulary of 3",
            expected=[[0, 0, 1], [1, 0, 0]],
        ),
        Case(
            (np.array([4, 1, 4, 2, 0]), 7),
            label="five ids, one of them twice",
            proves="the rows of one sequence",
        ),
        Case((rng.integers(0, 5, size=(2, 3)), 5), label="a batch of 2 sequences of 3 ids"),
        Case(
            (rng.integers(0, 7, size=(2, 3, 5)), 7),
            label="ids with three axes",
            proves="the places of the ones, with any number of axes",
        ),
        Case((np.array([4, 1, 0]), 7, np.int64), label="with dtype=np.int64"),
        Case((np.array([4, 1, 0]), 7, np.float32), label="with dtype=np.float32"),
    ]


def over_sequences(ids, vocab_size, dtype=np.float64):
    out = np.zeros((len(ids), vocab_size), dtype)
    for row, i in zip(out, ids, strict=True):
        row[i] = 1
    return out


ONE_HOT = "return (ids[..., None] == np.arange(vocab_size)).astype(dtype)"
ZEROS = "out = np.zeros((*ids.shape, vocab_size), dtype)"

mistakes = [
    Mistake(
        "bools",
        {".astype(dtype)": ""},
        "The comparison gives True and False in the right places. W is multiplied by numbers: turn "
        "them into 1 and 0 with .astype(dtype).",
    ),
    Mistake(
        "every_row",
        {ONE_HOT: f"{ZEROS}\n    out[..., ids] = 1\n    return out"},
        lambda case, got, want: (
            f"Every row has a 1 for each id of the text: the first row holds "
            f"{int(np.asarray(got)[0].sum())} of them. This is what comes out if out[..., ids] is "
            "set to 1. Each row needs the column of its own id alone."
        ),
    ),
    Mistake(
        "filled_rows",
        {ONE_HOT: f"{ZEROS}\n    out[ids] = 1\n    return out"},
        "The ids are read as row numbers of out, and those rows are full of ones. In out a row is "
        "a place in the text, and the id says which column of that row is 1.",
    ),
    Mistake(
        "shifted",
        {"ids[..., None]": "(ids[..., None] - 1) % vocab_size"},
        "Every 1 stands one column too far to the left (that of id 0 in the last). Ids begin with "
        "0, as columns do: id 2 sets column 2.",
    ),
    Mistake(
        "from_one",
        {"np.arange(vocab_size)": "np.arange(1, vocab_size + 1)"},
        "The columns are counted from 1, so id 0 has none. Ids begin with 0, as columns do: id 2 "
        "sets column 2.",
    ),
    Mistake(
        "row_number_for_id",
        {"ids[..., None]": "np.arange(len(ids))[:, None]"},
        "Row i has its 1 in column i, whatever its id is. np.eye has a row for each id: row "
        "ids[i] of it belongs in place i.",
    ),
    Mistake(
        "columns_first",
        [
            {"ids[..., None] == np.arange(vocab_size)": "np.arange(vocab_size)[:, None] == ids"},
            {ONE_HOT: "return np.eye(vocab_size, dtype=dtype)[:, ids]"},
        ],
        lambda case, got, want: (
            "The axis of the vocabulary stands in front. It is the last one: a row for each id, "
            f"and out has the shape {want.shape}."
        ),
    ),
    Mistake(
        "one_column_too_many",
        {"np.arange(vocab_size)": "np.arange(vocab_size + 1)"},
        lambda case, got, want: (
            f"There are {np.shape(got)[-1]} columns; there should be vocab_size = {case.args[1]}. "
            f"The ids run from 0 to {case.args[1] - 1}: id 0 has a column of its own already."
        ),
    ),
    Mistake(
        "zero_left_out",
        {"return (": "return (ids[..., None] != 0) * ("},
        "The rows of id 0 are empty. 0 is an id like others, and sets column 0.",
    ),
    Mistake(
        "inverted",
        {"==": "!="},
        "0 and 1 have changed places. A row is 1 in the column of its id and 0 in all others.",
    ),
    Mistake(
        "all_up_to_the_id",
        {"==": ">="},
        "Every column up to the id is 1. Only the column of the id itself is.",
    ),
    Mistake(
        "bag",
        {".astype(dtype)": ".astype(dtype).sum(axis=-2)"},
        "The rows are added up, so only counts are left: how often each token stands in the "
        "sequence, but not where. Keep one row for each place.",
    ),
    Mistake(
        "too_narrow",
        {"np.arange(vocab_size)": "np.arange(ids.max() + 1)"},
        lambda case, got, want: (
            f"There are {np.shape(got)[-1]} columns; there should be vocab_size = {case.args[1]}. "
            "The width does not depend on which ids occur: the tokens that are not in this text "
            "need their columns too."
        ),
    ),
    Mistake(
        "one_axis",
        {ONE_HOT: f"{ZEROS}\n    out[np.arange(len(ids)), ids] = 1\n    return out"},
        "This works for ids of shape (T,) and not for a batch (B, T). A comparison of ids[..., "
        "None] with np.arange(vocab_size) works for any number of axes; so do the rows of np.eye.",
    ),
    Mistake(
        "loop_over_one_axis",
        over_sequences,
        "This works for ids of shape (T,). In a batch (B, T) the loop goes over the sequences, and "
        "all ids of one share a row. A comparison of ids[..., None] with np.arange(vocab_size) "
        "works for any number of axes; so do the rows of np.eye.",
    ),
    Mistake(
        "flat",
        {"ids[..., None]": "ids.reshape(-1, 1)"},
        lambda case, got, want: (
            f"The batch is flattened: ids of shape {case.args[0].shape} gave {np.shape(got)}. "
            "Every axis of ids stays, and one of length vocab_size is added at the end: "
            f"{want.shape}."
        ),
    ),
    Mistake(
        "the_id_itself",
        {"return (": "return ids[..., None] * ("},
        "The id itself stands in its column, so a token with a large id would count for more, and "
        "id 0 for nothing. Write 1.",
    ),
    Mistake(
        "ignores_dtype",
        {".astype(dtype)": ".astype(np.float64)"},
        "The numbers are right, but dtype is not used: with dtype=np.int64 the result must hold "
        "integers. The model trains in float32, and one float64 array makes all that follows "
        "float64. np.eye and np.zeros take dtype; .astype(dtype) turns what there is.",
    ),
]

hints = [
    "Row by row: which column is 1? Try one id first, ids = np.array(2) and vocab_size = 3.",
    "Compare the id with all column numbers at once: 2 == np.arange(3) is [False, False, True].",
    "For many ids give them an axis of length 1 at the end, ids[..., None], so that NumPy compares "
    "each of them with all of np.arange(vocab_size).",
    "(ids[..., None] == np.arange(vocab_size)) has the right shape; .astype(dtype) makes numbers "
    "of it.",
]
