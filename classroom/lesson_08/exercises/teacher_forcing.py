"""teacher_forcing: what the decoder reads, and what it is asked for, one step ahead."""

import numpy as np

from classroom.exercises import Case, Mistake
from classroom.exercises.messages import numbers


def cases(rng):
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


def leak(case, got, want):
    return (
        "The decoder reads at each position the very word that it is asked for: the first row "
        f"reads {numbers(got[0][0])} and is asked for {numbers(got[1][0])}. It would learn to pass "
        f"on what it reads. What it reads must be one step behind: {numbers(want[0][0])}."
    )


AT_THE_END = "Fill shorter sentences up at their end, so that <bos> is at position 0 in every row."

returns = ("inputs", "targets")

WHOLE = {"*ids]": "*ids, eos_id]", "[*ids": "[bos_id, *ids"}
TARGETS = "pad_sequences([[*ids, eos_id] for ids in sentences], ignored)"
UNPADDED = {"pad_sequences(": "", "], pad_id)": "]", "], ignored)": "]"}
LEFT_INPUTS = {"[bos_id, *ids]": "[bos_id, *ids][::-1]", "], pad_id)": "], pad_id)[:, ::-1]"}

mistakes = [
    Mistake("not_shifted", {"[bos_id, *ids]": "[*ids, eos_id]"}, leak),
    Mistake(
        "targets_not_shifted",
        {"[*ids, eos_id]": "[bos_id, *ids]"},
        lambda case, got, want: (
            "Both arrays are the same but for their padding: the decoder is asked for the very "
            "word that it reads. The targets are one step ahead: row 0 reads "
            f"{numbers(want[0][0])} and is asked for {numbers(want[1][0])}."
        ),
    ),
    Mistake(
        "whole_twice",
        WHOLE,
        "Both arrays hold <bos>, words and <eos>, so the decoder is asked for what it reads. Leave "
        "<eos> out of the inputs and <bos> out of the targets: that is the shift by one.",
    ),
    Mistake(
        "whole_as_input",
        {"*ids]": "*ids, eos_id]"},
        "The decoder need not read <eos>: after it nothing is asked for. The inputs are <bos> and "
        "the words.",
    ),
    Mistake(
        "eos_left_out",
        {"[*ids, eos_id]": "[*ids]"},
        "The targets are the words alone, and none asks for <eos>, so the model would never learn "
        "to stop. Append `eos_id` to each sentence.",
    ),
    Mistake(
        "bos_left_out",
        {"[bos_id, *ids]": "[*ids]"},
        "<bos> is missing in the inputs. Without it there is nothing to read when the first word "
        "is asked for. Put `bos_id` in front of each sentence.",
    ),
    Mistake(
        "rolled",
        {TARGETS: "np.roll(inputs, -1, axis=1)\n    targets[:, -1] = eos_id"},
        lambda case, got, want: (
            "You shift an array that is padded already. In shorter sentences padding is then asked "
            f"for, and <eos> comes last: row 1 is {numbers(got[1][1])} and should be "
            f"{numbers(want[1][1])}. Build the targets from the sentences."
        ),
    ),
    Mistake(
        "padded_left",
        LEFT_INPUTS
        | {"[*ids, eos_id]": "[*ids, eos_id][::-1]", "], ignored)": "], ignored)[:, ::-1]"},
        "Both arrays are padded on the left. " + AT_THE_END,
    ),
    Mistake("inputs_padded_left", LEFT_INPUTS, "The inputs are padded on the left. " + AT_THE_END),
    Mistake(
        "bos_as_target",
        {"[*ids, eos_id]": "[bos_id, *ids, eos_id]"},
        "The targets begin with <bos>. Nobody asks for it: after reading <bos> the decoder is "
        "asked for the first word.",
    ),
    Mistake(
        "no_eos",
        {"*ids]": "*ids[:-1]]", "[*ids, eos_id]": "[*ids]"},
        "No sentence is asked to end: <eos> is missing in the targets. The model would never learn "
        "to stop. Append `eos_id` to each sentence.",
    ),
    Mistake(
        "no_eos_padded",
        {"[*ids, eos_id]": "[*ids, ignored]"},
        "After the last word nothing is asked for, so the model never learns to stop. The target "
        "there is <eos>.",
    ),
    Mistake(
        "eos_after_padding",
        {TARGETS: f"np.c_[{TARGETS}, [eos_id] * len(inputs)]", "[*ids, eos_id]": "[*ids]"},
        lambda case, got, want: (
            "<eos> stands in the last column, after the padding of shorter sentences. It belongs "
            f"right behind the last word of its sentence: row 1 should be {numbers(want[1][1])}. "
            "Append first, pad afterwards."
        ),
    ),
    Mistake(
        "padding_counts",
        {"], ignored)": "], pad_id)"},
        "The targets are filled up with pad_id, so the loss would count the padding as words to be "
        "learned. Fill them up with `ignored`, which the loss leaves out.",
    ),
    Mistake(
        "added_to_arrays",
        {"[bos_id, *ids]": "[bos_id] + ids", "[*ids, eos_id]": "ids + [eos_id]"},
        "The sentences are arrays, and + between a list and an array adds numbers: [1] + [7 8 9] "
        "is [8 9 10]. Put the parts into one list: [bos_id, *ids].",
    ),
    Mistake(
        "not_padded",
        [UNPADDED, UNPADDED | {"[[": "[np.array([", "] for": "]) for"}],
        "The sentences are right, but each is an array of its own. pad_sequences(lists, value) "
        "fills them up to one length and makes one array of them.",
    ),
    Mistake(
        "filled_with_eos",
        {"], ignored)": "], eos_id)"},
        "The targets are filled up with <eos>, so that shorter sentences are asked for it again "
        "and again. It is asked for once; what follows is filled up with `ignored`, which the loss "
        "leaves out.",
    ),
    Mistake(
        "ignored_as_input",
        {"], pad_id)": "], ignored)"},
        "The inputs are filled up with `ignored`, which is no id: the embedding has no such row. "
        "Fill them up with pad_id.",
    ),
    Mistake(
        "shifted_by_two",
        {"[*ids, eos_id]": "[*ids[1:], eos_id, ignored]"},
        "The targets are one word too far ahead: after <bos> the first word is wanted, and not the "
        "second.",
    ),
    Mistake(
        "eos_as_input",
        {"*ids]": "*ids, eos_id]", "[*ids, eos_id]": "[*ids, eos_id, ignored]"},
        "The decoder need not read <eos>: after it nothing is asked for. Both arrays are one "
        "longer than the longest sentence, not two.",
    ),
    Mistake(
        "cut_after_padding",
        WHOLE | {"], pad_id)": "], pad_id)[:, :-1]", "], ignored)": "], ignored)[:, 1:]"},
        lambda case, got, want: (
            "You cut the last column off a padded array. That takes <eos> from the longest "
            f"sentence only; the shorter ones still read theirs: row 1 is {numbers(got[0][1])} and "
            f"should be {numbers(want[0][1])}. Make the inputs of [bos_id, *ids], without <eos>."
        ),
    ),
    Mistake(
        "cut_after_padding_counts",
        WHOLE | {"], pad_id)": "], pad_id)[:, :-1]", "], ignored)": "], pad_id)[:, 1:]"},
        lambda case, got, want: (
            "Both arrays are cut from one that was padded before. Then shorter sentences read "
            f"their <eos>, as in row 1, {numbers(got[0][1])}, and are asked for padding, "
            f"{numbers(got[1][1])}. Build inputs and targets as two lists, and pad each with its "
            "own value."
        ),
    ),
    Mistake(
        "ids_swapped",
        {"[bos_id, *ids]": "[eos_id, *ids]", "[*ids, eos_id]": "[*ids, bos_id]"},
        "bos_id and eos_id are swapped: a sentence begins with <bos> and ends with <eos>.",
    ),
    Mistake(
        "swapped",
        {"return inputs, targets": "return targets, inputs"},
        "Both arrays are right, but they are returned in the wrong order. What the decoder reads "
        "comes first, then what it is asked for.",
    ),
    Mistake(
        "always_minus_one",
        {"], ignored)": "], -1)"},
        lambda case, got, want: (
            f"You fill up with −1 whatever `ignored` is; here it is {case.args[4]}. Use the "
            "parameter."
        ),
    ),
]

hints = [
    "Write one sentence, 7 8 9, with <bos> and <eos> around it. What does the decoder read, what "
    "is it asked for, and where do the two lie on top of each other?",
    "It reads <bos> 7 8 9 and is asked for 7 8 9 <eos>: the same words, one step apart.",
    "pad_sequences(lists, value) makes one array of lists. Build the lists first: [bos_id, *ids] "
    "for each sentence, and [*ids, eos_id].",
    "The inputs are filled up with pad_id, the targets with ignored.",
]
