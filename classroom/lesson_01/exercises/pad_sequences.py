"""pad_sequences: sequences of different lengths become the rows of one array."""

import numpy as np

from classroom.exercises import Case, Mistake


def cases(rng):
    sequences = [rng.integers(1, 90, size=size) for size in (3, 7, 5)]
    return [
        Case(([[5, 7], [6]], 0), label="[5, 7] and [6], filled with 0", expected=[[5, 7], [6, 0]]),
        Case((sequences, 0), label="three sequences of 3, 7 and 5 ids"),
        Case((sequences, 98), label="the same, but <pad> has the id 98"),
        Case((sequences, 98, 11), label="the same at length 11"),
        Case((sequences, 98, 7), label="exactly as long as the longest"),
        Case((sequences, 98, 5), label="a length of 5, but one sequence has 7 ids"),
        Case(([[5, 7, 6], [8, 6, 5]], 0, 2), label="a length of 2, but both sequences have 3 ids"),
    ]


def joined(sequences, pad_id, length=None):
    T = max(map(len, sequences)) if length is None else length
    return np.array([sequence + [pad_id] * (T - len(sequence)) for sequence in sequences])


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
        "zeros",
        {"length), pad_id": "length), 0"},
        lambda case, got, want: (
            f"You fill with 0, but pad_id is {case.args[1]}. In this vocabulary 0 is an ordinary "
            "token, and the model would read it as one."
        ),
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
        {"if length is None:\n        length": "length"},
        lambda case, got, want: (
            f"length is {case.args[2]}, but the rows are as long as the longest sequence, "
            f"{got.shape[1]}. Use length where it is given (not None)."
        ),
    ),
    Mistake(
        "cuts",
        {**TOO_LONG_PASSES, ROW: f"{ROW}[:length]"},
        lambda case, got, want: (
            f"A sequence of 7 ids is cut to length {case.args[2]} without a word. The one who "
            "calls this would never learn that text is lost. Raise a ValueError that gives both "
            "numbers."
        ),
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
