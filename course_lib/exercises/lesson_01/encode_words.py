"""Exercise: encode_words."""

import numpy as np

from ..exercise import Case, Exercise, Mistake
from ..registry import register


def encode_words(words, vocabulary, bos=False, eos=False):
    """Return the ids of words, int64 (T,); a word that the vocabulary lacks becomes <unk>."""
    tokens = ["<bos>"] * bos + list(words) + ["<eos>"] * eos
    unk_id = vocabulary["<unk>"]
    return np.array([vocabulary.get(token, unk_id) for token in tokens], dtype=np.int64)


def encode_words_cases(rng):
    tokens = ["<pad>", "<bos>", "<eos>", "<unk>", "door", "my", "nothing", "raven", "the"]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    other = {token: i for i, token in enumerate(reversed(tokens))}
    words = ["the", "raven", "the"]
    return [
        Case((words, vocabulary), label="the raven the", expected=[8, 7, 8]),
        Case(
            (["my", "pallid", "raven"], vocabulary),
            label="my pallid raven, where pallid is unknown",
            expected=[5, 3, 7],
        ),
        Case((words, vocabulary), {"bos": True}, label="with <bos>"),
        Case((words, vocabulary), {"eos": True}, label="with <eos>"),
        Case((words, vocabulary), {"bos": True, "eos": True}, label="with both markers"),
        Case((["quoth", "the"], other), label="a vocabulary in another order, quoth is unknown"),
        Case(
            (["The", "raven"], {**vocabulary, "The": 9}),
            label="The and the are two tokens",
            expected=[9, 7],
        ),
    ]


def _marked(words, bos, eos):
    return ["<bos>"] * bos + list(words) + ["<eos>"] * eos


def _ids(numbers):
    return np.array(list(numbers), dtype=np.int64)


def _unknown_raises(words, vocabulary, bos=False, eos=False):
    return _ids(vocabulary[token] for token in _marked(words, bos, eos))


def _words_alone(words, vocabulary, bos=False, eos=False):
    return _ids(vocabulary[word] for word in words)


def _unknown_is_zero(words, vocabulary, bos=False, eos=False):
    return _ids(vocabulary.get(token, 0) for token in _marked(words, bos, eos))


def _unknown_is_minus_one(words, vocabulary, bos=False, eos=False):
    return _ids(vocabulary.get(token, -1) for token in _marked(words, bos, eos))


def _unknown_is_three(words, vocabulary, bos=False, eos=False):
    return _ids(vocabulary.get(token, 3) for token in _marked(words, bos, eos))


def _unknown_is_dropped(words, vocabulary, bos=False, eos=False):
    return _ids(vocabulary[token] for token in _marked(words, bos, eos) if token in vocabulary)


def _unknown_is_new(words, vocabulary, bos=False, eos=False):
    tokens = _marked(words, bos, eos)
    return _ids(vocabulary.setdefault(token, len(vocabulary)) for token in tokens)


def _unknown_is_none(words, vocabulary, bos=False, eos=False):
    return np.array([vocabulary.get(token) for token in _marked(words, bos, eos)], dtype=np.int64)


def _zero_is_false(words, vocabulary, bos=False, eos=False):
    unk_id = vocabulary["<unk>"]
    return _ids(vocabulary.get(token) or unk_id for token in _marked(words, bos, eos))


def _lower_case(words, vocabulary, bos=False, eos=False):
    return encode_words([word.lower() for word in words], vocabulary, bos, eos)


def _either_marker(words, vocabulary, bos=False, eos=False):
    return encode_words(words, vocabulary, bos, eos and not bos)


def _always_marked(words, vocabulary, bos=False, eos=False):
    return encode_words(words, vocabulary, bos=True, eos=True)


def _never_marked(words, vocabulary, bos=False, eos=False):
    return encode_words(words, vocabulary)


def _swapped(words, vocabulary, bos=False, eos=False):
    return encode_words(["<eos>"] * eos + list(words) + ["<bos>"] * bos, vocabulary)


def _at_the_end(words, vocabulary, bos=False, eos=False):
    return encode_words(list(words) + ["<bos>"] * bos + ["<eos>"] * eos, vocabulary)


def _loop(words, vocabulary, bos=False, eos=False):
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


def _in_place(words, vocabulary, bos=False, eos=False):
    ids = np.full(len(words) + bos + eos, vocabulary["<unk>"])
    if bos:
        ids[0] = vocabulary["<bos>"]
    if eos:
        ids[-1] = vocabulary["<eos>"]
    for at, word in enumerate(words, start=int(bos)):
        ids[at] = vocabulary.get(word, ids[at])
    return ids


register(
    Exercise(
        name="encode_words",
        lesson=1,
        reference=encode_words,
        cases=encode_words_cases,
        mistakes=(
            Mistake(
                "unknown_raises",
                _unknown_raises,
                lambda case, got, want: (
                    f"The vocabulary has no entry for {got}, so vocabulary[word] raises. A text "
                    "may always hold a word that the vocabulary has never seen: such a word gets "
                    "the id of <unk>. dict.get takes a second argument for that."
                ),
            ),
            Mistake(
                "words_alone",
                _words_alone,
                lambda case, got, want: (
                    f"Known words are right. The vocabulary has no entry for {got}, so "
                    "vocabulary[word] raises: give such a word the id of <unk>, with dict.get and "
                    "its second argument. After that come bos and eos, which are not used yet."
                ),
            ),
            Mistake(
                "unknown_is_none",
                _unknown_is_none,
                "vocabulary.get(word) gives None for a word that it lacks, and None is no id. Give "
                "get a second argument: the id of <unk>.",
            ),
            Mistake(
                "unknown_is_zero",
                _unknown_is_zero,
                "An unknown word gets the id 0. In this vocabulary 0 is <pad>: the model would "
                "take the word for filling and skip it. Use vocabulary['<unk>'].",
            ),
            Mistake(
                "unknown_is_minus_one",
                _unknown_is_minus_one,
                "An unknown word gets the id -1. NumPy reads row -1 as the last row, so the model "
                "would see the last word of the vocabulary in its place, without any error. Use "
                "vocabulary['<unk>'].",
            ),
            Mistake(
                "unknown_is_three",
                _unknown_is_three,
                lambda case, got, want: (
                    "An unknown word always gets the id 3. In this vocabulary <unk> has the id "
                    f"{case.args[1]['<unk>']}. Look it up: vocabulary['<unk>']."
                ),
            ),
            Mistake(
                "unknown_is_dropped",
                _unknown_is_dropped,
                lambda case, got, want: (
                    f"{len(want)} words went in and {len(got)} ids came out: the unknown word is "
                    "left out. Every word after it moves one position forward, and nothing shows "
                    "that something stood there. Put the id of <unk> in its place."
                ),
            ),
            Mistake(
                "unknown_is_new",
                _unknown_is_new,
                lambda case, got, want: (
                    f"An unknown word gets a new id, {got.max()}. The embedding has one row for "
                    f"each token of the vocabulary, {len(case.args[1])} rows, so there is no row "
                    f"{got.max()}. A vocabulary is closed once the model is made: use <unk>."
                ),
            ),
            Mistake(
                "zero_is_false",
                _zero_is_false,
                "The token whose id is 0 becomes <unk>: 0 counts as false, so `or` passes it over. "
                "Give dict.get the id of <unk> as its second argument.",
            ),
            Mistake(
                "lower_case",
                _lower_case,
                lambda case, got, want: (
                    f"{case.args[0][0]!r} is looked up in lower case. This vocabulary has a token "
                    "for each of the two: look words up as they are."
                ),
            ),
            Mistake(
                "either_marker",
                _either_marker,
                "With bos and eos both True, <eos> is missing. The two do not exclude each other: "
                "ask for each with an `if` of its own.",
            ),
            Mistake(
                "always_marked",
                _always_marked,
                "<bos> and <eos> are always added. Add <bos> only if bos is True, <eos> only if "
                "eos is True.",
            ),
            Mistake(
                "never_marked",
                _never_marked,
                "The words are right, but bos and eos are not used. With bos=True the first id is "
                "that of <bos>; with eos=True the last is that of <eos>.",
            ),
            Mistake(
                "swapped",
                _swapped,
                "<bos> and <eos> have changed places. <bos> marks the beginning of the sequence, "
                "<eos> its end.",
            ),
            Mistake(
                "at_the_end",
                _at_the_end,
                "<bos> stands after the words. It marks the beginning of the sequence: put it "
                "before the first word.",
            ),
        ),
        correct=(_loop, _in_place),
        hints=(
            "One id for each word, in the order of the words. What does a dict do with a key that "
            "it does not have, and which of its methods does something milder?",
            "vocabulary.get(word, other) gives `other` for a word that is not there. Here that is "
            "vocabulary['<unk>'].",
            "Put the markers in as tokens first: ['<bos>'] * bos is a list of one token if bos is "
            "True and an empty list if it is False.",
            "tokens = ['<bos>'] * bos + list(words) + ['<eos>'] * eos; then np.array of "
            "vocabulary.get(token, vocabulary['<unk>']) for each token.",
        ),
        returns=("ids",),
    )
)
