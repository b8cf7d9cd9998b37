"""Right answers to teacher_forcing, in other styles."""

import numpy as np
from right_answers import each_is_right


def rows_filled_in(sentences, bos_id, eos_id, pad_id, ignored=-1):
    longest = max(len(ids) for ids in sentences) + 1
    inputs = np.full((len(sentences), longest), pad_id)
    targets = np.full((len(sentences), longest), ignored)
    inputs[:, 0] = bos_id
    for row, ids in enumerate(sentences):
        inputs[row, 1 : len(ids) + 1] = ids
        targets[row, : len(ids)] = ids
        targets[row, len(ids)] = eos_id
    return inputs, targets


def rows_cut_from_one(sentences, bos_id, eos_id, pad_id, ignored=-1):
    longest = max(map(len, sentences)) + 2
    whole = [
        [bos_id, *map(int, ids), eos_id] + [None] * (longest - 2 - len(ids)) for ids in sentences
    ]
    inputs = [[pad_id if i in (None, eos_id) else i for i in row[:-1]] for row in whole]
    targets = [[ignored if i is None else i for i in row[1:]] for row in whole]
    return np.array(inputs), np.array(targets)


ANSWERS = [rows_filled_in, rows_cut_from_one]

test_is_right = each_is_right("teacher_forcing", ANSWERS)
