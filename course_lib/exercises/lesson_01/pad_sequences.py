"""Exercise: pad_sequences."""

import numpy as np

from course_lib import vocab

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def pad_sequences_cases(rng):
    sequences = [rng.integers(1, 90, size=size) for size in (3, 7, 5)]
    return [
        Case(
            ([[5, 7], [6]], 0),
            label="[5, 7] and [6], filled with 0",
            expected=[[5, 7], [6, 0]],
        ),
        Case((sequences, 0), label="three sequences of 3, 7 and 5 ids"),
        Case((sequences, 98), label="the same, but <pad> has the id 98"),
        Case((sequences, 98, 11), label="the same at length 11"),
        Case((sequences, 98, 7), label="exactly as long as the longest"),
        Case((sequences, 98, 5), label="a length of 5, but one sequence has 7 ids"),
        Case(([[5, 7, 6], [8, 6, 5]], 0, 2), label="a length of 2, but both sequences have 3 ids"),
    ]


def _longest(sequences, length):
    return max(map(len, sequences)) if length is None else length


def _left(sequences, pad_id, length=None):
    batch = np.full((len(sequences), _longest(sequences, length)), pad_id)
    for row, sequence in zip(batch, sequences, strict=True):
        row[len(row) - len(sequence) :] = sequence
    return batch


def _zeros(sequences, pad_id, length=None):
    return vocab.pad_sequences(sequences, 0, length)


def _shortest(sequences, pad_id, length=None):
    T = min(len(sequence) for sequence in sequences) if length is None else length
    return np.array([list(sequence[:T]) + [pad_id] * (T - len(sequence)) for sequence in sequences])


def _ignores_length(sequences, pad_id, length=None):
    return vocab.pad_sequences(sequences, pad_id)


def _cuts(sequences, pad_id, length=None):
    T = _longest(sequences, length)
    return np.array([list(sequence[:T]) + [pad_id] * (T - len(sequence)) for sequence in sequences])


def _grows(sequences, pad_id, length=None):
    return vocab.pad_sequences(
        sequences, pad_id, max(_longest(sequences, n) for n in (None, length))
    )


def _joined(sequences, pad_id, length=None):
    T = _longest(sequences, length)
    return np.array([sequence + [pad_id] * (T - len(sequence)) for sequence in sequences])


def _appended(sequences, pad_id, length=None):
    T = _longest(sequences, length)
    for sequence in sequences:
        while len(sequence) < T:
            sequence.append(pad_id)
    return np.array(sequences)


def _too_strict(sequences, pad_id, length=None):
    if length is not None and max(map(len, sequences)) >= length:
        raise ValueError(f"a sequence does not fit into {length} places")
    return vocab.pad_sequences(sequences, pad_id, length)


def _plain_array(sequences, pad_id, length=None):
    return np.array(sequences)


def _repeats(sequences, pad_id, length=None):
    T = _longest(sequences, length)
    return np.array([np.resize(sequence, T) for sequence in sequences])


def _refuse(sequences, length):
    longest = max(len(sequence) for sequence in sequences)
    if length is not None and longest > length:
        raise ValueError(f"{longest} ids do not fit into {length} places")
    return longest if length is None else length


def _lists(sequences, pad_id, length=None):
    T = _refuse(sequences, length)
    rows = []
    for sequence in sequences:
        row = [int(token) for token in sequence]
        while len(row) < T:
            row.append(pad_id)
        rows.append(row)
    return np.array(rows)


def _np_pad(sequences, pad_id, length=None):
    T = _refuse(sequences, length)
    return np.stack([np.pad(s, (0, T - len(s)), constant_values=pad_id) for s in sequences])


register(
    Exercise(
        name="pad_sequences",
        lesson=1,
        reference=vocab.pad_sequences,
        cases=pad_sequences_cases,
        mistakes=(
            Mistake(
                "plain_array",
                _plain_array,
                "NumPy cannot make one array of rows of different lengths. Make the array first, "
                "full of pad_id and as wide as the longest sequence; then write each sequence into "
                "the beginning of its row.",
            ),
            Mistake(
                "joined",
                _joined,
                "A sequence may be an array, and + adds the numbers of an array instead of joining "
                "it to a list. list(sequence) makes a list of either; or write the sequence into "
                "the beginning of a row of np.full((rows, columns), pad_id).",
            ),
            Mistake(
                "appended",
                _appended,
                "A sequence may be an array, which has no append. And append changes the list of "
                "the one who called. Begin with np.full((rows, columns), pad_id) and write each "
                "sequence into the beginning of its row.",
            ),
            Mistake(
                "too_strict",
                _too_strict,
                lambda case, got, want: (
                    f"A sequence of {case.args[2]} ids fits exactly into length {case.args[2]}, "
                    "and yet you refuse it. Refuse only what is longer: >, not >=."
                ),
            ),
            Mistake(
                "left",
                _left,
                "The filling stands on the left. Then the first word of a short line is not at "
                "position 0, and the same line gets other positions in another batch. Fill on the "
                "right.",
            ),
            Mistake(
                "zeros",
                _zeros,
                lambda case, got, want: (
                    f"You fill with 0, but pad_id is {case.args[1]}. In this vocabulary 0 is an "
                    "ordinary token, and the model would read it as one."
                ),
            ),
            Mistake(
                "shortest",
                _shortest,
                lambda case, got, want: (
                    f"You cut every sequence to the length of the shortest, {np.shape(got)[1]}, "
                    "and lose the ends of the others. T is the length of the longest, "
                    f"{want.shape[1]}."
                ),
            ),
            Mistake(
                "ignores_length",
                _ignores_length,
                lambda case, got, want: (
                    f"length is {case.args[2]}, but the rows are as long as the longest sequence, "
                    f"{got.shape[1]}. Use length where it is given (not None)."
                ),
            ),
            Mistake(
                "cuts",
                _cuts,
                lambda case, got, want: (
                    f"A sequence of 7 ids is cut to length {case.args[2]} without a word. The one "
                    "who calls this would never learn that text is lost. Raise a ValueError that "
                    "gives both numbers."
                ),
            ),
            Mistake(
                "grows",
                _grows,
                "Where a sequence is longer than length you make the array longer. The one who "
                "calls this asked for that length for a reason: raise a ValueError that gives both "
                "numbers.",
            ),
            Mistake(
                "repeats",
                _repeats,
                "You fill a short sequence with its own ids over again. The model would read a "
                "line that says everything twice. Fill with pad_id.",
            ),
        ),
        correct=(_lists, _np_pad),
        hints=(
            "The rows of an array are all equally long. How long must they be, so that nothing is "
            "lost, and what stands in the places that are left over?",
            "np.full((rows, columns), value) makes an array that holds `value` everywhere. Begin "
            "with one that is full of pad_id, and overwrite the beginning of each row.",
            "longest = max(len(sequence) for sequence in sequences). Where length is None it takes "
            "this value; where length is smaller than that, raise ValueError.",
            "batch = np.full((len(sequences), length), pad_id); then for row i: "
            "batch[i, : len(sequences[i])] = sequences[i].",
        ),
        returns=("batch",),
    )
)
