"""Teacher forcing done wrong: the mistakes that the check recognizes."""

import numpy as np

from course_lib.vocab import pad_sequences


def right(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs = pad_sequences([[bos_id, *ids] for ids in sentences], pad_id)
    targets = pad_sequences([[*ids, eos_id] for ids in sentences], ignored)
    return inputs, targets


def pad(rows, value):
    return pad_sequences([list(row) for row in rows], value)


def not_shifted(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[*ids, eos_id] for ids in sentences]
    return pad(rows, pad_id), pad(rows, ignored)


def bos_in_both(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[bos_id, *ids] for ids in sentences]
    return pad(rows, pad_id), pad([[*row, eos_id] for row in rows], ignored)


def no_eos(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[bos_id, *ids[:-1]] for ids in sentences]
    return pad(rows, pad_id), pad(sentences, ignored)


def no_eos_padded(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = right(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, np.where(targets == eos_id, ignored, targets)


def eos_after_padding(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = right(sentences, bos_id, eos_id, pad_id, ignored)
    words = pad(sentences, ignored)
    return inputs, np.append(words, np.full((len(words), 1), eos_id), axis=1)


def padding_counts(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = right(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, np.where(targets == ignored, pad_id, targets)


def filled_with_eos(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = right(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, np.where(targets == ignored, eos_id, targets)


def added_to_arrays(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs = pad([np.add([bos_id], ids) for ids in sentences], pad_id)
    return inputs, pad([np.add(ids, [eos_id]) for ids in sentences], ignored)


def not_padded(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs = [np.array([bos_id, *ids]) for ids in sentences]
    return inputs, [np.array([*ids, eos_id]) for ids in sentences]


def ignored_as_input(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, targets = right(sentences, bos_id, eos_id, ignored, ignored)
    return inputs, targets


def shifted_by_two(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = right(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, pad([[*ids[1:], eos_id, ignored] for ids in sentences], ignored)


def eos_as_input(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs = pad([[bos_id, *ids, eos_id] for ids in sentences], pad_id)
    targets = pad([[*ids, eos_id, ignored] for ids in sentences], ignored)
    return inputs, targets


def cut_after_padding(sentences, bos_id, eos_id, pad_id, ignored=-1):
    whole = [[bos_id, *ids, eos_id] for ids in sentences]
    return pad(whole, pad_id)[:, :-1], pad(whole, ignored)[:, 1:]


def cut_after_padding_counts(sentences, bos_id, eos_id, pad_id, ignored=-1):
    whole = pad([[bos_id, *ids, eos_id] for ids in sentences], pad_id)
    return whole[:, :-1], whole[:, 1:]


def ids_swapped(sentences, bos_id, eos_id, pad_id, ignored=-1):
    return right(sentences, eos_id, bos_id, pad_id, ignored)


def returned_swapped(sentences, bos_id, eos_id, pad_id, ignored=-1):
    return right(sentences, bos_id, eos_id, pad_id, ignored)[::-1]


def always_minus_one(sentences, bos_id, eos_id, pad_id, ignored=-1):
    return right(sentences, bos_id, eos_id, pad_id)


def targets_not_shifted(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[bos_id, *ids] for ids in sentences]
    return pad(rows, pad_id), pad(rows, ignored)


def whole_twice(sentences, bos_id, eos_id, pad_id, ignored=-1):
    rows = [[bos_id, *ids, eos_id] for ids in sentences]
    return pad(rows, pad_id), pad(rows, ignored)


def whole_as_input(sentences, bos_id, eos_id, pad_id, ignored=-1):
    _, targets = right(sentences, bos_id, eos_id, pad_id, ignored)
    return pad([[bos_id, *ids, eos_id] for ids in sentences], pad_id), targets


def eos_left_out(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = right(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, pad(sentences, ignored)


def bos_left_out(sentences, bos_id, eos_id, pad_id, ignored=-1):
    _, targets = right(sentences, bos_id, eos_id, pad_id, ignored)
    return pad(sentences, pad_id), targets


def rolled(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = right(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, np.append(inputs[:, 1:], np.full((len(inputs), 1), eos_id), axis=1)


def padded_left(sentences, bos_id, eos_id, pad_id, ignored=-1):
    def left(rows, value):
        return pad([row[::-1] for row in rows], value)[:, ::-1]

    inputs = left([[bos_id, *ids] for ids in sentences], pad_id)
    return inputs, left([[*ids, eos_id] for ids in sentences], ignored)


def inputs_padded_left(sentences, bos_id, eos_id, pad_id, ignored=-1):
    inputs, _ = padded_left(sentences, bos_id, eos_id, pad_id, ignored)
    return inputs, right(sentences, bos_id, eos_id, pad_id, ignored)[1]
