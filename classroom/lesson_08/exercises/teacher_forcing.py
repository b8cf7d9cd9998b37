"""teacher_forcing: what the decoder reads, and what it is asked for, one step ahead."""

import numpy as np

from classroom.exercises import Case, Mistake, reference
from classroom.exercises.formatting import numbers


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
            proves="two sentences",
        ),
        Case((sentences, 1, 2, 0), label="three sentences"),
        Case(
            ([np.array([4, 0]), np.array([0]), np.array([0, 3, 0])], 20, 18, 19),
            label="other special ids, and words with the id 0",
            expected=(
                np.array([[20, 4, 0, 19], [20, 0, 19, 19], [20, 0, 3, 0]]),
                np.array([[4, 0, 18, -1], [0, 18, -1, -1], [0, 3, 0, 18]]),
            ),
        ),
        Case(
            ([np.array([7, 8, 9]), np.array([5])], 1, 2, 2),
            label="<eos> fills up, too",
            expected=(
                np.array([[1, 7, 8, 9], [1, 5, 2, 2]]),
                np.array([[7, 8, 9, 2], [5, 2, -1, -1]]),
            ),
        ),
        Case(
            ([np.array([7, 8, 9]), np.array([5])], 0, 0, 0),
            label="<bos>, <eos> and padding are one id, as in GPT-2",
            expected=(
                np.array([[0, 7, 8, 9], [0, 5, 0, 0]]),
                np.array([[7, 8, 9, 0], [5, 0, -1, -1]]),
            ),
        ),
        Case((sentences, 1, 2, 0, -100), label="another number for what does not count"),
        Case((sentences, 2, 20, 1, 0), label="0 for what does not count"),
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
WORDS = "*ids[: min(map(len, sentences))]"
LEFT_INPUTS = {"[bos_id, *ids]": "[bos_id, *ids][::-1]", "], pad_id)": "], pad_id)[:, ::-1]"}


def words_alone(sentences, bos_id, eos_id, pad_id, ignored=-1):
    lists = [[i for i in ids if i] for ids in sentences]
    return reference("teacher_forcing")(lists, bos_id, eos_id, pad_id, ignored)


def blanked(sentences, bos_id, eos_id, pad_id, ignored=-1):
    width = max(map(len, sentences)) + 1
    inputs = np.full((len(sentences), width), pad_id)
    targets = np.full((len(sentences), width), ignored)
    for b, ids in enumerate(sentences):
        inputs[b, : len(ids) + 1] = [bos_id, *(i if i else pad_id for i in ids)]
        targets[b, : len(ids) + 1] = [*(i if i else ignored for i in ids), eos_id]
    return inputs, targets


mistakes = [
    Mistake(
        "masked_by_pad_id",
        {"], ignored)": "], pad_id)\n    targets = np.where(targets == pad_id, ignored, targets)"},
        "Every target that is pad_id becomes `ignored`. Here pad_id is also the id of something "
        "that counts, and that target is lost with the padding. Where the padding is, the lengths "
        "of the sentences say, not the ids: fill up with `ignored` from the start.",
    ),
    Mistake(
        "zero_is_no_word",
        [words_alone, blanked],
        "A word whose id is 0 is left out: 0 counts as false in a condition. Here padding has "
        "another id, and 0 is a word like any other.",
    ),
    Mistake(
        "zero_taken_for_none",
        {"    inputs =": "    ignored = ignored or -1\n    inputs ="},
        "`ignored` is 0 here, and −1 is used in its place: 0 counts as false in a condition. It is "
        "a number like any other; use it as it is given.",
    ),
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
        [{"[bos_id, *ids]": "[*ids]"}, {"[bos_id, *ids]": "[*ids, pad_id]"}],
        "<bos> is missing in the inputs. Without it there is nothing to read when the first word "
        "is asked for. Put `bos_id` in front of each sentence.",
    ),
    Mistake(
        "words_alone",
        {"[bos_id, *ids]": "[*ids]", "[*ids, eos_id]": "[*ids[1:], eos_id]"},
        lambda case, got, want: (
            "Nothing is read before the first word, so it is never asked for: your arrays are one "
            f"column too short, {got[0].shape[1]} and not {want[0].shape[1]}. The inputs begin "
            "with <bos>, and its target is the first word."
        ),
    ),
    Mistake(
        "shifted_inputs",
        {TARGETS: "np.full_like(inputs, ignored)\n    targets[:, :-1] = inputs[:, 1:]"},
        lambda case, got, want: (
            "The targets are the inputs, shifted by one. The inputs hold no <eos>, so that none is "
            "asked for, and their padding is asked for like words: row 1 is "
            f"{numbers(got[1][1])} and should be {numbers(want[1][1])}."
        ),
    ),
    Mistake(
        "cut_to_the_shortest",
        {"*ids": WORDS},
        lambda case, got, want: (
            "Longer sentences are cut to the length of the shortest, and lose words. Fill the "
            f"shorter ones up instead: the shape is {want[0].shape}, and yours is {got[0].shape}."
        ),
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
        "fillers_swapped",
        {"], pad_id)": "], filler)", "], ignored)": "], pad_id)", "], filler)": "], ignored)"},
        "The two fillers are swapped. The inputs are filled up with pad_id, which the embedding "
        "knows, and the targets with `ignored`, which the loss leaves out.",
    ),
    Mistake(
        "eos_in_front",
        {"[bos_id, *ids]": "[eos_id, *ids]"},
        "The inputs begin with eos_id. They begin with bos_id; eos_id ends the targets.",
    ),
    Mistake(
        "bos_at_the_end",
        {"[*ids, eos_id]": "[*ids, bos_id]"},
        "The targets end with bos_id. They end with eos_id; bos_id begins the inputs.",
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
