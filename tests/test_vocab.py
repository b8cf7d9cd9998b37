"""Text to ids and back."""

import numpy as np
import pytest

from course_lib.vocab import Vocabulary, pad_sequences, split_words

RAVEN = "Once upon a midnight dreary, while I pondered, weak and weary,\n"


def test_characters_are_sorted_after_the_special_tokens():
    vocabulary = Vocabulary.characters("banana bread", specials=("<pad>", "<bos>"))
    assert vocabulary.tokens == ("<pad>", "<bos>", " ", "a", "b", "d", "e", "n", "r")
    assert len(vocabulary) == 9
    assert (vocabulary.pad_id, vocabulary.bos_id) == (0, 1)
    assert vocabulary.eos_id is vocabulary.unk_id is None
    np.testing.assert_array_equal(
        vocabulary.encode("bad a", bos=True), np.array([1, 4, 3, 5, 2, 3]), strict=True
    )


def test_words_are_sorted_after_the_special_tokens():
    vocabulary = Vocabulary.words("The raven, the Raven!")
    assert vocabulary.tokens == (
        *("<pad>", "<bos>", "<eos>", "<unk>"),
        *("!", ",", "Raven", "The", "raven", "the"),
    )
    ids = vocabulary.encode("the raven sat!", bos=True, eos=True)
    np.testing.assert_array_equal(ids, np.array([1, 9, 8, 3, 4, 2]), strict=True)
    assert vocabulary.decode(ids) == "<bos> the raven <unk> ! <eos>"
    assert vocabulary.decode(ids, skip_special=True) == "the raven <unk> !"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Quoth the Raven “Nevermore.”", ["Quoth", "the", "Raven", "“", "Nevermore", ".", "”"]),
        ("'Tis some visiter", ["'", "Tis", "some", "visiter"]),
        ("o’er the lamp-light", ["o’er", "the", "lamp", "-", "light"]),
        ("don't <pad> 3 < 5", ["don't", "<pad>", "3", "<", "5"]),
        ("  \n ", []),
    ],
)
def test_split_words(text, words):
    assert split_words(text) == words


def test_what_is_encoded_decodes_to_itself():
    vocabulary = Vocabulary.characters(RAVEN)
    assert vocabulary.decode(vocabulary.encode(RAVEN)) == RAVEN
    np.testing.assert_array_equal(
        vocabulary.encode(vocabulary.decode(np.arange(len(vocabulary)))),
        np.arange(len(vocabulary)),
    )


def test_special_tokens_stay_whole_among_characters():
    vocabulary = Vocabulary.characters("ab<>", specials=("<pad>", "<eos>"))
    ids = vocabulary.encode("a<pad>b<", eos=True)
    assert [vocabulary.tokens[i] for i in ids] == ["a", "<pad>", "b", "<", "<eos>"]
    assert vocabulary.decode(ids, skip_special=True) == "ab<"


def test_an_empty_text_has_no_ids():
    ids = Vocabulary.characters("abc").encode("")
    assert ids.shape == (0,)
    assert ids.dtype == np.int64
    assert Vocabulary.characters("abc").decode(ids) == ""


@pytest.mark.parametrize("make", [Vocabulary.characters, Vocabulary.words])
def test_a_vocabulary_survives_its_dict(make):
    vocabulary = make(RAVEN)
    again = Vocabulary(**vocabulary.to_dict())
    assert again.tokens == vocabulary.tokens
    np.testing.assert_array_equal(again.encode(RAVEN), vocabulary.encode(RAVEN))


def test_an_unknown_character_is_named():
    vocabulary = Vocabulary.characters("abc")
    message = r"character 'z' \(token 2 of the text\) is not in this vocabulary of 3 tokens"
    with pytest.raises(ValueError, match=message):
        vocabulary.encode("abz")


def test_an_unknown_word_is_named():
    with pytest.raises(ValueError, match="word 'raven'"):
        Vocabulary.words("the", specials=()).encode("the raven")


@pytest.mark.parametrize(("marker", "token"), [("bos", "<bos>"), ("eos", "<eos>")])
def test_a_marker_that_is_not_there(marker, token):
    with pytest.raises(ValueError, match=f"this vocabulary has no {token}"):
        Vocabulary.characters("abc").encode("a", **{marker: True})


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        ([3], ValueError, r"decode: id 3 is outside \[0, 3\)"),
        ([0, -1], ValueError, r"decode: id -1 is outside \[0, 3\)"),
        ([1.0], TypeError, "decode: ids must be integers"),
    ],
)
def test_ids_that_are_none(ids, error, message):
    with pytest.raises(error, match=message):
        Vocabulary.characters("abc").decode(ids)


def test_a_token_listed_twice():
    with pytest.raises(ValueError, match="token 'a' is listed twice"):
        Vocabulary(("a", "b", "a"))


def test_an_unknown_level():
    with pytest.raises(ValueError, match="level is 'byte'"):
        Vocabulary(("a",), level="byte")


def test_padding_sequences():
    batch = pad_sequences([[1, 2, 3], [], np.array([4])], pad_id=9)
    np.testing.assert_array_equal(batch, np.array([[1, 2, 3], [9, 9, 9], [4, 9, 9]]), strict=True)
    np.testing.assert_array_equal(pad_sequences([[1], [2]], 0, length=3), [[1, 0, 0], [2, 0, 0]])


def test_padding_to_less_than_the_longest():
    with pytest.raises(ValueError, match="a sequence has 3 ids, but length is 2"):
        pad_sequences([[1, 2, 3]], 0, length=2)
