"""pad_sequences: sequences of different lengths become the rows of one array."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    sequences = [rng.integers(1, 90, size=size) for size in (3, 7, 5)]
    with_zero = [np.array([5, 0]), np.array([], np.int64), np.array([0, 7, 0])]
    return [
        Case(([[5, 7], [6]], 0), label="[5, 7] and [6], filled with 0", expected=[[5, 7], [6, 0]]),
        Case(
            (sequences, 0),
            label="three sequences of 3, 7 and 5 ids",
            proves="the rows without length",
        ),
        Case((sequences, 98), label="the same, but <pad> has the id 98"),
        Case(
            (with_zero, 9),
            label="the id 0 is a token, and one sequence is empty",
            expected=[[5, 0, 9], [9, 9, 9], [0, 7, 0]],
            proves="the filling",
        ),
        Case((sequences, 98, 11), label="length 11, and the longest has 7"),
        Case(
            (sequences, 98, 7),
            label="exactly as long as the longest",
            proves="a length that is given",
        ),
        Case((sequences, 98, 5), label="a length of 5, but one sequence has 7 ids"),
        Case(([[5, 7, 6], [8, 6, 5]], 0, 2), label="a length of 2, but both sequences have 3 ids"),
        Case(([[7]], 0, 0), label="a length of 0, but the sequence has 1 id"),
    ]


def joined(sequences, pad_id, length=None):
    T = max(map(len, sequences)) if length is None else length
    return np.array([sequence + [pad_id] * (T - len(sequence)) for sequence in sequences])


def first_as_length(sequences, pad_id, length=None):
    T = len(sequences[0]) if length is None else length
    batch = np.full((len(sequences), T), pad_id)
    for row, sequence in zip(batch, sequences, strict=True):
        if len(sequence) > T:
            raise ValueError(f"{len(sequence)} ids do not fit into {T}")
        row[: len(sequence)] = sequence
    return batch


def last_ids(sequences, pad_id, length=None):
    T = max(map(len, sequences)) if length is None else length
    return np.array([(list(ids) + [pad_id] * (T - len(ids)))[-T:] for ids in sequences])


def zeros_replaced(sequences, pad_id, length=None):
    longest = max(map(len, sequences))
    T = longest if length is None else length
    if longest > T:
        raise ValueError(f"{longest} ids do not fit into {T}")
    batch = np.array([list(ids) + [0] * (T - len(ids)) for ids in sequences])
    batch[batch == 0] = pad_id
    return batch


returns = ("batch",)

ROW = "batch[i, : len(sequence)] = sequence"
TOO_LONG_PASSES = {"longest > length": "False"}

mistakes = [
    Mistake(
        "plain_array",
        lambda sequences, pad_id, length=None: np.array(sequences),
        "NumPy cannot make one array of rows of different lengths. Make the array first, full of "
        "pad_id and as wide as the longest sequence; then write each sequence into the beginning "
        "of its row.",
    ),
    Mistake(
        "joined",
        joined,
        "A sequence may be an array, and + adds the numbers of an array instead of joining it to a "
        "list. list(sequence) makes a list of either; or write the sequence into the beginning of "
        "a row of np.full((rows, columns), pad_id).",
    ),
    Mistake(
        "appended",
        {
            **TOO_LONG_PASSES,
            ROW: "while len(sequence) < length:\n            sequence.append(pad_id)",
            "return batch": "return np.array(sequences)",
        },
        "A sequence may be an array, which has no append. And append changes the list of the one "
        "who called. Begin with np.full((rows, columns), pad_id) and write each sequence into the "
        "beginning of its row.",
    ),
    Mistake(
        "too_strict",
        {"if longest > length": "elif longest >= length"},
        lambda case, got, want: (
            f"A sequence of {case.args[2]} ids fits exactly into length {case.args[2]}, and yet "
            "you refuse it. Refuse only what is longer: >, not >=."
        ),
    ),
    Mistake(
        "left",
        {": len(sequence)]": "length - len(sequence) :]"},
        "The filling stands on the left. Then the first word of a short line is not at position 0, "
        "and the same line gets other positions in another batch. Fill on the right.",
    ),
    Mistake(
        "centered",
        {
            ROW: "start = (length - len(sequence)) // 2\n"
            "        batch[i, start : start + len(sequence)] = sequence"
        },
        "The sequences stand in the middle, with filling on both sides. Fill on the right alone: "
        "the first word of every line is at position 0.",
    ),
    Mistake(
        "zeros",
        {"length), pad_id": "length), 0"},
        lambda case, got, want: (
            f"You fill with 0, but pad_id is {case.args[1]}. In this vocabulary 0 is an ordinary "
            "token, and the model would read it as one."
        ),
    ),
    Mistake(
        "zeros_replaced",
        zeros_replaced,
        lambda case, got, want: (
            f"The ids that are 0 have become pad_id = {case.args[1]}. 0 is a token like others "
            "here: only the places behind a sequence are filling. Fill the array with pad_id "
            "before the sequences are written into it."
        ),
    ),
    Mistake(
        "first_as_length",
        [
            {"max(len(sequence) for sequence in sequences)": "len(sequences[0])"},
            first_as_length,
        ],
        lambda case, got, want: (
            f"The first sequence sets the length, {len(case.args[0][0])}, and a later one is "
            f"longer. Where length is None, T is the length of the longest, {want.shape[1]}."
        ),
    ),
    Mistake(
        "one_too_long",
        {"length = longest": "length = longest + 1"},
        lambda case, got, want: (
            f"The rows have {np.shape(got)[1]} places, one more than the longest sequence needs. "
            f"Where length is None, T is {want.shape[1]}."
        ),
    ),
    Mistake(
        "first_row_alone",
        {ROW: f"{ROW}\n        return batch"},
        "Only the first sequence is written; the other rows hold what was there before. This is "
        "what comes out if `return` stands inside the loop.",
    ),
    Mistake(
        "sorted",
        [
            {"enumerate(sequences)": f"enumerate(sorted(sequences, key=len{order}))"}
            for order in ("", ", reverse=True")
        ],
        "The rows are sorted by length. Row i belongs to sequence i, else nobody knows which row "
        "is whose: keep the order.",
    ),
    Mistake(
        "shortest",
        {**TOO_LONG_PASSES, "max(": "min(", ROW: f"{ROW}[:length]"},
        lambda case, got, want: (
            f"You cut every sequence to the length of the shortest, {np.shape(got)[1]}, and lose "
            f"the ends of the others. T is the length of the longest, {want.shape[1]}."
        ),
    ),
    Mistake(
        "ignores_length",
        [
            {"if length is None:\n        length": "length"},
            {"len(sequences), length)": "len(sequences), longest)"},
        ],
        lambda case, got, want: (
            f"length is {case.args[2]}, but the rows are as long as the longest sequence, "
            f"{got.shape[1]}. Use length where it is given (not None)."
        ),
    ),
    Mistake(
        "cuts",
        [{**TOO_LONG_PASSES, ROW: f"{ROW}[:length]"}, last_ids],
        lambda case, got, want: (
            f"A sequence of 7 ids is cut to length {case.args[2]} without a word. The one who "
            "calls this would never learn that text is lost. Raise a ValueError that gives both "
            "numbers."
        ),
    ),
    Mistake(
        "zero_is_none",
        {"length is None": "not length"},
        "length=0 is taken for no length: 0 counts as false. A sequence of 1 id does not fit into "
        "0 places, so this is an error. Ask whether length is None.",
    ),
    Mistake(
        "numpy_refuses",
        TOO_LONG_PASSES,
        "NumPy refuses most sequences that are too long, but not this one: a single id fits into "
        "no place at all, for an axis of length 1 is broadcast to any length. Compare the longest "
        "with length, and raise a ValueError that gives both numbers.",
    ),
    Mistake(
        "grows",
        {"length is None": "length is None or longest > length"},
        "Where a sequence is longer than length you make the array longer. The one who calls this "
        "asked for that length for a reason: raise a ValueError that gives both numbers.",
    ),
    Mistake(
        "repeats",
        {**TOO_LONG_PASSES, ROW: "batch[i] = np.resize(sequence, length)"},
        "You fill a short sequence with its own ids over again. The model would read a line that "
        "says everything twice. Fill with pad_id.",
    ),
]

hints = [
    "The rows of an array are all equally long. How long must they be, so that nothing is lost, "
    "and what stands in the places that are left over?",
    "np.full((rows, columns), value) makes an array that holds `value` everywhere. Begin with one "
    "that is full of pad_id, and overwrite the beginning of each row.",
    "longest = max(len(sequence) for sequence in sequences). Where length is None it takes this "
    "value; where length is smaller than that, raise ValueError.",
    "batch = np.full((len(sequences), length), pad_id); then for row i: "
    "batch[i, : len(sequences[i])] = sequences[i].",
]
