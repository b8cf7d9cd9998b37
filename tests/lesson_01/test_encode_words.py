"""Right answers to encode_words, in other styles."""

import numpy as np
from right_answers import each_is_right


def encode_words_in_a_loop(words, vocabulary, bos=False, eos=False):
    ids = []
    if bos:
        ids.append(vocabulary["<bos>"])
    for word in words:
        if word in vocabulary:
            ids.append(vocabulary[word])
        else:
            ids.append(vocabulary["<unk>"])
    if eos:
        ids.append(vocabulary["<eos>"])
    return np.array(ids, dtype=int)


def encode_words_in_place(words, vocabulary, bos=False, eos=False):
    ids = np.full(len(words) + bos + eos, vocabulary["<unk>"])
    if bos:
        ids[0] = vocabulary["<bos>"]
    if eos:
        ids[-1] = vocabulary["<eos>"]
    for at, word in enumerate(words, start=int(bos)):
        ids[at] = vocabulary.get(word, ids[at])
    return ids


ANSWERS = [encode_words_in_a_loop, encode_words_in_place]

test_is_right = each_is_right("encode_words", ANSWERS)
