"""Exercise: teacher_forcing."""

import numpy as np

from course_lib.vocab import pad_sequences

from ..exercise import Case, Exercise, Mistake
from ..registry import register
from ..wording import numbers


def teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored=-1):
    """What the decoder reads, <bos> and the words; what it is asked for, the words and <eos>."""
    inputs = pad_sequences([[bos_id, *ids] for ids in sentences], pad_id)
    targets = pad_sequences([[*ids, eos_id] for ids in sentences], ignored)
    return inputs, targets


def teacher_forcing_cases(rng):
    lengths = (5, 2, 3)
    sentences = [rng.integers(3, 17, size=length) for length in lengths]
    return [
        Case(
            ([np.array([7, 8, 9]), np.array([5])], 1, 2, 0),
            label="two sentences, worked by hand",
            expected=(
                np.array([[1, 7, 8, 9], [1, 5, 0, 0]]),
                np.array([[7, 8, 9, 2], [5, 2, -1, -1]]),
            ),
        ),
        Case((sentences, 1, 2, 0), label="three sentences"),
        Case((sentences, 20, 18, 19), label="other special ids"),
        Case((sentences, 1, 2, 0, -100), label="another number for what does not count"),
        Case(([np.array([4, 6])], 1, 2, 0), label="one sentence, nothing to pad"),
    ]


def _pad(rows, value):
    return pad_sequences([list(row) for row in rows], value)


def _not_shifted(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[*ids, eos_id] for ids in sentences]
    return _pad(rows, pad_id), _pad(rows, ignored)


def _bos_in_both(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[bos_id, *ids] for ids in sentences]
    return _pad(rows, pad_id), _pad([[*row, eos_id] for row in rows], ignored)


def _no_eos(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[bos_id, *ids[:-1]] for ids in sentences]
    return _pad(rows, pad_id), _pad(sentences, ignored)


def _no_eos_padded(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, np.where(targets == eos_id, ignored, targets)


def _eos_after_padding(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored)
    words = _pad(sentences, ignored)
    return inputs, np.append(words, np.full((len(words), 1), eos_id), axis=1)


def _padding_counts(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, np.where(targets == ignored, pad_id, targets)


def _ignored_as_input(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = teacher_forcing(sentences, bos_id, eos_id, ignored, ignored)
    return inputs, targets


def _shifted_by_two(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, _pad([[*ids[1:], eos_id, ignored] for ids in sentences], ignored)


def _eos_as_input(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs = _pad([[bos_id, *ids, eos_id] for ids in sentences], pad_id)
    targets = _pad([[*ids, eos_id, ignored] for ids in sentences], ignored)
    return inputs, targets


def _cut_after_padding(sentences, bos_id, eos_id, pad_id, ignored=-1):
    whole = [[bos_id, *ids, eos_id] for ids in sentences]
    return _pad(whole, pad_id)[:, :-1], _pad(whole, ignored)[:, 1:]


def _cut_after_padding_counts(sentences, bos_id, eos_id, pad_id, ignored=-1):
    whole = _pad([[bos_id, *ids, eos_id] for ids in sentences], pad_id)
    return whole[:, :-1], whole[:, 1:]


def _ids_swapped(sentences, bos_id, eos_id, pad_id, ignored=-1):
    return teacher_forcing(sentences, eos_id, bos_id, pad_id, ignored)


def _returned_swapped(sentences, bos_id, eos_id, pad_id, ignored=-1):
    return teacher_forcing(sentences, bos_id, eos_id, pad_id, ignored)[::-1]


def _always_minus_one(sentences, bos_id, eos_id, pad_id, ignored=-1):
    return teacher_forcing(sentences, bos_id, eos_id, pad_id)


def _filled(sentences, bos_id, eos_id, pad_id, ignored=-1):
    longest = max(len(ids) for ids in sentences) + 1
    inputs = np.full((len(sentences), longest), pad_id)
    targets = np.full((len(sentences), longest), ignored)
    inputs[:, 0] = bos_id
    for row, ids in enumerate(sentences):
        inputs[row, 1 : len(ids) + 1] = ids
        targets[row, : len(ids)] = ids
        targets[row, len(ids)] = eos_id
    return inputs, targets


def _cut_from_one(sentences, bos_id, eos_id, pad_id, ignored=-1):
    longest = max(map(len, sentences)) + 2
    whole = [
        [bos_id, *map(int, ids), eos_id] + [None] * (longest - 2 - len(ids)) for ids in sentences
    ]
    inputs = [[pad_id if i in (None, eos_id) else i for i in row[:-1]] for row in whole]
    targets = [[ignored if i is None else i for i in row[1:]] for row in whole]
    return np.array(inputs), np.array(targets)


def _leak_text(case, got, want):
    return (
        "The decoder reads at each position the very word that it is asked for: the first row "
        f"reads {numbers(got[0][0])} and is asked for {numbers(got[1][0])}. It would learn to pass "
        f"on what it reads. What it reads must be one step behind: {numbers(want[0][0])}."
    )


register(
    Exercise(
        name="teacher_forcing",
        lesson=8,
        reference=teacher_forcing,
        returns=("inputs", "targets"),
        cases=teacher_forcing_cases,
        mistakes=(
            Mistake("not_shifted", _not_shifted, _leak_text),
            Mistake(
                "bos_as_target",
                _bos_in_both,
                "The targets begin with <bos>. Nobody asks for it: after reading <bos> the decoder "
                "is asked for the first word.",
            ),
            Mistake(
                "no_eos",
                _no_eos,
                "No sentence is asked to end: <eos> is missing in the targets. The model would "
                "never learn to stop. Append `eos_id` to each sentence.",
            ),
            Mistake(
                "no_eos_padded",
                _no_eos_padded,
                "After the last word nothing is asked for, so the model never learns to stop. The "
                "target there is <eos>.",
            ),
            Mistake(
                "eos_after_padding",
                _eos_after_padding,
                lambda case, got, want: (
                    "<eos> stands in the last column, after the padding of shorter sentences. It "
                    "belongs right behind the last word of its sentence: row 1 should be "
                    f"{numbers(want[1][1])}. Append first, pad afterwards."
                ),
            ),
            Mistake(
                "padding_counts",
                _padding_counts,
                lambda case, got, want: (
                    "The targets are filled up with pad_id, so the loss would count the padding as "
                    "words to be learned. Fill them up with `ignored`, which the loss leaves out."
                ),
            ),
            Mistake(
                "ignored_as_input",
                _ignored_as_input,
                lambda case, got, want: (
                    "The inputs are filled up with `ignored`, which is no id: the embedding has no "
                    "such row. Fill them up with pad_id."
                ),
            ),
            Mistake(
                "shifted_by_two",
                _shifted_by_two,
                "The targets are one word too far ahead: after <bos> the first word is wanted, and "
                "not the second.",
            ),
            Mistake(
                "eos_as_input",
                _eos_as_input,
                "The decoder need not read <eos>: after it nothing is asked for. Both arrays are "
                "one longer than the longest sentence, not two.",
            ),
            Mistake(
                "cut_after_padding",
                _cut_after_padding,
                lambda case, got, want: (
                    "You cut the last column off a padded array. That takes <eos> from the longest "
                    "sentence only; the shorter ones still read theirs: row 1 is "
                    f"{numbers(got[0][1])} and should be {numbers(want[0][1])}. Make the inputs of "
                    "[bos_id, *ids], without <eos>."
                ),
            ),
            Mistake(
                "cut_after_padding_counts",
                _cut_after_padding_counts,
                lambda case, got, want: (
                    "Both arrays are cut from one that was padded before. Then shorter sentences "
                    f"read their <eos>, as in row 1, {numbers(got[0][1])}, and are asked for "
                    f"padding, {numbers(got[1][1])}. Build inputs and targets as two lists, and "
                    "pad each with its own value."
                ),
            ),
            Mistake(
                "ids_swapped",
                _ids_swapped,
                "bos_id and eos_id are swapped: a sentence begins with <bos> and ends with <eos>.",
            ),
            Mistake(
                "swapped",
                _returned_swapped,
                "Both arrays are right, but they are returned in the wrong order. What the decoder "
                "reads comes first, then what it is asked for.",
            ),
            Mistake(
                "always_minus_one",
                _always_minus_one,
                lambda case, got, want: (
                    f"You fill up with −1 whatever `ignored` is; here it is {case.args[4]}. "
                    "Use the parameter."
                ),
            ),
        ),
        correct=(_filled, _cut_from_one),
        hints=(
            "Write one sentence, 7 8 9, with <bos> and <eos> around it. What does the decoder "
            "read, what is it asked for, and where do the two lie on top of each other?",
            "It reads <bos> 7 8 9 and is asked for 7 8 9 <eos>: the same words, one step apart.",
            "pad_sequences(lists, value) makes one array of lists. Build the lists first: "
            "[bos_id, *ids] for each sentence, and [*ids, eos_id].",
            "The inputs are filled up with pad_id, the targets with ignored.",
        ),
    )
)
