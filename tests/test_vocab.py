"""Text to ids and back."""

import numpy as np
import pytest

from course_lib.vocab import (
    Vocabulary,
    apply_merges,
    learn_merges,
    merge_pair,
    most_frequent_pair,
    pad_sequences,
    split_words,
)

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


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("banana", ("a", "n")),  # an and na twice each: the first counts
        ("aaab", ("a", "a")),  # overlapping pairs count
        ("ababcdcdcd", ("c", "d")),
        ("ab", ("a", "b")),
        ("a", None),
        ("", None),
    ],
)
def test_the_most_frequent_pair(text, pair):
    assert most_frequent_pair(list(text)) == pair


def test_pairs_are_of_tokens_and_not_of_characters():
    assert most_frequent_pair(["the", "n", "the", "n", "e"]) == ("the", "n")


@pytest.mark.parametrize(
    ("tokens", "pair", "merged"),
    [
        ("banana", ("a", "n"), ["b", "an", "an", "a"]),
        ("aaaaa", ("a", "a"), ["aa", "aa", "a"]),
        ("ba", ("a", "b"), ["b", "a"]),
        (["ab", "c", "a", "bc"], ("a", "bc"), ["ab", "c", "abc"]),
        ("a", ("a", "a"), ["a"]),
        ("", ("a", "b"), []),
    ],
)
def test_merging_a_pair(tokens, pair, merged):
    tokens = list(tokens)
    before = list(tokens)
    assert merge_pair(tokens, pair) == merged
    assert tokens == before
    assert merge_pair(tokens, list(pair)) == merged


def test_what_cannot_be_merged():
    with pytest.raises(TypeError, match="tokens must be a list, not str"):
        merge_pair("banana", ("a", "n"))
    with pytest.raises(ValueError, match="pair is None"):
        merge_pair(["a"], None)


def test_merges_are_learned_until_one_token_is_left():
    merges = learn_merges(list("abab"), 10)
    assert merges == [("a", "b"), ("ab", "ab")]
    assert apply_merges(list("abab"), merges) == ["abab"]


def test_pieces_joined_are_the_text():
    merges = learn_merges(list(RAVEN), 12)
    pieces = apply_merges(list(RAVEN), merges)
    assert len(pieces) < len(RAVEN)
    assert "".join(pieces) == RAVEN
    assert "".join(apply_merges(list("weaker ravens"), merges)) == "weaker ravens"


def test_a_vocabulary_of_pieces():
    vocabulary = Vocabulary.pieces(RAVEN, 12)
    characters = Vocabulary.characters(RAVEN)
    assert vocabulary.tokens[: len(characters)] == characters.tokens
    assert len(vocabulary) == len(characters) + 12
    ids = vocabulary.encode(RAVEN)
    assert len(ids) < len(RAVEN)
    assert vocabulary.decode(ids) == RAVEN
    assert repr(vocabulary).endswith("level='piece')")
    again = Vocabulary(**vocabulary.to_dict())
    assert (again.tokens, again.merges) == (vocabulary.tokens, vocabulary.merges)
    np.testing.assert_array_equal(again.encode(RAVEN), ids)
    with pytest.raises(ValueError, match="piece 'Q'"):
        vocabulary.encode("Quoth")


def test_two_merges_that_make_the_same_piece_make_one_token():
    vocabulary = Vocabulary.pieces("abcxabcybc" * 2, 20)
    assert len(set(vocabulary.tokens)) == len(vocabulary.tokens)
